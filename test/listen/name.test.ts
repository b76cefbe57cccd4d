import { converse } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import { readName } from '../../packages/core/src/nodes/listen/read/name.ts';
import { ask, start } from '../engine/kit.ts';
import { refuses, takes } from './read-kit.ts';

describe('a name', () => {
  takes(readName, [
    ['Ada', 'Ada'],
    [' Ada  Lovelace ', 'Ada  Lovelace'],
    ['My name is Ada', 'Ada'],
    ['my name is ada lovelace.', 'ada lovelace'],
    ["Hi, my name's Ada!", 'Ada'],
    ["I'm Ada Lovelace", 'Ada Lovelace'],
    ['I am Ludwig van Beethoven', 'Ludwig van Beethoven'],
    ['This is María-José O’Neill', 'María-José O’Neill'],
    ['Call me Ishmael', 'Ishmael'],
    ['ich heiße Ada', 'Ada'],
    ['Hallo, mein Name ist Ada von Stein', 'Ada von Stein'],
    // Where it is not certain, it stays as it was typed.
    ["I'm fine", "I'm fine"],
    ["I'm not telling", "I'm not telling"],
    ['call me tomorrow', 'call me tomorrow'],
    ['Ich bin Kunde', 'Ich bin Kunde'],
    ['My name is none of your business', 'My name is none of your business'],
    ['My name is Ada and I live in Berlin', 'My name is Ada and I live in Berlin'],
    ['My name is', 'My name is'],
    ['John D.', 'John D.'],
  ]);
  refuses(readName, [
    ['', 'empty'],
    ['a'.repeat(201), 'too_long'],
  ]);

  it('is asked for by a node of its own, and typed as any words', async () => {
    const talk = await converse({
      nodes: [start, { ...ask('who'), data: { kind: 'name', prompt: 'Who are you?', saveAs: 'who' } }],
      edges: ['start -> who'],
    });
    expect((await talk.session()).wait).toMatchObject({ expects: { kind: 'text' } });
    await talk.user('My name is Ada');
    expect((await talk.session()).variables).toEqual({ who: 'Ada' });
  });
});
