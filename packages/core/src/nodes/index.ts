import type { NodeKind } from './node.ts';
import type { NodeType } from './types.ts';
import { answer } from './ai/answer.ts';
import { extract } from './ai/extract.ts';
import { route } from './ai/route.ts';
import { crmContact } from './integration/crm-contact.ts';
import { handover } from './integration/handover.ts';
import { elevenlabsSpeech } from './integration/elevenlabs-speech.ts';
import { sendEmail } from './integration/email.ts';
import { http } from './integration/http.ts';
import { twilioCall } from './integration/twilio-call.ts';
import { twilioMessage } from './integration/twilio-message.ts';
import { webhookSend } from './integration/webhook-send.ts';
import { webhookWait } from './integration/webhook-wait.ts';
import { choice } from './listen/choice.ts';
import { confirm } from './listen/confirm.ts';
import { date } from './listen/date.ts';
import { email } from './listen/email.ts';
import { file } from './listen/file.ts';
import { name } from './listen/name.ts';
import { number } from './listen/number.ts';
import { phone } from './listen/phone.ts';
import { rating } from './listen/rating.ts';
import { listenText } from './listen/text.ts';
import { time } from './listen/time.ts';
import { url } from './listen/url.ts';
import { condition } from './logic/condition.ts';
import { delay } from './logic/delay.ts';
import { each } from './logic/each.ts';
import { endNode } from './logic/end.ts';
import { jump } from './logic/jump.ts';
import { returnNode } from './logic/return.ts';
import { set } from './logic/set.ts';
import { split } from './logic/split.ts';
import { subflow } from './logic/subflow.ts';
import { until } from './logic/until.ts';
import { media } from './speak/media.ts';
import { speakText } from './speak/text.ts';
import { manual } from './trigger/manual.ts';
import { schedule } from './trigger/schedule.ts';
import { webhookTrigger } from './trigger/webhook.ts';
import { messageTrigger } from './trigger/message.ts';

/** The vocabulary of workflows: a new kind is a file and a line here. */
export const nodeKinds: readonly NodeKind[] = [
  manual,
  schedule,
  webhookTrigger,
  messageTrigger,
  speakText,
  media,
  listenText,
  name,
  email,
  phone,
  number,
  date,
  time,
  url,
  confirm,
  choice,
  rating,
  file,
  answer,
  extract,
  route,
  condition,
  set,
  jump,
  returnNode,
  split,
  subflow,
  each,
  delay,
  until,
  endNode,
  http,
  handover,
  sendEmail,
  twilioMessage,
  twilioCall,
  webhookSend,
  crmContact,
  webhookWait,
  elevenlabsSpeech,
];

/** The kind a node is of when its data names none. */
export const defaultKind: Record<NodeType, string> = {
  trigger: 'manual',
  speak: 'text',
  listen: 'text',
  ai: 'answer',
  logic: 'condition',
  integration: 'http',
};

const byName = new Map(nodeKinds.map((kind) => [`${kind.type}/${kind.kind}`, kind]));
export const kindOf = (type: NodeType, kind: string): NodeKind | undefined => byName.get(`${type}/${kind}`);
