import { fromFile, problems } from '@crmflow/core';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { doorTo, serve } from '../http/support.ts';

/** A list of numbers on loopback, three on a page, which says in every way where the next page is. */
async function listing(total: number, more: { elsewhere?: string; fails?: number; round?: boolean } = {}) {
  const asked: string[] = [];
  const server = await serve((request, response) => {
    asked.push(request.url!);
    const url = new URL(request.url!, 'http://x');
    const from = Number(url.searchParams.get('from') ?? 0);
    if (from === more.fails) return response.writeHead(404).end('{"error": "gone"}');
    const items = Array.from({ length: Math.max(0, Math.min(3, total - from)) }, (_, index) => from + index);
    const following = more.round ? 0 : from + 3;
    const isLast = from + 3 >= total && !more.round;
    const next = isLast ? null : `${more.elsewhere ?? ''}/list?from=${following}`;
    response.setHeader('content-type', 'application/json');
    if (next !== null)
      response.setHeader('link', `</list>; rel="prev", <${next}>; title="a"; rel="last next"`);
    return response.end(JSON.stringify({ items, next, after: isLast ? '' : following, key: 'the-key' }));
  });
  return { server, asked };
}
const graph = (url: string, data: object) => ({
  name: 'pages',
  nodes: [
    { id: 'start', type: 'trigger' },
    {
      id: 'list',
      type: 'integration',
      data: {
        url: `${url}/list`,
        retries: 0,
        results: { all: '$items', more: '$more', status: '$status' },
        ...data,
      },
    },
    { id: 'ok', type: 'speak', data: { text: 'ok' } },
    { id: 'sorry', type: 'speak', data: { text: '{{ error.message }}' } },
  ],
  edges: ['start -> list', 'list -> ok', 'list.error -> sorry'],
});

async function read(made: Awaited<ReturnType<typeof listing>>, paginate: object, data: object = {}) {
  const { app, owner } = testWorld({ http: doorTo(made.server) });
  const api = app.as(owner);
  await api.keys.set({ service: 'http:list', key: 'the-key', host: made.server.host });
  const file = fromFile(graph(made.server.url, { paginate: { items: 'items', ...paginate }, ...data }), 'w');
  const { id: workflowId } = await api.workflows.create(file);
  const { session } = await api.sessions.start({ workflowId });
  const { items } = await api.sessions.messages({ id: session.id });
  const { all, more, status } = (await api.sessions.get({ id: session.id })).variables!;
  return { said: items.map(({ text }) => text).join(), all, more, status };
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const ways: [next: object | string][] = [['link'], [{ url: 'next' }], [{ query: 'from', from: 'after' }]];

describe('a list that comes in pages', () => {
  it.each(ways)('is read as one by %j', async (next) => {
    const made = await listing(8);
    expect(await read(made, { next })).toEqual({ said: 'ok', all: upTo(8), more: false, status: 200 });
    expect(made.asked).toEqual(['/list', '/list?from=3', '/list?from=6']);
  });

  it('is read as far as is wanted, and says that there is more', async () => {
    const made = await listing(100);
    expect(await read(made, { next: 'link', most: 7 })).toMatchObject({ all: upTo(7), more: true });
    expect(made.asked).toHaveLength(3);
    expect(await read(made, { next: 'link', most: 6 })).toMatchObject({ all: upTo(6), more: true });
    expect(await read(await listing(6), { next: 'link', most: 6 })).toMatchObject({ more: false });
  });

  it('ends after fifty pages, and where it goes round', async () => {
    const long = await listing(10_000);
    expect(await read(long, { next: 'link', most: 1_000 })).toMatchObject({ all: upTo(150), more: true });
    expect(long.asked).toHaveLength(50);
    const round = await listing(3, { round: true });
    await read(round, { next: 'link', most: 1_000 });
    expect(round.asked).toEqual(['/list', '/list?from=0']);
  });

  it.each(ways.slice(0, 2))('is not followed to another origin by %j', async (next) => {
    const other = await listing(9);
    const made = await listing(9, { elsewhere: other.server.url });
    const { said } = await read(made, { next }, { key: 'http:list' });
    expect(said).toBe(`${made.server.host} names a next page that is elsewhere. It was not read.`);
    expect(other.asked).toEqual([]);
  });

  it('keeps what came before a page that is refused', async () => {
    const { said, all, status } = await read(await listing(9, { fails: 6 }), { next: 'link' });
    expect(said).toMatch(/ answered 404\.$/);
    expect([all, status]).toEqual([upTo(6), 404]);
  });

  it('says that there is no list where none stands', async () => {
    const { said } = await read(await listing(9), { next: 'link', items: 'data.rows' });
    expect(said).toBe('There is no list at data.rows of the answer. See paginate.items.');
  });
});

it.each([
  [{ paginate: { items: '.', next: 'link' }, method: 'POST' }, 'list, paginate: pages are read by GET'],
  [{}, 'list, results.all: $items is only there with paginate'],
])('names what is wrong with pages before anyone talks: %j', (data, message) => {
  const found = problems(fromFile(graph('https://example.com', data), 'w'));
  expect(found).toContainEqual(expect.objectContaining({ message }));
});
