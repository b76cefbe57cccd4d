// Moves on whatever is due, again and again, as a server does. It may be killed at any moment.
import { setTimeout as sleep } from 'node:timers/promises';
import { openApp } from '@crmflow/core/open';

const { app, close } = await openApp(JSON.parse(process.argv[2]));
let isOver = false;
process.once('SIGTERM', () => (isOver = true));
process.stdout.write('ready\n');
while (!isOver) if (!(await app.tick())) await sleep(500);
await close();
