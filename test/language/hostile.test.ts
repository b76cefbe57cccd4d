import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { compileExpression } from '../../packages/core/src/language/expression.ts';
import { toJson, variables, type Json } from '../../packages/core/src/language/json.ts';
import { compilePattern } from '../../packages/core/src/language/pattern.ts';
import { compileText } from '../../packages/core/src/language/text.ts';
import { declared, examples, scope, values } from './page.ts';

const reach = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];
const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const untouched = prototypes.map((each) => Object.getOwnPropertyNames(each));

/** The value, or the refusal; anything else that is thrown is a fault. */
const outcome = (act: () => Json): Json | { refused: string } => {
  try {
    return act();
  } catch (error) {
    if (error instanceof CrmflowError) return { refused: error.code };
    throw error;
  }
};
const evaluated = (source: string, given: { [name: string]: Json } = values) =>
  outcome(() => compileExpression(source).evaluate({ ...scope, variables: variables(given) }));
const rendered = (source: string, given: { [name: string]: Json } = values) =>
  outcome(() => compileText(source).render({ ...scope, variables: variables(given) }));

afterEach(() => {
  expect(prototypes.map((each) => Object.getOwnPropertyNames(each))).toEqual(untouched);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

describe('prototypes', () => {
  it.each(reach)('can not be reached through %s', (name) => {
    const paths = [
      `order.${name}`,
      `order["${name}"]`,
      `tags.map(x, order["${name}"])[0]`,
      `{"a": 1}["${name}"]`,
    ];
    expect(paths.map((path) => evaluated(path))).toEqual(paths.map(() => null));
    expect(evaluated(`name.${name}`)).toEqual({ refused: 'unprocessable' });
    expect(evaluated(`tags["${name}"]`)).toEqual({ refused: 'unprocessable' });
    expect(evaluated(`"${name}" in order || has(order.${name})`)).toBe(false);
    const texts = [
      `{{ ${name} }}`,
      `{{ order.${name} }}`,
      `{{ order["${name}"].name }}`,
      `{{ name.${name} }}`,
      `{{ tags.${name} }}`,
    ];
    const more = [
      `{{ items | map: "${name}" | compact | size }}`.replace('size', 'join'),
      `{% assign k = "${name}" %}{{ order[k] }}`,
    ];
    expect([...texts, ...more].map((text) => rendered(text))).toEqual([...texts, ...more].map(() => ''));
  });

  it('can not be reached through data that names them', () => {
    const given = {
      map: JSON.parse('{"__proto__": {"a": 1}, "constructor": {"a": 1}, "prototype": 1, "b": 2}') as Json,
    };
    const names = ['__proto__', 'constructor', 'prototype'];
    expect(names.map((name) => evaluated(`map["${name}"]`, given))).toEqual([null, null, null]);
    expect(names.map((name) => rendered(`{{ map.${name} }}{{ map["${name}"].a }}`, given))).toEqual([
      '',
      '',
      '',
    ]);
    expect([evaluated('map.b', given), rendered('{{ map.b }}', given)]).toEqual([2, '2']);
  });

  it('of variables that are an ordinary object are not reached either', () => {
    const ordinary = { ...scope, variables: { name: 'Ann' } };
    expect(compileExpression('[toString, valueOf, name]').evaluate(ordinary)).toEqual([null, null, 'Ann']);
    expect(compileText('{{ toString }}{{ valueOf }}{{ name }}').render(ordinary)).toBe('Ann');
    expect(compileText('{{ toString | upcase }}{{ name | upcase }}').render(ordinary)).toBe('ANN');
  });

  it('are not changed by what is written to a name of theirs', () => {
    for (const name of reach) {
      rendered(
        `{% assign ${name} = "x" %}{% capture ${name} %}x{% endcapture %}{% for ${name} in tags %}{{ ${name} }}{% endfor %}`,
      );
      evaluated(`{"${name}": {"x": 1}}`);
      evaluated(`tags.map(${name}, ${name})`);
    }
    expect(evaluated('{"__proto__": {"x": 1}, "a": 1}')).toEqual({ a: 1 });
  });
});

describe('patterns', () => {
  it.each([
    '^(a+)+$',
    '(a|aa)+$',
    '(x+x+)+y',
    '([a-z]+)*\\d',
    '(.*)(.*)(.*)(.*)(.*)[^a!]$',
    '(a?){50}a{50}$',
  ])('take time in proportion to the text: %s', (pattern) => {
    const given = { text: `${'a'.repeat(5_000)}!`, pattern };
    expect([evaluated('text.matches(pattern)', given), evaluated('matches(text, pattern)', given)]).toEqual([
      false,
      false,
    ]);
    expect(compilePattern(pattern).fits(given.text)).toBe(false);
  });

  it('that are huge or can not be read are refused', () => {
    for (const pattern of [
      '(',
      '[z-a]',
      '(?=a)',
      '\\1',
      'a{9999}',
      '*',
      'a'.repeat(1_001),
      '((a{1,100}){1,100}){1,100}',
    ])
      expect(evaluated('name.matches(pattern)', { name: 'x', pattern })).toEqual({
        refused: 'unprocessable',
      });
  });

  it('count as work, so that a loop over them ends', () => {
    const given = { text: 'ab'.repeat(20_000), list: Array.from({ length: 2_000 }, (_, at) => at) };
    expect(evaluated('list.all(x, text.matches("[ab]*a[ab]{200}c|d" + string(x)) || true)', given)).toEqual({
      refused: 'unprocessable',
    });
  });
});

describe('work', () => {
  const list = Array.from({ length: 2_000 }, (_, at) => at);
  const given = {
    list,
    text: 'x'.repeat(100_000),
    map: Object.fromEntries(list.map((at) => [`k${at}`, at])),
  };
  it.each([
    'list.map(a, list.map(b, a + b)).size()',
    'list.all(a, list.all(b, list.all(c, true)))',
    'list.exists(a, list.exists(b, text.contains("y")))',
    'list.map(a, list)',
    'list.map(a, list.map(b, list)).size() > list.map(a, list.map(b, list)).map(a, a.map(b, size(text(b)))).size()',
    'list.all(a, (list + list) != [a])  && list.all(a, list.all(b, a == b || true))',
    'list.all(a, list.all(b, unset + 1 > 0 || true))',
    'list.all(a, list.all(b, today != ""))',
    'list.all(a, text(map) != "" && size(map) > 0)',
    'list.all(a, map.all(k, k != ""))',
    'list.all(a, replace(text, "x", "xx") != "")',
    'replace(text, "x", "12345678901")',
    'join(list.map(a, text), ",")',
    'list.all(a, split(text, "").size() > 0)',
    `text${' + text'.repeat(12)}`,
    'list.all(a, text + text == text + text)',
  ])('is limited: %s', (source) => {
    expect(evaluated(source, given)).toEqual({ refused: 'unprocessable' });
  });

  it('is more than its steps where a step is dear: the calendar, a forgiven failure, long texts', () => {
    const items = (length: number) => Array.from({ length }, (_, at) => at);
    const dear = {
      some: items(4_000),
      many: items(12_000),
      one: 'x'.repeat(100_000),
      other: 'x'.repeat(100_000),
    };
    const cheap = ['many.all(a, a >= 0 && "2026" != "")', 'some.all(a, a >= 0 || one != "")', 'one == other'];
    expect(cheap.map((source) => evaluated(source, dear))).toEqual([true, true, true]);
    const refused = [
      'many.all(a, today != "")',
      'many.all(a, year("2026-01-01") > 0)',
      'many.all(a, unset + 1 > 0 || true)',
      'many.exists(a, a == 11999 || unset + 1 > 0)',
      'some.all(a, one == other)',
      'some.all(a, one <= other)',
      `size(text([${Array(12).fill('one').join(', ')}])) > 0`,
    ];
    expect(refused.map((source) => evaluated(source, dear))).toEqual(
      refused.map(() => ({ refused: 'unprocessable' })),
    );
  });

  it('that is reasonable is not', () => {
    expect(
      evaluated(
        'list.filter(a, a % 2 == 0).map(a, a * 2).exists(a, a == 3996) && sum(list) == 1999000',
        given,
      ),
    ).toBe(true);
    expect(evaluated('list.all(a, a in list)', given)).toBe(true);
  });

  it('that nests deeply ends in a refusal, not in a crash', () => {
    const sources = [
      ...[
        '!'.repeat(9_000) + 'true',
        '-'.repeat(9_000) + '1',
        '('.repeat(4_000),
        '['.repeat(4_000),
        '{"a":'.repeat(1_500),
      ],
      ...[
        '1' + '+1'.repeat(4_000),
        'true' + ' && true'.repeat(1_200),
        'a' + '.a'.repeat(4_000),
        'a' + '[0]'.repeat(3_000),
      ],
      ...['true ? '.repeat(1_200), 'f('.repeat(3_000), 'x.map(x, '.repeat(1_000)],
    ];
    for (const source of sources) expect(evaluated(source)).toEqual({ refused: 'workflow_invalid' });
    expect(evaluated(`1${'+1'.repeat(400)}`)).toBe(401);
    expect(compileExpression(`1${'+1'.repeat(400)}`).problems(declared)).toEqual([]);
  });
});

describe('whatever is written', () => {
  const pieces = (kind: 'liquid' | 'cel') => examples(kind).flatMap(({ source }) => source.split(/(\b|\s+)/));
  const scrambled = (words: readonly string[]) =>
    fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((each) => each.join('')),
      fc
        .array(fc.oneof(fc.constantFrom(...words, ...reach), fc.string({ unit: 'binary', maxLength: 4 })), {
          maxLength: 20,
        })
        .map((each) => each.join(' ')),
      fc.string({ unit: 'binary' }),
    );

  it('an expression gives JSON or is refused', () => {
    fc.assert(
      fc.property(scrambled(pieces('cel')), (source) => {
        const value = evaluated(source);
        expect(toJson(value)).toEqual(value);
        outcome(() => compileExpression(source).problems(declared, 'boolean'));
      }),
      { numRuns: 3_000 },
    );
  });

  it('an expression that has no problem runs, or says that a value is not as it was declared', () => {
    const claims = fc.constantFrom(...examples('cel').map(({ source }) => source.split(' //')[0] ?? ''));
    const joined = fc
      .tuple(claims, fc.constantFrom('==', '+', '<', '&&', '||', 'in', '-'), claims)
      .map(([a, op, b]) => `(${a}) ${op} (${b})`);
    fc.assert(
      fc.property(joined, (source) => {
        const value = evaluated(source);
        if (
          compileExpression(source).problems(declared).length > 0 ||
          typeof value !== 'object' ||
          value === null ||
          !('refused' in value)
        )
          return;
        expect(() => compileExpression(source).evaluate(scope)).toThrow(
          /no value|no part|no number|joins|adds|compares|, but .* is a /,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('a text gives a text or is refused', () => {
    fc.assert(
      fc.property(scrambled([...pieces('liquid'), '{{', '}}', '{%', '%}']), (source) => {
        const value = rendered(source);
        expect(typeof value === 'string' || (value !== null && typeof value === 'object')).toBe(true);
        outcome(() => compileText(source).problems(declared));
      }),
      { numRuns: 3_000 },
    );
  });

  it('the same comes of the same, whatever the clock says', () => {
    const run = () => [
      ...examples('cel').map(({ source }) => evaluated(source)),
      ...examples('liquid').map(({ source }) => rendered(source)),
    ];
    expect(run()).toEqual(run());
  });
});
