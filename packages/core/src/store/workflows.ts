import type { Version, Workflow } from '../workflow/workflow.ts';
import type { Page, PageRequest } from './page.ts';

/** A workflow without its graph, for lists. */
export type WorkflowSummary = Omit<Workflow, 'nodes' | 'edges' | 'settings' | 'knowledge'> & {
  nodeCount: number;
};

export type WorkflowPatch = Partial<Omit<Workflow, 'id' | 'userId' | 'revision' | 'createdAt' | 'updatedAt'>>;

/** A workflow whose time to start by itself has come. */
export interface DueWorkflow {
  id: string;
  userId: string;
  firesAt: string;
  /** How far another turn of it came: the cursor of the contacts that follow. Null at the beginning. */
  after: string | null;
}

export interface WorkflowStore {
  get(id: string): Promise<Workflow | null>;
  /** By exact name among one owner's, newest change first. */
  findByName(userId: string, name: string): Promise<Workflow | null>;
  /** Newest change first. */
  list(userId: string, page: PageRequest): Promise<Page<WorkflowSummary>>;
  create(workflow: Workflow): Promise<void>;
  /** Replaces what is in the patch and counts one revision up; with `revision`, only on top of that one. */
  update(id: string, patch: WorkflowPatch, at: string, revision?: number): Promise<Workflow>;
  remove(id: string): Promise<void>;
}

/** When workflows start by themselves. */
export interface ScheduleStore {
  /** Takes the workflow that has been due longest: nobody else takes it before `until`. */
  claim(now: string, until: string): Promise<DueWorkflow | null>;
  /** Lets go of it: when it is due next, and after which contacts. Nothing where another time was saved meanwhile. */
  release(due: DueWorkflow, to: { firesAt: string | null; after: string | null }): Promise<void>;
}

export interface VersionStore {
  get(id: string): Promise<Version | null>;
  /** Keeping the same version twice keeps one. */
  keep(version: Version): Promise<void>;
}
