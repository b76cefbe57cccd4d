import { entries, Upload } from '@crmflow/core/contract';

/** How an operation travels: what a client needs to know of its row in the contract. */
export interface Route {
  noun: string;
  verb: string;
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  /** Its input carries a file, sent as a form. */
  takesFile: boolean;
  /** Its answer is the bytes of a file. */
  givesFile: boolean;
  /** In milliseconds, where its answer may take longer than most. */
  longestMs?: number | undefined;
  /** The server has tried again by itself when it refuses. */
  asksModel?: boolean | undefined;
}

/**
 * The contract without its schemas. The build replaces this module by the value: the schemas are nine tenths of what a
 * browser would load, and the server checks every input by them anyway.
 */
export const routes: Route[] = entries.map(
  ({ noun, verb, op: { method, path, upload, output, longestMs, asksModel } }) => ({
    noun,
    verb,
    method,
    path,
    takesFile: upload !== undefined,
    givesFile: output === Upload,
    ...(longestMs !== undefined && { longestMs }),
    ...(asksModel && { asksModel }),
  }),
);
