// The nine steps of a turn as nodes of a LangGraph graph, which stands at an interrupt between turns, with its PostgreSQL saver.
import { Annotation, Command, MemorySaver, START, StateGraph, interrupt } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';

const State = Annotation.Root({
  name: Annotation,
  score: Annotation,
  answer: Annotation,
  lines: Annotation({ reducer: (_before, said) => said, default: () => [] }),
});
const says = (text) => (state) => ({ lines: [text(state)] });

/** Opens the graph on an empty database, or in memory without one. `start(id)` begins a thread, `turn(id)` runs one turn of it. */
export async function openLangGraph(databaseUrl) {
  const saver = databaseUrl === null ? new MemorySaver() : PostgresSaver.fromConnString(databaseUrl);
  if (databaseUrl !== null) await saver.setup();
  const graph = new StateGraph(State)
    .addNode('ask', () => ({ answer: interrupt('Again?') }))
    .addNode(
      'greet',
      says(({ name, score }) => `Hello ${name}, round ${score}.`),
    )
    .addNode('count', ({ score }) => ({ score: score + 1 }))
    .addNode('check', () => ({}))
    .addNode(
      'many',
      says(({ name, score }) => `That is ${score} rounds, ${name}.`),
    )
    .addNode(
      'few',
      says(({ name, score }) => `Just begun, ${name}: ${score}.`),
    )
    .addNode(
      'one',
      says(() => 'One.'),
    )
    .addNode(
      'two',
      says(() => 'Two.'),
    )
    .addNode(
      'three',
      says(() => 'Three.'),
    )
    .addEdge(START, 'greet')
    .addEdge('greet', 'count')
    .addEdge('count', 'check')
    .addConditionalEdges('check', ({ score, name }) => (score >= 10 && name !== '' ? 'many' : 'few'))
    .addEdge('many', 'one')
    .addEdge('few', 'one')
    .addEdge('one', 'two')
    .addEdge('two', 'three')
    .addEdge('three', 'ask')
    .addEdge('ask', 'greet')
    .compile({ checkpointer: saver });
  const of = (id, durability) => ({ configurable: { thread_id: id }, recursionLimit: 100, durability });
  return {
    steps: 9,
    start: (id) => graph.invoke({ name: 'Ada', score: 0 }, of(id, 'sync')),
    /** `sync` waits for each step to be stored before the next, `async` stores it meanwhile. */
    turn: (id, durability) => graph.invoke(new Command({ resume: 'again' }), of(id, durability)),
    close: async () => databaseUrl !== null && saver.end(),
  };
}
