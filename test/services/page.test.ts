import type { Sketch } from '@crmflow/core/testing';
import { testWorld } from '@crmflow/core/testing';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { shippedTemplates } from '../../packages/core/src/adapters/shipped-templates.ts';
import { cuttable, served, twoQuestions } from '../sdk/kit.ts';
import { openTab } from './browser.ts';

const log = (page: Page) => page.getByRole('log', { name: 'Conversation' });
/** What was said, a line a message, as one who hears the page is told. */
const lines = (page: Page) => log(page).locator('.line:not(.draft)').allTextContents();
const over = (page: Page) => page.getByText('The conversation is over.').waitFor();
const at = (url: string, workflowId: string) => `${url}/?workflow=${workflowId}`;

async function answer(page: Page, name: string, text: string) {
  await page.getByRole('textbox', { name }).fill(text);
  await page.keyboard.press('Enter');
}

/** A flow of one question of a kind, which says what it understood. */
const asking = (data: Record<string, unknown>): Sketch => ({
  nodes: [
    { id: 'start', type: 'trigger' },
    {
      id: 'ask',
      type: 'listen',
      label: 'The question',
      data: { prompt: 'Well?', saveAs: 'given', ...data },
    },
    { id: 'say', type: 'speak', data: { text: 'Understood: {{ given }}' } },
  ],
  edges: ['start -> ask', 'ask -> say'],
});

describe('the page', () => {
  it('offers the templates, and holds a conversation with the keyboard alone', async () => {
    const { url } = await served(testWorld({ templates: await shippedTemplates() }));
    const { page, complaints, asked } = await openTab(url);
    const link = page.getByRole('link', { name: 'Lead qualification' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Lead qualification' }).waitFor();
    await answer(page, 'Name', 'Ada');
    await page.getByRole('textbox', { name: 'E-mail' }).waitFor();
    await page.keyboard.type('ada@example.com\n');
    await page.getByRole('button', { name: 'Just information' }).waitFor();
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('textbox').waitFor();
    await page.keyboard.type('1\n');
    await page.getByRole('button', { name: 'Later' }).waitFor();
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await over(page);
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toBe('Start again');
    expect((await lines(page)).slice(0, 3)).toEqual([
      "Answer: Hi! I'm the assistant of Brightside Solar. A few short questions, and I'll know who can help you best.",
      "Answer: What's your name?",
      'You: Ada',
    ]);
    expect(complaints).toEqual([]);
    const hosts = new Set(asked.map((address) => new URL(address).host));
    expect([...hosts]).toEqual([new URL(url).host]);
  });

  it('lets nothing run or load that is not its own', async () => {
    const { url } = await served();
    const response = await fetch(url);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await response.text()).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|https?:\/\//);
  });

  it('says that it waits for a time, and until when, where nothing is asked', async () => {
    const { url, keep } = await served();
    const waits: Sketch = {
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'wait', type: 'logic', data: { kind: 'delay', for: { days: 1 } } },
        { id: 'say', type: 'speak', data: { text: 'Here it is.' } },
      ],
      edges: ['start -> wait', 'wait -> say'],
    };
    const { page } = await openTab(at(url, await keep(waits)));
    const says = page.getByText(/it goes on by itself, .*2026/);
    await says.waitFor();
    await page.reload();
    await says.waitFor();
  });

  it('goes on after a reload where it was, and starts again when asked', async () => {
    const { url, keep } = await served();
    const { page } = await openTab(at(url, await keep(twoQuestions)));
    await answer(page, 'Your answer', 'Ada');
    await page.getByText('Your town?').waitFor();
    const before = await lines(page);
    await page.reload();
    await page.getByText('Your town?').waitFor();
    expect(await lines(page)).toEqual(before);
    await answer(page, 'Your answer', 'Turin');
    await over(page);
    expect((await lines(page)).at(-1)).toBe('Answer: Bye, Ada of Turin.');
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByText('The conversation is over.').waitFor({ state: 'detached' });
    await expect.poll(() => lines(page)).toEqual(['Answer: Your name?']);
  });

  it('fits a phone, in the dark too', async () => {
    const { url } = await served(testWorld({ templates: await shippedTemplates() }));
    const phone = { viewport: { width: 390, height: 700 }, colorScheme: 'dark', hasTouch: true } as const;
    const { page } = await openTab(url, phone);
    await page.getByRole('link', { name: 'Feedback' }).tap();
    await page.getByRole('button', { name: '10', exact: true }).waitFor();
    const wide = 'document.documentElement.scrollWidth > innerWidth';
    expect(await page.evaluate(wide)).toBe(false);
    const sizes = await page
      .getByRole('button', { name: /^\d+$/ })
      .evaluateAll((buttons) => buttons.map((button) => Math.min(button.clientWidth, button.clientHeight)));
    expect(sizes).toHaveLength(11);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(40);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(17, 19, 24)');
  });
});

