import { readFileSync } from 'node:fs';
import { fromFile } from '@crmflow/core';
import { testWorld, type Sketch } from '@crmflow/core/testing';
import { CRMFlow } from '@crmflow/sdk';
import type { ServeOptions } from '@crmflow/server';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cuttable, served } from '../sdk/kit.ts';
import { openTab } from './browser.ts';

const PASSWORD = 'correct horse battery';
const BETTER = 'a better horse battery';
const support: Sketch & { isPublic: boolean } = {
  name: 'Support',
  isPublic: true,
  nodes: [
    { id: 'start', type: 'trigger' },
    { id: 'wish', type: 'listen', data: { prompt: 'What is it about?', saveAs: 'wish' } },
    {
      id: 'desk',
      type: 'integration',
      data: { kind: 'handover', say: 'A colleague comes.', ports: ['ticket'] },
    },
    { id: 'bye', type: 'speak', data: { text: 'Glad we could help.' } },
    { id: 'mail', type: 'listen', data: { prompt: 'Where may we write to you?' } },
  ],
  edges: ['start -> wish', 'wish -> desk', 'desk -> bye', 'desk.ticket -> mail', 'mail -> desk'],
};

/** A server with a person who owns a workflow, and with visitors of it. */
async function begin(options: Partial<ServeOptions> = {}) {
  const { url, app, pass } = await served(testWorld(), options);
  const register = async (name: string) => {
    const client = new CRMFlow({ url });
    const { user } = await client.register({ email: `${name}@example.com`, password: PASSWORD });
    const api = app.as({ role: 'user', userId: user.id });
    const { id: workflowId } = await api.workflows.create(fromFile(support, 'the sketch'));
    return { client, api, workflowId };
  };
  const ada = await register('ada');
  /** Somebody who has asked for a person. */
  async function visitor(wish: string, workflowId = ada.workflowId) {
    const client = new CRMFlow({ url });
    const { id } = await client.start({ workflowId });
    const say = (message: string) => client.sessions.send({ id, message });
    const heard = async () => (await client.sessions.messages({ id })).items.map(({ text }) => text);
    await say(wish);
    return { id, say, heard, leave: () => client.sessions.end({ id }) };
  }
  return { url, pass, ...ada, register, visitor };
}

async function logIn(page: Page, { name = 'ada', password = PASSWORD } = {}) {
  await page.getByLabel('E-mail').fill(`${name}@example.com`);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}
/** The page, of a person who is logged in. */
async function atDesk(url: string, options = {}) {
  const tab = await openTab(`${url}/inbox`, options);
  await logIn(tab.page);
  await tab.page.getByRole('button', { name: 'Log out' }).waitFor();
  return tab;
}
const rows = (page: Page) => page.getByRole('navigation', { name: 'Who waits' }).getByRole('link');
const box = (page: Page) => page.getByRole('textbox', { name: 'Your answer' });
/** What was said, a line a message, without when. */
const lines = async (page: Page) => {
  const said = page.getByRole('log', { name: 'Conversation' }).locator('.line:not(.draft)');
  return (await said.allInnerTexts()).map((text) => text.replace(/^(\w+) .*\n+/, '$1: '));
};
async function send(page: Page, text: string) {
  await box(page).fill(text);
  await page.keyboard.press('Enter');
}
const turnTo = (page: Page, id: string) => page.locator(`nav a[href="#${id}"]`).click();
/** Keeps what the server answers from the page until it is let go; `late` keeps what the page asks from the server. */
async function holding(page: Page, address: string, late: 'late' | null = null) {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(address, async (route) => {
    if (late) await held;
    const response = await route.fetch();
    await held;
    // Nobody may wait for it any more.
    await route.fulfill({ response }).catch(() => undefined);
  });
  return letGo;
}
const keep = (page: Page, ...kept: [key: string, text: string]) =>
  page.evaluate(`sessionStorage.setItem(...${JSON.stringify(kept)})`);
const STORED = 'sessionStorage.getItem("crmflow:inbox:login")';

