import { expect, it } from 'vitest';
import { workflowJsonSchema } from '@crmflow/core';

it('ships the JSON Schema of workflow files as it is; mended with vitest -u after a change of node kinds', async () => {
  const text = `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../packages/core/workflow.schema.json');
});
