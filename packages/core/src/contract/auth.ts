import { z } from 'zod';
import { operation } from './operation.ts';

/** Trimmed and in lower case: one person, one address. */
export const Email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email('This is not an e-mail address.'));

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** 8 characters to 72 bytes: bcrypt reads no further, and stops at a NUL. */
export const Password = z
  .string()
  .min(8, 'The password needs at least 8 characters.')
  .refine((text) => bytesOf(text) <= 72, 'The password may have at most 72 bytes.')
  .refine((text) => !text.includes('\0'), 'The password may not contain a NUL.');

export const UserView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const LoggedIn = z.object({
  /** For `Authorization: Bearer`, seven days. */
  token: z.string(),
  user: UserView,
});
/** Any text: what is wrong about it is told as any wrong password is. */
const AnyPassword = z.string().max(1_000);
const name = z.string().max(200).nullable().optional();

export const auth = {
  register: operation({
    summary: 'Register',
    method: 'post',
    path: '/auth/register',
    access: 'public',
    status: 201,
    input: z.strictObject({ email: Email, password: Password, name }),
    output: LoggedIn,
    example: { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' },
  }),
  login: operation({
    summary: 'Log in',
    method: 'post',
    path: '/auth/login',
    access: 'public',
    input: z.strictObject({ email: z.string().max(1_000), password: AnyPassword }),
    output: LoggedIn,
    example: { email: 'ada@example.com', password: 'correct horse battery' },
  }),
  me: operation({
    summary: 'Read who you are',
    method: 'get',
    path: '/auth/me',
    access: 'user',
    input: z.strictObject({}),
    output: z.object({ user: UserView }),
  }),
  changePassword: operation({
    summary: 'Change your password; every older token dies',
    method: 'put',
    path: '/auth/password',
    access: 'user',
    input: z.strictObject({ currentPassword: AnyPassword, newPassword: Password }),
    output: LoggedIn,
    example: { currentPassword: 'correct horse battery', newPassword: 'a better horse battery' },
  }),
  close: operation({
    summary: 'Close your account, with all that is kept in it',
    method: 'delete',
    path: '/auth/me',
    access: 'user',
    status: 204,
    input: z.strictObject({}),
    output: z.object({}),
  }),
};

/** For whoever runs this installation. */
export const users = {
  list: operation({
    summary: 'List the accounts, newest first',
    method: 'get',
    path: '/users',
    access: 'operator',
    input: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(500).optional(),
    }),
    output: z.object({ items: z.array(UserView), nextCursor: z.string().nullable() }),
  }),
  create: operation({
    summary: 'Create an account, also while registration is closed',
    method: 'post',
    path: '/users',
    access: 'operator',
    status: 201,
    input: z.strictObject({ email: Email, password: Password, name }),
    output: UserView,
    example: { email: 'ada@example.com', password: 'correct horse battery' },
  }),
  update: operation({
    summary: 'Change an account: its password, address or name; with a new password every older token dies',
    method: 'put',
    path: '/users/:id',
    access: 'operator',
    input: z.strictObject({
      /** The id or the e-mail address. */
      id: z.string().min(1).max(254),
      email: Email.optional(),
      password: Password.optional(),
      name,
    }),
    output: UserView,
    example: { id: 'ada@example.com', password: 'a better horse battery' },
  }),
  remove: operation({
    summary: 'Delete an account, with all that is kept in it',
    method: 'delete',
    path: '/users/:id',
    access: 'operator',
    status: 204,
    input: z.strictObject({ /** The id or the e-mail address. */ id: z.string().min(1).max(254) }),
    output: z.object({}),
  }),
};
