import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problems, readWorkflowFile } from '@crmflow/core';
import { ConversationFile, differences, replay } from '@crmflow/core/testing';

const folder = 'packages/core/templates';
const names = readdirSync(folder).flatMap((file) => /^(.+)\.workflow\.yaml$/.exec(file)?.[1] ?? []);
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

it('ships twelve templates', () => {
  expect(names).toHaveLength(12);
});

describe.each(names)('the template %s', (name) => {
  const workflow = readWorkflowFile(read(`${name}.workflow.yaml`), name);
  const conversations = ConversationFile.parse(parse(read(`${name}.conversations.yaml`)));

  it('has no problems', () => {
    expect(problems(workflow)).toEqual([]);
  });

  it.each(conversations.map((conversation) => [conversation.name, conversation] as const))(
    'holds the conversation: %s',
    async (_name, conversation) => {
      expect(differences(conversation, await replay(workflow, conversation))).toEqual([]);
    },
  );

  it('reaches every outcome in one of its conversations', () => {
    const outcomes = workflow.nodes.flatMap(({ data }) => (data.kind === 'end' ? [data.outcome] : []));
    expect(new Set(conversations.map(({ outcome }) => outcome))).toEqual(new Set(outcomes));
  });
});