describe('a question', () => {
  it.each([
    ['choice', { kind: 'choice', choices: [{ label: 'Tea' }, { label: 'Coffee' }] }, 'Coffee', 'Coffee'],
    ['yes or no', { kind: 'confirm' }, 'Yes', 'true'],
    ['mark', { kind: 'rating' }, '4', '4'],
  ])('of the kind %s is answered with a button', async (_, data, name, understood) => {
    const { url, keep } = await served();
    const { page } = await openTab(at(url, await keep(asking(data))));
    await page.getByRole('group', { name: 'The question' }).getByRole('button', { name }).click();
    await over(page);
    expect((await lines(page)).at(-1)).toBe(`Answer: Understood: ${understood}`);
  });

  it('with several answers is answered with boxes, and not with none', async () => {
    const choices = [{ label: 'Tea' }, { label: 'Coffee' }, { id: 'both', label: 'Milk and sugar' }];
    const { url, keep } = await served();
    const { page } = await openTab(at(url, await keep(asking({ kind: 'choice', multiple: true, choices }))));
    const group = page.getByRole('group', { name: 'The question' });
    await group.waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('Choose at least one.');
    await group.getByRole('checkbox', { name: 'Tea' }).check();
    await group.getByRole('checkbox', { name: 'Milk and sugar' }).check();
    await page.getByRole('button', { name: 'Send' }).click();
    await over(page);
    expect((await lines(page)).at(-1)).toContain('both');
  });

  it('for a day has a calendar, and can be typed all the same', async () => {
    const { url, keep } = await served();
    const workflowId = await keep(asking({ kind: 'date' }));
    const { page } = await openTab(at(url, workflowId));
    await page.getByLabel('The question').fill('2027-03-01');
    await page.getByRole('button', { name: 'Send' }).click();
    await over(page);
    expect((await lines(page)).at(-1)).toContain('2027-03-01');
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByRole('button', { name: 'Type the answer instead' }).click();
    await page.keyboard.type('help\n');
    await expect.poll(() => lines(page)).toContain('You: help');
  });

  it('for a file takes one, and says at once when it is too large', async () => {
    const { url, keep } = await served();
    const { page } = await openTab(at(url, await keep(asking({ kind: 'file', maxBytes: 2_000 }))));
    const field = page.getByLabel('The question');
    const file = (bytes: number) => ({
      name: 'plan.txt',
      mimeType: 'text/plain',
      buffer: Buffer.alloc(bytes, 'x'),
    });
    await field.setInputFiles(file(3_000));
    await page.getByRole('button', { name: 'Send the file' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('plan.txt is larger than 2 KB.');
    await field.setInputFiles(file(1_000));
    await page.getByRole('button', { name: 'Send the file' }).click();
    await over(page);
    expect(await lines(page)).toContain('You: File: plan.txt');
  });
});

describe('a hasty visitor', () => {
  it('who holds Enter sends one answer', async () => {
    const { url, keep } = await served();
    const choices = [{ label: 'Tea' }, { label: 'Coffee' }];
    const workflowId = await keep({
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'a', type: 'listen', label: 'First', data: { kind: 'choice', prompt: 'First?', choices } },
        { id: 'b', type: 'listen', label: 'Second', data: { kind: 'choice', prompt: 'Second?', choices } },
        { id: 'c', type: 'listen', data: { prompt: 'Third?' } },
      ],
      edges: ['start -> a', 'a -> b', 'b -> c'],
    });
    const { page } = await openTab(at(url, workflowId));
    await page.getByRole('button', { name: 'Tea', exact: true }).focus();
    await page.keyboard.down('Enter');
    await page.getByRole('group', { name: 'Second' }).waitFor();
    for (let held = 0; held < 5; held++) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect((await lines(page)).filter((line) => line.startsWith('You: '))).toEqual(['You: Tea']);
    await page.getByRole('button', { name: 'Coffee' }).click();
    await page.getByRole('textbox').fill('three');
    await page.keyboard.down('Enter');
    for (let held = 0; held < 5; held++) await page.keyboard.down('Enter');
    await over(page);
    for (let held = 0; held < 5; held++) await page.keyboard.down('Enter');
    expect((await lines(page)).filter((line) => line === 'You: three')).toHaveLength(1);
  });

  it('who clicks twice on "Start again" starts once', async () => {
    const { url, keep } = await served();
    const { page, asked } = await openTab(at(url, await keep(twoQuestions)));
    await page.getByText('Your name?').waitFor();
    const starts = () => asked.filter((address) => address.endsWith('/api/sessions')).length;
    await page.getByRole('button', { name: 'Start again' }).dblclick({ delay: 60 });
    await expect.poll(() => lines(page)).toEqual(['Answer: Your name?']);
    expect(starts()).toBe(2);
  });
});

