import { openApp } from '../../packages/core/src/open.ts';

// Opens the data folder it is given, begins a conversation that waits two days, and says which: then it is killed.
const { app, owner } = await openApp({ dataDir: process.argv[2]! });
const api = app.as(owner);
const { id: workflowId } = await api.workflows.create({
  name: 'Sleeps',
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'wait', type: 'logic', data: { kind: 'delay', for: { days: 2 } } },
    { id: 'awake', type: 'speak', data: { text: 'Two days later.' } },
  ],
  edges: [
    { sourceNodeId: 'start', targetNodeId: 'wait' },
    { sourceNodeId: 'wait', targetNodeId: 'awake' },
  ],
});
const { session } = await api.sessions.start({ workflowId });
process.stdout.write(`${session.id}\n`);
setInterval(() => void app.tick(), 100);
