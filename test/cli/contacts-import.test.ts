import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lines } from './kit.ts';
import { servedFolder } from './served.ts';

async function here() {
  const { cwd, run } = await servedFolder();
  return {
    run,
    async imported(text: string | Uint8Array, options = '') {
      await writeFile(join(cwd, 'people.csv'), text);
      return run(`contacts import people.csv ${options}`.trim());
    },
    show: async (word: string) => JSON.parse((await run(`contacts show ${word} --json`)).stdout) as object,
  };
}

it('takes the people of a spreadsheet, and what it says of those who are there', async () => {
  const { run, imported, show } = await here();
  await run(['contacts', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--tag', 'lead']);
  const first = await imported(
    '\uFEFFName;E-Mail;phone;Postal code;tags;consent.sms\r\n' +
      'Ada Lovelace;ADA@example.com;;10115;"customer, vip";granted\r\n' +
      '"Bob ""the"" Builder";;+4930123456;;;\r\n',
  );
  expect(first).toEqual({
    code: 0,
    stdout: '',
    stderr: '1 added, 1 changed, 0 refused.\nKept as fields of their own: Postal_code.\n',
  });
  expect(await show('ada@example.com')).toMatchObject({
    ...{ name: 'Ada Lovelace', phone: null, tags: ['lead', 'customer', 'vip'] },
    fields: { Postal_code: '10115' },
    consent: { sms: { state: 'granted' } },
  });
  expect(await show('+4930123456')).toMatchObject({ name: 'Bob "the" Builder', email: null });
});

it('names the rows it cannot keep, and keeps the others', async () => {
  const { imported } = await here();
  const { code, stderr } = await imported(
    'name,email,phone\nAda,nowhere,\n,,\nEve,eve@example.com,12\nZoe,,\n',
  );
  expect(code).toBe(1);
  expect(lines(stderr)).toEqual([
    '1 added, 0 changed, 3 refused.',
    expect.stringMatching(/^ {2}row 2: email: /),
    '  row 3: It has no name, no e-mail address and no phone number.',
    expect.stringMatching(/^ {2}row 4: phone: /),
  ]);
});

it('names a row whose number is that of somebody else, and goes on', async () => {
  const { imported, show } = await here();
  const { code, stderr } = await imported(
    'name,email,phone\nAnn,ann@example.com,+4930123456\nBen,ben@example.com,+4930123456\nCy,cy@example.com,\n',
  );
  expect(code).toBe(1);
  expect(lines(stderr)).toEqual([
    '2 added, 0 changed, 1 refused.',
    '  row 3: There is already a contact with this e-mail address or phone number.',
  ]);
  expect(await show('cy@example.com')).toMatchObject({ name: 'Cy' });
});

it('reads what an export has written', async () => {
  const { run, imported } = await here();
  const one = '--name =SUM(1) --email ada@example.com --phone +4930123456 --field company=＝X --tag lead';
  await run(`contacts create ${one} --consent email=withdrawn`);
  const { stdout: exported } = await run('contacts export');
  await run('contacts erase ada@example.com --yes');
  expect(await imported(exported, '--json')).toMatchObject({
    stdout: '{"added":1,"changed":0,"refused":[],"stillWithdrawn":[]}\n',
  });
  const again = (await run('contacts export')).stdout;
  const known = (text: string) =>
    text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '').replaceAll(/^[a-z0-9]{24}/gm, '');
  expect(known(again)).toBe(known(exported));
});

it('refuses a file that names no columns of a person, or is none', async () => {
  const { run, imported } = await here();
  expect(await imported('1,2\n3,4\n')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/must name the columns/),
  });
  expect(await imported('email,name,E-Mail\na@example.com,Ada,b@example.com\n')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Two columns are email/),
  });
  expect(await imported('name\n"Ada\n')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is no CSV: /),
  });
  expect(await run('contacts import nothing.csv')).toMatchObject({ code: 2, stdout: '' });
});

it('takes a file as a spreadsheet of the country writes it, and names the rows that do not fit', async () => {
  const { imported, show } = await here();
  const text = 'name;phone;tags\nFrütz;0151 11111112;patient;recall\nMeyer, Bob;+4915111111113;recall\n';
  const { code, stderr } = await imported(Buffer.from(text, 'latin1'), '--country DE');
  expect(code).toBe(1);
  expect(lines(stderr)).toEqual([
    'people.csv is no UTF-8: it is read as Windows-1252, as spreadsheets write it.',
    '1 added, 0 changed, 1 refused.',
    '  row 2: It has 4 cells, and the first line names 3 columns. Put what has a ";" in it between quotation marks.',
  ]);
  expect(await show('+4915111111113')).toMatchObject({ name: 'Meyer, Bob', tags: ['recall'] });
  const mended = text.replace('patient;recall', 'patient,recall');
  expect(await imported(Buffer.from(mended, 'latin1'), '--country de')).toMatchObject({ code: 0 });
  expect(await show('+4915111111112')).toMatchObject({ name: 'Frütz', tags: ['patient', 'recall'] });
});

it('leaves it that somebody does not want to be written to, whatever an older file says', async () => {
  const { run, imported, show } = await here();
  await run('contacts create --phone +4915111111112 --consent sms=withdrawn');
  const { code, stderr } = await imported(
    'phone,name,consent.sms,consent.call\n+4915111111112,Ada,granted,granted\n',
  );
  expect(code).toBe(0);
  expect(lines(stderr)).toEqual([
    '0 added, 1 changed, 0 refused.',
    '  row 2: they do not want to be written to, and a file does not change that. See: crmflow contacts update --help',
  ]);
  expect(await show('+4915111111112')).toMatchObject({
    name: 'Ada',
    consent: { sms: { state: 'withdrawn' }, call: { state: 'granted' } },
  });
});

it('reads columns in quotation marks, cells too many that are empty, and UTF-16; no country that there is not', async () => {
  const { imported, show } = await here();
  const text = '\n"name";"Street, No, City";email\nAda;"Bay 1, Hull";ada@example.com;;\n';
  expect(await imported(text)).toMatchObject({ code: 0 });
  expect(await show('ada@example.com')).toMatchObject({ fields: { Street_No_City: 'Bay 1, Hull' } });
  const wide = Buffer.from('\uFEFFname,email\nEve,eve@example.com\n', 'utf16le');
  expect(await imported(wide)).toMatchObject({ code: 0, stderr: '1 added, 0 changed, 0 refused.\n' });
  for (const country of ['XX', 'Germany'])
    expect(await imported(text, `--country ${country}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ISO 3166') as string,
    });
});
