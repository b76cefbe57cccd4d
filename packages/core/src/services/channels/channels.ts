import { CrmflowError } from '../../errors.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { SecretOf } from '../keys.ts';
import type { Live } from '../live.ts';
import type { Replies } from '../replies.ts';
import { createCalling } from './calling.ts';
import { isSigned, readRequest, type Called, type TwilioRequest, type Written } from './inbound.ts';
import { messagesOf, messagesTwiml } from './messages.ts';
import { createTalk, type TalkPorts } from './talk.ts';
import { createTexting } from './texting.ts';

interface Needs extends TalkPorts {
  /** Where Twilio reaches this server. */
  publicUrl: string;
  replies: Replies;
  live: Live['live'];
  secret: SecretOf;
}
/** What Twilio is told, and the session it is about: with that it is forgotten. */
interface Answer {
  twiml: string;
  session: { id: string } | null;
}

/** Lets people talk with workflows by telephone: by text message, by WhatsApp and in calls. */
export function createChannels({ publicUrl, replies, live, ...needs }: Needs) {
  const { store, secret } = needs;
  const talk = createTalk(needs);
  const text = createTexting({ ...needs, talk });
  const call = createCalling({ ...needs, talk });

  /** The workflow that is meant, where Twilio has signed with its owner's token. Whoever else asks learns nothing. */
  async function admitted({ workflowId, path, ...request }: TwilioRequest): Promise<Workflow> {
    const workflow = await store.workflows.get(workflowId);
    const key = workflow && (await secret(workflow.userId, 'twilio'));
    const { accountSid, authToken = '' } = key?.parts ?? {};
    const isTwilio = await isSigned(publicUrl + path, request, authToken);
    const isTheirs = request.params.some(([name, value]) => name === 'AccountSid' && value === accountSid);
    if (workflow && isTwilio && isTheirs) return live(workflow);
    throw new CrmflowError(
      'forbidden',
      'Twilio has not signed this for a workflow that is here. Look at the address, PUBLIC_URL and the stored key twilio.',
    );
  }

  async function answer(workflow: Workflow, said: Written | Called, url: URL): Promise<Answer> {
    if (said.kind === 'call') return call(workflow, said, url);
    const told = await text(workflow, said);
    return {
      twiml: messagesTwiml(messagesOf(told?.events ?? [])),
      session: told && { id: told.session.id },
    };
  }

  return {
    told: talk.told,
    tick: talk.tick,
    rest: talk.rest,
    /** Answers a request of Twilio's with TwiML; the same request again is answered the same, and done once. */
    async twilio(request: TwilioRequest): Promise<string> {
      const workflow = await admitted(request);
      const said = readRequest(request.params);
      if (!said) return messagesTwiml([]);
      const url = new URL(publicUrl + request.path);
      const { userId, id } = workflow;
      const which = said.kind === 'call' ? [said.sid, url.search, said.isOver] : [said.sid];
      const once = {
        actor: { role: 'user', userId } as const,
        name: 'channels.twilio',
        op: { method: 'post' } as const,
        key: [id, ...which].join(' '),
        input: {},
      };
      return (await replies.once(once, () => answer(workflow, said, url))).twiml;
    },
  };
}
