import { startReceiver, startTwilio } from './outside.mjs';
import { startProvider } from './provider.mjs';

/** What workflows reach outside: a provider of models, an HTTP API and Twilio, with how servers are told where they are. */
export async function startAround() {
  const [provider, receiver, twilio] = await Promise.all([startProvider(), startReceiver(), startTwilio()]);
  return {
    provider,
    receiver,
    twilio,
    env: {
      ALLOWED_PRIVATE_HOSTS: `${receiver.host},api.twilio.com`,
      ...provider.env,
      ...twilio.env,
    },
    closeAround() {
      for (const each of [provider, receiver, twilio]) each.close();
    },
  };
}
