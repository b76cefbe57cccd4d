import type { Json } from '../../packages/core/src/language/json.ts';
import { Readable, Writable } from 'node:stream';
import { fromFile, type SessionEvent } from '@crmflow/core';
import type { Crmflow } from '@crmflow/core/contract';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import {
  answersFrom,
  calledOff,
  type Answers,
  type Given,
} from '../../packages/cli/src/conversation/answers.ts';
import { converse, inOrder } from '../../packages/cli/src/conversation/converse.ts';
import { pauseText } from '../../packages/cli/src/conversation/farewell.ts';
import { sayToPerson } from '../../packages/cli/src/conversation/speaker.ts';
import { createOutput } from '../../packages/cli/src/output.ts';

const at = '2026-01-05T09:00:00.000Z';
const bot = (seq: number, text: string): SessionEvent => ({
  type: 'session:message',
  seq,
  message: { id: `m${seq}`, from: 'bot', text, nodeId: 'a', at },
});
const chunk = (seq: number, text: string): SessionEvent => ({
  type: 'ai:chunk',
  seq,
  nodeId: 'a',
  chunk: text,
});

describe('what a session tells', () => {
  it('is said once, whichever way and how often it comes', () => {
    const said: number[] = [];
    const speaker = inOrder(1, ({ seq }) => said.push(seq));
    for (const seq of [1, 2, 3, 2, 3, 4]) speaker.hear(bot(seq, 'Hi'));
    expect({ said, heard: speaker.heard() }).toEqual({ said: [2, 3, 4], heard: 4 });
  });
});

describe('an answer of the AI on a terminal', () => {
  const shown = (events: SessionEvent[]) => {
    let text = '';
    const stdout = new Writable({
      write(part: Buffer, _encoding, done) {
        text += part.toString();
        done();
      },
    });
    const say = sayToPerson(createOutput({ stdout, stderr: stdout, env: { NO_COLOR: '1' } }, {}));
    events.forEach(say);
    return text;
  };

  it('appears as it is made and is not printed twice', () => {
    const events = [
      chunk(1, 'Open the '),
      chunk(2, 'door.\nThen enter.'),
      bot(3, 'Open the door.\nThen enter.'),
    ];
    expect(shown(events)).toBe('● Open the door.\n  Then enter.\n');
  });

  it('is begun anew when the first attempt was cut short', () => {
    const again: SessionEvent = { type: 'ai:processing_start', seq: 2, nodeId: 'a', attempt: 2 };
    expect(shown([chunk(1, 'Open th'), again, chunk(3, 'Open it.'), bot(4, 'Open it.')])).toBe(
      '● Open th … once more:\n● Open it.\n',
    );
  });

  it('is printed whole when what was kept is not what was streamed', () => {
    expect(shown([chunk(1, 'Open'), bot(2, 'Sorry.'), bot(3, 'Bye.')])).toBe('● Open\n● Sorry.\n● Bye.\n');
  });
});

describe('two who answer the same session', () => {
  it('are both told what was said, and one answer counts', async () => {
    const { app, owner } = testWorld();
    const api = app.as(owner);
    const data = (saveAs: string) => ({ prompt: `${saveAs}?`, saveAs });
    const { id: workflowId } = await api.workflows.create({
      name: 'Two',
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'a', type: 'listen', data: data('first') },
        { id: 'b', type: 'listen', data: data('second') },
      ],
      edges: [
        { sourceNodeId: 'start', targetNodeId: 'a' },
        { sourceNodeId: 'a', targetNodeId: 'b' },
      ],
    });
    const { session } = await api.sessions.start({ workflowId });
    const texts: string[] = [];
    const speaker = inOrder(session.seq, (event) => {
      if (event.type === 'session:message') texts.push(event.message.text);
    });
    const given: Given[] = [
      { kind: 'answer', text: 'mine' },
      { kind: 'answer', text: 'last' },
    ];
    // While this one still thinks about the first question, another client of the same kind answers it.
    const next = async (): Promise<Given> => {
      if (given.length === 2)
        await api.sessions.send({ id: session.id, message: 'theirs', messageId: `cli:${session.seq}` });
      return given.shift() ?? { kind: 'none' };
    };
    const left = await converse(
      {
        api,
        tick: () => app.tick(),
        answers: { next, mayAdd: false, close: () => undefined },
        speaker,
        signal: new AbortController().signal,
      },
      session,
    );
    expect(left).toMatchObject({ kind: 'over', session: { variables: { first: 'theirs', second: 'last' } } });
    expect(texts).toEqual(['theirs', 'second?', 'last']);
  });
});

