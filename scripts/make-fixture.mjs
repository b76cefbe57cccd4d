// Writes a data folder with waiting sessions as one file: node scripts/make-fixture.mjs test/fixtures/data-0.1.0.tar.br
// Made once for each release; later code must open it and its sessions must go on.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { brotliCompressSync } from 'node:zlib';
import { openApp } from '@crmflow/core/open';

const [to] = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'crmflow-fixture-'));
const { app, owner, close } = await openApp({ dataDir });
const api = app.as(owner);
const talks = [
  ['lead-qualification', ['Ada Lovelace', 'ada@example.com', 'new system']],
  ['event-registration', ['bob@example.com', '2', 'Bob']],
  ['support-triage', ['how do I reset my password?']],
];
const waiting = [];
for (const [workflowId, answers] of talks) {
  const { session } = await api.sessions.start({ workflowId });
  for (const message of answers) await api.sessions.send({ id: session.id, message });
  waiting.push(session.id);
}
const { nodes, edges, settings, knowledge } = await api.templates.get({ id: 'feedback' });
await api.workflows.create({ name: 'Kept feedback', nodes, edges, settings, knowledge });
await close();
const tar = execFileSync('tar', ['--exclude', './lock', '-C', dataDir, '-cf', '-', '.'], { maxBuffer: 1e9 });
writeFileSync(to, brotliCompressSync(tar));
rmSync(dataDir, { recursive: true });
console.log(JSON.stringify(waiting));
