import { describe } from 'vitest';
import type { Store } from '../store.ts';
import { accountSpec } from './store-spec/accounts.ts';
import { commitSpec } from './store-spec/commits.ts';
import { countSpec } from './store-spec/counts.ts';
import { contactSpec } from './store-spec/contacts.ts';
import { findSpec } from './store-spec/finds.ts';
import { knowledgeSpec } from './store-spec/knowledge.ts';
import { listSpec } from './store-spec/lists.ts';
import { noticeSpec } from './store-spec/notices.ts';
import { recallSpec } from './store-spec/recall.ts';
import { retentionSpec } from './store-spec/retention.ts';
import { scheduleSpec } from './store-spec/schedules.ts';
import { sendingSpec } from './store-spec/sendings.ts';
import { sessionSpec } from './store-spec/sessions.ts';
import { spendingSpec } from './store-spec/spending.ts';
import { threadSpec } from './store-spec/threads.ts';
import { userSpec } from './store-spec/users.ts';
import { vectorSpec } from './store-spec/vectors.ts';
import { workflowSpec } from './store-spec/workflows.ts';

/**
 * What every store must keep, as tests for vitest: call it in a test file. `open` gives the store under test; it may be
 * the same one each time, since no test touches the rows of another.
 */
export function storeSpec(open: () => Promise<Store>): void {
  describe('users', () => userSpec(open));
  describe('accounts', () => accountSpec(open));
  describe('knowledge', () => knowledgeSpec(open));
  describe('vectors of knowledge', () => vectorSpec(open));
  describe('workflows and versions', () => workflowSpec(open));
  describe('workflows that start by themselves', () => scheduleSpec(open));
  describe('sessions', () => sessionSpec(open));
  describe('finding sessions', () => findSpec(open));
  describe('remembering sessions', () => recallSpec(open));
  describe('commits', () => commitSpec(open));
  describe('budgets and calls of models', () => spendingSpec(open));
  describe('limits of sending', () => sendingSpec(open));
  describe('contacts', () => contactSpec(open));
  describe('conversations by message and telephone', () => threadSpec(open));
  describe('notices of what was handed over', () => noticeSpec(open));
  describe('what goes when it is old', () => retentionSpec(open));
  describe('counts of sessions', () => countSpec(open));
  describe('lists', () => listSpec(open));
}