describe('a question that time or somebody else ends', () => {
  /** Asks a name, reminds once and gives up, or takes what comes in a burst as one answer; each look lets seconds pass. */
  async function asking(settings: object, answers: (api: Crmflow, id: string) => Answers) {
    const { app, owner, pass } = testWorld();
    const api = app.as(owner);
    const { id: workflowId } = await api.workflows.create({
      ...fromFile(
        {
          name: 'Asks',
          settings,
          nodes: [
            { id: 'start', type: 'trigger' },
            {
              id: 'name',
              type: 'listen',
              data: {
                prompt: 'Name?',
                saveAs: 'name',
                noReply: [
                  { after: { seconds: 30 }, say: 'Still there?' },
                  { after: { seconds: 30 }, port: 'silent' },
                ],
              },
            },
            { id: 'town', type: 'listen', data: { prompt: 'Town?', saveAs: 'town' } },
            { id: 'bye', type: 'speak', data: { text: 'Bye then.' } },
          ],
          edges: ['start -> name', 'name -> town', 'name.silent -> bye'],
        },
        'the test',
      ),
    });
    const { session } = await api.sessions.start({ workflowId });
    const texts: string[] = [];
    const speaker = inOrder(session.seq, (event) => {
      if (event.type === 'session:message') texts.push(event.message.text);
    });
    const { signal } = new AbortController();
    const tick = () => pass(31).then(() => 1);
    const left = await converse({ api, tick, answers: answers(api, session.id), speaker, signal }, session);
    return { left, texts };
  }
  /** Somebody who says nothing. */
  const silent: Answers = {
    next: (_wait, off) => calledOff(off),
    mayAdd: true,
    close: () => undefined,
  };

  it('is given up with its reminder said, and the conversation ends as by a server', async () => {
    const { left, texts } = await asking({}, () => silent);
    expect(left).toMatchObject({ kind: 'over', session: { status: 'finished' } });
    expect(texts).toEqual(['Still there?', 'Bye then.']);
  });

  it('takes one line beforehand as one answer where more may come, and the next one for the next question', async () => {
    const lines = () => answersFrom(Readable.from(['Ada\nBern\n']));
    const { left, texts } = await asking({ debounceMs: 2_000 }, lines);
    expect(left).toMatchObject({ kind: 'over', session: { variables: { name: 'Ada', town: 'Bern' } } });
    expect(texts).toEqual(['Ada', 'Town?', 'Bern']);
  });

  it('is over once somebody else has answered it, or ended the session', async () => {
    const { left } = await asking({}, (api, id) => ({
      ...silent,
      next(wait, off) {
        const over = calledOff(off);
        return api.sessions.end({ id }).then(() => over);
      },
    }));
    expect(left).toMatchObject({ kind: 'over', session: { outcome: 'ended' } });
  });
});

describe('a conversation that waits in silence', () => {
  const paused = async (data: Record<string, Json>) => {
    const { app, owner } = testWorld();
    const api = app.as(owner);
    const type = data.kind === 'delay' ? 'logic' : 'integration';
    const { id: workflowId } = await api.workflows.create({
      name: 'Later',
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'wait', type, data },
        { id: 'say', type: 'speak', data: { text: 'Well.' } },
      ],
      edges: [
        { sourceNodeId: 'start', targetNodeId: 'wait' },
        { sourceNodeId: 'wait', targetNodeId: 'say' },
      ],
    });
    const { session } = await api.sessions.start({ workflowId });
    const leaving = new AbortController();
    const told: string[] = [];
    const { kind } = await converse(
      {
        api,
        tick: () => app.tick(),
        answers: { next: () => Promise.resolve({ kind: 'none' }), mayAdd: false, close: () => undefined },
        speaker: inOrder(session.seq, () => undefined),
        signal: leaving.signal,
        pauses(wait) {
          told.push(pauseText(wait, false));
          leaving.abort();
        },
      },
      session,
    );
    return { kind, told };
  };

  it('says until when', async () => {
    expect(await paused({ kind: 'delay', for: { days: 2 } })).toEqual({
      kind: 'interrupted',
      told: ['It goes on at 2026-01-07T09:00:00.000Z. Ctrl-C leaves it.'],
    });
  });

  it('says that an address is to be called', async () => {
    const { told } = await paused({ kind: 'webhook_wait', urlAs: 'url', within: { days: 1 } });
    expect(told).toEqual([
      'It goes on when its address is called, or at 2026-01-06T09:00:00.000Z. Ctrl-C leaves it.',
    ]);
  });
});
