import type { Services } from '../contract/index.ts';
import type { Store } from '../store.ts';
import { ownerOf } from './workflows.ts';

export const createLogs = ({ store }: { store: Store }): Services['logs'] => ({
  list: (actor, { limit, cursor, ...filter }) =>
    store.logs({ userId: ownerOf(actor), ...filter }, { limit, cursor }),
});
