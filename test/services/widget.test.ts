import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testWorld, type Sketch, type TestWorld } from '@crmflow/core/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { closing, served, twoQuestions } from '../sdk/kit.ts';
import { openTab } from './browser.ts';

interface Site {
  url: string;
  /** The script tag of each page, once it is known. */
  tag: string;
}

/** A website of somebody else, on an origin of its own; every path is a page of it. */
async function website({ policy }: { policy?: (server: string) => string } = {}, server = { url: '' }) {
  const site: Site = { url: '', tag: '' };
  const http = createServer((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    response.writeHead(200, {
      'content-type': 'text/html',
      ...(policy && { 'content-security-policy': policy(server.url) }),
    });
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><body><h1>Shop</h1><a href="/next">Next</a><div id="here"></div>${site.tag}</body></html>`,
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing(() => void http.close());
  site.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return site;
}

interface Shown {
  sketch?: Sketch;
  attributes?: string;
  world?: TestWorld;
  /** The origins that may show it, beside nobody; that of the website when absent. */
  origins?: string[];
  policy?: (server: string) => string;
}

/** A website that shows the chat with a workflow. */
async function showing({ sketch = twoQuestions, attributes = '', world, origins, policy }: Shown = {}) {
  const server = { url: '' };
  const site = await website(policy ? { policy } : {}, server);
  const crmflow = await served(world, { corsOrigins: origins ?? [site.url] });
  server.url = crmflow.url;
  const workflowId = await crmflow.keep(sketch);
  site.tag = `<script src="${crmflow.url}/widget.js" data-workflow="${workflowId}" ${attributes} async></script>`;
  return { ...crmflow, site, workflowId };
}

const bubble = (page: Page) => page.locator('.bubble');
const chat = (page: Page) => page.frameLocator('iframe');
const lines = (page: Page) => chat(page).getByRole('log').locator('.line:not(.draft)').allTextContents();
async function answer(page: Page, text: string) {
  await chat(page).getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
}

/** Hands over at once. */
const desk: Sketch = {
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'desk', type: 'integration', data: { kind: 'handover', say: 'A moment, please.' } },
  ],
  edges: ['start -> desk'],
};

describe('the chat on a website', () => {
  it('opens by its button, and loads nothing but that before', async () => {
    const { site, url } = await showing({ attributes: 'data-title="Ask us"' });
    const { page, asked, complaints } = await openTab(site.url);
    await bubble(page).waitFor();
    expect(asked.filter((address) => address.startsWith(url))).toEqual([`${url}/widget.js`]);
    await page.getByRole('button', { name: 'Ask us' }).press('Enter');
    await chat(page).getByRole('heading', { name: 'Ask us' }).waitFor();
    await chat(page).getByText('Your name?').waitFor();
    await answer(page, 'Ada');
    await answer(page, 'Turin');
    await chat(page).getByText('The conversation is over.').waitFor();
    expect(await lines(page)).toEqual([
      'Answer: Your name?',
      'You: Ada',
      'Answer: Your town?',
      'You: Turin',
      'Answer: Bye, Ada of Turin.',
    ]);
    expect(complaints).toEqual([]);
  });

  it('goes on where it was on the next page and at the next visit', async () => {
    const { site } = await showing();
    const { page } = await openTab(site.url);
    await bubble(page).click();
    await answer(page, 'Ada');
    await chat(page).getByText('Your town?').waitFor();
    await page.goto(`${site.url}/next`);
    await chat(page).getByText('Your town?').waitFor();
    expect(await bubble(page).getAttribute('aria-expanded')).toBe('true');
    const later = await page.context().newPage();
    await later.goto(site.url);
    expect(await later.locator('iframe').getAttribute('src')).toBeNull();
    await bubble(later).click();
    await chat(later).getByText('Your town?').waitFor();
    expect(await lines(later)).toEqual(['Answer: Your name?', 'You: Ada', 'Answer: Your town?']);
  });

  it('closes by Escape and by its cross, and gives the focus back', async () => {
    const { site } = await showing();
    const { page } = await openTab(site.url);
    await bubble(page).click();
    await chat(page).getByRole('textbox').press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await page.locator('.panel').waitFor();
    await bubble(page).press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await chat(page).getByRole('button', { name: 'Close the chat' }).click();
    await page.locator('.panel').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.className')).toBe('bubble');
  });

  it('counts what is said while it is closed, also on the next page', async () => {
    const { site, app, owner } = await showing({ sketch: desk, world: testWorld() });
    const { page } = await openTab(site.url);
    await bubble(page).click();
    await chat(page).getByText('A moment, please.').waitFor();
    await chat(page).getByRole('button', { name: 'Close the chat' }).click();
    const [session] = (await app.as(owner).sessions.list({})).items;
    const reply = (message: string) => app.as(owner).sessions.reply({ id: session!.id, message });
    await reply('Hello, here is Bea.');
    await page.getByRole('button', { name: 'Chat (1)' }).waitFor();
    await page.goto(`${site.url}/next`);
    await page.getByRole('button', { name: 'Chat (1)' }).waitFor();
    await reply('Are you there?');
    await page.getByRole('button', { name: 'Chat (2)' }).click();
    await chat(page).getByText('Are you there?').waitFor();
    await page.getByRole('button', { name: 'Chat', exact: true }).waitFor();
    expect(await page.locator('.badge').isVisible()).toBe(false);
  });

  it('tells the page around when a conversation begins and how it ends, once', async () => {
    const end: Sketch = {
      nodes: [...twoQuestions.nodes, { id: 'end', type: 'logic', data: { kind: 'end', outcome: 'known' } }],
      edges: [...twoQuestions.edges, 'bye -> end'],
    };
    const { site, workflowId } = await showing({ sketch: end });
    const { page } = await openTab(site.url);
    const listen =
      "window.heard = []; document.addEventListener('crmflow', ({ detail }) => heard.push(detail)); undefined";
    await page.evaluate(listen);
    await page.evaluate('crmflow.open()');
    await answer(page, 'Ada');
    await answer(page, 'Turin');
    await chat(page).getByText('The conversation is over.').waitFor();
    await expect
      .poll(() => page.evaluate('heard'))
      .toEqual([
        { type: 'started', workflowId },
        { type: 'finished', outcome: 'known', workflowId },
      ]);
    await page.goto(`${site.url}/next`);
    await page.evaluate(listen);
    await chat(page).getByText('The conversation is over.').waitFor();
    await chat(page).getByRole('button', { name: 'Start again' }).click();
    await expect.poll(() => page.evaluate('heard')).toEqual([{ type: 'started', workflowId }]);
    await page.evaluate('crmflow.close()');
    await page.locator('.panel').waitFor({ state: 'hidden' });
  });

  it('tells of each conversation that ends, also where two tabs have one each', async () => {
    const { site } = await showing();
    const { page } = await openTab(site.url);
    const listen =
      "window.heard = []; document.addEventListener('crmflow', ({ detail }) => heard.push(detail.type)); undefined";
    await page.evaluate(listen);
    await bubble(page).click();
    await answer(page, 'Ada');
    await chat(page).getByText('Your town?').waitFor();
    const other = await page.context().newPage();
    await other.goto(site.url);
    await other.evaluate(listen);
    await bubble(other).click();
    await chat(other).getByRole('button', { name: 'Start again' }).click();
    await chat(other).getByText('Your town?').waitFor({ state: 'detached' });
    await chat(page).getByText('The conversation is over.').waitFor();
    await answer(other, 'Bob');
    await answer(other, 'Rome');
    await chat(other).getByText('The conversation is over.').waitFor();
    await expect.poll(() => page.evaluate('heard')).toEqual(['started', 'finished']);
    await expect.poll(() => other.evaluate('heard')).toEqual(['started', 'finished']);
  });

  it('ends the conversation that is left for another, so that nobody waits for the visitor', async () => {
    const { site, app, owner } = await showing({ sketch: desk, world: testWorld() });
    const { page } = await openTab(site.url);
    await bubble(page).click();
    await chat(page).getByText('A moment, please.').waitFor();
    const all = async () => (await app.as(owner).sessions.list({})).items.map(({ status }) => status).sort();
    await app.as(owner).sessions.reply({
      id: (await app.as(owner).sessions.list({})).items[0]!.id,
      message: 'Here is Bea.',
    });
    await chat(page).getByText('Here is Bea.').waitFor();
    expect(await lines(page)).toEqual(['Answer: A moment, please.', 'Our team: Here is Bea.']);
    await chat(page).getByRole('button', { name: 'Start again' }).click();
    await expect.poll(all).toEqual(['finished', 'waiting']);
  });

  it('says that it is not there, lets itself be closed, and is there when it is opened again', async () => {
    const { site, url } = await showing();
    const { page } = await openTab(site.url);
    await page.clock.install();
    await page.route(`${url}/chat*`, (route) => route.abort());
    await bubble(page).click();
    await page.clock.fastForward(9_000);
    await page.getByRole('alert').getByText('The chat cannot be reached at the moment.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await page.unroute(`${url}/chat*`);
    await bubble(page).click();
    await chat(page).getByText('Your name?').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('is on a page once, however often the line is', async () => {
    const { site } = await showing();
    site.tag += site.tag;
    const { page, complaints } = await openTab(site.url);
    await expect.poll(() => complaints).toEqual(["CRMFlow's chat: it is on this page already."]);
    expect(await bubble(page).count()).toBe(1);
  });

  it('stands in an element of the page, in German, with values of the page and its colour', async () => {
    const sketch: Sketch = {
      nodes: [
        {
          id: 'start',
          type: 'trigger',
          data: {
            inputs: [
              { name: 'plan', type: 'text', default: 'free' },
              { name: 'utm_source', type: 'text', default: 'nowhere' },
            ],
          },
        },
        { id: 'ask', type: 'listen', data: { prompt: 'Fragen zu {{ plan }} von {{ utm_source }}?' } },
      ],
      edges: ['start -> ask'],
    };
    const attributes = `data-into="#here" data-language="de-AT" data-accent="#ffd400" data-variables='{"plan": "pro"}' data-query="utm_source, gclid"`;
    const { site } = await showing({ sketch, attributes });
    const { page, asked } = await openTab(`${site.url}/?utm_source=mail&x=1`);
    await chat(page).getByText('Fragen zu pro von mail?').waitFor();
    expect(await bubble(page).count()).toBe(0);
    await chat(page).getByRole('button', { name: 'Senden' }).waitFor();
    const colours = `(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.querySelector('form button')))`;
    expect(await page.frames()[1]!.evaluate(colours)).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)']);
    expect(asked.filter((address) => new URL(address).search.includes('pro'))).toEqual([]);
  });

  it('works on a page that lets nothing in but its server', async () => {
    const policy = (server: string) => `default-src 'none'; script-src ${server}; frame-src ${server}`;
    const { site } = await showing({ policy });
    const { page, complaints } = await openTab(site.url);
    await bubble(page).click();
    await chat(page).getByText('Your name?').waitFor();
    expect((await bubble(page).boundingBox())!.width).toBe(56);
    expect(complaints).toEqual([]);
  });

  it('fills a phone, and nothing behind it can be reached', async () => {
    const { site } = await showing();
    const { page } = await openTab(site.url, { viewport: { width: 390, height: 700 } });
    await bubble(page).click();
    await chat(page).getByText('Your name?').waitFor();
    expect(await page.locator('.panel').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 700 });
    const isReached = `document.querySelector('a').focus(), document.activeElement.tagName`;
    expect(await page.evaluate(isReached)).not.toBe('A');
    await chat(page).getByRole('button', { name: 'Close the chat' }).click();
    expect(await page.evaluate(isReached)).toBe('A');
  });

  it('is not shown by a page of an origin that is not listed', async () => {
    const { site } = await showing({ origins: ['https://elsewhere.example'] });
    const { page, complaints } = await openTab(site.url);
    await bubble(page).click();
    await expect.poll(() => complaints.join()).toContain('frame-ancestors');
    await expect(chat(page).getByText('Your name?').waitFor({ timeout: 1_000 })).rejects.toThrow();
  });

  it.each([
    ['no workflow', 'data-workflow=""', 'say which workflow it holds: data-workflow="…".'],
    ['a colour that is none', 'data-accent="blue"', 'data-accent="blue" is no colour such as #1d4ed8.'],
    ['a side that is none', 'data-side="top"', 'data-side="top" is none of right, left.'],
    [
      'values that are no JSON',
      'data-variables="plan"',
      'data-variables is no JSON object such as {"plan": "pro"}: plan.',
    ],
    [
      'a place that is not there',
      'data-into="#gone"',
      'there is no element #gone on this page for data-into.',
    ],
  ])(
    'says in the console what is wrong with %s, and leaves the page alone',
    async (_, attribute, sentence) => {
      const { site, url } = await showing();
      // The first of two attributes of one name counts.
      site.tag = site.tag.replace('<script ', `<script ${attribute} `);
      const { page, complaints } = await openTab(site.url);
      await expect.poll(() => complaints).toEqual([`CRMFlow's chat: ${sentence}`]);
      expect(await page.locator('iframe').count()).toBe(0);
      expect(await page.getByRole('heading', { name: 'Shop' }).count()).toBe(1);
      expect(url).not.toBe(site.url);
    },
  );
});

