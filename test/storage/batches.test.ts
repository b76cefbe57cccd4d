import { expect, it } from 'vitest';
import { createBatches, type BatchOptions } from '../../packages/core/src/adapters/store/batches.ts';
import { databaseAway } from '../../packages/core/src/errors.ts';

/** Batches of words, and a log of what went out; each batch comes back when told. */
function postOffice(options: Partial<BatchOptions<string, string>> = {}) {
  const sent: string[][] = [];
  const backs: (() => void)[] = [];
  const batches = createBatches<string, string>({
    async run(words) {
      sent.push([...words]);
      await new Promise<void>((resolve) => backs.push(resolve));
      return words.map((word) => word.toUpperCase());
    },
    keyOf: (word) => word[0]!,
    most: 3,
    flights: 1,
    ...options,
  });
  /** Lets the next batch come back, and what follows from it happen. */
  const back = async () => {
    backs.shift()!();
    await moment();
  };
  return { ...batches, sent, back };
}
const moment = () => new Promise(setImmediate);

it('sends a lone item at once', async () => {
  const { add, sent, back } = postOffice();
  const answer = add('a');
  await Promise.resolve();
  expect(sent).toEqual([]);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(sent).toEqual([['a']]);
  await back();
  expect(await answer).toBe('A');
});

it('sends together what came while a batch was on its way, so many at a time', async () => {
  const { add, sent, back } = postOffice();
  const first = add('a');
  await moment();
  const rest = ['b', 'c', 'd', 'e'].map(add);
  await moment();
  expect(sent).toEqual([['a']]);
  for (let n = 0; n < 3; n++) await back();
  expect(sent).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  expect(await Promise.all([first, ...rest])).toEqual(['A', 'B', 'C', 'D', 'E']);
});

it('sends together what the answers of a batch set off', async () => {
  const { add, sent, back } = postOffice();
  const talk = async (word: string) => {
    await add(word);
    await Promise.resolve();
    await Promise.resolve();
    await add(`${word}!`);
  };
  const talks = ['a', 'b'].map(talk);
  await moment();
  await back();
  expect(sent).toEqual([
    ['a', 'b'],
    ['a!', 'b!'],
  ]);
  await back();
  await Promise.all(talks);
});

it('answers a batch alone on its way in halves where it is to, so that what the first sets off goes before the second', async () => {
  const { add, sent, back } = postOffice({ flights: 2, most: 32, inHalves: true });
  const words = [...'abcdefghij'];
  const talks = words.map(async (word) => add(await add(word)));
  await moment();
  await back();
  await moment();
  expect(sent).toEqual([words, ['A', 'B', 'C', 'D', 'E'], ['F', 'G', 'H', 'I', 'J']]);
  await back();
  await back();
  expect(await Promise.all(talks)).toEqual([...'ABCDEFGHIJ']);
});

it('keeps two with one key apart, in their order, also when two batches may be on their way', async () => {
  const { add, sent, back } = postOffice({ flights: 2 });
  const answers = ['a1', 'a2', 'b1', 'a3', 'c1'].map(add);
  await moment();
  expect(sent).toEqual([['a1', 'b1', 'c1']]);
  await back();
  await back();
  await back();
  expect(sent).toEqual([['a1', 'b1', 'c1'], ['a2'], ['a3']]);
  expect(await Promise.all(answers)).toEqual(['A1', 'A2', 'B1', 'A3', 'C1']);
});

it('keeps those without a key together, however alike', async () => {
  const { add, sent, back } = postOffice({ keyOf: () => null });
  const answers = ['a', 'a', 'a'].map(add);
  await moment();
  expect(sent).toEqual([['a', 'a', 'a']]);
  await back();
  expect(await Promise.all(answers)).toEqual(['A', 'A', 'A']);
});

it('runs a batch that one item spoils again one by one', async () => {
  const sent: string[][] = [];
  const { add } = postOffice({
    run: async (words) => {
      sent.push([...words]);
      if (words.includes('b')) throw new TypeError('b cannot be written');
      return [...words];
    },
  });
  const settled = await Promise.allSettled(['a', 'b', 'c'].map(add));
  expect(sent).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  expect(settled).toEqual([
    { status: 'fulfilled', value: 'a' },
    {
      status: 'rejected',
      reason: expect.objectContaining({
        code: 'internal',
        cause: new TypeError('b cannot be written'),
      }) as unknown,
    },
    { status: 'fulfilled', value: 'c' },
  ]);
});

it('does not ask a database again that is away', async () => {
  const sent: string[][] = [];
  const { add } = postOffice({
    run: async (words) => {
      sent.push([...words]);
      throw databaseAway('Away.');
    },
  });
  const settled = await Promise.allSettled(['a', 'b'].map(add));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(sent).toEqual([['a', 'b']]);
});

it('is settled when nothing waits or is on its way', async () => {
  const { add, back, settled } = postOffice();
  await settled();
  let isSettled = false;
  const answers = ['a', 'b', 'c', 'd'].map(add);
  const done = settled().then(() => (isSettled = true));
  await moment();
  await back();
  expect(isSettled).toBe(false);
  await back();
  expect(isSettled).toBe(true);
  await Promise.all([done, ...answers]);
});
