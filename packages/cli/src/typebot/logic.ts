import { says } from './bubbles.ts';
import { when } from './conditions.ts';
import { one, past, PAST, type Around, type Data, type Made, type Way } from './made.ts';
import { Condition, numberIn, textIn } from './shape.ts';
import { liquidAddress, short, soleVariable } from './texts.ts';

/** Goes the way of the first item that holds, else on. */
export function condition(around: Around): Made {
  const { block, note } = around;
  const cases = block.items.slice(0, 100).flatMap((item, at) => {
    const read = Condition.safeParse(item.content);
    return read.success
      ? [{ when: when(read.data, around), port: `case_${at + 1}`, edgeId: item.outgoingEdgeId }]
      : [];
  });
  if (cases.length < block.items.length) note('some of its cases cannot be read and are left out.');
  if (!cases.length) return past(note, 'has no condition');
  const ways: Way[] = cases.map(({ port, edgeId }) => ({ port, edgeId }));
  return one({
    name: 'if',
    type: 'logic',
    data: { kind: 'condition', cases: cases.map(({ edgeId: _, ...each }): Data => each) },
    ways: [...ways, { port: 'else', edgeId: block.outgoingEdgeId }],
    hasOut: false,
  });
}

/** A page that Typebot opens: here its address is said. */
export function redirect(around: Around): Made {
  const url = textIn(around.block.options, 'url');
  if (url === undefined) return past(around.note, 'names no address');
  around.note('opens a page in Typebot; here its address is said.');
  return says(liquidAddress(url.trim(), around));
}

/** Waits for some seconds. */
export function wait(around: Around): Made {
  const { block, types, note } = around;
  const source = textIn(block.options, 'secondsToWaitFor') ?? '';
  const sole = soleVariable(source, around);
  const seconds = numberIn(block.options, 'secondsToWaitFor');
  if (sole === undefined && seconds === undefined)
    return past(note, `waits for "${short(source)}", which is no number`);
  if (seconds !== undefined && seconds <= 0) return PAST;
  const long = sole === undefined ? seconds! : types.of(sole) === 'number' ? sole : `number(text(${sole}))`;
  return one({
    name: 'wait',
    type: 'logic',
    data: { kind: 'delay', for: { seconds: typeof long === 'number' ? Math.min(long, 300_000_000) : long } },
    goesOn: sole !== undefined,
  });
}

/** Two ways for shares of the conversations. */
export function abTest({ block, note }: Around): Made {
  const percent = Math.min(100, Math.max(0, numberIn(block.options, 'aPercent') ?? 50));
  const [a, b] = ['a', 'b'].map((path, at) => ({
    port: path,
    weight: at === 0 ? percent : 100 - percent,
    edgeId: (block.items.find((item) => item.path === path) ?? block.items[at])?.outgoingEdgeId,
  }));
  const taken = [a!, b!].filter(({ weight }) => weight > 0);
  if (taken.length === 1) note(`sends all one way: ${taken[0]!.port}.`);
  return one({
    name: 'split',
    type: 'logic',
    data: { kind: 'split', ways: taken.map(({ port, weight }): Data => ({ port, weight })) },
    ways: taken.map(({ port, edgeId }) => ({ port, edgeId })),
    hasOut: false,
  });
}

/** Goes on elsewhere; where the bot returns from there, to what stands after it. */
export function jump({ block, bot, note, ...around }: Around): Made {
  const groupId = textIn(block.options, 'groupId');
  if (groupId === undefined) return past(note, 'names no group');
  // Typebot goes by the title where the group is a variable.
  if (!bot.groups.some(({ id }) => id === groupId))
    return past(note, 'jumps to a group that is not there, or to one that a variable names');
  const to = { groupId, blockId: textIn(block.options, 'blockId') };
  if (!around.hasReturn || !around.hasNext) return { kind: 'leads', ...to };
  return one({ name: 'jump', type: 'logic', data: { kind: 'jump', to: '', comesBack: true }, jumpsTo: to });
}

/** Goes back to where a jump was. */
export function goBack({ bot, note }: Around): Made {
  const isJumped = bot.groups.some(({ blocks }) =>
    blocks.some(({ type }, at) => type === 'Jump' && at < blocks.length - 1),
  );
  if (!isJumped) return past(note, 'goes back to a jump, and no jump has anything after it');
  return one({ name: 'return', type: 'logic', data: { kind: 'return' }, hasOut: false });
}

/** Another bot, or a group of this one. */
export function link({ block, note, hasReturn: _, ...around }: Around): Made {
  const other = textIn(block.options, 'typebotId');
  const groupId = textIn(block.options, 'groupId');
  if (other === undefined || other === 'current') {
    if (groupId === undefined) return past(note, 'names no bot');
    return jump({ ...around, block, note, hasReturn: false });
  }
  note(
    `calls the bot ${short(other)}. Import that one too, and write its file or name here in place of its id. No variable is shared with it: name under inputs what it takes, and under results what it gives.` +
      (groupId === undefined ? '' : ' It begins at its start, not at a group.'),
  );
  return one({
    name: 'call',
    type: 'logic',
    data: { kind: 'subflow', workflow: other.slice(0, 200) },
    goesOn: true,
  });
}
