// The nine steps of a turn as nodes of Node-RED's runtime, without its editor: template, change and switch nodes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import RED from 'node-red';

const node = (id, type, next, more) => ({
  id,
  type,
  z: 'flow',
  x: 0,
  y: 0,
  wires: next.map((each) => [each]),
  ...more,
});
const says = (id, text, next) =>
  node(id, 'template', [next], {
    field: 'payload',
    fieldType: 'msg',
    format: 'handlebars',
    syntax: 'mustache',
    template: text,
    output: 'str',
  });
const flow = [
  { id: 'flow', type: 'tab', label: 'Ten nodes' },
  node('ask', 'change', ['greet'], {
    rules: [{ t: 'set', p: 'answer', pt: 'msg', to: 'again', tot: 'str' }],
  }),
  says('greet', 'Hello {{ name }}, round {{ score }}.', 'count'),
  node('count', 'change', ['check'], {
    rules: [{ t: 'set', p: 'score', pt: 'msg', to: 'score + 1', tot: 'jsonata' }],
  }),
  node('check', 'switch', ['many', 'few'], {
    property: 'score',
    propertyType: 'msg',
    rules: [{ t: 'gte', v: '10', vt: 'num' }, { t: 'else' }],
    checkall: 'false',
    outputs: 2,
  }),
  says('many', 'That is {{ score }} rounds, {{ name }}.', 'one'),
  says('few', 'Just begun, {{ name }}: {{ score }}.', 'one'),
  says('one', 'One.', 'two'),
  says('two', 'Two.', 'three'),
  says('three', 'Three.', 'again'),
  node('again', 'function', [], { func: "global.get('done')(msg);", outputs: 0 }),
];

/** Starts the runtime; `turn()` sends one message through. */
export async function openNodeRed() {
  const userDir = mkdtempSync(join(tmpdir(), 'crmflow-bench-'));
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow));
  let done = () => undefined;
  const server = createServer();
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    httpAdminRoot: false,
    httpNodeRoot: false,
    functionGlobalContext: { done: (msg) => done(msg) },
    logging: { console: { level: 'error' } },
  });
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  await RED.start();
  await started;
  let score = 0;
  return {
    turn: () =>
      new Promise((resolve) => {
        done = (msg) => {
          ({ score } = msg);
          resolve();
        };
        RED.nodes.getNode('ask').receive({ name: 'Ada', score });
      }),
    async close() {
      await RED.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}
