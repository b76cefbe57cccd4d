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
  const messages = listIn(block.options, 'messages');
  const said = (role: string) =>
    messages.flatMap((each) =>
      textIn(each, 'role') === role ? [liquid(textIn(each, 'content') ?? '', around)] : [],
    );
  const system = [...said('system'), textIn(block.options, 'instructions') ?? '']
    .filter(Boolean)
    .join('\n\n');
  const question =
    liquid(textIn(block.options, 'message') ?? textIn(block.options, 'query') ?? '', around) ||
    said('user').at(-1);
  const examples = messages.filter((each) => textIn(each, 'role') === 'assistant').length;
  if (examples)
    note(
      `what it is told that ${examples === 1 ? 'a model has' : 'models have'} answered before is left out; put examples into system.`,
    );
  if (said('user').length > 1)
    note('of what it is asked the last alone is kept; a model sees the conversation by itself.');
  if (action === 'Ask Assistant')
    note('asks an assistant that is kept at OpenAI; here a model answers, by what stands in system.');
  around.once(NEEDS_KEY);
  const kept = answerVariable(around);
  const saveAs = variables.set(kept);
  if (saveAs !== undefined && !isShownLater(around, saveAs))
    note(
      'its answer is said to the visitor as well. Where it only decides, use the kind route: see docs/nodes.md.',
    );
  const usesOwn = question === undefined || question === '';
  const data: Data = {
    kind: 'answer',
    ...(!usesOwn && { question }),
    ...(system && { system }),
    ...(saveAs !== undefined && { saveAs }),
    knowledge: false,
  };
  return one({ name: 'ai', type: 'ai', data, goesOn: true });
}

/** The id of the variable that an answer is kept in. */
function answerVariable({ block }: Pick<Around, 'block'>): string | undefined {
  const mapped = listIn(block.options, 'responseMapping').find((each) => {
    const what = textIn(each, 'item') ?? textIn(each, 'valueToExtract') ?? 'Message content';
    return what === 'Message content' || what === 'Message' || what === 'Answer' || what === 'Text';
  });
  return textIn(mapped, 'variableId');
}

/** Whether the bot itself says the answer further on in the group. */
function isShownLater({ bot, block, variables }: Around, name: string): boolean {
  const blocks = bot.groups.find((group) => group.blocks.includes(block))?.blocks ?? [];
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
  const blocks = bot.groups.find((group) => group.blocks.includes(block))?.blocks ?? [];
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