describe('the login of the inbox', () => {
  it('refuses a wrong password in words, says how to get an account, and lets the right one in', async () => {
    const { url } = await begin();
    const { page, asked } = await openTab(`${url}/inbox`);
    await page.getByText('crmflow users create').waitFor();
    await page.getByText('crmflow users update local --email you@example.com --password').waitFor();
    await logIn(page, { password: 'a wrong password' });
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/password/i);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
    await logIn(page);
    await page.getByText('Nobody is waiting.').waitFor();
    expect(await page.evaluate(STORED)).toContain('eyJ');
    await page.reload();
    await page.getByText('Nobody is waiting.').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect(await page.evaluate(STORED)).toBeNull();
    expect(asked.filter((address) => /eyJ|token=|password=/.test(address))).toEqual([]);
  });

  it.each([
    ['it has ended meanwhile', 50, false],
    ['an answer is refused for it', 60_000, true],
  ])('comes back when %s, and what was typed is kept', async (_, recheckMs, isSent) => {
    const { url, client, visitor } = await begin({ recheckMs });
    await visitor('My panel is broken');
    const { page } = await atDesk(url);
    await rows(page).click();
    await box(page).fill('Half an ans');
    await client.auth.changePassword({ currentPassword: PASSWORD, newPassword: BETTER });
    if (isSent) await box(page).press('Enter');
    await page.getByText('Your login has ended.').waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
    await page.getByLabel('Password').fill(BETTER);
    await page.keyboard.press('Enter');
    await box(page).waitFor();
    expect(await box(page).inputValue()).toBe('Half an ans');
    await send(page, 'A whole answer');
    await expect.poll(() => lines(page)).toContain('Person: A whole answer');
    expect((await lines(page)).filter((line) => line.startsWith('Visitor: '))).toHaveLength(1);
  });
});

describe('a login of the inbox that has ended', () => {
  it.each([
    ['the next person', 'bob', PASSWORD, []],
    ['the same person', 'ada', BETTER, ['Your login had ended. Try again.']],
  ])('takes nobody along who has logged in since: %s', async (_, name, password, told) => {
    const { url, client, workflowId, register, visitor } = await begin({ recheckMs: 50 });
    const workflows = { ada: workflowId, bob: (await register('bob')).workflowId };
    const { id } = await visitor('For Ada');
    const { page } = await atDesk(url);
    await turnTo(page, id);
    const letGo = await holding(page, '**/reply', 'late');
    await send(page, 'Half an ans');
    await client.auth.changePassword({ currentPassword: PASSWORD, newPassword: BETTER });
    await page.getByText('Your login has ended.').waitFor();
    await logIn(page, { name, password });
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    const answered = page.waitForResponse('**/reply');
    letGo();
    expect((await answered).status()).toBe(401);
    await visitor('Later', workflows[name as 'ada' | 'bob']);
    await rows(page).getByText('Later').waitFor();
    expect(await page.getByRole('button', { name: 'Log in' }).count()).toBe(0);
    expect((await page.getByRole('alert').allTextContents()).filter(Boolean)).toEqual(told);
  });

  it('is asked for again where what is kept of it is none', async () => {
    const { url } = await begin();
    const { page } = await atDesk(url);
    for (const kept of ['{}', '5', '"x"', '[]', '{"token":5}', '{"token":"x","userId":"y"}', '{']) {
      await keep(page, 'crmflow:inbox:login', kept);
      await page.reload();
      await page.getByRole('button', { name: 'Log in' }).waitFor();
    }
  });

  it('leaves nothing of who has logged out, also where something is still looked up', async () => {
    const { url, visitor } = await begin();
    await visitor('One');
    await visitor('Other');
    const { page } = await openTab(`${url}/inbox`);
    const letGo = await holding(page, '**/events*');
    await logIn(page);
    await expect.poll(() => page.title()).toBe('(2) Inbox – CRMFlow');
    await page.getByRole('button', { name: 'Log out' }).click();
    const answered = page.waitForResponse('**/events*');
    letGo();
    await answered;
    // Longer than the page takes to show what it was told.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 200))');
    expect(await page.title()).toBe('Inbox – CRMFlow');
    expect(await page.getByLabel('E-mail').inputValue()).toBe('');
  });
});

