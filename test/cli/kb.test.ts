import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApp } from '@crmflow/core/open';
import { beforeAll, describe, expect, it } from 'vitest';
import { bookOf, html, siteOf } from '../knowledge/kit.ts';
import { crmflow, folder, lines } from './kit.ts';
import { inTerminal } from './pty.ts';
import { servedFolder } from './served.ts';

describe('a long PDF', () => {
  /** 350 pages of fifty lines. */
  const book = () => {
    const lineOf = (page: number, line: number) =>
      `Page ${page}, line ${line}: lantern ${page * 50 + line} is lit at dusk by the keeper of the house.`;
    const pages = Array.from({ length: 350 }, (_, page) =>
      Array.from({ length: 50 }, (_, line) => lineOf(page + 1, line + 1)).join('\n'),
    );
    return bookOf(pages);
  };
  /** What runs in a terminal that `script` holds: its child's process. */
  const processIn = (terminal: number) =>
    Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(terminal)], { encoding: 'utf8' }).trim());

  it('shows how far it is, is read on after kill -9, and is there once', async () => {
    const cwd = await folder();
    const run = (line: string) => crmflow(line, { cwd, env: { CRMFLOW_DATA_DIR: 'data' } });
    await writeFile(join(cwd, 'book.pdf'), book());
    const terminal = inTerminal('kb add-pdf book.pdf', { HOME: cwd, CRMFLOW_DATA_DIR: 'data' });
    await terminal.shows(/Reading book\.pdf █*░+ \d+ of 350/);
    process.kill(processIn(terminal.pid), 'SIGKILL');
    await terminal.ends();

    const listed = await run('kb list');
    expect(listed.stderr).toBe('book.pdf was interrupted: reading on.\nbook.pdf is taken in.\n');
    const [[id, type, state, size]] = lines(listed.stdout).map((line) => line.split('\t')) as [string[]];
    expect([type, state]).toEqual(['pdf', 'ready']);

    const again = await run('kb add-pdf book.pdf');
    expect(again).toEqual({
      code: 0,
      stdout: `${id}\n`,
      stderr: 'book.pdf is there already, and says the same.\n',
    });
    const { app, owner, close } = await openApp({ dataDir: join(cwd, 'data') });
    const { knowledge } = app.as(owner);
    const { items } = await knowledge.search({ q: 'lantern 17500', limit: 1 });
    expect([items[0]!.page, Number(size) > 1_000_000]).toEqual([349, true]);
    expect((await knowledge.list({})).items).toHaveLength(1);
    await close();
  });
});

describe('kb add-url', () => {
  it('adds pages, says which changed and which cannot be read, and follows a site', async () => {
    const site = await siteOf({
      '/': html('Home', 'Welcome to the bakery.', ['/bread', '/gone']),
      '/bread': html('Bread', 'Rye bread is baked on Monday.'),
    });
    const { run } = await servedFolder({ ALLOWED_PRIVATE_HOSTS: site.host });
    const add = (rest: string) => run(`kb add-url ${rest}`);
    const first = await add(`${site.url}/bread`);
    expect(first).toMatchObject({ code: 0, stderr: 'Bread is taken in: 29 characters.\n' });
    site.pages['/bread'] = html('Bread', 'Rye bread is baked on Tuesday now.');
    const both = await add(`${site.url}/gone ${site.url}/bread`);
    expect(both).toEqual({
      code: 2,
      stdout: first.stdout,
      stderr: `error: ${site.url}/gone: ${site.host} answered 404.\nBread has changed and is taken in anew: 34 characters.\n`,
    });
    const all = await add(`${site.url} --depth 1`);
    expect(all).toMatchObject({
      code: 0,
      stderr: `Home and the pages it leads to: 1 added, 1 unchanged, 1 failed.\n  ${site.url}/gone: ${site.host} answered 404.\n`,
    });
    expect(lines(all.stdout)).toHaveLength(1);
    expect(await add(`${site.url}/gone`)).toMatchObject({ code: 2, stdout: '' });
    expect(await add(`${site.url} --depth many`)).toMatchObject({ code: 2 });
  });
});

