import { CRMFlow } from '@crmflow/sdk';
import { button, element } from '../dom.ts';
import { memoryOf } from '../memory.ts';
import { createDesk, type Desk } from './desk.ts';
import { createLogin, type Login } from './login.ts';
import { seenInTab } from './seen.ts';
import { shaped } from './shaped.ts';
import '../page.css';
import './inbox.css';

/** Who is logged in, for a reload: in this tab alone, and in no address. */
interface Kept {
  token: string;
  userId: string;
  email: string;
}

/** Where this page stands is where CRMFlow answers, also behind a path of a larger site. */
const client = new CRMFlow({ url: new URL('.', location.href).href });
const main = document.querySelector('main')!;
const memory = shaped(memoryOf<Kept>('inbox:login'), (kept) =>
  (['token', 'userId', 'email'] as const).every((name) => typeof (kept as Partial<Kept>)[name] === 'string'),
);
const account = element('div', { class: 'account' });
const login = createLogin({ client, loggedIn });
let desk: { of: string; desk: Desk } | null = null;

document.querySelector('header')!.append(account);
const kept = memory.kept();
if (kept) begin(kept);
else ask('', '');

function loggedIn({ token, user }: Login) {
  const now = { token, userId: user.id, email: user.email };
  memory.keep(now);
  if (desk?.of === user.id) return goOn(now, desk.desk);
  // What somebody else looked at is nothing to this one.
  if (desk) history.replaceState(null, '', location.pathname);
  begin(now).focus();
}
function begin(who: Kept): Desk {
  client.token = who.token;
  desk?.desk.close();
  const begun = createDesk({ client, lost });
  desk = { of: who.userId, desk: begun };
  show(who, begun);
  return begun;
}
function goOn(who: Kept, before: Desk) {
  client.token = who.token;
  show(who, before);
  before.resume();
}
function show({ email }: Kept, { view }: Desk) {
  view.hidden = false;
  main.replaceChildren(view);
  account.replaceChildren(element('span', {}, email), button('Log out', { class: 'quiet' }, logOut));
}
/**
 * What was typed stays, and is there again after the login. Several calls may be refused, of which one is news; and what
 * is refused late was asked by a login before, which is not the one that ends.
 */
function lost(token: string | undefined) {
  if (client.token === undefined || token !== client.token) return;
  const email = memory.kept()?.email ?? '';
  client.token = undefined;
  memory.forget();
  desk?.desk.rest();
  if (desk) desk.desk.view.hidden = true;
  ask('Your login has ended. Log in again: what you have typed is kept.', email);
}
function logOut() {
  client.token = undefined;
  memory.forget();
  seenInTab().forget();
  desk?.desk.close();
  desk = null;
  history.replaceState(null, '', location.pathname);
  ask('', '');
}
function ask(reason: string, email: string) {
  account.replaceChildren();
  document.title = 'Inbox – CRMFlow';
  main.replaceChildren(login.view, ...(desk ? [desk.desk.view] : []));
  login.ask(reason, email);
}