it('shows nothing of one person to the next who logs in', async () => {
  const { url, client, register, visitor } = await begin({ recheckMs: 50 });
  await visitor('For Ada');
  const bob = await register('bob');
  await visitor('For Bob', bob.workflowId);
  const { page } = await atDesk(url);
  await rows(page).click();
  await box(page).fill('Half an ans');
  await client.auth.changePassword({ currentPassword: PASSWORD, newPassword: BETTER });
  await page.getByText('Your login has ended.').waitFor();
  await page.getByLabel('E-mail').fill('bob@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await rows(page).getByText('For Bob').waitFor();
  await page.getByText('Choose whom to answer.').waitFor();
  expect(await page.getByText('For Ada').count()).toBe(0);
  expect(await page.getByRole('textbox').count()).toBe(0);
});

describe('the inbox', () => {
  it('shows at once who asks for a person, and carries words both ways', async () => {
    const { url, visitor } = await begin();
    const { page, complaints } = await atDesk(url);
    await page.getByText('Nobody is waiting.').waitFor();
    const { say, heard } = await visitor('My panel is broken');
    await rows(page).getByText('My panel is broken').waitFor();
    expect(await page.title()).toBe('(1) Inbox – CRMFlow');
    await rows(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Support' }).waitFor();
    await expect
      .poll(() => lines(page))
      .toEqual(['Bot: What is it about?', 'Visitor: My panel is broken', 'Bot: A colleague comes.']);
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe('answer');
    await page.keyboard.type('Which one?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('The left?');
    await page.keyboard.press('Enter');
    await expect.poll(heard).toContain('Which one?\nThe left?');
    await say('The right one');
    await page.getByRole('log').getByText('The right one').waitFor();
    expect(await box(page).inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('lists who waits longest first, and counts what nobody has seen', async () => {
    const { url, pass, visitor } = await begin();
    const first = await visitor('First');
    await pass(60);
    const second = await visitor('Second');
    const { page } = await atDesk(url);
    await expect.poll(() => rows(page).allInnerTexts()).toHaveLength(2);
    expect(await page.title()).toBe('(2) Inbox – CRMFlow');
    await rows(page).filter({ hasText: 'First' }).click();
    await second.say('Hello?');
    await second.say('Anybody there?');
    const row = rows(page).filter({ hasText: 'Anybody there?' });
    await row.getByText('2 unseen').waitFor();
    await first.say('Seen at once');
    await page.getByRole('log').getByText('Seen at once').waitFor();
    const top = rows(page).first();
    await expect.poll(() => top.textContent()).toContain('Seen at once');
    await expect.poll(() => top.textContent()).not.toMatch(/unseen|new$/);
    await page.reload();
    await row.getByText('2 unseen').waitFor();
    await row.click();
    await row.getByText('unseen').waitFor({ state: 'detached' });
  });

  it('gives a conversation back by a way of its node, with last words, and the workflow goes on', async () => {
    const { url, visitor } = await begin();
    const { say, heard } = await visitor('My panel is broken');
    const { page } = await atDesk(url);
    await rows(page).click();
    await page.getByText('Give back …').click();
    await page.getByLabel('Last words').fill('We will write to you.');
    await page.getByRole('button', { name: 'Give back by ticket' }).click();
    await page.getByText('You have given it back.').waitFor();
    await page.getByText('Nobody is waiting.').waitFor();
    expect((await heard()).slice(-2)).toEqual(['We will write to you.', 'Where may we write to you?']);
    await page.getByRole('log').getByText('Where may we write to you?').waitFor();
    expect(await box(page).count()).toBe(0);
    expect(await page.title()).toBe('Inbox – CRMFlow');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Support');
    await say('ada@example.com');
    await page.getByText('1 waiting').waitFor();
    await send(page, 'Here I am again.');
    await expect.poll(() => lines(page)).toContain('Person: Here I am again.');
  });

  it('says when somebody else gave a conversation back, and when its visitor has left', async () => {
    const { url, api, visitor } = await begin();
    const [one, other] = [await visitor('One'), await visitor('Other')];
    const { page } = await atDesk(url);
    await rows(page).filter({ hasText: 'One' }).click();
    await box(page).waitFor();
    await api.sessions.handBack({ id: one.id, port: 'ticket' });
    await page.getByText('somebody gave it back').waitFor();
    await rows(page).filter({ hasText: 'Other' }).click();
    await box(page).waitFor();
    await other.leave();
    await page.getByText('The visitor has left').waitFor();
    expect(await rows(page).count()).toBe(0);
  });

  it('lists nobody of another owner, whose conversation is an unknown one', async () => {
    const { url, register, visitor } = await begin();
    const bob = await register('bob');
    const theirs = await visitor('For Bob', bob.workflowId);
    await visitor('For Ada');
    const { page } = await atDesk(url);
    await rows(page).getByText('For Ada').waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.goto(`${url}/inbox#${theirs.id}`);
    await expect
      .poll(() => page.getByRole('alert').allTextContents())
      .toContain('There is no such conversation here, or it is not yours.');
    expect(await page.getByText('For Bob').count()).toBe(0);
    expect(await box(page).count()).toBe(0);
  });

  it("shows a visitor's words as text, and makes no link of them", async () => {
    const hostile = '<img src=x onerror="document.title=1"><a href="javascript:alert(1)">me</a>';
    const { url, visitor } = await begin();
    await visitor(hostile);
    const { page, complaints } = await atDesk(url);
    await rows(page).click();
    await page.getByRole('log').getByText(hostile).waitFor();
    expect(await rows(page).textContent()).toContain(hostile);
    expect(await page.locator('main').locator('img, script').count()).toBe(0);
    const hrefs = await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    expect(hrefs.filter((href) => !/^(#|\.\/)/.test(href))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

it('counts nothing as unseen that was answered before', async () => {
  const { url, client, visitor } = await begin();
  const { id, say } = await visitor('Broken');
  await say('Hello?');
  await client.sessions.reply({ id, message: 'Here I am.' });
  await say('Good.');
  const { page } = await atDesk(url);
  await rows(page).getByText('1 unseen').waitFor();
  await say('So?');
  await rows(page).getByText('2 unseen').waitFor();
});

describe('a conversation in the inbox', () => {
  /** A workflow that hands over at its end, after these nodes; gives its id. */
  const keep = ({ api }: Awaited<ReturnType<typeof begin>>, ...nodes: Sketch['nodes']) => {
    const all = [{ id: 'start', type: 'trigger' }, ...nodes, support.nodes.find(({ id }) => id === 'desk')!];
    const edges = all.slice(1).map(({ id }, at) => `${all[at]!.id} -> ${id}`);
    const sketch = { name: 'Orders', isPublic: true, nodes: all, edges };
    return api.workflows.create(fromFile(sketch, 'the sketch'));
  };

  it('says whom it is with where that is known, and that a claim is no proof', async () => {
    const world = await begin();
    const { url, api, workflowId } = world;
    const { id: contactId } = await api.contacts.create({ name: 'Grace Hopper', phone: '+14155550123' });
    const { session } = await api.sessions.start({ workflowId, contactId });
    await api.sessions.send({ id: session.id, message: 'My panel is broken' });
    const claims = await keep(
      world,
      { id: 'mail', type: 'listen', data: { kind: 'email', prompt: 'Your e-mail?', saveAs: 'email' } },
      {
        id: 'keep',
        type: 'logic',
        data: { kind: 'set', contact: { email: 'email', name: '"Mallory"' } },
      },
    );
    await world.visitor('mallory@example.com', claims.id);
    const asks = await keep(world, {
      id: 'name',
      type: 'listen',
      data: { kind: 'name', prompt: 'Your name?', saveAs: 'name' },
    });
    await world.visitor('Edsger', asks.id);
    const { page } = await atDesk(url);
    await rows(page).getByText('Edsger (unproven)').waitFor();
    await rows(page).getByText('Mallory (unproven)').waitFor();
    await rows(page).filter({ hasText: 'Grace Hopper' }).click();
    await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
    await page.getByText('Support · +14155550123').waitFor();
  });

  it('gives the files of its visitor, and links to what the bot showed', async () => {
    const world = await begin();
    const { id: workflowId } = await keep(
      world,
      { id: 'file', type: 'listen', data: { kind: 'file', prompt: 'A picture?', saveAs: 'picture' } },
      {
        id: 'show',
        type: 'speak',
        data: { kind: 'media', media: 'file', url: 'https://example.com/manual.pdf', alt: 'The manual' },
      },
    );
    const visitor = new CRMFlow({ url: world.url });
    const { id } = await visitor.start({ workflowId });
    await visitor.sessions.upload({ id, file: { name: 'panel.txt', bytes: Buffer.from('cracked') } });
    const { page, asked } = await atDesk(world.url);
    await rows(page).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download panel.txt' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('panel.txt');
    expect(readFileSync(await download.path(), 'utf8')).toBe('cracked');
    const link = page.getByRole('link', { name: 'The manual (file)' });
    expect(await link.getAttribute('href')).toBe('https://example.com/manual.pdf');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(asked.filter((address) => address.includes('example.com'))).toEqual([]);
  });

  it('says how long it has waited, as time goes on', async () => {
    const { url, visitor } = await begin();
    await visitor('My panel is broken');
    const { page } = await atDesk(url);
    await page.clock.install({ time: '2026-01-05T09:00:30Z' });
    await page.reload();
    await rows(page).getByText('just now').waitFor();
    await page.clock.fastForward('05:00');
    await rows(page).getByText('5 min').waitFor();
    await page.clock.fastForward('50:00:00');
    await rows(page).getByText('2 days').waitFor();
  });
});

it('shows every line once of a conversation whose login has ended before its first line', async () => {
  const { url, client, visitor } = await begin({ recheckMs: 50 });
  const { id, say } = await visitor('My panel is broken');
  const { page } = await atDesk(url);
  await rows(page).getByText('My panel is broken').waitFor();
  const letGo = await holding(page, `**/sessions/${id}`);
  await turnTo(page, id);
  await client.auth.changePassword({ currentPassword: PASSWORD, newPassword: BETTER });
  await page.getByText('Your login has ended.').waitFor();
  await logIn(page, { password: BETTER });
  await box(page).waitFor();
  letGo();
  await page.getByRole('log').getByText('My panel is broken').first().waitFor();
  await say('Hello?');
  await page.getByRole('log').getByText('Hello?').first().waitFor();
  expect(await lines(page)).toEqual([
    'Bot: What is it about?',
    'Visitor: My panel is broken',
    'Bot: A colleague comes.',
    'Visitor: Hello?',
  ]);
});

it('shows a conversation where what is kept of what was seen is nothing of the kind', async () => {
  const { url, visitor } = await begin();
  const { id } = await visitor('My panel is broken');
  const { page, complaints } = await atDesk(url);
  for (const kept of ['5', '"x"', '[null]', '{"a":"b"}']) {
    await keep(page, 'crmflow:inbox:seen', kept);
    await page.goto(`${url}/inbox#${id}`);
    await page.reload();
    await box(page).waitFor();
    await expect.poll(() => page.evaluate('sessionStorage.getItem("crmflow:inbox:seen")')).toContain(id);
  }
  expect(complaints).toEqual([]);
});

describe('where one turns to somebody else meanwhile', () => {
  /** Two who wait, and the page of whoever answers them. */
  async function two() {
    const { url, visitor } = await begin();
    const [one, other] = [await visitor('One'), await visitor('Other')];
    const { page } = await atDesk(url);
    const at = async ({ id }: typeof one) => {
      await turnTo(page, id);
      await box(page).waitFor();
    };
    const onMyWay = async () => (await one.heard()).filter((text) => text === 'On my way').length;
    return { page, one, other, at, onMyWay };
  }

  it('an answer that is under way is said once, and is no draft once it was sent', async () => {
    const { page, one, other, at, onMyWay } = await two();
    const letGo = await holding(page, '**/reply');
    await at(one);
    await send(page, 'On my way');
    await expect.poll(onMyWay).toBe(1);
    await at(other);
    expect(await box(page).inputValue()).toBe('');
    expect(await box(page).isEditable()).toBe(true);
    await at(one);
    expect(await box(page).isEditable()).toBe(false);
    await box(page).press('Enter');
    await at(other);
    const answered = page.waitForResponse('**/reply');
    letGo();
    await answered;
    await at(one);
    await expect.poll(() => box(page).inputValue()).toBe('');
    await send(page, 'Nearly there');
    await expect.poll(() => lines(page)).toContain('Person: Nearly there');
    expect(await onMyWay()).toBe(1);
  });

  it('an answer that fails is told of, and is said once when it is sent again', async () => {
    const { page, one, other, at, onMyWay } = await two();
    let fail = () => {};
    const failing = new Promise<void>((resolve) => (fail = resolve));
    // It is taken, and what answers it is lost.
    await page.route('**/reply', async (route) => {
      await route.fetch();
      await failing;
      await route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'Amiss.' } } });
    });
    await at(one);
    await send(page, 'On my way');
    await expect.poll(onMyWay).toBe(1);
    await at(other);
    fail();
    await expect
      .poll(() => page.getByRole('alert').allTextContents())
      .toContain(
        'Not sent: Support. Something went wrong. Try again, and reload the page if that does not help.',
      );
    await page.unroute('**/reply');
    await page.getByRole('alert').getByRole('link', { name: 'Support' }).click();
    await page.getByRole('alert').getByText('Something went wrong.').waitFor();
    expect(await page.getByText('Not sent').count()).toBe(0);
    expect(await box(page).inputValue()).toBe('On my way');
    await box(page).press('Enter');
    await expect.poll(() => box(page).inputValue()).toBe('');
    expect(await onMyWay()).toBe(1);
  });

  it('last words are kept until they were said', async () => {
    const { page, one, other, at } = await two();
    await at(one);
    await page.getByText('Give back …').click();
    await page.getByLabel('Last words').fill('We will write to you.');
    await at(other);
    await page.getByText('Give back …').click();
    expect(await page.getByLabel('Last words').inputValue()).toBe('');
    await at(one);
    expect(await page.getByLabel('Last words').inputValue()).toBe('We will write to you.');
    await page.getByRole('button', { name: 'Give back by ticket' }).click();
    await page.getByText('You have given it back.').waitFor();
    await one.say('ada@example.com');
    await page.getByText('2 waiting').waitFor();
    await page.getByText('Give back …').click();
    expect(await page.getByLabel('Last words').inputValue()).toBe('');
  });
});

describe('an answer that cannot be sent', () => {
  it('stays in the box with the reason, and is heard once when it is sent again', async () => {
    const { url, visitor } = await begin();
    const { heard } = await visitor('My panel is broken');
    const { page } = await atDesk(url);
    await rows(page).click();
    let isLost = true;
    // The first is taken, and its answer is lost.
    await page.route('**/reply', async (route) => {
      if (!isLost) return route.fallback();
      await route.fetch();
      const error = { code: 'internal', message: 'Something went wrong on our side.' };
      await route.fulfill({ status: 500, json: { error } });
    });
    await send(page, 'We come tomorrow.');
    await expect
      .poll(() => page.getByRole('alert').allTextContents())
      .toContain('Something went wrong. Try again, and reload the page if that does not help.');
    expect(await box(page).inputValue()).toBe('We come tomorrow.');
    isLost = false;
    await box(page).press('Enter');
    await expect.poll(() => box(page).inputValue()).toBe('');
    expect((await heard()).filter((text) => text === 'We come tomorrow.')).toHaveLength(1);
    await expect
      .poll(async () => (await lines(page)).filter((line) => line === 'Person: We come tomorrow.'))
      .toHaveLength(1);
  });

  it('is not sent while the line is cut; what was missed is there once it is mended, and nothing twice', async () => {
    const { url, visitor } = await begin();
    const line = await cuttable(url);
    const { say } = await visitor('My panel is broken');
    const { page } = await atDesk(line.url);
    await rows(page).click();
    await box(page).fill('Half an ans');
    await page.context().setOffline(true);
    line.cut();
    await page.getByText('The connection is lost. Trying again').waitFor();
    await page.getByText('Nothing can be sent while the connection is lost.').waitFor();
    expect(await box(page).isEditable()).toBe(false);
    await say('Missed?');
    await visitor('Somebody new');
    await page.context().setOffline(false);
    await page.getByRole('log').getByText('Missed?').waitFor();
    await rows(page).getByText('Somebody new').waitFor();
    await expect.poll(() => box(page).isEditable()).toBe(true);
    expect(await box(page).inputValue()).toBe('Half an ans');
    expect(await lines(page)).toEqual([
      'Bot: What is it about?',
      'Visitor: My panel is broken',
      'Bot: A colleague comes.',
      'Visitor: Missed?',
    ]);
    expect(await page.title()).toBe('(2) Inbox – CRMFlow');
  });
});

it('fits a phone: a list, then a conversation, and back to who waits', async () => {
  const { url, visitor } = await begin();
  await visitor('My panel is broken');
  const { page } = await atDesk(url, { viewport: { width: 390, height: 700 }, hasTouch: true });
  await rows(page).tap();
  await box(page).waitFor();
  expect(await rows(page).isVisible()).toBe(false);
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
  await page.getByRole('link', { name: 'All who wait' }).tap();
  await expect.poll(() => rows(page).isVisible()).toBe(true);
  expect(await page.locator(':focus').textContent()).toContain('Support');
});