describe('what is kept', () => {
  it('is renamed, not answered from for a while, and then again', async () => {
    const { run } = await servedFolder();
    const [id] = lines((await run(['kb', 'add', 'Open?', 'Until nine.'])).stdout) as [string];
    expect(await run(['kb', 'rename', id, 'Opening hours'])).toMatchObject({
      code: 0,
      stderr: 'It is called Opening hours now.\n',
    });
    expect(await run(`kb disable ${id}`)).toMatchObject({
      stderr: 'Opening hours is kept, and not answered from.\n',
    });
    expect((await run('kb search nine')).stderr).toMatch(/^Nothing that you keep fits/);
    expect((await run('kb list')).stdout).toBe(`${id}\tmanual\tready, disabled\t11\tOpening hours\n`);
    expect(await run(`kb enable ${id} --json`)).toMatchObject({
      stdout: `${JSON.stringify({ id, enabled: true })}\n`,
    });
    expect((await run('kb search nine')).stdout).toContain('Until nine.');
    expect(await run('kb disable nothing')).toMatchObject({ code: 1, stdout: '' });
  });

  it('is searched with a word about what a server is still reading', async () => {
    let answer = () => {};
    const after = new Promise<void>((resolve) => (answer = resolve));
    const site = await siteOf({ '/bread': { after, body: html('Bread', 'Rye on Monday.') } });
    const { run } = await servedFolder({ ALLOWED_PRIVATE_HOSTS: site.host });
    expect(await run(`call knowledge.scrape url=${site.url}/bread wait=0`)).toMatchObject({ code: 0 });
    const { stderr } = await run('kb search rye');
    expect(stderr).toMatch(/^http.*\/bread is still being read\.\nNothing that you keep fits/);
    answer();
  });
});

describe('kb eval', () => {
  const kept: [string, string][] = [
    ['When are you open?', 'Monday to Friday, 9 to 17.'],
    ['Do you deliver?', 'Yes, within two days.'],
    ['May I return a panel?', 'Within thirty days, unbroken.'],
  ];
  let cwd: string;
  beforeAll(async () => {
    cwd = await folder();
    const { app, owner, close } = await openApp({ dataDir: join(cwd, 'data') });
    for (const [question, answer] of kept) await app.as(owner).knowledge.manual({ question, answer });
    await close();
  });
  async function measured(questions: string, options = '') {
    await writeFile(join(cwd, 'questions.jsonl'), questions);
    return crmflow(`kb eval questions.jsonl ${options}`.trim(), { cwd, env: { CRMFLOW_DATA_DIR: 'data' } });
  }
  const asking = (question: string, ...expects: string[]) => `${JSON.stringify({ question, expects })}\n`;
  const questions =
    asking('When do you open on Monday?', 'When are you open?') +
    asking('How long may I take to return it?', 'thirty days, UNBROKEN') +
    asking('What does a goldfish eat?', 'Do you deliver?');

  it('prints how well questions find what they should', async () => {
    expect(await measured(questions, '--misses')).toEqual({
      code: 0,
      stdout: 'recall@1\t0.667\nrecall@5\t0.667\nMRR@10\t0.667\nnDCG@10\t0.667\n',
      stderr: '3 questions; 1 find nothing they should among the first five.\n  What does a goldfish eat?\n',
    });
  });

  it('fails a build where a measure is below what is wanted, and says which', async () => {
    const { code, stderr, stdout } = await measured(questions, '--min-recall5 0.9 --min-mrr 0.5 --json');
    expect([code, lines(stderr).at(-1)]).toEqual([1, 'recall@5 is 0.667, and 0.9 is wanted.']);
    expect(JSON.parse(stdout)).toMatchObject({ questions: 3, misses: ['What does a goldfish eat?'] });
  });

  it.each([
    ['a line that is none', 'not json\n', /line 1: write/],
    ['a question that expects nothing', `\n${asking('Open?')}`, /line 2: write/],
    ['no questions', '\n', /holds no questions/],
  ])('refuses a file with %s', async (_what, text, reason) => {
    const { code, stderr } = await measured(text);
    expect([code, stderr]).toEqual([2, expect.stringMatching(reason)]);
  });
});

describe('an item', () => {
  it('is meant by its id, its name or its address, and not where several are called so', async () => {
    const site = await siteOf({ '/hours': html('Hours', 'We open at nine.') });
    const { cwd, run } = await servedFolder({ ALLOWED_PRIVATE_HOSTS: site.host });
    const [page] = lines((await run(`kb add-url ${site.url}/hours`)).stdout) as [string];
    for (const word of [page, 'Hours', `${site.url}/hours`, `${site.url}/hours#top`])
      expect([word, (await run(['kb', 'show', word])).stdout]).toEqual([
        word,
        expect.stringContaining('We open at nine.'),
      ]);
    await writeFile(join(cwd, 'hours.md'), '# Hours\n\nUntil five.');
    const [file] = lines((await run('kb add-file hours.md')).stdout) as [string];
    for (const line of [
      'show Hours',
      'rename Hours x',
      'enable Hours',
      'disable Hours',
      'delete Hours --yes',
    ])
      expect([line, await run(`kb ${line}`)]).toEqual([
        line,
        {
          code: 1,
          stdout: '',
          stderr: `error: 2 items are called Hours: ${file} (file), ${page} (web). Give the id of one.\n`,
        },
      ]);
    expect((await run('kb show Huors')).stderr).toBe(
      'error: There is no item "Huors". Did you mean Hours?\n',
    );
    expect(await run(`kb delete ${site.url}/hours --yes`)).toMatchObject({ code: 0 });
    expect((await run('kb disable Hours')).stderr).toBe('Hours is kept, and not answered from.\n');
  });

  it('that is a question is given another answer, and no other is', async () => {
    const { cwd, run } = await servedFolder();
    await run(['kb', 'add', 'Open?', 'Until nine.']);
    expect(await run(['kb', 'update', 'Open?', '--answer', 'Until ten.'])).toMatchObject({
      code: 0,
      stderr: 'Open? has another answer now.\n',
    });
    expect((await run('kb search open')).stdout).toContain('Until ten.');
    expect(await run(['kb', 'update', 'Open?', '--answer', ' '])).toMatchObject({ code: 2 });
    await writeFile(join(cwd, 'a.txt'), 'Something else.');
    await run('kb add-file a.txt');
    const { code, stderr } = await run('kb update a.txt --answer x');
    expect([code, stderr]).toEqual([2, expect.stringContaining('a.txt is no question')]);
  });
});

