import { articleOf } from './article.js';
import { blocksOf, lengthOf, prose, textOf, unlinked, withoutMenus } from './blocks.js';
import { notesOf } from './notes.js';
import { mustFit, Refusal, tidy } from './plain.js';

/** The main text of a page; with its address, what it says to machines too. */
export async function readHtml({ bytes, contentType, characters, url }) {
  const html = decode(bytes, contentType);
  // Takes any page in linear time; the parser of the standard compares each attribute with all before.
  const { load } = await import('cheerio/slim');
  // Under one element, since the library compares each with all others that stand at the top.
  const page = load(`<${TOP}>${html}</${TOP}>`);
  const notes = url && notesOf(page, url);
  const title = titleOf(page);
  clean(page);
  const finding = articleOf(serialized(page));
  const [marked] = page('main, [role="main"]').get();
  const body = page('body').get(0) ?? page(TOP).get(0);
  const all = blocksOf(marked ?? body, { characters, isWhole: Boolean(marked) });
  const article = await finding;
  const found = article ? withoutMenus(blocksOf(load(article).root().get(0), { characters })) : [];
  const main = mainBlocks(found, all);
  const text = textOf(main.length ? main : blocksOf(body, { characters }));
  mustFit(text.length, characters);
  if (!text) throw new Refusal('The page holds no text without JavaScript.');
  return { title, text, pages: [], ...(notes && { page: notes }) };
}
const TOP = 'x-page';

function titleOf(page) {
  const said = page('meta[property="og:title"]').attr('content');
  const shown = ['title', 'h1'].map((name) => page(name).first().text());
  return [said ?? '', ...shown].map((title) => tidy(title.replace(/\s+/g, ' '))).find(Boolean) ?? null;
}

/** Null for what is nested deeper than the stack is. */
function serialized(page) {
  try {
    return page(TOP).html();
  } catch {
    return null;
  }
}

/** Without what nobody reads, and with what only waits to be read. */
function clean(page) {
  unfold(page);
  page(
    'script, style, noscript, template, svg, iframe, input, select, textarea, button, nav, [hidden], [aria-hidden="true"]',
  ).remove();
  // Some hide all of a page until it is drawn.
  page('html, body, main').removeAttr('style');
  for (const element of page('[style]').get()) if (HIDING.test(element.attribs.style)) page(element).remove();
  // Of an article it may say something; of the page it is what is left when nothing else is found.
  page('footer').not('main footer, article footer').remove();
  // A form around the whole page is how some servers work; a short one asks for something.
  for (const form of page('form').get()) if (lengthOf(blocksOf(form)) < SHORT) page(form).remove();
}
const HIDING = /display\s*:\s*none|visibility\s*:\s*hidden/i;
/** Words: a search, an order of a newsletter. */
const SHORT = 60;

/** Opens what waits for a press on a heading, as questions and answers often do: https://www.w3.org/WAI/ARIA/apg/patterns/accordion/ */
function unfold(page) {
  const folded = new Set();
  for (const button of page(':is(h1, h2, h3, h4, h5, h6, dt, summary, [role="heading"]) button').get()) {
    folded.add(button.attribs['aria-controls']);
    button.tagName = 'span';
  }
  for (const element of page('[id]').get())
    if (folded.has(element.attribs.id))
      for (const name of ['hidden', 'aria-hidden', 'style']) delete element.attribs[name];
}

/** Fewer words than these are not an article, but what the page has to say. */
const FEW = 250;

/**
 * What Readability takes for the article, unless that is a small part of what is no menu: it is made for articles, and
 * takes the footer of a price list or the first of many answers.
 */
function mainBlocks(article, all) {
  const said = unlinked(all);
  const [other, share] = lengthOf(said) < FEW ? [said, 1 / 2] : [prose(all), 1 / 5];
  if (lengthOf(article) > share * lengthOf(other)) return article;
  return other.length ? other : said;
}

/** By its first bytes, UTF-8 where that is what it is, by the header, else by what the page says of itself: https://html.spec.whatwg.org/#determining-the-character-encoding */
function decode(bytes, contentType) {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2_048));
  const inHeader = /charset\s*=\s*["']?([\w-]+)/i.exec(contentType ?? '')?.[1];
  const inPage = /(?:<meta[^>]+charset|<\?xml[^>]+encoding)\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(isUtf8(bytes) ? 'utf-8' : (inHeader ?? inPage)).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Nothing else looks like it by chance, but for what is written in seven bits. */
function isUtf8(bytes) {
  if (!bytes.some((byte) => byte > 0x7f)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
