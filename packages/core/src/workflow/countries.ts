import type { Settings } from './workflow.ts';

/** Whose numbers a workflow may write to and call; undefined for everybody's. */
export const countriesOf = ({ sending, country }: Settings): readonly string[] | undefined =>
  sending.countries ?? (country === undefined ? undefined : [country]);
