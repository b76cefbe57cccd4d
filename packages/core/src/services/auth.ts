import type { Services } from '../contract/index.ts';
import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { Clock, Ids, Passwords, Tokens } from '../ports.ts';
import type { Store, User } from '../store.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  store: Store;
  ids: Ids;
  clock: Clock;
  passwords: Passwords;
  tokens: Tokens;
  isRegistrationOpen: boolean;
  /** Ends what a user's sessions are at, before they go with him. */
  endSessions(userId: string): Promise<void>;
}
interface NewUser {
  email: string;
  password: string;
  name?: string | null | undefined;
}

export function createAccounts({
  store,
  ids,
  clock,
  passwords,
  tokens,
  isRegistrationOpen,
  endSessions,
}: Needs): Pick<Services, 'auth' | 'users'> & {
  /** Who shows this token. */
  authenticate(token: string | undefined): Promise<Actor>;
} {
  const now = () => clock.now().toISOString();
  const loggedIn = async (user: User) => ({
    token: await tokens.issue({ userId: user.id, epoch: user.tokenEpoch }),
    user: viewOf(user),
  });

  async function create({ email, password, name = null }: NewUser): Promise<User> {
    const at = now();
    const user: User = {
      id: ids.row(),
      email,
      password: await passwords.hash(password),
      name,
      tokenEpoch: 0,
      createdAt: at,
      updatedAt: at,
    };
    await store.users.create(user);
    return user;
  }

  async function present(actor: Actor): Promise<User> {
    const user = await store.users.get(ownerOf(actor));
    if (!user) throw notGood();
    return user;
  }

  /** A new password, with which every older token dies. */
  const renewed = async ({ tokenEpoch }: User, password: string) => ({
    password: await passwords.hash(password),
    tokenEpoch: tokenEpoch + 1,
  });

  /** @throws CrmflowError `not_found` */
  async function meant(id: string): Promise<User> {
    const user = (await store.users.get(id)) ?? (await store.users.findByEmail(id.trim().toLowerCase()));
    if (!user) throw new CrmflowError('not_found', `There is no account with the id or address ${id}.`);
    return user;
  }

  async function remove(user: User) {
    await endSessions(user.id);
    await store.users.remove(user.id);
    return {};
  }

  return {
    auth: {
      async register(_actor, given) {
        if (!isRegistrationOpen)
          throw new CrmflowError('forbidden', 'Registration is closed here. Ask whoever runs this server.');
        return loggedIn(await create(given));
      },
      async login(_actor, { email, password }) {
        const user = await store.users.findByEmail(email.trim().toLowerCase());
        // Also without an account: an unknown address takes as long as a wrong password.
        const isRight = await passwords.matches(password, user?.password ?? '');
        if (!user || !isRight)
          throw new CrmflowError('unauthenticated', 'The e-mail address or the password is wrong.');
        return loggedIn(user);
      },
      me: async (actor) => ({ user: viewOf(await present(actor)) }),
      async changePassword(actor, { currentPassword, newPassword }) {
        const user = await present(actor);
        if (!(await passwords.matches(currentPassword, user.password)))
          throw new CrmflowError('forbidden', 'The current password is wrong.');
        const patch = await renewed(user, newPassword);
        return loggedIn(await store.users.update(user.id, patch, now(), user.tokenEpoch));
      },
      close: async (actor) => remove(await present(actor)),
    },
    users: {
      async list(_actor, page) {
        const { items, nextCursor } = await store.users.list(page);
        return { items: items.map(viewOf), nextCursor };
      },
      create: async (_actor, given) => viewOf(await create(given)),
      async update(_actor, { id, email, name, password }) {
        const user = await meant(id);
        const patch = {
          ...(email !== undefined && { email }),
          ...(name !== undefined && { name }),
          ...(password !== undefined && (await renewed(user, password))),
        };
        return viewOf(await store.users.update(user.id, patch, now(), user.tokenEpoch));
      },
      async remove(actor, { id }) {
        const user = await meant(id);
        if (user.id === ownerOf(actor))
          throw new CrmflowError('conflict', 'This is the account you work with: it cannot delete itself.');
        return remove(user);
      },
    },
    async authenticate(token) {
      if (token === undefined || token === '') return { role: 'guest' };
      // What begins as a login token does (RFC 7519: `{"` in base64url) is one, also where its end was lost.
      const isLogin = token.startsWith('eyJ') || token.split('.').length === 3;
      if (!isLogin) return { role: 'guest', sessionToken: token };
      const claims = await tokens.read(token);
      const epoch = claims && (await store.users.tokenEpoch(claims.userId));
      if (!claims || epoch !== claims.epoch) throw notGood();
      return { role: 'user', userId: claims.userId };
    },
  };
}

const notGood = () =>
  new CrmflowError('unauthenticated', 'The login token is not good, or no longer. Log in again.');

const viewOf = ({ id, email, name, createdAt, updatedAt }: User) => ({
  id,
  email,
  name,
  createdAt,
  updatedAt,
});