describe('files', () => {
  it('are added one after the other, and each that is refused is named with the reason', async () => {
    const { cwd, run } = await servedFolder();
    await writeFile(join(cwd, 'a.txt'), 'First.');
    await writeFile(join(cwd, 'empty.txt'), '');
    await writeFile(join(cwd, 'b.txt'), 'Second.');
    const { code, stdout, stderr } = await run('kb add-file a.txt empty.txt gone.txt b.txt');
    expect([code, lines(stdout).length, stderr]).toEqual([
      2,
      2,
      `a.txt is taken in: 6 characters.\nerror: empty.txt: The file is empty.\n` +
        `error: ${join(cwd, 'gone.txt')} is not there. Check the path.\nb.txt is taken in: 7 characters.\n`,
    ]);
    await writeFile(join(cwd, 'terms.pdf'), '%PDF-1.4 torn');
    expect(await run('kb add-pdf terms.pdf')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: terms.pdf: It is damaged, or no PDF.\n',
    });
    expect((await run('kb add-pdf http://127.0.0.1/a.pdf')).stderr).toContain('Download it first');
    expect((await run('kb add-voice a.txt')).stderr).toBe(
      'error: a.txt: No provider here turns speech into text. Store a key of one that does: crmflow keys set gemini\n',
    );
  });

  it('that a server finds too large are told how large one may be', async () => {
    const { cwd, run } = await servedFolder();
    await writeFile(join(cwd, 'long.txt'), 'x'.repeat(25_500_000));
    const { code, stderr } = await run('kb add-file long.txt');
    expect([code, stderr]).toEqual([2, 'error: long.txt: The file is too large: at most 25 MB are taken.\n']);
  });

  it('that have changed are kept beside what they were, which is said, or replace it', async () => {
    const { cwd, run } = await servedFolder();
    const write = (text: string) => writeFile(join(cwd, 'terms.md'), `# Terms\n\n${text}`);
    await write('Ten days.');
    const first = lines((await run('kb add-file terms.md')).stdout)[0]!;
    await write('Twenty days.');
    const second = await run('kb add-file terms.md');
    expect(second.stderr).toContain(`crmflow kb delete ${first}, or next time --replace`);
    expect(await run('kb add-file terms.md --replace')).toMatchObject({
      stdout: second.stdout,
      stderr: `Terms is there already, and says the same.\nThe Terms of before, ${first}, is deleted.\n`,
    });
    await write('Thirty days.');
    const third = await run('kb add-file terms.md --replace');
    expect((await run('kb list')).stdout).toMatch(new RegExp(`^${third.stdout.trim()}\t.*\n$`));
    await writeFile(join(cwd, 'other.md'), '# Terms\n\nOf others.');
    await write('Forty days.');
    await run('kb add-file terms.md other.md --replace');
    const both = lines((await run('kb list')).stdout).map((line) => line.split('\t')[0]!);
    expect(both).toHaveLength(2);
    await write('Fifty days.');
    const fifth = await run('kb add-file terms.md --replace');
    expect(fifth.stderr).toContain('2 others are called Terms, and all are answered from.');
    for (const id of both) expect(fifth.stderr).toContain(id);
    expect(lines((await run('kb list')).stdout)).toHaveLength(3);
  });
});

describe('kb add', () => {
  it('names each text that is empty', async () => {
    const { run } = await servedFolder();
    expect((await run(['kb', 'add', '', ' '])).stderr).toBe(
      'error: The question is empty. The answer is empty. Write both.\n',
    );
    expect((await run(['kb', 'add', 'Open?', ''])).stderr).toBe('error: The answer is empty. Write both.\n');
  });

  it('replaces the answer of before', async () => {
    const { run } = await servedFolder();
    await run(['kb', 'add', 'Open?', 'Until nine.']);
    await run(['kb', 'add', 'Open?', 'Until ten.', '--replace']);
    expect(lines((await run('kb list')).stdout)).toHaveLength(1);
    expect((await run('kb search open')).stdout).toContain('Until ten.');
  });
});
