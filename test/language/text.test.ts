import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmflowError } from '../../packages/core/src/errors.ts';
import { toJson, variables, type Json } from '../../packages/core/src/language/json.ts';
import type { Scope } from '../../packages/core/src/language/scope.ts';
import { compileText } from '../../packages/core/src/language/text.ts';
import { declared, scope, values } from './page.ts';

const shown = (source: string, given: Partial<Scope> = {}) => {
  try {
    return compileText(source).render({ ...scope, ...given });
  } catch (error) {
    return error instanceof CrmflowError ? `${error.code}: ${error.message}` : { unexpected: error };
  }
};
const withVariables = (given: { [name: string]: Json }) => ({ variables: variables(given) });
const problemsOf = (source: string) => compileText(source).problems(declared);

describe('a text', () => {
  it('without tags is shown as it is written', () => {
    const source = 'Plain } text { with }} and { { braces } and % signs %}';
    expect({ ...compileText(source), shown: shown(source) }).toMatchObject({
      source,
      names: [],
      shown: source,
    });
  });

  it('names the variables it reads, without built-in names and what it sets itself', () => {
    const source =
      '{{ a.b }}{{ now }}{{ today | date }}{{ message }}{% assign c = d %}{{ c }}{% for e in f %}{{ e.g }}{{ forloop.index }}{% endfor %}{{ h[i] }}{{ "x" | append: j }}';
    expect(compileText(source).names).toEqual(['a', 'd', 'f', 'h', 'i', 'j']);
  });

  it('shows numbers as JavaScript prints them, lists with commas, maps as JSON and null as nothing', () => {
    const given = withVariables({
      n: [10, 1.5, -0.25, 1e21],
      b: [true, false],
      l: [1, [2, 'x'], null],
      m: { a: [1] },
      e: [],
      z: null,
    });
    const source = '{{ n[0] }} {{ n[1] }} {{ n }}|{{ b }}|{{ l }}|{{ m }}|{{ e }}{{ z }}{{ unset }}|';
    expect(shown(source, given)).toBe('10 1.5 10, 1.5, -0.25, 1e+21|true, false|1, 2, x, |{"a":[1]}||');
  });

  it('shows as many digits of a number as are true, and of a whole number all', () => {
    const given = withVariables({
      sum: 0.1 + 0.2,
      price: 19.99 * 3,
      list: [1.1 * 3, 0.5],
      id: 9007199254740991,
      big: 2 ** 60,
      tiny: 1e-7,
      exact: 123456.789012345,
    });
    expect(shown('{{ sum }} {{ price }} {{ list }} {{ id }} {{ big }} {{ tiny }} {{ exact }}', given)).toBe(
      '0.3 59.97 3.3, 0.5 9007199254740991 1152921504606847000 1e-7 123456.789012345',
    );
    expect(
      shown(
        '{{ 0.1 | plus: 0.2 }} {{ sum | append: " €" }} {{ "€ " | append: sum }} {{ sum | number }}',
        given,
      ),
    ).toBe('0.3 0.3 € € 0.3 0,3');
    expect(
      shown('{{ list | join: " " }} {{ sum | prepend: "a" | upcase }} {{ "x" | replace: "x", sum }}', given),
    ).toBe('3.3 0.5 A0.3 0.3');
    expect(shown('{% if sum == 0.3 %}same{% else %}its own{% endif %}', given)).toBe('its own');
  });

  it('is filled in once: what a visitor typed is never read as a text', () => {
    const evil = '{{ email }}{% for x in (1..3) %}!{% endfor %}';
    const given = {
      ...withVariables({ ...values, name: evil, copy: [evil], inner: { evil } }),
      message: evil,
    };
    for (const source of [
      '{{ name }}',
      '{{ message }}',
      '{{ inner.evil }}',
      '{{ copy[0] }}',
      '{{ name | append: "" }}',
    ])
      expect(shown(source, given)).toBe(evil);
    expect(shown('{% assign x = name %}{% capture y %}{{ x }}{% endcapture %}{{ y }}', given)).toBe(evil);
  });

  it('knows size, first and last as names of variables and as parts of lists', () => {
    expect(shown('{{ size }}{{ first }}{{ last }}{{ length }}', withVariables({ a: 1, b: 2 }))).toBe('');
    expect(shown('{{ size }} {{ first }}', withVariables({ size: 'XL', first: 'Ann' }))).toBe('XL Ann');
    expect(shown('{{ tags.size }} {{ tags.first }} {{ tags.last }} {{ name.size }}')).toBe('2 new vip 3');
  });

  it('shows the same however it is put together', () => {
    const path = fc.constantFrom(
      'name',
      'score',
      'price',
      'tags',
      'order',
      'order.customer.city',
      'order.none.x',
      'name.x',
      'tags.x',
      'unset',
      'today',
      'message',
      'size',
      'order.constructor',
      'subscribed',
      'true',
      'nil',
      'name.length',
      'items',
    );
    const text = fc
      .string({ unit: fc.constantFrom(...'ab {}%\n"'.split('')) })
      .filter((each) => !/\{[{%]|\{$/.test(each));
    const pieces = fc.array(
      fc.tuple(
        text,
        path.map((each) => `{{ ${each} }}`),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(pieces, (each) => {
        const source = each.flat().join('');
        expect(shown(`${source}{% # by Liquid itself %}`)).toBe(shown(source));
      }),
    );
  });

  it.each([
    ['Hello {{ name', 'line 1, column 7: the {{ that stands here is never closed by }}'],
    ['Hello\n{{ }}', 'line 2, column 4: a variable is expected between {{ and }}'],
    [
      '{{ score + 1 }}',
      'line 1, column 11: only filters may follow a value, as in {{ score | plus: 1 }}; or the }} behind it is missing',
    ],
    ['{% if name %}Hi', 'line 1, column 1: tag {% if name %} not closed'],
    ['{% endif %}', 'line 1, column 1: endif has no tag before it that it belongs to'],
    ['{% asign x = 1 %}', 'line 1, column 1: there is no tag asign. Did you mean assign?'],
    [
      '{% include "secret" %}',
      'line 1, column 1: there is no tag include; known are assign, break, capture, case, comment, continue, for, if, raw, unless',
    ],
  ])('with a syntax error is refused with its place: %s', (source, message) => {
    expect(shown(source)).toBe(`workflow_invalid: ${message}`);
  });

  it('that is too long or nests too deeply is refused', () => {
    expect([shown('x'.repeat(20_001)), shown('{% if a %}'.repeat(1_900))]).toEqual([
      'workflow_invalid: A text may be 20000 characters long; this one has 20001.',
      'workflow_invalid: The text is nested too deeply or grows too long.',
    ]);
    for (const levels of [100, 300, 500, 700, 800, 900, 950])
      expect(shown('{% if a %}'.repeat(levels) + '{% endif %}'.repeat(levels))).toMatch(/^$|too deeply/);
  });

  it.each([
    'include',
    'render',
    'layout',
    'block',
    'increment',
    'decrement',
    'tablerow',
    'echo',
    'liquid',
    'cycle',
  ])('may not use the tag %s, which would reach beyond it', (tag) => {
    expect(shown(`{% ${tag} score %}`)).toMatch(`workflow_invalid: line 1, column 1: there is no tag ${tag}`);
  });

  it.each([
    ['{{ nmae }}', ['There is no variable nmae. Did you mean name?']],
    ['{{ name | upcas }}', ['There is no filter upcas. Did you mean upcase?']],
    [
      '{% if score | sample %}{% for x in tags %}{{ x | upcas }}{% endfor %}{% endif %}',
      ['There is no filter sample.', 'There is no filter upcas. Did you mean upcase?'],
    ],
    ['{{ name score }}', ['{{ name score }} names 2 values; write a tag for each.']],
    [
      '{% if score ==== 1 %}x{% endif %}',
      ["{% if score ==== 1 %} can't be read; compare two values with ==, !=, <, >, <=, >= or contains."],
    ],
    [
      '{% if name and score or tags %}x{% endif %}',
      [
        '{% if name and score or tags %} mixes and with or, which Liquid reads from the right; write two tags, one inside the other.',
      ],
    ],
    [
      '{{ name }}{% if not subscribed %}{{ message }}{% endif %}{{ forloop }}',
      ['There is no variable forloop.'],
    ],
  ])('tells what is wrong with it: %s', (source, problems) => {
    expect(problemsOf(source)).toEqual(problems);
  });

  it('with a filter nobody knows is refused, not shown half', () => {
    expect(shown('{{ name | upcas }}')).toBe('unprocessable: There is no filter upcas. Did you mean upcase?');
  });
});

describe('dates and numbers in a text', () => {
  const places = {
    berlin: { language: 'de', timeZone: 'Europe/Berlin' },
    newYork: { language: 'en-US', timeZone: 'America/New_York' },
  };
  const inBoth = (source: string) => Object.values(places).map((place) => shown(source, place));

  it('are those of the workflow: its zone and its language', () => {
    expect(inBoth('{{ today }} {{ now | date: "%F %R %z" }} {{ "now" | date: "%d.%m.%y" }}')).toEqual([
      '2026-03-02 2026-03-02 00:30 +0100 02.03.26',
      '2026-03-01 2026-03-01 18:30 -0500 01.03.26',
    ]);
    expect(inBoth('{{ due | date }}, {{ due | date: "%a %B" }}, {{ price | number: 1 }}')).toEqual([
      '5. März 2026, Do März, 1.234,5',
      'March 5, 2026, Thu March, 1,234.5',
    ]);
    expect(inBoth('{{ "today" | date: "full" }}')).toEqual(['Montag, 2. März 2026', 'Sunday, March 1, 2026']);
  });

  it('never shift a day that has no time', () => {
    for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'])
      expect(shown('{{ due | date: "%F" }} {{ slot | date: "%R" }}', { timeZone })).toBe('2026-03-05 14:30');
  });

  it('are written letter by letter', () => {
    const given = withVariables({ at: '2026-01-05T07:08:09' });
    const source =
      '{{ at | date: "%Y %y %m %-m %d %-d %e %j %H %-H %I %l %M %S %p %P %u %w %F %R %T %^b %% %Q %z." }}';
    expect(shown(source, { ...given, language: 'en' })).toBe(
      '2026 26 01 1 05 5  5 005 07 7 07  7 08 09 AM am 1 1 2026-01-05 07:08 07:08:09 JAN % %Q .',
    );
    expect(shown('{{ "2026-01-04T00:00" | date: "%l %I %p %u %w" }}')).toBe('12 12 AM 7 0');
  });

  it('that are none are left as they are', () => {
    expect(
      shown(
        '{{ "soon" | date }} {{ "2026-02-30" | date: "%d" }} {{ name | number }} {{ unset | date }}{{ unset | number }}{{ tags | date }}',
      ),
    ).toBe('soon 2026-02-30 Ann new, vip');
    expect(shown('{{ 0 | date: "%F %R" }} {{ 1000000000000000 | date }}', { timeZone: 'UTC' })).toBe(
      '1970-01-01 00:00 1000000000000000',
    );
  });

  it('in a zone or language nobody knows are refused', () => {
    expect([
      shown('{{ now | date }}', { timeZone: 'Mars/Base' }),
      shown('{{ due | date }}', { language: '!!' }),
    ]).toEqual([
      'unprocessable: There is no time zone Mars/Base; write one such as Europe/Berlin.',
      'unprocessable: There is no language !!; write a tag such as en or pt-BR.',
    ]);
  });
});

describe('a text that asks for too much', () => {
  const big = Array.from({ length: 2_000 }, (_, at) => at);
  const long = 'x'.repeat(60_000);
  const given = withVariables({ big, long });
  const tooMuch = /^unprocessable: line 1, column \d+: the text takes too much work; use shorter lists$/;

  it.each([
    '{% for a in big %}{% for b in big %}{% for c in big %}{% endfor %}{% endfor %}{% endfor %}',
    '{% for a in big %}{% for b in big %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}',
    '{% for a in (1..1000000000) %}{% endfor %}',
    '{% for a in big %}{% assign big = big | concat: big %}{% endfor %}',
    '{% for a in big %}{% if big contains "x" %}{% endif %}{% endfor %}',
    `{% capture x %}{{ long }}{% endcapture %}${'{% capture x %}{{ x }}{{ x }}{% endcapture %}'.repeat(40)}`,
    '{{ long | replace: "x", long }}',
    '{% for a in big %}{% for b in big limit: 1 %}{% endfor %}{% endfor %}',
    '{% for a in big %}{{ big | size }}{% endfor %}',
    '{% for a in (1..90000) %}{% if unset %}{% endif %}{% endfor %}',
    '{{ long | split: "" | join: long }}',
    `{{ long${' | append: long'.repeat(200)} | size }}`,
  ])('in work is refused: %s', (source) => {
    expect(shown(source, given)).toMatch(tooMuch);
  });

  it('in length is refused', () => {
    const refusal = 'unprocessable: The text would be longer than 65536 characters.';
    const sources = [
      '{{ long }}{{ long }}',
      '{% for a in (1..9) %}{{ long }}{% endfor %}',
      '{% for a in big %}123456789012345678901234567890123{% endfor %}',
    ];
    expect(sources.map((source) => shown(source, given))).toEqual(sources.map(() => refusal));
  });
});

describe('values from outside', () => {
  it('never make a text fail in a way we do not name', () => {
    const source = fc.constantFrom(
      '{{ v }}',
      '{{ v.a }}{{ v[0].a }}',
      '{% for x in v %}{{ x }}{% endfor %}',
      '{{ v | upcase }}',
      '{{ v | size }}',
      '{{ v | join: v }}',
      '{{ v | map: "a" }}',
      '{{ v | sort }}',
      '{{ v | sort: "a" }}',
      '{{ v | where: "a", v }}',
      '{{ v | sum }}',
      '{{ v | date: v }}',
      '{{ v | number: v }}',
      '{{ v | slice: v, v }}',
      '{{ v | split: v }}',
      '{{ v | replace: v, v }}',
      '{{ v | truncate: v, v }}',
      '{{ v | uniq }}',
      '{{ v | concat: v }}',
      '{{ v | url_encode }}',
      '{{ v | plus: v | round: v }}',
      '{{ v | default: v }}',
      '{{ v | json }}',
      '{% if v == v and v contains v %}y{% endif %}',
      '{% case v %}{% when v %}y{% endcase %}',
      '{{ v | first | last }}',
      '{{ v | compact | reverse }}',
    );
    fc.assert(
      fc.property(source, fc.anything(), (text, value) => {
        const result = shown(text, withVariables({ v: toJson(value) }));
        expect(typeof result === 'string' ? '' : result).toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
