import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { compileExpression } from '../../packages/core/src/language/expression.ts';
import { toJson, variables, type Json } from '../../packages/core/src/language/json.ts';
import { declared, scope, values } from './page.ts';

const valueOf = (source: string, given: { [name: string]: Json } = values) => {
  try {
    return compileExpression(source).evaluate({ ...scope, variables: variables(given) });
  } catch (error) {
    return error instanceof CrmflowError ? `${error.code}: ${error.message}` : { unexpected: error };
  }
};
const problemsOf = (source: string) => compileExpression(source).problems(declared);

describe('an expression', () => {
  it('names the variables it reads, without built-in names and the names of its loops', () => {
    const { names } = compileExpression(
      'a > b.c && [d].exists(e, e == f[g] && today == now) && a == message',
    );
    expect(names).toEqual(['a', 'b', 'd', 'f', 'g']);
  });

  it('reads an element under the name a variable has outside of the loop', () => {
    expect(valueOf('[1, 2].map(name, [10].map(name, name + 1)) == [[11], [11]] && name == "Ann"')).toBe(true);
    expect(valueOf('[1, 2].map(a, [10, 20].map(b, a + b))')).toEqual([
      [11, 21],
      [12, 22],
    ]);
  });

  it('is not changed by its value being changed', () => {
    const expression = compileExpression('["a", "b"]');
    (expression.evaluate(scope) as Json[]).push('c');
    expect(expression.evaluate(scope)).toEqual(['a', 'b']);
  });

  it('leaves the variables as they are', () => {
    const given = variables({ list: [3, 1], map: { a: [1] } });
    const before = JSON.stringify(given);
    for (const source of ['list + [1]', 'map.a + list', 'list.filter(x, x > 1)', 'max(list)'])
      compileExpression(source).evaluate({ ...scope, variables: given });
    expect(JSON.stringify(given)).toBe(before);
  });

  it('still works when its methods are handed on alone', () => {
    const { evaluate, problems, typeIn } = { ...compileExpression('score + 1') };
    expect([evaluate(scope), problems(declared), typeIn(declared)]).toEqual([13, [], 'number']);
  });

  it.each([
    ['score +', 'line 1, column 8: the end is not expected here'],
    ['score >\n  and 3', 'line 2, column 7: 3 is not expected here'],
    ['score = 3', 'line 1, column 7: = is not expected here; to compare, write =='],
    ['score > 3 and subscribed', 'line 1, column 11: and is not expected here; write && for and'],
    ['not subscribed', 'line 1, column 5: subscribed is not expected here; write ! for not'],
    ['name == “Ann”', 'line 1, column 9: “ is not expected here; write straight quotes'],
    ['name == "Ann', 'line 1, column 9: the text that begins here has no closing quote'],
    ['lower(name', 'line 1, column 11: ) is expected here, not the end'],
    ['package == 1', 'line 1, column 1: package is a word of the language; give the variable another name'],
    [
      'items.map(1, 2)',
      'line 1, column 11: a name for each element is expected here, as in items.map(item, item.price)',
    ],
    ['größe', `line 1, column 3: ö is not expected here; if it is a text, quote it twice: '"größe"'`],
    ['  ', 'line 1, column 3: there is no expression'],
    ['"\\q"', 'line 1, column 2: invalid escape sequence: \\q'],
    ['__proto__', 'line 1, column 1: __proto__ is a word of the language; give the variable another name'],
  ])('with a syntax error is refused with its place: %s', (source, message) => {
    const refusal = (() => {
      try {
        return compileExpression(source);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(CrmflowError);
    expect({ ...(refusal as CrmflowError).toJSON() }).toEqual({ code: 'workflow_invalid', message });
  });

  it('that is too long or nests too deeply is refused', () => {
    const sources = ['('.repeat(80), `1${'+1'.repeat(600)}`, 'x'.repeat(10_001)];
    expect(sources.map((source) => valueOf(source))).toEqual([
      'workflow_invalid: line 1, column 61: the expression is too long or nested too deeply; set a part of it first',
      'workflow_invalid: The expression is nested too deeply; set a part of it first.',
      'workflow_invalid: An expression may be 10000 characters long; this one has 10001.',
    ]);
  });
});

describe('numbers', () => {
  it('mix freely, whole or not', () => {
    const given = { whole: 7, half: 2.5 };
    const sources = [
      'whole + 1',
      'half + 1',
      'half - 1',
      '2 * half',
      '7 / 2',
      'whole / 2',
      'whole % 4',
      '7.5 % 2',
      '-half',
    ];
    expect(sources.map((source) => valueOf(source, given))).toEqual([8, 3.5, 1.5, 5, 3.5, 3.5, 3, 1.5, -2.5]);
    const claims = [
      'whole > 6.5 && 6.5 < whole && whole >= 7 && whole <= 7.0',
      'whole == 7 && whole == 7.0 && 7 == 7.0 && half != 2',
      'whole in [1, 7] && whole in [1.5, 7.0] && 2.5 in [1, half] && !(8 in [7.5, whole])',
      '[1, 2.5, whole] == [1.0, 2.5, 7] && {"a": 1} == {"a": 1.0}',
      'size([1, 2, 3]) > 2 && size([1, 2, 3]) / 2 == 1.5',
      '(whole > 3 ? 1 : 2.5) == 1 && [1, 2].map(x, x * half) == [2.5, 5]',
      '10u == 10 && 0x1F == 31 && 1e3 == 1000',
    ];
    expect(claims.map((source) => valueOf(source, given))).toEqual(claims.map(() => true));
  });

  it('that are none are refused', () => {
    expect(['1 / 0', '0 / 0', '5 % 0', '1e308 * 10'].map((source) => valueOf(source))).toEqual(
      ['1 / 0', '0 / 0', '5 % 0', '1e+308 * 10'].map(
        (source) => `unprocessable: ${source} is no number: it divides by zero or grows too large.`,
      ),
    );
  });

  it('are rounded as they are read', () => {
    expect(
      [
        'round(1.005, 2)',
        'round(-1.005, 2)',
        'round(2.5)',
        'round(-2.5)',
        'round(1234, -2)',
        'round(1e21)',
        'round(1e-9, 2)',
      ].map((source) => valueOf(source)),
    ).toEqual([1.01, -1.01, 3, -3, 1200, 1e21, 0]);
  });

  it('become a text of the digits that are true, and stay what they are', () => {
    expect(
      ['0.1 + 0.2', 'text(0.1 + 0.2)', 'join([1.1 * 3], "")', 'text(9007199254740991)', 'text(2.0)'].map(
        (source) => valueOf(source),
      ),
    ).toEqual([0.1 + 0.2, '0.3', '3.3', '9007199254740991', '2']);
  });

  it('are read from texts that are numbers, and from no others', () => {
    expect(['" 12 "', '"-1.5"', '".5"', '"1e3"', '7'].map((text) => valueOf(`number(${text})`))).toEqual([
      12, -1.5, 0.5, 1000, 7,
    ]);
    expect(
      ['', 'abc', '1,5', '0x10', 'Infinity', '1e999', '--1'].map((text) => valueOf(`number("${text}")`)),
    ).toEqual(
      ['', 'abc', '1,5', '0x10', 'Infinity', '1e999', '--1'].map(
        (text) => `unprocessable: "${text}" is not a number; write digits with a point, such as 12.5.`,
      ),
    );
  });
});

describe('null', () => {
  it('is what an unset variable, a missing part and a missing element are', () => {
    expect(
      valueOf('[unset, order.none, order.none.deeper, items[99], items[-1], items[0.5], order["none"]]'),
    ).toEqual(Array(7).fill(null));
  });

  it('under a key is still a key that is there, as in CEL', () => {
    const given = { m: { k: 1, none: null } };
    expect(
      ['"k" in m', '"none" in m', '"other" in m', '"constructor" in m', 'has(m.none)'].map((source) =>
        valueOf(source, given),
      ),
    ).toEqual([true, true, false, false, false]);
  });

  it('answers every question with false', () => {
    const questions = [
      'unset < 1',
      'unset >= 1',
      '"a" > unset',
      'unset.contains("a")',
      'name.contains(unset)',
    ];
    const more = [
      'unset.matches("a")',
      '1 in unset',
      'unset && true',
      'unset || false',
      'has(unset)',
      'unset ? true : false',
    ];
    const rest = ['unset.exists(x, true)', 'unset == 0', 'unset == ""', 'unset == false', 'null in [1]'];
    const all = [...questions, ...more, ...rest];
    expect(all.map((source) => [source, valueOf(source)])).toEqual(all.map((source) => [source, false]));
    expect(
      ['unset == null', '!unset', 'unset != 1', 'null in [null]'].map((source) => valueOf(source)),
    ).toEqual(Array(4).fill(true));
    expect(['size(unset)', 'unset.map(x, x)', 'unset.all(x, x)'].map((source) => valueOf(source))).toEqual([
      0,
      [],
      true,
    ]);
  });

  it('is refused by name where something is to be made of it', () => {
    expect(
      [
        'unset + 1',
        'name + unset',
        'score * unset',
        '-unset',
        'lower(unset)',
        'round(order.none)',
        'unset + null',
      ].map((source) => valueOf(source)),
    ).toEqual([
      'unprocessable: unset + 1 adds two values, but unset has no value; write default(unset, 0).',
      'unprocessable: name + unset adds two values, but unset has no value; write default(unset, "").',
      'unprocessable: score * unset needs numbers, but unset has no value; write default(unset, 0).',
      'unprocessable: -unset needs numbers, but unset has no value; write default(unset, 0).',
      'unprocessable: lower(…) needs a text, but unset has no value; write default(unset, "").',
      'unprocessable: round(…) needs a number, but order.none has no value; write default(order.none, 0).',
      'unprocessable: unset + null adds two values, but unset has no value; write default(unset, 0).',
    ]);
  });

  it('is forgiven by && and || when the other side decides, as in CEL', () => {
    expect(
      [
        'unset + 1 > 0 || true',
        'true || unset + 1 > 0',
        'unset + 1 > 0 && false',
        '[0, 1].exists(x, x == 1 || unset + x > 0)',
      ].map((source) => valueOf(source)),
    ).toEqual([true, true, false, true]);
    expect(valueOf('unset + 1 > 0 || false')).toMatch(/^unprocessable: unset \+ 1/);
  });
});

describe('types', () => {
  it.each([
    ['scroe > 1', ['There is no variable scroe. Did you mean score?']],
    ['lowr(name)', ['There is no function lowr. Did you mean lower?']],
    ['name.lenght()', ['There is no function lenght.']],
    ['"You have " + score', ['"You have " + score joins a text and a number; write text(score).']],
    ['score + " points"', ['score + " points" joins a number and a text; write text(score).']],
    [
      'subscribed + 1',
      [
        'subscribed + 1 adds a boolean (true or false) and a number; + takes two numbers, two texts or two lists.',
      ],
    ],
    ['name - 1', ['name - 1 needs numbers, but name is a text; write number(name).']],
    ['score > "10"', ['score > "10" compares a number with a text; write number("10").']],
    ['score == "10"', ['score == "10" compares a number with a text, which are never equal.']],
    ['score in ["1", "2"]', ['score in ["1", "2"] compares a number with a text, which are never equal.']],
    ['"a" in name', ['"a" in name needs a list or a map, but name is a text; write contains(name, "a").']],
    ['score && subscribed', ['score && subscribed needs a boolean, but score is a number.']],
    ['!name', ['!name needs a boolean, but name is a text.']],
    ['name ? 1 : 2', ['name ? 1 : 2 needs a boolean, but name is a text.']],
    ['lower(score)', ['lower(…) needs a text, but score is a number; write text(score).']],
    [
      'score.contains("1")',
      ['contains(…) needs a text or a list, but score is a number; write text(score).'],
    ],
    ['round(score, 1, 2)', ['round(…) takes 1 or 2 values, not 3.']],
    ['lower()', ['lower(…) takes 1 value, not 0.']],
    ['max()', ['max(…) takes at least 1 value, not 0.']],
    ['name.first', ['name is a text; it has no part first.']],
    ['tags.first', ['tags is a list; it has no part first.']],
    ['score.map(x, x)', ['score.map(x, x) needs a list or a map, but score is a number.']],
    ['items.filter(item, 1)', ['items.filter(item, 1) needs a boolean, but 1 is a number.']],
    [
      'map(items, item)',
      [
        'There is no variable item. Did you mean items?',
        'map is written items.map(item, …), with a name for each element.',
      ],
    ],
    ['due - today', ['due - today subtracts dates; write daysBetween(today, due).']],
    ['due + 7', ['due + 7 adds a date and a number; write addDays(due, 7).']],
    ['due == slot', ['due == slot compares a date with a time, which are never equal.']],
    ['weekday(slot)', ['weekday(…) needs a date, but slot is a time.']],
    ['{1: 2}', ['A key of a map needs to be a text, but 1 is a number; write text(1).']],
    ['name.matches("(")', ["The pattern ( can't be read: missing closing ): `(`."]],
    [
      'name.matches("(?=a)")',
      ["The pattern (?=a) can't be read: invalid or unsupported Perl syntax: `(?=`."],
    ],
    ['split(name, "").exists(x, x > 3)', ['x > 3 compares a text with a number; write number(x).']],
    ['nmae == 1 && nmae == 2', ['There is no variable nmae. Did you mean name?']],
  ])('that do not fit are named: %s', (source, problems) => {
    expect(problemsOf(source)).toEqual(problems);
  });

  it.each([
    'score >= 10 && country in ["DE", "AT"]',
    'due > "2026-01-01" && due == today && slot < "15:00" && "On " + due + " at " + slot != ""',
    'unset + 1 > 2 && unset.part == "x" && unset[0] in unset',
    'score == null || null == name',
    'items[0].price + 1 > 2 && order.customer.city.contains("x")',
    'default(score, 0) + 1 > 0 && default(name, "x") + "y" != ""',
    '[1, 2.5].map(x, x + 1) == [2, 3]',
    'order.exists(key, key.startsWith("t"))',
    '[1, "a", null, [2]].size() == 4',
    '(tags + ["x"]).exists(tag, tag == "x")',
  ])('that fit are no problem: %s', (source) => {
    expect(compileExpression(source).problems(declared, 'boolean')).toEqual([]);
  });

  it('are found before anything runs', () => {
    const types = [
      ...[
        '1',
        '"a"',
        'true',
        'null',
        '[1]',
        '{}',
        'score',
        'due',
        'slot',
        'now',
        'today',
        'message',
        'unset',
        'nobody',
      ],
      ...[
        'score > 1',
        'score / 2',
        'due + "x"',
        'items[0].price',
        'tags[0]',
        '["a"][0]',
        'split(name, "")[0]',
      ],
      ...[
        'subscribed ? 1 : 2',
        'subscribed ? 1 : "a"',
        'addDays(due, 1)',
        'time(now)',
        'default(score, 1)',
        'default(score, "")',
      ],
      ...[
        'items.map(x, x.price)',
        'items.filter(x, true)',
        'items.all(x, true)',
        '[1, 2].map(x, x > 1)[0]',
        '(["a"] + ["b"])[0]',
        '(["a"] + [1])[0]',
      ],
    ];
    expect(types.map((source) => compileExpression(source).typeIn(declared))).toEqual([
      ...[
        'number',
        'text',
        'boolean',
        'any',
        'list',
        'map',
        'number',
        'date',
        'time',
        'text',
        'date',
        'text',
        'any',
        'any',
      ],
      ...['boolean', 'number', 'text', 'any', 'any', 'text', 'text'],
      ...['number', 'any', 'date', 'time', 'number', 'any'],
      ...['list', 'list', 'boolean', 'boolean', 'text', 'any'],
    ]);
  });

  it('that are asked for and not given are named', () => {
    const { problems } = compileExpression('score + 1');
    expect([problems(declared, 'boolean'), problems(declared, 'number'), problems(declared, 'any')]).toEqual([
      ['This must give a boolean (true or false), but it gives a number.'],
      [],
      [],
    ]);
    expect(compileExpression('"2026-01-01"').problems(declared, 'date')).toEqual([]);
    expect(compileExpression('today').problems(declared, 'time')).toHaveLength(1);
    expect(compileExpression('unset').problems(declared, 'boolean')).toEqual([]);
  });

  it('that turn out wrong while it runs are refused with the same sentence', () => {
    const sources = [
      '"You have " + score',
      'name - 1',
      'score > "10"',
      'lower(score)',
      '!name',
      'lowr(name)',
      'round(1, 2, 3)',
    ];
    expect(sources.map((source) => valueOf(source))).toEqual(
      sources.map((source) => `unprocessable: ${problemsOf(source)[0] ?? ''}`),
    );
  });
});

describe('dates', () => {
  const at = (now: string, timeZone: string, source: string) =>
    compileExpression(source).evaluate({ ...scope, now: new Date(now), timeZone });

  it('are those of the time zone', () => {
    const source = '[today, date(now), time(now), text(weekday(today)), text(day(now)), now]';
    const now = '2026-12-31T23:30:00Z';
    expect([at(now, 'Europe/Berlin', source), at(now, 'America/New_York', source)]).toEqual([
      ['2027-01-01', '2027-01-01', '00:30', '5', '1', '2026-12-31T23:30:00.000Z'],
      ['2026-12-31', '2026-12-31', '18:30', '4', '31', '2026-12-31T23:30:00.000Z'],
    ]);
  });

  it('do not slip when the clocks change', () => {
    expect(
      [
        'addDays("2026-03-28", 1)',
        'addDays("2026-03-28", 2)',
        'daysBetween("2026-03-28", "2026-03-30")',
        'addDays("2024-02-28", 1)',
        'addDays("2026-01-01", -1)',
        'daysBetween(today, "2026-03-29")',
        'time("2026-03-29T01:30:00Z")',
        'time("2026-03-29T00:30:00Z")',
      ].map((source) => at('2026-03-29T00:30:00Z', 'Europe/Berlin', source)),
    ).toEqual(['2026-03-29', '2026-03-30', 2, '2024-02-29', '2025-12-31', 0, '03:30', '01:30']);
  });

  it('are read from timestamps with an offset, and from local ones as they stand', () => {
    expect(
      [
        'date("2026-03-01T23:30:00+00:00")',
        'date("2026-03-01T23:30:00")',
        'date("2026-03-01 23:30")',
        'time("2026-03-01T10:00:00.123-0500")',
        'time("09:15:30")',
      ].map((source) => valueOf(source)),
    ).toEqual(['2026-03-02', '2026-03-01', '2026-03-01', '16:00', '09:15']);
  });

  it.each(['2026-02-30', '2026-13-01', '01.03.2026', 'tomorrow', '', '2026-03-01T25:00', '14:30'])(
    'that are none are refused: %s',
    (date) => {
      expect(valueOf(`weekday("${date}")`)).toBe(
        `unprocessable: "${date}" is not a date; write it as YYYY-MM-DD.`,
      );
    },
  );

  it('stay within the calendar', () => {
    expect([valueOf('addDays(today, 10000000)'), valueOf('addDays(today, 1.5)')]).toEqual([
      'unprocessable: 10000000 days from 2026-03-02 is beyond the calendar; the years 0 to 9999 are known.',
      'unprocessable: addDays(…) takes whole days, not 1.5.',
    ]);
  });

  it('in a time zone nobody knows are refused', () => {
    expect(() => at('2026-01-01T00:00:00Z', 'Mars/Base', 'today')).toThrow(
      'There is no time zone Mars/Base; write one such as Europe/Berlin.',
    );
  });
});

describe('where CEL and its library have the same answer', () => {
  const names = {
    a: 3.5,
    b: 0.25,
    s: 'abc',
    t: 'b',
    yes: true,
    no: false,
    l: ['a', 'b'],
    n: [1.5, 2.5],
    m: { k: 'v' },
  };
  const library = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  const number: fc.Arbitrary<string> = fc.constantFrom('a', 'b', '1.5', '2.25', 'n[0]');
  const text = fc.constantFrom('s', 't', '"abc"', "'b'", 'm.k', 'l[1]');
  const boolean = fc.letrec<{ claim: string }>((tie) => ({
    claim: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('yes', 'no', 'true', 'false', 'has(m.k)', 'has(m.x)', '"k" in m'),
      fc
        .tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number)
        .map((parts) => parts.join(' ')),
      fc.tuple(text, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), text).map((parts) => parts.join(' ')),
      fc
        .tuple(text, fc.constantFrom('contains', 'startsWith', 'endsWith', 'matches'), text)
        .map(([x, f, y]) => `${x}.${f}(${y})`),
      fc.tuple(text, fc.constantFrom('l', '["b", "x"]')).map((parts) => parts.join(' in ')),
      fc.tuple(number, number, number).map(([x, y, z]) => `${x} + ${y} * ${z} - ${x} / ${y} > -${z}`),
      fc.tuple(fc.constantFrom('all', 'exists', 'exists_one'), number).map(([f, y]) => `n.${f}(x, x > ${y})`),
      fc.tuple(fc.constantFrom('filter', 'map'), number).map(([f, y]) => `n.${f}(x, x > ${y}) == n`),
      fc
        .tuple(tie('claim'), fc.constantFrom('&&', '||', '=='), tie('claim'))
        .map(([x, op, y]) => `(${x}) ${op} (${y})`),
      fc.tuple(tie('claim'), tie('claim'), tie('claim')).map(([x, y, z]) => `(${x}) ? (${y}) : (${z})`),
      tie('claim').map((claim) => `!(${claim})`),
    ),
  })).claim;

  it('we give it too', () => {
    fc.assert(
      fc.property(boolean, (source) => {
        const theirs = toJson(library.evaluate(source, names));
        expect(compileExpression(source).evaluate({ ...scope, variables: variables(names) })).toEqual(theirs);
      }),
      { numRuns: 500 },
    );
  });
});
