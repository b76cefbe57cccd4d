import { CLIENTS } from './scenarios/clients.mjs';
import { FOLDERS } from './scenarios/folders.mjs';
import { KILLS } from './scenarios/kills.mjs';
import { OUTSIDE } from './scenarios/outside.mjs';
import { SERVERS } from './scenarios/servers.mjs';
import { STORMS } from './storms.mjs';

/**
 * All that is tried, in the order of the table. What `isLarge` fills the machine; what `isInShort` is tried at each change too.
 * @type {{ name: string, title: string, isLarge?: boolean, isInShort?: boolean,
 *   run(context: { seed: number, isShort: boolean, sessions: number | undefined, note(line: string): void }):
 *     Promise<{ observed: string, breaches: string[] }> }[]}
 */
export const TRIED = [...STORMS, ...KILLS, ...OUTSIDE, ...CLIENTS, ...SERVERS, ...FOLDERS];
