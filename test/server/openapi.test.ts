import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { entries } from '@crmflow/core/contract';
import { openApi } from '@crmflow/server';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { begin } from './kit.ts';

const text = JSON.stringify(openApi('0.1.0'));
const document = () => JSON.parse(text) as Json;
type Json = Record<string, unknown>;

describe('the OpenAPI document', () => {
  it('satisfies the recommended rules of Redocly, every one', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
    expect(found.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it('satisfies the rules of Spectral, every one', async () => {
    const linter = new spectral.Spectral();
    // The two packages write one type in two ways.
    linter.setRuleset({ extends: [rulesets.oas as RulesetDefinition] });
    const found = await linter.run(document());
    expect(found.map(({ code, message, path }) => `${code}: ${message} (${path.join('.')})`)).toEqual([]);
  });

  it('tells every operation of the contract, and no other', () => {
    const told = Object.entries(document().paths as Record<string, Record<string, Json>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path]),
    );
    const there = entries.map(({ noun, verb, op }) => [
      `${noun}_${verb}`,
      op.method,
      op.path.replaceAll(/:(\w+)/g, '{$1}'),
    ]);
    expect(told.sort()).toEqual(there.sort());
  });

  it('shows a body for every operation that takes one, and each is taken', () => {
    const withBody = entries.filter(({ op }) => {
      const inPath = [...op.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      const { shape } = op.input as z.ZodObject;
      const isSent = op.method === 'post' || op.method === 'put';
      return isSent && !op.upload && Object.keys(shape).some((name) => !inPath.includes(name));
    });
    expect(withBody.length).toBeGreaterThan(15);
    for (const { noun, verb, op } of withBody) {
      const { success, error } = op.input.safeParse(op.example);
      expect(success, `${noun}.${verb}: ${error?.message}`).toBe(true);
    }
  });

  it('requires a body exactly where the operation refuses to go without one', async () => {
    const { register } = await begin();
    const { ask } = await register('ada');
    const made = async (path: string, body: object) => (await ask('POST', path, body)).body as { id: string };
    const { id: workflowId } = await made('/workflows', {
      name: 'Mine',
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'name', type: 'listen', data: { prompt: 'Your name?' } },
      ],
      edges: [{ sourceNodeId: 'start', targetNodeId: 'name' }],
    });
    const begun = await ask('POST', '/sessions', { workflowId });
    const ids: Record<string, string> = {
      workflows: workflowId,
      sessions: (begun.body as { session: { id: string } }).session.id,
      contacts: (await made('/contacts', { name: 'Ada' })).id,
      knowledge: (await made('/knowledge/manual', { question: 'When?', answer: 'Now.' })).id,
    };
    const paths = document().paths as Record<
      string,
      Record<string, { requestBody?: { required: boolean; content: Json } }>
    >;
    const wrong: string[] = [];
    let count = 0;
    for (const { noun, verb, op } of entries) {
      const body = paths[op.path.replaceAll(/:(\w+)/g, '{$1}')]![op.method]!.requestBody;
      if (!body || op.upload || op.access === 'operator') continue;
      count++;
      const path = op.path.replace(':id', ids[noun] ?? 'x').replace(':templateId', workflowId);
      const { status } = await ask(op.method.toUpperCase(), path);
      if (body.required !== (status === 400)) wrong.push(`${noun}.${verb}: ${status}`);
    }
    expect(count).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['post', '/auth/login', [400, 401, 409, 413, 415, 422, 429, 503]],
    ['put', '/auth/password', [400, 401, 403, 409, 413, 415, 422, 429, 503]],
    ['post', '/sessions', [400, 401, 404, 409, 413, 415, 422, 429, 503]],
    ['put', '/workflows/{id}', [400, 401, 404, 409, 412, 413, 415, 422, 429, 503]],
    ['post', '/ai/generate', [400, 401, 409, 413, 415, 422, 429, 502, 503]],
    ['get', '/sessions/{id}/events', [400, 401, 404, 429, 503]],
    ['get', '/health/ready', [400, 429, 503]],
  ])('tells every refusal of %s %s', (method, path, refusals) => {
    const paths = document().paths as Record<string, Record<string, { responses: Json }>>;
    const told = Object.keys(paths[path]![method]!.responses).map(Number);
    expect(told.filter((status) => status >= 400)).toEqual(refusals);
  });

  it('names what is met in many places once, and points at nothing that is not there', () => {
    const { schemas } = document().components as { schemas: Json };
    expect(
      Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name) || /InputInput/.test(name)),
    ).toEqual([]);
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['Workflow', 'Session', 'Knowledge', 'Refusal']),
    );
    expect(text).not.toContain('#/$defs/');
  });
});

