import { z } from 'zod';
import { CrmflowError } from '../errors.ts';

/** Who calls. A guest may hold a session's token; the operator is whoever runs this installation. */
export type Actor =
  | { role: 'guest'; sessionToken?: string | undefined }
  | { role: 'user'; userId: string; sessionToken?: string | undefined; isOperator?: boolean | undefined };

/** One row of the contract, read as route, socket call, SDK method, command and documentation. */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  summary: string;
  method: 'get' | 'post' | 'put' | 'delete';
  path: `/${string}`;
  /**
   * `public`: anyone; `user`: logged in; `session`: the session's starter and the workflow's owner, checked per session;
   * `operator`: whoever runs this installation.
   */
  access: 'public' | 'user' | 'session' | 'operator';
  /** HTTP status of success; 200 when absent. */
  status?: 201 | 204;
  input: I;
  output: O;
  /** A call as documentation shows it: a complete, valid input. */
  example?: z.input<I>;
  /** The input carries one file, under this field: `multipart/form-data` on the wire. */
  upload?: 'file';
  /** The output's `revision` is its ETag; of what is saved with PUT, If-Match fills `ifRevision`. */
  isVersioned?: true;
  /** How long its answer may take, in milliseconds, where that is more than some seconds. */
  longestMs?: number;
  /** It asks a model, and again by itself: to try a refusal again would cost once more. */
  asksModel?: true;
  /** What it streams to those who ask for `text/event-stream`. */
  stream?: z.ZodType;
}
export const operation = <I extends z.ZodType, O extends z.ZodType>(op: Operation<I, O>): Operation<I, O> =>
  op;

/** No larger file comes in over the wire. */
export const MOST_FILE_BYTES = 25_000_000;

/** A file that comes in with a call. */
export const Upload = z.strictObject({
  /** As the client called it; never used as a path. */
  name: z.string().max(1_000),
  mimeType: z.string().max(200).default('application/octet-stream'),
  bytes: z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, 'A file must be bytes.'),
});
export type Upload = z.output<typeof Upload>;

/** What somebody is told who has to log in for this. */
export const loginNeeded = ({ summary }: Pick<Operation, 'summary'>): CrmflowError =>
  new CrmflowError('unauthenticated', `Log in first. It takes a login: ${summary}.`);
