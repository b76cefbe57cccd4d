import type pg from 'pg';

const lines = ['user', 'bot', 'bot', 'bot', 'bot', 'bot', 'bot'].map((from, at) => ({
  id: `m${at}`,
  from,
  text: 'Hello Ada, round 12.',
  nodeId: 'greet',
  at: '2026-01-05T09:00:00.000Z',
}));
const steps = ['ask', 'greet', 'count', 'check', 'few', 'one', 'two', 'three'];
const events = [
  ...lines.map(() => ['said']),
  ...steps.flatMap((nodeId) => [
    ['done', nodeId],
    ['active', nodeId, 'speak', 'text', ''],
  ]),
  { type: 'system:waiting_for_input', nodeId: 'ask', label: '', expects: { kind: 'text' } },
];
const past = Array.from({ length: 10 }, (_, at) => ({
  nodeId: 'ask',
  graph: null,
  stack: [],
  undo: { score: 100 + at },
  unset: [],
}));
const values = [
  JSON.stringify({ name: 'Ada', score: 12, answer: 'again' }),
  JSON.stringify({
    wait: { for: 'message', expects: { kind: 'text' } },
    past,
    completed: steps,
    message: 'again',
  }),
  JSON.stringify(lines),
  JSON.stringify(events),
  JSON.stringify({ user: 1, bot: 6 }),
  JSON.stringify({ path: steps }),
];

/** What a turn of ten nodes writes, in one prepared statement for one session: the session, a row of lines, a row of events, two log rows. */
export async function rawTurn(pool: pg.Pool, id: string): Promise<void> {
  await pool.query({
    name: 'raw-turn',
    text: `WITH moved AS (
      UPDATE "Session" SET step = step + 9, seq = seq + 24, variables = $2, state = $3, "updatedAt" = now()
      WHERE id = $1 RETURNING id, seq, "userId", "workflowId"
    ), said AS (
      INSERT INTO "Message" ("sessionId", seq, lines) SELECT id, seq - 23, $4 FROM moved
    ), told AS (
      INSERT INTO "Event" ("sessionId", seq, events) SELECT id, seq, $5 FROM moved
    )
    INSERT INTO "ExecutionLog" (id, "eventType", "nodeId", "nodeType", data, "sessionId", "userId", "workflowId")
    SELECT log.id || seq || moved.id, log.type, 'ask', 'listen', log.data, moved.id, "userId", "workflowId"
    FROM moved, (VALUES ('a', 'message_sent'::"LogEventType", $6::json), ('b', 'node_advance'::"LogEventType", $7::json)) AS log (id, type, data)`,
    values: [id, ...values],
  });
}
