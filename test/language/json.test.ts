import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { part, toJson, variables } from '../../packages/core/src/language/json.ts';

const refusalOf = (act: () => unknown) => {
  try {
    return { gave: act() };
  } catch (error) {
    return error instanceof CrmflowError ? error.toJSON() : { unexpected: error };
  }
};

describe('variables', () => {
  it('are kept in a map that inherits no names', () => {
    const made = variables({ name: 'Ann' });
    expect({ ...made }).toEqual({ name: 'Ann' });
    expect(Object.getPrototypeOf(made)).toBeNull();
    expect('toString' in made).toBe(false);
  });

  it('can be made from entries', () => {
    expect({ ...variables(new Map([['score', 1]])) }).toEqual({ score: 1 });
    expect({ ...variables([['score', 1]]) }).toEqual({ score: 1 });
    expect({ ...variables() }).toEqual({});
  });

  it.each(['__proto__', 'constructor', 'prototype'])('can not be named %s', (name) => {
    const refusal = {
      code: 'invalid_input',
      message: `A variable can't be named ${name}; choose another name.`,
    };
    expect(refusalOf(() => variables([[name, 1]]))).toEqual(refusal);
    expect(refusalOf(() => variables(JSON.parse(`{"${name}": 1}`) as { [name: string]: 1 }))).toEqual(
      refusal,
    );
  });
});

describe('a part of a map', () => {
  it('is what the map itself holds, and null for anything inherited', () => {
    const map = JSON.parse('{"a": 1, "__proto__": 2, "constructor": 3}') as { [key: string]: number };
    expect(['a', 'b', 'toString', '__proto__', 'constructor'].map((key) => part(map, key))).toEqual([
      1,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('toJson', () => {
  it('keeps what JSON knows and turns the rest into it', () => {
    const value = {
      same: [null, true, 1.5, 'text', { nested: [] }],
      big: 12n,
      at: new Date('2026-03-01T12:00:00Z'),
      never: new Date(NaN),
      map: new Map<unknown, unknown>([[1, new Set(['a'])]]),
      gone: undefined,
      does: () => 1,
      symbol: Symbol('x'),
      numbers: [NaN, Infinity, -Infinity, -0],
    };
    expect(toJson(value)).toEqual({
      same: [null, true, 1.5, 'text', { nested: [] }],
      big: 12,
      at: '2026-03-01T12:00:00.000Z',
      never: null,
      map: { 1: ['a'] },
      gone: null,
      does: null,
      symbol: null,
      numbers: [null, null, null, -0],
    });
  });

  it('mends texts no database keeps', () => {
    expect(toJson(['a\0b', '\ud83d', 'x\udc00y', '😀', { 'k\0': 1 }])).toEqual([
      'ab',
      '\ufffd',
      'x\ufffdy',
      '😀',
      { k: 1 },
    ]);
  });

  it('drops a key that would set the prototype', () => {
    const made = toJson(JSON.parse('{"__proto__": {"isAdmin": true}, "__pro\\u0000to__": 1, "a": 1}'));
    expect(made).toEqual({ a: 1 });
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });

  it('refuses what nests too deeply, goes round in a circle or is too large', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    const circle: { self?: unknown; other?: unknown } = {};
    Object.assign(circle, { self: circle, other: circle });
    const shared = Array.from({ length: 1_000 }, () => 'x'.repeat(10_000));
    expect(toJson(nested(64))).toEqual(nested(64));
    const [deep, round, many, long] = [nested(65), circle, Array(200_001).fill(0), shared].map((value) =>
      refusalOf(() => toJson(value)),
    );
    const refusal = (why: string) => ({
      code: 'too_large',
      message: `The value ${why}; keep only what is needed of it.`,
    });
    expect({ deep, round, many, long }).toEqual({
      deep: refusal('nests deeper than 64 levels'),
      round: refusal('nests deeper than 64 levels'),
      many: refusal('holds more than 200000 parts'),
      long: refusal('holds more than 5000000 characters'),
    });
  });

  it('gives something that survives being written and read, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true }),
        (value) => {
          const made = toJson(value);
          const text = JSON.stringify(made);
          expect(JSON.stringify(JSON.parse(text))).toBe(text);
          expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
        },
      ),
    );
  });
});
