const COLUMNS = `id, name, description, "isPublic", "isTemplate", settings, knowledge, "userId", revision,
  "publishedVersionId", "publishedAt", "firesAt", "createdAt", "updatedAt"`;

const GIVEN = `given AS (
  SELECT * FROM json_to_record($1::json) AS given (
    id text, name text, description text, "isPublic" boolean, "isTemplate" boolean, settings json, knowledge json,
    "userId" text, revision int, "publishedVersionId" text, "publishedAt" timestamptz, "firesAt" timestamptz,
    "isTimed" boolean, "createdAt" timestamptz, "updatedAt" timestamptz)
)`;

/** The nodes and edges given come or stay, in the author's order; others go. Null leaves all as they are. */
const GRAPH = `gone_nodes AS (
  DELETE FROM "Node" AS stored USING saved
  WHERE "workflowId" = saved.id AND $2::json IS NOT NULL
    AND stored.id NOT IN (SELECT id FROM json_to_recordset($2::json) AS node (id text))
), nodes AS (
  INSERT INTO "Node" (id, label, type, "positionX", "positionY", data, "order", "workflowId")
  SELECT node.*, saved.id
  FROM saved, ROWS FROM (json_to_recordset($2::json) AS (
    id text, label text, type "NodeType", "positionX" float8, "positionY" float8, data json)) WITH ORDINALITY AS node
  ON CONFLICT ("workflowId", id) DO UPDATE SET label = excluded.label, type = excluded.type,
    "positionX" = excluded."positionX", "positionY" = excluded."positionY", data = excluded.data, "order" = excluded."order"
), gone_edges AS (
  DELETE FROM "Edge" AS stored USING saved
  WHERE "workflowId" = saved.id AND $3::json IS NOT NULL
    AND stored.id NOT IN (SELECT id FROM json_to_recordset($3::json) AS edge (id text))
), edges AS (
  INSERT INTO "Edge" (id, "sourceNodeId", "sourcePort", "targetNodeId", "order", "workflowId")
  SELECT edge.*, saved.id
  FROM saved, ROWS FROM (json_to_recordset($3::json) AS (
    id text, "sourceNodeId" text, "sourcePort" text, "targetNodeId" text)) WITH ORDINALITY AS edge
  ON CONFLICT ("workflowId", id) DO UPDATE SET "sourceNodeId" = excluded."sourceNodeId",
    "sourcePort" = excluded."sourcePort", "targetNodeId" = excluded."targetNodeId", "order" = excluded."order"
)`;

/** Workflows with their graphs, in the author's order. */
export const GET = {
  name: 'get-workflows',
  text: `SELECT at, stored.* FROM json_to_recordset($1::json) AS wanted (at int, id text), LATERAL (
  SELECT ${COLUMNS}, (
    SELECT COALESCE(json_agg(json_build_object('id', id, 'label', label, 'type', type, 'positionX', "positionX",
      'positionY', "positionY", 'data', data) ORDER BY "order"), '[]')
    FROM "Node" WHERE "workflowId" = workflow.id
  ) AS nodes, (
    SELECT COALESCE(json_agg(json_build_object('id', id, 'sourceNodeId', "sourceNodeId", 'sourcePort', "sourcePort",
      'targetNodeId', "targetNodeId") ORDER BY "order"), '[]')
    FROM "Edge" WHERE "workflowId" = workflow.id
  ) AS edges
  FROM "Workflow" AS workflow WHERE workflow.id = wanted.id LIMIT 1
) AS stored`,
};

/** Takes a workflow without its graph, its nodes and its edges as JSON; gives no row when the id is taken. */
export const CREATE = {
  name: 'create-workflow',
  text: `WITH ${GIVEN}, saved AS (
  INSERT INTO "Workflow" (${COLUMNS}) SELECT ${COLUMNS} FROM given ON CONFLICT (id) DO NOTHING RETURNING id
), ${GRAPH}
SELECT id FROM saved`,
};

/** The same for a workflow at its next revision; gives no row when the stored one is not the revision before. */
export const UPDATE = {
  name: 'update-workflow',
  text: `WITH ${GIVEN}, saved AS (
  UPDATE "Workflow" AS stored SET name = given.name, description = given.description, "isPublic" = given."isPublic",
    "isTemplate" = given."isTemplate", settings = given.settings, knowledge = given.knowledge,
    revision = given.revision, "updatedAt" = given."updatedAt",
    "publishedVersionId" = given."publishedVersionId", "publishedAt" = given."publishedAt",
    "firesAt" = CASE WHEN "isTimed" THEN given."firesAt" ELSE stored."firesAt" END,
    "firingAfter" = CASE WHEN "isTimed" THEN NULL ELSE stored."firingAfter" END,
    "firingUntil" = CASE WHEN "isTimed" THEN NULL ELSE stored."firingUntil" END
  FROM given WHERE stored.id = given.id AND stored.revision = given.revision - 1
  RETURNING stored.id
), ${GRAPH}
SELECT id FROM saved`,
};
