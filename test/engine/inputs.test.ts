import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { ask, calling, logic, say, start, takes } from './kit.ts';

describe('an input', () => {
  it.each([
    ['date', '2026-99-99'],
    ['date', '2026-02-30'],
    ['date', '2026-1-1'],
    ['date', '2026-01-01T09:30'],
    ['time', '99:99'],
    ['time', '24:00'],
    ['time', '9:30'],
  ])('of the type %s is not %s', async (type, value) => {
    const graph = { nodes: [takes({ name: 'when', type }), say('hi', 'Hi')], edges: ['start -> hi'] };
    await expect(converse(graph, {}, { when: value })).rejects.toMatchObject({ code: 'invalid_input' });
  });
  it.each([
    ['date', '2028-02-29'],
    ['time', '09:30'],
  ])('of the type %s may be %s', async (type, value) => {
    const graph = { nodes: [takes({ name: 'when', type }), ask('a')], edges: ['start -> a'] };
    expect((await (await converse(graph, {}, { when: value })).session()).variables).toEqual({ when: value });
  });
  it('may be named like what every object has, and is missing when it is not given', async () => {
    const graph = {
      nodes: [takes({ name: 'toString' }, { name: 'valueOf', type: 'any' }), ask('a')],
      edges: ['start -> a'],
    };
    expect((await (await converse(graph)).session()).variables).toEqual({});
  });
});

describe('the bytes of what a session knows', () => {
  const settings = { limits: { variableBytes: 1_000 } };
  const tooMuch = { status: 'failed', reason: 'Its variables are larger than 1000 bytes together.' };

  it('are counted as bytes, not as characters', async () => {
    const talk = await converse({
      settings,
      nodes: [start, logic('set', 'set', { values: { euros: `"${'€'.repeat(400)}"` } }), ask('a')],
      edges: ['start -> set', 'set -> a'],
    });
    expect(await talk.session()).toMatchObject(tooMuch);
  });
  it('hold the list a loop goes through', async () => {
    const list = `["${'x'.repeat(600)}", "${'y'.repeat(600)}"]`;
    const talk = await converse({
      settings,
      nodes: [start, logic('loop', 'each', { list }), ask('a')],
      edges: ['start -> loop', 'loop.item -> a'],
    });
    expect(await talk.session()).toMatchObject(tooMuch);
  });
  it('hold what the callers of a workflow know', async () => {
    const talk = await converse(
      {
        settings,
        nodes: [
          start,
          logic('set', 'set', { values: { long: `"${'x'.repeat(900)}"` } }),
          logic('call', 'subflow', { workflow: 'sub' }),
        ],
        edges: ['start -> set', 'set -> call'],
      },
      calling({
        sub: {
          nodes: [start, logic('set', 'set', { values: { more: `"${'y'.repeat(200)}"` } }), ask('a')],
          edges: ['start -> set', 'set -> a'],
        },
      }),
    );
    expect(await talk.session()).toMatchObject(tooMuch);
  });
});
