const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Whether a text holds Hebrew, Arabic or a script like them. */
export const holdsRightToLeft = (text) => RIGHT_TO_LEFT.test(text);
/** Whether it is for the most part in one of these. */
export const isRightToLeft = (text) =>
  2 * text.replace(/[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g, '').length >
  text.replace(/\P{L}/gu, '').length;

/**
 * The pieces of a line in the order in which they are read. Arabic and Hebrew are drawn from the left as often as from
 * the right; a run the other way within the line is turned by itself. After the Unicode Bidirectional Algorithm, UAX #9,
 * rule L2, read backwards.
 */
export function inReadingOrder(line, runsRight) {
  if (!line.some(({ str }) => holdsRightToLeft(str))) return line;
  const seen = inUnits([...line].sort((one, other) => one.transform[4] - other.transform[4]));
  const turned = runsRight ? 'left' : 'right';
  const runs = [];
  for (let at = 0; at < seen.length;) {
    const end = seen[at].kind === turned ? endOfRun(seen, at, turned) : at + 1;
    runs.push(seen.slice(at, end));
    at = end;
  }
  const read = runsRight ? runs.reverse().flat() : runs.flatMap((run) => run.reverse());
  return read.flatMap(({ pieces }) => pieces);
}

/** A number is read from the left wherever it stands. */
function inUnits(pieces) {
  const units = [];
  for (const piece of pieces) {
    const kind = kindOf(piece.str);
    if (kind === 'number' && units.at(-1)?.kind === 'number') units.at(-1).pieces.push(piece);
    else units.push({ kind, pieces: [piece] });
  }
  return units;
}

function kindOf(text) {
  if (holdsRightToLeft(text)) return 'right';
  if (/\p{L}/u.test(text)) return 'left';
  return /\p{N}/u.test(text) ? 'number' : 'none';
}

/** Numbers and signs belong to a run that goes on after them; one from the left may end with a number. */
function endOfRun(units, from, turned) {
  let end = from + 1;
  for (let at = end; at < units.length; at++) {
    const { kind } = units[at];
    if (kind === turned || (turned === 'left' && kind === 'number')) end = at + 1;
    else if (kind !== 'none' && kind !== 'number') break;
  }
  return end;
}
