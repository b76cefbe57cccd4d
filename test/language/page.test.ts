import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../packages/core/src/language/expression.ts';
import { FILTERS } from '../../packages/core/src/language/filters.ts';
import { HELPERS } from '../../packages/core/src/language/functions.ts';
import { TAGS } from '../../packages/core/src/language/liquid-sentences.ts';
import { compileText } from '../../packages/core/src/language/text.ts';
import { declared, examples, scope } from './page.ts';

const written = (kind: 'liquid' | 'cel') => examples(kind).map(({ source }) => source);

describe('the languages page', () => {
  it.each(examples('liquid'))('shows what a text gives: $source', ({ source, result }) => {
    const text = compileText(source);
    expect({ shown: text.render(scope).trim(), problems: text.problems(declared) }).toEqual({
      shown: result,
      problems: [],
    });
  });

  it.each(examples('cel'))('shows what an expression gives: $source', ({ source, result }) => {
    const expression = compileExpression(source);
    expect({ value: expression.evaluate(scope), problems: expression.problems(declared) }).toEqual({
      value: JSON.parse(result),
      problems: [],
    });
  });

  it('has an example of every function', () => {
    const used = written('cel').join('\n');
    expect([...HELPERS.keys()].filter((name) => !new RegExp(`\\b${name}\\(`).test(used))).toEqual([]);
  });

  it('has an example of every filter', () => {
    const used = written('liquid').join('\n');
    expect([...FILTERS.keys()].filter((name) => !new RegExp(`\\| ${name}\\b`).test(used))).toEqual([]);
  });

  it('has an example of every tag', () => {
    const used = written('liquid').join('\n');
    expect(TAGS.filter((name) => !used.includes(`% ${name}`))).toEqual([]);
  });
});
