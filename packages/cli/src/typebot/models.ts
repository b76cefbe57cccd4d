import { one, past, type Around, type Data, type Made } from './made.ts';
import { plainText } from './rich-text.ts';
import { listIn, textIn } from './shape.ts';
import { liquid, short, soleVariable } from './texts.ts';

/** Blocks of models, by their type in Typebot. */
export const MODELS: ReadonlySet<string> = new Set(
  'OpenAI openai mistral anthropic groq together-ai open-router deepseek perplexity dify-ai google-ai gemini'.split(
    ' ',
  ),
);

/** A block that asks a model: for an answer, or for values. */
export function model(around: Around): Made {
  const { block, note } = around;
  const action = textIn(block.options, 'action') ?? textIn(block.options, 'task');
  switch (action) {
    case 'Create chat completion':
    case 'Create Chat Message':
    case 'Ask model':
    case 'Ask Assistant':
      return answer(around, action);
    case 'Generate variables':
      return extract(around);
    default:
      return past(note, action === undefined ? 'does nothing yet' : `${short(action)} has no counterpart`);
  }
}

function answer(around: Around, action: string): Made {
  const { block, variables, note } = around;
  const { question, system } = toldIn(around);
  if (action === 'Ask Assistant')
    note('asks an assistant that is kept at OpenAI; here a model answers, by what stands in system.');
  around.once(NEEDS_KEY);
  const saveAs = variables.set(answerVariable(around));
  if (saveAs !== undefined && !isShownLater(around, saveAs))
    note(
      'its answer is said to the visitor as well. Where it only decides, use the kind route: see docs/nodes.md.',
    );
  if (listIn(block.options, 'tools').length)
    note('its tools are code and are left out. See tools in docs/nodes.md.');
  const data: Data = {
    kind: 'answer',
    ...(question && { question }),
    ...(system && { system }),
    ...(saveAs !== undefined && { saveAs }),
    knowledge: false,
  };
  return one({ name: 'ai', type: 'ai', data, goesOn: true });
}

/** What a model is asked, and what it is told before. */
function toldIn(around: Around): { question: string | undefined; system: string } {
  const { options } = around.block;
  const messages = listIn(options, 'messages').map((each) => ({
    role: textIn(each, 'role') ?? '',
    content: liquid(textIn(each, 'content') ?? '', around),
  }));
  const spoken = messages.filter(({ role, content }) => (role === 'user' || role === 'assistant') && content);
  const own = liquid(textIn(options, 'message') ?? textIn(options, 'query') ?? '', around);
  // A dialogue stands for what was said so far, which a model here sees by itself.
  const isDialogue = messages.some(({ role }) => role === 'Dialogue' || role.startsWith('Messages sequence'));
  const last = isDialogue || spoken.at(-1)?.role !== 'user' ? undefined : spoken.pop();
  const isTalk = spoken.some(({ role }) => role === 'assistant');
  if (isTalk) around.note('the messages it is given before what is asked stand in system.');
  const system = [
    ...messages.filter(({ role }) => role === 'system').map(({ content }) => content),
    liquid(textIn(options, 'instructions') ?? textIn(options, 'systemMessage') ?? '', around),
    spoken.map(({ role, content }) => (isTalk ? `${role}: ${content}` : content)).join('\n'),
  ];
  return { question: own || last?.content, system: system.filter(Boolean).join('\n\n') };
}

/** The id of the variable that an answer is kept in. */
function answerVariable({ block }: Pick<Around, 'block'>): string | undefined {
  const mapped = listIn(block.options, 'responseMapping').find((each) => {
    const what = textIn(each, 'item') ?? textIn(each, 'valueToExtract') ?? 'Message content';
    return what === 'Message content' || what === 'Message' || what === 'Answer' || what === 'Text';
  });
  return textIn(mapped, 'variableId');
}

/** The blocks of the group that a block stands in. */
const groupOf = (bot: Around['bot'], block: Around['block']): Around['block'][] =>
  bot.groups.find((group) => group.blocks.includes(block))?.blocks ?? [];

/** Whether the bot itself says the answer further on in the group. */
function isShownLater({ bot, block, variables }: Around, name: string): boolean {
  const blocks = groupOf(bot, block);
  return blocks.slice(blocks.indexOf(block)).some((each) => isBubbleOf(each, name, variables));
}
const isBubbleOf = (block: Around['block'], name: string, variables: Around['variables']): boolean =>
  block.type === 'text' && soleVariable(plainText(block.content).text, { variables }) === name;

/** Whether a bubble only repeats what a model before it in the group has said already. */
export function repeatsModel({
  bot,
  block,
  variables,
}: Pick<Around, 'bot' | 'block' | 'variables'>): boolean {
  const name = block.type === 'text' ? soleVariable(plainText(block.content).text, { variables }) : undefined;
  if (name === undefined) return false;
  const blocks = groupOf(bot, block);
  return blocks
    .slice(0, blocks.indexOf(block))
    .some((each) => MODELS.has(each.type) && variables.read(answerVariable({ block: each })) === name);
}

/** Models are chosen for a workflow or a node, and their keys stay out of files. */
const NEEDS_KEY =
  'Models need a key: crmflow keys set openai, or gemini. In settings.ai.models stands who is asked.';

function extract(around: Around): Made {
  const { block, variables, note } = around;
  const fields: [string, Data][] = listIn(block.options, 'variablesToExtract').flatMap(
    (each): [string, Data][] => {
      const name = variables.set(textIn(each, 'variableId'));
      if (name === undefined) return [];
      const type = textIn(each, 'type') ?? 'string';
      const choices = listIn(each, 'values')
        .filter((value) => typeof value === 'string')
        .slice(0, 100);
      const kind =
        type === 'number' || type === 'boolean'
          ? type
          : type === 'enum' && choices.length
            ? 'choice'
            : 'text';
      const description = textIn(each, 'description')?.slice(0, 1_000);
      return [
        [
          name,
          {
            type: kind,
            ...(description !== undefined && { description }),
            ...(kind === 'choice' && { choices }),
            required: false,
          },
        ],
      ];
    },
  );
  if (!fields.length) return past(note, 'names nothing to find out');
  note('finds values out of what was said. See that the description of each says what it means.');
  around.once(NEEDS_KEY);
  const from = textIn(block.options, 'prompt');
  return one({
    name: 'extract',
    type: 'ai',
    data: {
      kind: 'extract',
      ...(from !== undefined && { from: liquid(from, around) }),
      fields: Object.fromEntries(fields),
    },
    ways: [{ port: 'incomplete', edgeId: undefined }],
    goesOn: true,
  });
}
