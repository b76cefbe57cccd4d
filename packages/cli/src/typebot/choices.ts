import { when } from './conditions.ts';
import { input } from './inputs.ts';
import { past, type Around, type Data, type Made, type Way } from './made.ts';
import { slug, uniqueNames } from './names.ts';
import { Condition, fieldOf, listIn, textIn, type Item } from './shape.ts';
import { liquid, short } from './texts.ts';

/** What may be chosen, and where it leads. */
interface Offer {
  label: string;
  id?: string | undefined;
  when?: string | undefined;
  edgeId?: string | undefined;
}

const MOST = 100;

/** Buttons, pictures and cards: each is a choice with its own way out where it has its own line. */
export function choiceInput(around: Around): Made {
  const { block, variables, note } = around;
  const { options, type } = block;
  const pictures = fieldOf(options.dynamicItems, 'isEnabled') === true ? options.dynamicItems : undefined;
  const from = variables.read(textIn(options, 'dynamicVariableId') ?? textIn(pictures, 'titlesVariableId'));
  const offers = from === undefined ? block.items.flatMap((item) => offersOf(item, around)) : [];
  if (from === undefined && !offers.length) return past(note, 'offers nothing to choose');
  if (offers.length > MOST) note(`offers ${offers.length} choices; the first ${MOST} are kept.`);
  if (type === 'picture choice input' && block.items.some((item) => textIn(item, 'pictureSrc')))
    note('its pictures are not shown, their titles are.');
  if (type === 'cards input' && block.items.some((item) => textIn(item, 'imageUrl')))
    note('the pictures of its cards are not shown, their titles are.');
  return asked(around, { from, offers: offers.slice(0, MOST) });
}

function asked(
  around: Around,
  { from, offers }: { from: string | undefined; offers: readonly Offer[] },
): Made {
  const isMultiple = around.block.options.isMultipleChoice === true;
  const nameWay = uniqueNames(45, ['error', 'out', 'invalid']);
  const nameChoice = uniqueNames(190);
  const ways: Way[] = [];
  const choices = offers.map(({ label, id, edgeId, ...offer }): Data | string => {
    // What is chosen together has one way out.
    const port = edgeId === undefined || isMultiple ? undefined : nameWay(slug(label, '-') || 'choice');
    if (port !== undefined) ways.push({ port, edgeId });
    const wanted = (id ?? label).slice(0, 190);
    const kept = nameChoice(wanted);
    if (kept !== wanted)
      around.note(`offers "${short(wanted)}" twice; the second is kept as ${short(kept)}.`);
    const isPlain = kept === wanted && id === undefined && port === undefined && offer.when === undefined;
    if (isPlain) return label;
    return {
      ...((id !== undefined || kept !== wanted) && { id: kept }),
      label,
      ...(offer.when !== undefined && { when: offer.when }),
      ...(port !== undefined && { port }),
    };
  });
  const made = input(around, 'choice', {
    ...(from === undefined ? { choices } : { from }),
    ...(isMultiple && { multiple: true, min: 1 }),
    ...cardVariable(around),
  });
  if (made.kind !== 'pieces') return made;
  const hasOut = from !== undefined || isMultiple || ways.length < offers.length;
  const mayBeEmpty = from !== undefined || offers.every((offer) => offer.when !== undefined);
  return {
    kind: 'pieces',
    pieces: made.pieces.map((piece) => ({ ...piece, ways, hasOut, goesOn: mayBeEmpty })),
  };
}

/** What an item offers; a card each of its buttons. */
function offersOf(item: Item, around: Around): Offer[] {
  const words = (key: string) => {
    const source = textIn(item, key);
    return source === undefined ? '' : liquid(source.trim(), around);
  };
  const condition =
    fieldOf(item, 'displayCondition') ?? fieldOf(fieldOf(item, 'options'), 'displayCondition');
  const shown = Condition.safeParse(fieldOf(condition, 'condition'));
  const shownWhen =
    fieldOf(condition, 'isEnabled') === true && shown.success ? when(shown.data, around) : undefined;
  const [title, description] = [words('title'), words('description')];
  const label = words('content') || [title, description].filter(Boolean).join(': ');
  // What is kept of a picture is its title.
  const kept = title && description && !title.includes('{{') ? title : undefined;
  const id = textIn(item, 'value') ?? textIn(fieldOf(item, 'options'), 'internalValue') ?? kept;
  const offer = { id, when: shownWhen };
  const paths = listIn(item, 'paths');
  if (!paths.length) return label === '' ? [] : [{ ...offer, label, edgeId: item.outgoingEdgeId }];
  return paths.map((path) => {
    const button = liquid(textIn(path, 'text') ?? '', around);
    return {
      ...offer,
      id: paths.length === 1 ? id : undefined,
      label: [label, button].filter(Boolean).join(': ') || 'choice',
      edgeId: textIn(path, 'outgoingEdgeId'),
    };
  });
}

/** Cards keep their answer in one variable of several. */
function cardVariable({ block, variables, note }: Around): { saveAs?: string } {
  const [first, ...rest] = listIn(block.options, 'saveResponseMapping');
  if (rest.length)
    note('keeps several parts of a card; what was chosen is kept in the first of their variables alone.');
  const saveAs = variables.set(textIn(first, 'variableId'));
  return saveAs === undefined ? {} : { saveAs };
}
