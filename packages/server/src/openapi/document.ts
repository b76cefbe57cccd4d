import { entries, ERRORS, Upload, type Entry, type ErrorCode } from '@crmflow/core/contract';
import { refusalsOf } from './refusals.ts';
import { createSchemas, refTo, type Json } from './schemas.ts';

type SchemaOf = ReturnType<typeof createSchemas>['schemaOf'];

/** The OpenAPI 3.1 document of the contract: https://spec.openapis.org/oas/v3.1.0 */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  const { schemaOf, found } = createSchemas();
  for (const entry of entries) {
    const path = entry.op.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[entry.op.method] = operationOf(entry, schemaOf);
  }
  const codes = new Set<ErrorCode>(['internal', ...entries.flatMap(refusalsOf)]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'CRMFlow',
      version,
      summary: 'Conversations that do work.',
      description:
        'Lists answer `{items, nextCursor}` and take `limit` and `cursor`. Every refusal is `{error: {code, message, details?, requestId}}`. A POST, PUT or DELETE with an `Idempotency-Key` is done once for a day; without a login the key must be a random UUID (version 4), since it alone tells its caller from others. Live events come by Socket.IO (docs/sockets.md of the repository), or from `/sessions/{id}/events` as server-sent events.',
      license: { name: 'All rights reserved', identifier: 'LicenseRef-UNLICENSED' },
      contact: { name: 'Whoever runs this server' },
    },
    servers: [{ url: '/api', description: 'This server' }],
    tags: [...new Set(entries.map(({ noun }) => noun))].map((name) => ({ name, description: TAGS[name] })),
    paths,
    components: {
      securitySchemes: {
        login: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token of a login.' },
        session: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token a session was started with, for a visitor without a login.',
        },
      },
      schemas: found,
      responses: Object.fromEntries([...codes].map((code) => [code, refusalOf(code)])),
    },
  };
}

const TAGS: Record<string, string> = {
  auth: 'Accounts and logins',
  users: 'Accounts, for whoever runs this installation',
  workflows: 'What conversations follow',
  templates: 'Workflows to begin with',
  sessions: 'Conversations',
  contacts: 'People, and the conversations with them',
  logs: 'What happened',
  knowledge: 'What flows may answer from',
  keys: 'Sealed keys of other services',
  ai: 'Answers and drafts',
  health: 'Whether this server works',
};

const WHY: Record<ErrorCode, string> = {
  invalid_input: 'The request is not as this operation takes it; the message names the field.',
  unauthenticated: 'Nobody is logged in, or the token is not good, or no longer.',
  forbidden: 'Whoever asks may not do this.',
  not_found: 'There is no such thing, or it is not yours.',
  method_not_allowed: 'This path answers other methods.',
  conflict: 'It does not fit what is there now.',
  stale: 'Somebody has saved meanwhile; what is there now stands in `details.current`.',
  too_large: 'What was sent is too large.',
  unsupported_media: 'What was sent is of another type than this operation takes.',
  unprocessable: 'It can be read and still not be used; the message says why.',
  workflow_invalid: 'The workflow cannot run; its problems stand in `details.problems`.',
  rate_limited: 'Too often; `Retry-After` says when to ask again.',
  internal: 'Something went wrong on our side; the request id names it in the log.',
  provider_failed: 'Another service that is needed for this failed.',
  unavailable: 'Something that is needed for this is away at the moment.',
};
const refusalOf = (code: ErrorCode): Json => ({
  description: `\`${code}\`: ${WHY[code]}`,
  content: { 'application/json': { schema: refTo('Refusal') } },
});

function operationOf(entry: Entry, schemaOf: SchemaOf): Json {
  const { noun, verb, op } = entry;
  const { parameters, body } = inputOf(entry, schemaOf);
  return {
    operationId: `${noun}_${verb}`,
    tags: [noun],
    summary: op.summary,
    description: `${op.summary}. ${ACCESS[op.access]}`,
    security: SECURITY[op.access],
    ...(parameters.length && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      [op.status ?? 200]: answerOf(entry, schemaOf),
      ...(op.stream &&
        op.method === 'get' && { 204: { description: 'Asked for a stream: all has been told.' } }),
      ...Object.fromEntries(refusalsOf(entry).map((code) => [ERRORS[code].status, ref(code)])),
      default: ref('internal'),
    },
  };
}
const ref = (code: string) => ({ $ref: `#/components/responses/${code}` });

const ACCESS = {
  public: 'Anyone may.',
  user: 'For whoever is logged in, and what is theirs.',
  session: "For the session's starter and the workflow's owner.",
  operator: 'For whoever runs this installation.',
};
const SECURITY = {
  public: [{}, { login: [] }],
  user: [{ login: [] }],
  session: [{ session: [] }, { login: [] }],
  operator: [{ login: [] }],
};

function inputOf({ op }: Entry, schemaOf: SchemaOf): { parameters: Json[]; body?: Json } {
  const schema = schemaOf(op.input, 'input');
  const properties = { ...(schema.properties as Record<string, Json> | undefined) };
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const inPath = [...op.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const parameters: Json[] = inPath.map((name) => {
    const { [name]: of = { type: 'string' } } = properties;
    delete properties[name];
    return { name, in: 'path', required: true, schema: of };
  });
  const hasRevision = 'ifRevision' in properties;
  delete properties.ifRevision;
  if (hasRevision) parameters.push(IF_MATCH);
  if (op.method !== 'get') parameters.push(IDEMPOTENCY_KEY);
  if (op.method === 'get' || op.method === 'delete') {
    for (const [name, of] of Object.entries(properties))
      parameters.push({ name, in: 'query', required: required.has(name), schema: of });
    return { parameters };
  }
  const left = Object.keys(properties);
  if (!left.length) return { parameters };
  const of: Json = { ...schema, properties, required: left.filter((name) => required.has(name)) };
  const type = op.upload ? 'multipart/form-data' : 'application/json';
  if (op.upload) of.properties = { ...properties, [op.upload]: { type: 'string', format: 'binary' } };
  const example = op.example === undefined ? {} : { example: withoutPath(op.example, inPath) };
  return {
    parameters,
    body: {
      required: left.some((name) => required.has(name)),
      content: { [type]: { schema: of, ...example } },
    },
  };
}

const withoutPath = (example: unknown, inPath: readonly string[]) =>
  Object.fromEntries(Object.entries(example as object).filter(([name]) => !inPath.includes(name)));

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag as it was read: save only on top of that.',
  schema: { type: 'string' },
};
const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and request again is answered the same, and done once.',
  schema: { type: 'string', maxLength: 200 },
};

function answerOf({ op }: Entry, schemaOf: SchemaOf): Json {
  if (op.status === 204) return { description: 'Done.' };
  if (op.output === Upload)
    return {
      description: 'The file.',
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    };
  const stream = op.stream && {
    'text/event-stream': { schema: { type: 'string', description: 'Server-sent events.' } },
  };
  return {
    description: 'Done.',
    ...(op.isVersioned && { headers: { ETag: { schema: { type: 'string' } } } }),
    content: { 'application/json': { schema: schemaOf(op.output, 'output') }, ...stream },
  };
}