it('tells whoever runs the site why no conversation begins, and the visitor only that none does', async () => {
  const { url, keep } = await served();
  const id = await keep(twoQuestions);
  const hash = `#${encodeURIComponent(JSON.stringify({ variables: { nosuch: 1 }, memory: 'tab' }))}`;
  const { page, complaints } = await openTab(`${url}/chat?workflow=${id}${hash}`);
  await page.getByText('This conversation cannot be held at the moment.').waitFor();
  expect(complaints.join()).toMatch(/CRMFlow's chat: The workflow declares no input nosuch/);
  const none = await openTab(`${url}/chat?workflow=nothing`);
  await none.page.getByText('There is no conversation here.').waitFor();
  expect(none.complaints.join()).toContain('Is its id right, and isPublic true?');
});

describe('what a workflow shows in the chat', () => {
  const says = (data: Record<string, unknown>): Sketch => ({
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'show', type: 'speak', data },
      { id: 'ask', type: 'listen', data: { prompt: 'Well?' } },
    ],
    edges: ['start -> show', 'show -> ask'],
  });

  it('has addresses as links that are read whole, and nothing else of what looks like markup', async () => {
    const text =
      'See https://example.com/a?b=1. Or (https://example.com/c), mailto:ada@example.com. Or [here](https://evil.test), <a href="https://evil.test">me</a>, javascript:alert(1)';
    const { url, keep } = await served();
    const { page } = await openTab(`${url}/chat?workflow=${await keep(says({ text }))}`);
    await page.getByText('Well?').waitFor();
    const links = await page
      .locator('main a')
      .evaluateAll((all) =>
        all.map((link) => [link.textContent, link.getAttribute('href'), link.getAttribute('rel')]),
      );
    expect(links).toEqual(
      ['https://example.com/a?b=1', 'https://example.com/c', 'mailto:ada@example.com'].map((address) => [
        address,
        address,
        'noopener noreferrer nofollow',
      ]),
    );
    expect(await page.getByRole('log').locator('.line').first().textContent()).toBe(`Answer: ${text}`);
  });

  it.each([
    'https://bank.com@evil.test/',
    '\u202ehttps://evil.test/?/moc.knab//:sptth',
    'See \u2067https://evil.test',
  ])('makes no link that would read as another: %j', async (text) => {
    const { url, keep } = await served();
    const { page } = await openTab(`${url}/chat?workflow=${await keep(says({ text }))}`);
    await page.getByText('Well?').waitFor();
    expect(await page.locator('main a').count()).toBe(0);
  });

  it.each([
    ['image', 'img'],
    ['audio', 'audio'],
    ['video', 'video'],
    ['file', 'a'],
  ])('is seen where it is %s of an https address', async (media, tag) => {
    const { url, keep } = await served();
    const address = 'https://media.example/plan';
    const workflowId = await keep(says({ kind: 'media', media, url: address, alt: 'The plan' }));
    const { page } = await openTab(`${url}/chat?workflow=${workflowId}`);
    const shown = page.getByRole('log').locator(tag);
    await shown.waitFor();
    expect(await shown.getAttribute(tag === 'a' ? 'href' : 'src')).toBe(address);
  });

  it('is told of where its address is not', async () => {
    const { url, keep } = await served();
    const data = { kind: 'media', media: 'image', url: 'http://media.example/plan.png', alt: 'The plan' };
    const { page, asked } = await openTab(`${url}/chat?workflow=${await keep(says(data))}`);
    await page.getByText('image: The plan – http://media.example/plan.png').waitFor();
    expect(asked.filter((address) => address.includes('media.example'))).toEqual([]);
  });
});
