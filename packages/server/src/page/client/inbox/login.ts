import { CrmflowError, type CRMFlow } from '@crmflow/sdk';
import { element } from '../dom.ts';
import { sentenceOf } from './sentence.ts';

export type Login = Awaited<ReturnType<CRMFlow['login']>>;
interface Needs {
  client: CRMFlow;
  loggedIn(login: Login): void;
}

/** Where one logs in with an account of this server. */
export function createLogin({ client, loggedIn }: Needs) {
  const email = element('input', {
    ...{ id: 'email', type: 'text', inputmode: 'email', autocomplete: 'username', required: true },
  });
  const password = element('input', {
    ...{ id: 'password', type: 'password', autocomplete: 'current-password', required: true },
  });
  const press = element('button', { type: 'submit' }, 'Log in');
  const alert = element('p', { class: 'alert', role: 'alert' });
  const form = element(
    'form',
    { 'aria-label': 'Log in' },
    element('label', { for: 'email' }, 'E-mail'),
    email,
    element('label', { for: 'password' }, 'Password'),
    password,
    alert,
    press,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void logIn();
  });

  async function logIn() {
    alert.textContent = '';
    press.disabled = true;
    try {
      const login = await client.login({ email: email.value, password: password.value });
      password.value = '';
      loggedIn(login);
    } catch (cause) {
      alert.textContent = refusalOf(cause);
      password.select();
    }
    press.disabled = false;
  }

  return {
    view: element('section', { class: 'login' }, form, ...howToGetOne()),
    /** Asks for it, and says why. */
    ask(reason: string, address: string): void {
      alert.textContent = reason;
      email.value = address;
      password.value = '';
      (email.value ? password : email).focus();
    },
  };
}

/** A wrong password is told as the server tells it. */
const refusalOf = (cause: unknown): string =>
  cause instanceof CrmflowError && cause.code === 'unauthenticated' ? cause.message : sentenceOf(cause);

const howToGetOne = () => [
  element(
    'p',
    {},
    'No account yet? Whoever runs this server makes one: ',
    element('code', {}, 'crmflow users create you@example.com'),
  ),
  element(
    'p',
    {},
    'The owner of the machine, whose are the workflows made by commands on it, gets a login by ',
    element('code', {}, 'crmflow users update local --email you@example.com --password'),
  ),
  element('p', {}, 'You hear from visitors of the workflows that your account owns.'),
];
