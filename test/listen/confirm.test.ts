import { describe } from 'vitest';
import { readConfirm } from '../../packages/core/src/nodes/listen/read/confirm.ts';
import { refuses, takes } from './read-kit.ts';

const reader = (language: string) => (text: string) => readConfirm(text, { language });

describe('yes or no in English', () => {
  const read = reader('en-US');
  takes(read, [
    ['yes', true],
    ['Y', true],
    ['yeah sure', true],
    ['OK!', true],
    ['of course', true],
    ['no problem', true],
    ['sure, why not', true],
    ['That is correct, thanks.', true],
    ['yes, please do that tomorrow', true],
    ['👍🏽', true],
    ['👍👍', true],
    ['✔️', true],
    ['1', true],
    ['true', true],
    ['no', false],
    ['N', false],
    ['nope', false],
    ['No, thanks.', false],
    ['not really', false],
    ['no way!', false],
    ['I do not', false],
    ['no, I have not', false],
    ['👎', false],
    ['❌', false],
    ['0', false],
    ['Thanks, yes', true],
    ['sure, no problem', true],
    ['yes, no worries', true],
    ['no worries', true],
    ['sure, go ahead', true],
    ['that works for me', true],
    ["I'd love to!", true],
    ['yesss', true],
    ["I don't think so", false],
    ['unfortunately not', false],
    ['no, I am ill', false],
    ['no, rather tomorrow', false],
    ['thanks, no', false],
    ['nooo', false],
  ]);
  refuses(read, [
    ['maybe', 'not_yes_or_no'],
    ['yes and no', 'not_yes_or_no'],
    ['yes, but not today', 'not_yes_or_no'],
    ['no, that is correct', 'not_yes_or_no'],
    ['not sure', 'not_yes_or_no'],
    ['no idea', 'not_yes_or_no'],
    ['no one', 'not_yes_or_no'],
    ['ok what does it cost', 'not_yes_or_no'],
    ['right now', 'not_yes_or_no'],
    ['sure, if possible', 'not_yes_or_no'],
    ['no, go ahead', 'not_yes_or_no'],
    ["yes, please don't", 'not_yes_or_no'],
    ['we will see', 'not_yes_or_no'],
    ["I can't say", 'not_yes_or_no'],
    ['probably not', 'not_yes_or_no'],
    ['thanks', 'not_yes_or_no'],
    ['👍👎', 'not_yes_or_no'],
    ['oui', 'not_yes_or_no'],
    ['2', 'not_yes_or_no'],
    ['hello', 'not_yes_or_no'],
    ['', 'empty'],
  ]);
});

describe('yes or no in German', () => {
  const read = reader('de-DE');
  takes(read, [
    ['ja', true],
    ['Ja, gerne!', true],
    ['na klar', true],
    ['auf jeden Fall', true],
    ['das stimmt', true],
    ['in Ordnung', true],
    ['natürlich', true],
    ['natuerlich', true],
    ['kein Problem', true],
    ['yes', true],
    ['nein', false],
    ['Nö', false],
    ['nein danke', false],
    ['auf keinen Fall', false],
    ['stimmt nicht', false],
    ['natürlich nicht', false],
    ['nein, lieber morgen', false],
    ['danke, ja', true],
    ['geht klar', true],
    ['ja doch', true],
    ['ja, kein Problem', true],
    ['jaaa', true],
    ['von mir aus', true],
    ['leider nein', false],
    ['lieber nicht', false],
    ['ich glaube nicht', false],
    ['nicht wirklich', false],
    ['bitte nicht', false],
    ['ich möchte nicht', false],
    ['no', false],
  ]);
  refuses(read, [
    ['jein', 'not_yes_or_no'],
    ['ja, nein, doch', 'not_yes_or_no'],
    ['nein, kein Problem', 'not_yes_or_no'],
    ['wahrscheinlich nicht', 'not_yes_or_no'],
    ['danke', 'not_yes_or_no'],
    ['ja und nein', 'not_yes_or_no'],
    ['ja, aber nicht heute', 'not_yes_or_no'],
    ['vielleicht', 'not_yes_or_no'],
    ['weiß nicht', 'not_yes_or_no'],
    ['keine Ahnung', 'not_yes_or_no'],
    ['kommt drauf an', 'not_yes_or_no'],
    ['J. Schmidt', 'not_yes_or_no'],
    ['gute Frage', 'not_yes_or_no'],
    ['Hallo', 'not_yes_or_no'],
    ['', 'empty'],
  ]);
});

describe('yes or no in French and Spanish', () => {
  takes(reader('fr-FR'), [
    ['oui', true],
    ["d'accord", true],
    ['bien sûr', true],
    ['non merci', false],
  ]);
  takes(reader('es'), [
    ['sí', true],
    ['sí, sí', true],
    ['por supuesto', true],
    ['no', false],
    ['claro que no', false],
  ]);
  refuses(reader('es'), [['si o no', 'not_yes_or_no']]);
});
