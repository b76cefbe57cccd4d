// Holds many scripted conversations at once, and says on stdout what has been acknowledged. It may be killed at any moment.
import { openApp } from '@crmflow/core/open';
import { scripts } from './scripts.mjs';

const { store, slots, isAlone } = JSON.parse(process.argv[2]);
const { app, owner, close } = await openApp(store);
const api = app.as(owner);
const say = (...words) => process.stdout.write(`${words.join(' ')}\n`);
say('ready');
await Promise.all(slots.map(hold));
await close();
say('done');

async function hold({ slot, id }) {
  const { workflowId, answers } = scripts[slot % scripts.length];
  if (!id) {
    ({
      session: { id },
    } = await api.sessions.start({ workflowId }));
    say('started', slot, id);
  }
  for (;;) {
    const { status } = await api.sessions.get({ id });
    if (status === 'finished' || status === 'failed') return;
    if (status === 'running') {
      await app.tick();
      continue;
    }
    const { items } = await api.sessions.messages({ id });
    const said = items.filter(({ from }) => from === 'user').length;
    // Another talker may have given the last answer since.
    if (said === answers.length) continue;
    if (await isHeard({ id, message: answers[said], messageId: `${slot}-${said}` })) say('heard', slot, said);
  }
}

/** False where another talker was quicker, and the session is at work on what that one said. */
async function isHeard(answer) {
  try {
    await api.sessions.send(answer);
    return true;
  } catch (cause) {
    if (isAlone || cause.code !== 'conflict') throw cause;
    return false;
  }
}
