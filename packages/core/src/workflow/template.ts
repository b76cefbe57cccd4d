import type { FileContent } from './file.ts';

/** A shipped workflow under a readable id. */
export interface Template extends FileContent {
  id: string;
}
export interface Templates {
  get(id: string): Template | undefined;
  list(): Template[];
}