describe('on a small screen', () => {
  const viewport = { width: 320, height: 568 };
  const isWide = 'document.documentElement.scrollWidth > innerWidth';

  it('many choices scroll, and leave room for what was said', async () => {
    const { url, keep } = await served();
    const choices = Array.from({ length: 25 }, (_, number) => ({ label: `The choice number ${number + 1}` }));
    const { page } = await openTab(at(url, await keep(asking({ kind: 'choice', choices }))), { viewport });
    const last = page.getByRole('button', { name: 'number 25' });
    await last.waitFor();
    expect(await page.evaluate(isWide)).toBe(false);
    expect((await log(page).boundingBox())!.height).toBeGreaterThan(80);
    await last.click();
    await over(page);
    expect((await lines(page)).at(-1)).toContain('number 25');
  });

  it('the control for a file fits, and what is wrong is in sight', async () => {
    const { url, keep } = await served();
    const { page } = await openTab(at(url, await keep(asking({ kind: 'file' }))), { viewport });
    await page.getByRole('button', { name: 'Send the file' }).click();
    const field = (await page.getByLabel('The question').boundingBox())!;
    expect(field.x + field.width).toBeLessThanOrEqual(320);
    expect(await page.evaluate(isWide)).toBe(false);
    const alert = (await page.getByRole('alert').boundingBox())!;
    expect(alert.y + alert.height).toBeLessThanOrEqual(568);
  });
});

it('shows a choice by its name, also where it is sent by its id', async () => {
  const { url, keep } = await served();
  const choices = [
    { id: 'both', label: 'Milk and sugar' },
    { id: 'none', label: 'Nothing' },
  ];
  const { page } = await openTab(at(url, await keep(asking({ kind: 'choice', multiple: true, choices }))));
  await page.getByRole('checkbox', { name: 'Milk and sugar' }).check();
  await page.getByRole('button', { name: 'Send' }).click();
  await over(page);
  expect(await lines(page)).toContain('You: Milk and sugar');
});

it('bounds a calendar by dates, also where the bounds are counted from today', async () => {
  const { url, keep } = await served();
  const { page } = await openTab(at(url, await keep(asking({ kind: 'date', min: 'today', max: '+7d' }))));
  const field = page.getByLabel('The question');
  await field.waitFor();
  for (const bound of ['min', 'max']) expect(await field.getAttribute(bound)).toMatch(/^\d{4}-\d\d-\d\d$/);
});

