/** Adds a line to the log for each row of `rows`, which names a session; of one that is gone there is none. */
export const logFor = (
  rows: string,
  line: { id: string; eventType: string; nodeId: string; nodeType: string; data: string; at: string },
): string => `INSERT INTO "ExecutionLog" (id, "eventType", "nodeId", "nodeType", data, "sessionId", "userId", "workflowId", "createdAt")
SELECT ${line.id}, ${line.eventType}::"LogEventType", ${line.nodeId}, ${line.nodeType}::"NodeType", ${line.data}::json,
  told.id, told."userId", (SELECT id FROM "Workflow" AS kept WHERE kept.id = told."workflowId"), ${line.at}::timestamptz
FROM ${rows}, "Session" AS told WHERE told.id = ${rows}."sessionId"`;
