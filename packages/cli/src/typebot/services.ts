import { resultsOf } from './http.ts';
import { one, past, type Around, type Made, type Piece } from './made.ts';
import { isSecret } from './names.ts';
import { listIn, textIn } from './shape.ts';
import { leftOut, liquid, partsOf } from './texts.ts';

/** An e-mail that the bot sends. */
export function email(around: Around): Made {
  const { block, note } = around;
  const { options } = block;
  const words = (key: string) => liquid(textIn(options, key) ?? '', around);
  const people = (key: string) =>
    listIn(options, key).flatMap((each) =>
      typeof each === 'string' && each.trim() ? [liquid(each, around)] : [],
    );
  const [to, cc] = [people('recipients').slice(0, 20), people('cc')];
  if (!to.length) return past(note, 'names nobody it is for');
  if (listIn(options, 'bcc').length) note('who gets a blind copy is left out: there is none here.');
  if (textIn(options, 'attachmentsVariableId') !== undefined) note('goes without its attachments.');
  around.once('E-mails are sent through your own mail server: crmflow keys set smtp');
  const isHtml = options.isBodyCode === true;
  if (isHtml) note('is HTML; the text for those who read none is its title alone. Write one.');
  const body = textIn(options, 'body') === undefined ? everyAnswer(around) : words('body');
  const replyTo = words('replyTo');
  return one({
    name: 'email',
    type: 'integration',
    data: {
      kind: 'email',
      to: to.length === 1 ? to[0]! : to,
      ...(cc.length && { cc: cc.slice(0, 20 - to.length) }),
      ...(replyTo && { replyTo }),
      subject: words('subject') || around.bot.name || 'New answers',
      text: isHtml ? words('subject') : body,
      ...(isHtml && { html: body }),
    },
    goesOn: true,
  });
}

/** As Typebot does where no body is written. */
function everyAnswer({ bot, variables, note }: Around): string {
  note('has no text of its own: all variables are written into it.');
  return bot.variables
    .flatMap(({ id, name: called }) => {
      const name = isSecret(called) ? undefined : variables.read(id);
      return name === undefined ? [] : [`${called.replace(/[{}%\n]/g, ' ')}: {{ ${name} }}`];
    })
    .join('\n');
}

/** Waits until another system calls. */
export function webhookListen(around: Around): Made {
  const { block, variables, note } = around;
  const [urlAs, saveAs] = [variables.make('webhook_url'), variables.make('webhook_reply')];
  note(
    `waits for a call. Its address is in ${urlAs}; send it to whoever calls, before or by first: see docs/webhooks.md. It waits for 7 days, where Typebot waits on.`,
  );
  const { results, maps } = resultsOf(listIn(block.options, 'responseVariableMapping'), around);
  const values = Object.fromEntries(
    Object.entries(results).map(([name, path]) => {
      const whole =
        path === '.' ? `${saveAs}.body` : `${saveAs}.body${path.startsWith('[') ? '' : '.'}${path}`;
      const part = maps[name]?.slice(name.length);
      return [name, part === undefined ? whole : `${whole}${part}`];
    }),
  );
  const pieces: Piece[] = [
    {
      name: 'webhook',
      type: 'integration',
      data: { kind: 'webhook_wait', urlAs, within: { days: 7 }, saveAs },
      ways: [{ port: 'timeout', edgeId: null }],
      goesOn: true,
    },
  ];
  if (Object.keys(values).length)
    pieces.push({ name: 'set', type: 'logic', data: { kind: 'set', values }, goesOn: true });
  return { kind: 'pieces', pieces };
}

/** A person who takes over. */
export function chatwoot({ note }: Around): Made {
  note('opens a chat of Chatwoot; here the conversation is handed over to you. See docs/handover.md.');
  return one({ name: 'handover', type: 'integration', data: { kind: 'handover' }, goesOn: true });
}

/** Code that runs in the page of a visitor. */
export function script({ block, note, variables }: Around): Made {
  const source = textIn(block.options, 'content') ?? '';
  for (const part of partsOf(source, { variables })) if (part.kind === 'code') leftOut(part, note);
  return past(note, 'is code, which does not run here');
}
