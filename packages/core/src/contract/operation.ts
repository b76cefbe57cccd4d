import type { z } from 'zod';

/** Who calls. A guest may hold a session's token. */
export type Actor =
  | { role: 'guest'; sessionToken?: string | undefined }
  | { role: 'user'; userId: string; sessionToken?: string | undefined };

/** One row of the contract, read as route, socket call, SDK method, command and documentation. */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  summary: string;
  method: 'get' | 'post' | 'put' | 'delete';
  path: `/${string}`;
  /** `public`: anyone; `user`: logged in; `session`: the session's starter and the workflow's owner, checked per session. */
  access: 'public' | 'user' | 'session';
  /** HTTP status of success; 200 when absent. */
  status?: 201 | 204;
  input: I;
  output: O;
}
export const operation = <I extends z.ZodType, O extends z.ZodType>(op: Operation<I, O>): Operation<I, O> =>
  op;