const CLIENT = `
import type { paths } from './types';

type Method = 'get' | 'post' | 'put' | 'delete';
type Operation<P extends keyof paths, M extends Method> = paths[P][M];
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined;
type Answered<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201
      ? R[S] extends { content: { 'application/json': infer A } } ? A : never
      : never }[keyof R]
  : never;

async function call<P extends keyof paths, M extends Method>(
  method: M, path: P, body: Body<Operation<P, M>>,
): Promise<Answered<Operation<P, M>>> {
  const response = await fetch(path, { method, body: JSON.stringify(body) });
  return (await response.json()) as Answered<Operation<P, M>>;
}

export async function talk() {
  const { token, user } = await call('post', '/auth/login', { email: 'ada@example.com', password: 'secret words' });
  const workflow = await call('post', '/workflows', { name: \`Of \${user.email}, \${token}\` });
  const { session, events } = await call('post', '/sessions', { workflowId: workflow.id });
  const status: 'running' | 'waiting' | 'finished' | 'failed' = session.status;
  const page = await call('get', '/workflows', undefined);
  return [status, events.length, page.items.map(({ nodeCount }) => nodeCount + 1), page.nextCursor];
}
`;
const WRONG = [
  [`call('post', '/auth/login', { email: 'ada@example.com' })`, "'password' is missing"],
  [`call('post', '/sessions', { workflowId: 7 })`, "Type 'number' is not assignable to type 'string'"],
  [`call('get', '/nowhere', undefined)`, '\'"/nowhere"\' is not assignable'],
] as const;

/** What the compiler says about files that exist in memory alone. */
function complaints(files: Record<string, string>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    files[name] === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, files[name], ts.ScriptTarget.ES2022);
  host.fileExists = (name) => name in files || fileExists(name);
  host.readFile = (name) => files[name] ?? readFile(name);
  const program = ts.createProgram(Object.keys(files), options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it('gives types a client can be written by, which refuse what the server would', async () => {
  const types = astToString(await openapiTS(text));
  const wrong = `${CLIENT}\nexport const wrong = [${WRONG.map(([call]) => call).join(', ')}];`;
  expect(complaints({ '/types.ts': types, '/client.ts': CLIENT })).toEqual([]);
  const found = complaints({ '/types.ts': types, '/wrong.ts': wrong });
  expect(found).toHaveLength(WRONG.length);
  for (const [, why] of WRONG) expect(found.some((message) => message.includes(why))).toBe(true);
}, 60_000);

describe('the reference', () => {
  it('stands at /api/openapi.json, with the version of the server', async () => {
    const { guest } = await begin();
    const { status, headers, body } = await guest('GET', '/openapi.json');
    expect([status, headers.get('content-type'), body]).toEqual([
      200,
      'application/json; charset=utf-8',
      document(),
    ]);
  });

  it('is found with a slash at its end too', async () => {
    const { url } = await begin();
    const { status, url: at } = await fetch(`${url}/api/docs/`);
    expect([status, at]).toEqual([200, `${url}/api/docs`]);
  });

  it('stands at /api/docs, made of nothing from elsewhere, and says so to the browser', async () => {
    const { url } = await begin();
    const page = await fetch(`${url}/api/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      const answer = await fetch(new URL(part, `${url}/api/docs`));
      expect((await answer.text()).length).toBeGreaterThan(0);
      expect([part, answer.status, new URL(answer.url).origin]).toEqual([part, 200, url]);
    }
    expect(html).not.toMatch(/https?:/);
  });
});
