import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from './kit.ts';
import { inTerminal, keys } from './pty.ts';

const qualified = {
  company_name: 'Brightside Solar',
  name: 'Ada',
  email: 'ada@example.com',
  need: 'upgrade',
};

describe('a person at a terminal', () => {
  it('has the whole conversation with keys', async () => {
    const HOME = await folder();
    const at = inTerminal('run lead-qualification --ephemeral', { HOME });
    await at.shows(/What's your name\?\n› /);
    at.type(`Ada${keys.enter}`);
    await at.shows(/by e-mail\?\n› /);
    at.type(`nowhere${keys.enter}`);
    await at.shows(/does not look like an e-mail address[^]*› /);
    at.type(`ada@example.com${keys.enter}`);
    await at.shows(/What are you looking for\?[^]*A new system[^]*or type it/);
    at.type(`${keys.down}${keys.enter}`);
    await at.shows(/An upgrade of what I have[^]*in dollars\?\n› /);
    at.type(`100${keys.enter}`);
    await at.shows(/How soon[^]*Later[^]*or type it/);
    at.type(`${keys.down}${keys.down}${keys.enter}`);
    const { code, screen } = await at.ends();
    expect(code).toBe(0);
    for (const [name, value] of Object.entries(qualified))
      expect(screen).toMatch(new RegExp(`^  ${name} +${value}$`, 'm'));
  });

  it('may type an answer where there is a menu: help, or back to the question before', async () => {
    const at = inTerminal('run lead-qualification --ephemeral', { HOME: await folder() });
    await at.shows(/name\?\n› /);
    at.type(`Ada${keys.enter}`);
    await at.shows(/by e-mail\?\n› /);
    at.type(`ada@example.com${keys.enter}`);
    await at.shows(/looking for\?[^]*or type it/);
    at.type(`back${keys.enter}`);
    await at.shows(/by e-mail\?\n› /);
    at.type(`eve@example.com${keys.enter}`);
    await at.shows(/looking for\?[^]*or type it/);
    at.type(`2${keys.enter}`);
    await at.shows(/› An upgrade of what I have[^]*in dollars\?\n› /);
    at.type(`100${keys.enter}`);
    await at.shows(/How soon[^]*or type it/);
    at.type(keys.interrupt);
    expect(await at.ends()).toMatchObject({ code: 130 });
  });

  it('is reminded while typing, goes on typing, and sees the end when nothing more comes', async () => {
    const HOME = await folder();
    const noReply = [
      { after: { seconds: 2 }, say: 'Still there?' },
      { after: { seconds: 2 }, port: 'silent' },
    ];
    const workflow = {
      name: 'Asks',
      nodes: [
        { id: 'start', type: 'trigger' },
        { id: 'name', type: 'listen', data: { prompt: 'Name?', saveAs: 'name', noReply } },
        { id: 'sure', type: 'listen', data: { kind: 'confirm', prompt: 'Sure?', saveAs: 'sure', noReply } },
      ],
      edges: ['start -> name', 'name -> sure', 'name.silent -> sure'],
    };
    await writeFile(join(HOME, 'asks.workflow.json'), JSON.stringify(workflow));
    const at = inTerminal(`run ${join(HOME, 'asks.workflow.json')} --ephemeral`, { HOME });
    await at.shows(/Name\?\n› /);
    at.type('Ad');
    await at.shows(/^Ad\n● Still there\?\n› Ad/);
    at.type(`a${keys.enter}`);
    await at.shows(/Sure\?[^]*or type it/);
    const { code, screen } = await at.ends();
    expect([code, screen]).toEqual([
      0,
      expect.stringMatching(/type it[^\n]*\n● Still there\?\n[^]*Finished[^]*name +Ada/),
    ]);
  });

  it('is told how to go on after Ctrl-C, and goes on there', async () => {
    const HOME = await folder();
    const first = inTerminal('run lead-qualification --data-dir data', {
      HOME,
      CRMFLOW_DATA_DIR: `${HOME}/unused`,
    });
    await first.shows(/name\?\n› /);
    first.type(`Ada${keys.enter}`);
    await first.shows(/by e-mail\?\n› /);
    first.type(keys.interrupt);
    const left = await first.ends();
    expect(left.code).toBe(130);
    const command = /Left at ask_email\. Go on with: crmflow (run .*--resume \S+)/.exec(left.screen)?.[1];
    const again = inTerminal(command!, { HOME });
    await again.shows(/Nice to meet you, Ada\. Where can we reach you by e-mail\?\n› /);
    again.type(`ada@example.com${keys.enter}`);
    await again.shows(/looking for\?[^]*or type it/);
    again.type(keys.interrupt);
    expect(await again.ends()).toMatchObject({ code: 130 });
  });

  it('is not kept from talking by a terminal that has no width, nor by a first start that takes a while', async () => {
    const at = inTerminal('run feedback --data-dir data', { HOME: await folder() }, 0);
    const shown = await at.shows(/how likely/i);
    expect(shown).not.toContain('spinner');
    at.type(keys.interrupt);
    expect(await at.ends()).toMatchObject({ code: 130 });
  });
});