describe('what others wrote', () => {
  const hostile =
    '<img src="http://evil.test/x.png" onerror="document.title=1"><script>document.title=2</script> ' +
    '[click](javascript:alert(1)) ![](http://evil.test/y.png) <a href="javascript:alert(1)">me</a>';

  it('is shown as text, whoever wrote it', async () => {
    const world = testWorld({
      ai: {
        async *stream() {
          yield { kind: 'text', text: hostile };
          const citations = [{ source: hostile, text: hostile }];
          yield { kind: 'done', isFound: true, citations, usage: { inputTokens: 0, outputTokens: 0 } };
        },
      },
    });
    const { url, keep } = await served(world);
    const workflowId = await keep({
      nodes: [
        { id: 'start', type: 'trigger' },
        {
          id: 'show',
          type: 'speak',
          data: { kind: 'media', media: 'image', url: 'http://evil.test/z.png', alt: hostile },
        },
        { id: 'ask', type: 'listen', label: hostile, data: { prompt: hostile } },
        { id: 'answer', type: 'ai', data: { threshold: 0 } },
        {
          id: 'choose',
          type: 'listen',
          data: { kind: 'choice', prompt: 'Well?', choices: [{ label: hostile }] },
        },
      ],
      edges: ['start -> show', 'show -> ask', 'ask -> answer', 'answer -> choose'],
      knowledge: [{ question: 'What are the opening hours?', answer: 'We open at nine.' }],
    });
    const { page, asked, complaints } = await openTab(at(url, workflowId));
    await page.getByRole('textbox').fill(`What are the opening hours? ${hostile}`);
    await page.keyboard.press('Enter');
    await page.getByText('1 source').click();
    await page.getByRole('button', { name: hostile }).waitFor();
    const said = await lines(page);
    expect(said.filter((line) => line.includes(hostile))).toHaveLength(4);
    expect(await page.locator('main').locator('img, script, a, iframe, object').count()).toBe(0);
    expect(await page.locator('blockquote').textContent()).toBe(hostile);
    expect(await page.title()).toBe('Conversation – CRMFlow');
    expect(asked.filter((address) => new URL(address).host !== new URL(url).host)).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });
});

describe('when something goes wrong', () => {
  it('says so for a workflow that is not there', async () => {
    const { url } = await served();
    const { page } = await openTab(at(url, 'nothing'));
    await expect
      .poll(() => page.getByRole('alert').textContent())
      .toContain('There is no conversation here.');
  });

  it('tells of a line that is lost, and goes on when it is back', async () => {
    const { url, keep } = await served();
    const line = await cuttable(url);
    const { page } = await openTab(at(line.url, await keep(twoQuestions)));
    await page.getByText('Your name?').waitFor();
    line.cut();
    await answer(page, 'Your answer', 'Ada');
    await answer(page, 'Your answer', 'Turin');
    await over(page);
    expect(await lines(page)).toHaveLength(5);
  });
});

it('shows an answer as it is made, and reads it aloud when it is whole', async () => {
  let go: () => void = () => undefined;
  const isSeen = new Promise<void>((resolve) => (go = resolve));
  const world = testWorld({
    ai: {
      async *stream() {
        yield { kind: 'text', text: 'We open ' };
        await isSeen;
        yield { kind: 'text', text: 'at nine.' };
        const citations = [{ source: 'Opening hours', text: 'We open at nine.' }];
        yield { kind: 'done', isFound: true, citations, usage: { inputTokens: 0, outputTokens: 0 } };
      },
    },
  });
  const { url, keep } = await served(world);
  const workflowId = await keep({
    nodes: [
      { id: 'start', type: 'trigger' },
      { id: 'ask', type: 'listen', data: { prompt: 'What would you like to know?' } },
      { id: 'answer', type: 'ai', data: { threshold: 0 } },
    ],
    edges: ['start -> ask', 'ask -> answer'],
    knowledge: [{ question: 'When do you open?', answer: 'We open at nine.' }],
  });
  const { page } = await openTab(at(url, workflowId));
  await answer(page, 'Your answer', 'When do you open?');
  const draft = log(page).locator('[aria-hidden=true]');
  await expect.poll(() => draft.textContent()).toBe('We open ');
  expect(await page.getByRole('status').textContent()).toBe('An answer is being written …');
  go();
  await over(page);
  expect(await draft.count()).toBe(0);
  expect((await lines(page)).at(-1)).toBe('Answer: We open at nine.1 sourceOpening hoursWe open at nine.');
});
