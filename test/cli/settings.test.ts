import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../packages/cli/package.json';
import { node } from '../../packages/cli/src/commands/doctor.ts';
import { oneLine, printable } from '../../packages/cli/src/printable.ts';
import { configFolder, environment, openOptions } from '../../packages/cli/src/settings.ts';
import { folder } from './kit.ts';

const place = { cwd: '/work', home: '/home/ada', platform: 'linux' } as const;
const usual = {
  syncs: true,
  allowedPrivateHosts: [],
  isProduction: false,
  isRegistrationOpen: true,
  ai: { gemini: {}, openai: {}, servesEveryone: false, prices: {} },
  version,
};

describe('where things are kept', () => {
  it.each([
    ['linux', {}, '/home/ada/.local/share/crmflow'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/crmflow'],
    ['darwin', {}, '/home/ada/Library/Application Support/crmflow'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/crmflow'],
    ['linux', { CRMFLOW_DATA_DIR: 'here' }, '/work/here'],
  ] as const)('is by the custom of %s with %j: %s', (platform, env, dataDir) => {
    expect(openOptions({}, env, { ...place, platform })).toEqual({ dataDir, ...usual });
  });

  it('is the database the environment names', () => {
    const env = { DATABASE_URL: 'postgresql://db', CRMFLOW_DATA_DIR: '/data' };
    expect(openOptions({}, env, place)).toEqual({ databaseUrl: 'postgresql://db', ...usual });
  });

  it('is rather what a flag says', () => {
    const env = { DATABASE_URL: 'postgresql://db' };
    expect(openOptions({ dataDir: 'mine' }, env, place)).toEqual({ dataDir: '/work/mine', ...usual });
    expect(openOptions({ ephemeral: true }, env, place)).toEqual({ ephemeral: true, ...usual });
  });

  it('takes the hosts workflows may call, and whether to wait for the disk', () => {
    const env = { ALLOWED_PRIVATE_HOSTS: 'crm.lan, 10.0.0.5:8080', CRMFLOW_SYNC: 'off' };
    expect(openOptions({ ephemeral: true }, env, place)).toEqual({
      ...usual,
      ephemeral: true,
      syncs: false,
      allowedPrivateHosts: ['crm.lan', '10.0.0.5:8080'],
    });
  });

  it('takes the keys of models, whom they serve, and what they may cost', () => {
    const env = {
      GEMINI_API_KEY: 'g',
      GEMINI_MODEL: 'gemini-pro-latest',
      OPENAI_API_KEY: 'o',
      OPENAI_BASE_URL: 'http://localhost:11434/v1',
      OPENAI_MODEL: 'llama3.2',
      AI_KEYS_FOR: 'Everyone',
      AI_TOKENS_PER_DAY: '500000',
      AI_PRICES: 'llama3.2=0/0, gpt-4o-mini=0.15/0.6',
    };
    expect(openOptions({ ephemeral: true }, env, place).ai).toEqual({
      gemini: { key: 'g', model: 'gemini-pro-latest' },
      openai: { key: 'o', baseUrl: 'http://localhost:11434/v1', model: 'llama3.2' },
      servesEveryone: true,
      tokensPerDay: 500_000,
      prices: { 'llama3.2': { input: 0, output: 0 }, 'gpt-4o-mini': { input: 0.15, output: 0.6 } },
    });
  });

  it.each([
    [{ AI_KEYS_FOR: 'nobody' }, 'AI_KEYS_FOR is owner or everyone, not nobody.'],
    [{ AI_TOKENS_PER_DAY: '1e9' }, 'AI_TOKENS_PER_DAY is a whole number up to 999999999, not 1e9.'],
    [{ AI_PRICES: 'gpt=cheap' }, 'AI_PRICES is a list like gpt-4o-mini=0.15/0.6, not gpt=cheap.'],
  ])('says what is wrong with %j', (env, sentence) => {
    expect(() => openOptions({ ephemeral: true }, env, place)).toThrow(sentence);
  });

  it('takes what signs and seals, and who may register', () => {
    const env = {
      JWT_SECRET: 'a',
      ENCRYPTION_KEY: 'b',
      ENCRYPTION_KEY_PREVIOUS: 'c',
      REGISTRATION: 'Closed',
      NODE_ENV: 'production',
    };
    expect(openOptions({ ephemeral: true }, env, place)).toEqual({
      ...usual,
      ephemeral: true,
      jwtSecret: 'a',
      encryptionKey: 'b',
      encryptionKeyPrevious: 'c',
      isRegistrationOpen: false,
      isProduction: true,
    });
  });

  it.each([
    ['linux', {}, '/home/ada/.config/crmflow'],
    ['linux', { XDG_CONFIG_HOME: '/config' }, '/config/crmflow'],
    ['darwin', {}, '/home/ada/Library/Preferences/crmflow'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/crmflow'],
  ] as const)('keeps logins by the custom of %s with %j: %s', (platform, env, folderOfLogins) => {
    expect(configFolder({ ...place, platform, env })).toBe(folderOfLogins);
  });

  it('reads .env in the working folder, and the environment wins', async () => {
    const cwd = await folder();
    expect(environment({ cwd, env: { A: '1' } })).toEqual({ A: '1' });
    await writeFile(join(cwd, '.env'), 'A=2\nB="three # four"\n');
    expect(environment({ cwd, env: { A: '1' } })).toEqual({ A: '1', B: 'three # four' });
    await writeFile(join(cwd, '.env'), 'CRMFLOW_URL=http://there\nCRMFLOW_TOKEN=t\n');
    expect(environment({ cwd, env: {} })).toEqual({ CRMFLOW_URL: 'http://there', CRMFLOW_TOKEN: 't' });
    expect(environment({ cwd, env: { CRMFLOW_TOKEN: 'mine' } })).toEqual({ CRMFLOW_TOKEN: 'mine' });
  });
});

describe('what is printed', () => {
  it('never carries a control character of somebody else to the terminal', () => {
    expect(printable('a\u001b[2Jb\u0007\u009b\u202ec\nd\r\n\te')).toBe(
      'a\\u001b[2Jb\\u0007\\u009b\\u202ec\nd\n\te',
    );
    expect(oneLine('a\nb\tc')).toBe('a\\nb\\tc');
  });
});

describe('doctor', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.18.3', 'fail'],
    ['21.7.0', 'fail'],
    ['22.11.0', 'fail'],
    ['22.12.0', 'ok'],
    ['23.9.0', 'fail'],
    ['24.0.0', 'ok'],
  ])('judges Node.js %s: %s', (version, state) => {
    expect(node(version)).toMatchObject({ what: 'Node.js', state });
  });
});
