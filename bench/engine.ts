import { assign, createMachine, initialTransition, transition } from 'xstate';
import { compileExpression } from '../packages/core/src/language/expression.ts';
import { compileText } from '../packages/core/src/language/text.ts';
import type { Scope } from '../packages/core/src/language/scope.ts';
import { compare, printTable } from './measure.ts';
import { playTurns, STEPS } from './play.ts';

const now = new Date('2026-01-05T09:00:00Z');

/** The same work by hand: the same compiled texts and expressions in a loop. */
const greet = compileText('Hello {{ name }}, round {{ score }}.');
const many = compileText('That is {{ score }} rounds, {{ name }}.');
const few = compileText('Just begun, {{ name }}: {{ score }}.');
const more = compileExpression('score + 1');
const isMany = compileExpression('score >= 10 && name != ""');
const scopeOf = (variables: Scope['variables']): Scope => ({
  variables,
  now,
  timeZone: 'UTC',
  language: 'en',
});

function bare() {
  let variables: Record<string, string | number> = { name: 'Ada', score: 0 };
  const said: string[] = [];
  for (let turn = 0; turn < 1_000; turn++) {
    said.length = 0;
    variables = { ...variables, answer: 'again' };
    said.push(greet.render(scopeOf(variables)));
    variables = { ...variables, score: more.evaluate(scopeOf(variables)) as number };
    said.push((isMany.evaluate(scopeOf(variables)) ? many : few).render(scopeOf(variables)));
    said.push('One.', 'Two.', 'Three.', 'Again?');
  }
  return STEPS * 1_000;
}

interface Context {
  name: string;
  score: number;
  answer: string;
  said: readonly string[];
}
const say = (text: (context: Context) => string) =>
  assign<Context, { type: string }, undefined, { type: string }, never>(({ context }) => ({
    said: [...context.said, text(context)],
  }));
const machine = createMachine({
  types: {} as { context: Context; events: { type: string } },
  context: { name: 'Ada', score: 0, answer: '', said: [] },
  initial: 'ask',
  states: {
    ask: { on: { next: { target: 'greet', actions: assign({ answer: 'again', said: [] }) } } },
    greet: {
      entry: say((context) => greet.render(scopeOf({ ...context, said: null }))),
      on: { next: 'count' },
    },
    count: {
      entry: assign({ score: ({ context }) => more.evaluate(scopeOf({ ...context, said: null })) as number }),
      on: { next: 'check' },
    },
    check: {
      on: {
        next: [
          {
            guard: ({ context }) => isMany.evaluate(scopeOf({ ...context, said: null })) === true,
            target: 'many',
          },
          { target: 'few' },
        ],
      },
    },
    many: { entry: say((context) => many.render(scopeOf({ ...context, said: null }))), on: { next: 'one' } },
    few: { entry: say((context) => few.render(scopeOf({ ...context, said: null }))), on: { next: 'one' } },
    one: { entry: say(() => 'One.'), on: { next: 'two' } },
    two: { entry: say(() => 'Two.'), on: { next: 'three' } },
    three: { entry: say(() => 'Three.'), on: { next: 'ask2' } },
    ask2: {
      entry: say(() => 'Again?'),
      on: { next: { target: 'greet', actions: assign({ answer: 'again', said: [] }) } },
    },
  },
});

function xstate() {
  let [state] = initialTransition(machine);
  for (let step = 0; step < STEPS * 200; step++) [state] = transition(machine, state, { type: 'next' });
  return STEPS * 200;
}

const results = await compare({
  'CRMFlow play': playTurns(),
  'XState transition': xstate,
  'bare loop': bare,
});
printTable('Node steps a second in memory', results, 'XState transition');
