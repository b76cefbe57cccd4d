import { notesOf } from './notes.js';
import { mustFit, Refusal, tidy } from './plain.js';

/** The main text of a page; with its address, what it says to machines too. */
export async function readHtml({ bytes, contentType, characters, url }) {
  const html = decode(bytes, contentType);
  const [{ load }, { parseHTML }, { Readability }] = await Promise.all([
    // Takes any page in linear time; the parser of the standard compares each attribute with all before.
    import('cheerio/slim'),
    import('linkedom'),
    import('@mozilla/readability'),
  ]);
  const page = load(html);
  const notes = url && notesOf(page, url);
  const title = page('meta[property="og:title"]').attr('content') ?? page('title').first().text();
  page(
    'script, style, noscript, template, svg, iframe, form, button, nav, [hidden], [aria-hidden="true"]',
  ).remove();
  const main = isPlain(page) ? mainText(page.html(), { parseHTML, Readability }) : null;
  const [marked] = page('main, article, [role="main"]').get();
  const text = main ?? textOf(marked ?? page('body').get(0) ?? page.root().get(0), characters);
  mustFit(text?.length ?? 0, characters);
  if (!text) throw new Refusal('The page holds no text without JavaScript.');
  return { title: tidy(title ?? '') || null, text, pages: [], ...(notes && { page: notes }) };
}

/** Readability takes minutes for what is nested very deep, or goes on without end. */
const MOST = { nesting: 200, elements: 50_000, attributes: 200 };

function isPlain(page) {
  let elements = 0;
  const open = page
    .root()
    .children()
    .get()
    .map((element) => [element, 1]);
  for (let next = open.pop(); next; next = open.pop()) {
    const [{ attribs, children }, depth] = next;
    elements += 1;
    if (depth > MOST.nesting || elements > MOST.elements) return false;
    if (Object.keys(attribs).length > MOST.attributes) return false;
    for (const child of children) if (child.attribs) open.push([child, depth + 1]);
  }
  return true;
}

function mainText(html, { parseHTML, Readability }) {
  const inPage = (body) => parseHTML(`<!doctype html><html><body>${body}</body></html>`).document;
  const document = /<body/i.test(html) ? parseHTML(html).document : inPage(html);
  const article = new Readability(document, { charThreshold: 200, keepClasses: false }).parse();
  return article?.content ? textOf(inPage(article.content).body) : null;
}

const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TR UL'.split(
    ' ',
  ),
);
const LINES = new Set(['LI', 'TR']);

/** The text of an element as it is read, with an empty line around a block; null when there is none. */
function textOf(root, characters = Infinity) {
  const pieces = [];
  let length = 0;
  // No recursion: a page may be nested deeper than the stack is.
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') pieces.push(next);
    else if (next.nodeType === 3) {
      const said = next.nodeValue.replace(/\s+/g, ' ');
      pieces.push(said);
      mustFit((length += said.length), characters);
    } else if (next.tagName?.toUpperCase() !== 'TITLE') {
      const [before, after] = around(next.tagName?.toUpperCase());
      pieces.push(before);
      open.push(after);
      for (const child of Array.from(next.childNodes ?? []).reverse()) open.push(child);
    }
  }
  return tidy(pieces.join('')) || null;
}

function around(name) {
  if (name === 'BR') return ['\n', ''];
  if (name === 'TD' || name === 'TH') return [' ', ''];
  if (LINES.has(name)) return ['\n', '\n'];
  return BLOCKS.has(name) ? ['\n\n', '\n\n'] : ['', ''];
}

/** By the header, else UTF-8 where that is what it is, else by what the page says of itself: https://html.spec.whatwg.org/#determining-the-character-encoding */
function decode(bytes, contentType) {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2_048));
  const inHeader = /charset\s*=\s*["']?([\w-]+)/i.exec(contentType ?? '')?.[1];
  const inPage = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  const named = inHeader ?? (isUtf8(bytes) ? 'utf-8' : (inPage ?? 'utf-8'));
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Nothing else looks like it by chance. */
function isUtf8(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
