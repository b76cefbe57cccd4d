import { describe, expect, it } from 'vitest';
import { compileText } from '../../packages/core/src/language/text.ts';
import { declared, scope } from './page.ts';

const problemsOf = (source: string) => compileText(source).problems(declared);
const shown = (source: string) => compileText(source).render(scope);

describe('types that do not fit in a text', () => {
  it.each([
    ['score > "3"', 'compares a number with a text; two numbers or two texts can be compared.'],
    ['name > 3', 'compares a text with a number; two numbers or two texts can be compared.'],
    ['3 <= name', 'compares a number with a text; two numbers or two texts can be compared.'],
    ['tags > 1', 'compares a list with a number; two numbers or two texts can be compared.'],
    [
      'subscribed >= true',
      'compares a boolean (true or false) with a boolean (true or false); two numbers or two texts can be compared.',
    ],
    ['score == "12"', 'compares a number with a text, which are never equal.'],
    ['subscribed != "yes"', 'compares a boolean (true or false) with a text, which are never equal.'],
    ['due == slot', 'compares a date with a time, which are never equal.'],
    ['subscribed and score == "12"', 'compares a number with a text, which are never equal.'],
    ['not score == "12"', 'compares a number with a text, which are never equal.'],
    ['today > 3', 'compares a date with a number; two numbers or two texts can be compared.'],
  ])('are named in a condition: %s', (condition, problem) => {
    expect(problemsOf(`{% if ${condition} %}x{% endif %}`)).toEqual([`{% if ${condition} %} ${problem}`]);
    expect(problemsOf(`{% if subscribed %}{% elsif ${condition} %}x{% endif %}`)).toHaveLength(1);
    expect(
      problemsOf(`{% for tag in tags %}{% unless ${condition} %}x{% endunless %}{% endfor %}`),
    ).toHaveLength(1);
  });

  it.each([
    ['name | plus: 1', 'plus needs a number, but name is a text.'],
    ['score | plus: "1"', 'plus needs a number, but "1" is a text.'],
    ['score | times: tags', 'times needs a number, but tags is a list.'],
    ['price | number | round', 'round needs a number, but what number gives is a text.'],
    ['tags | join | abs', 'abs needs a number, but what join gives is a text.'],
    ['due | minus: 1', 'minus needs a number, but due is a date.'],
    ['tags | sort | at_most: 3', 'at_most needs a number, but what sort gives is a list.'],
    ['score | divided_by: 0', 'divided_by: 0 divides by zero.'],
    ['score | modulo: 0', 'modulo: 0 divides by zero.'],
    ['slot | date', 'date shows a day, but slot is a time; write date: "time".'],
    ['slot | date: "full"', 'date shows a day, but slot is a time; write date: "time".'],
    ['tags | date', 'date needs a text, a date or a time, but tags is a list.'],
  ])('are named in a filter: %s', (value, problem) => {
    expect(problemsOf(`{{ ${value} }}`)).toEqual([problem]);
    expect(problemsOf(`{% assign x = ${value} %}`)).toEqual([problem]);
  });

  it.each([
    '{% if due > "2026-01-01" and today != due and slot < "15:00" and now > today %}{% endif %}',
    '{% if unset > 3 or unset == "x" %}{% endif %}{{ unset | plus: unset }}',
    '{% if order.total > "x" or items[0].price == "x" or tags.size > 1 %}{% endif %}',
    '{% if name == nil or tags == empty or name != blank or score == null %}{% endif %}',
    '{% if tags contains 3 or name contains "x" or order == tags.first %}{% endif %}',
    '{{ tags | size | plus: 1 }}{{ items | sum: "price" | round: 2 }}{{ unset | default: 3 | plus: 1 }}',
    '{{ score | date }}{{ name | date }}{{ slot | date: "%H:%M" }}{{ slot | date: "time" }}{{ unset | date }}',
    '{% assign score = "x" %}{% if score == "x" %}{% endif %}{{ score | upcase }}',
    '{% for name in tags %}{{ name | plus: 1 }}{% endfor %}',
    '{% capture score %}x{% endcapture %}{% if score > "a" %}{% endif %}',
    '{% if true %}{% endif %}{% if score %}{% endif %}{% unless name %}{% endunless %}',
    '{% for i in (1..score) %}{% if i > 3 %}{% endif %}{{ i | plus: forloop.index }}{% endfor %}',
  ])('and nothing else: %s', (source) => {
    expect(problemsOf(source)).toEqual([]);
  });
});

it('shows nothing where there is no number', () => {
  expect(shown('{{ score | divided_by: unset }}|{{ score | modulo: 0 | number }}|')).toBe('||');
});
