import type { Passwords } from '../ports.ts';

const ROUNDS = 10;
/** What a password is compared with when there is no account: of a random text nobody has kept. */
const NOBODY = '$2b$10$S1XYv5PRtU5RUJudr1.LuedCsBRDT1c4UZg./O8smxf5uU0jGJuuC';

/** bcrypt, which works on threads of its own. */
export const passwords: Passwords = {
  async hash(password) {
    const { hash } = await load();
    return hash(password, ROUNDS);
  },
  async matches(password, stored) {
    const { compare } = await load();
    const isHash = /^\$2[aby]\$\d\d\$.{53}$/.test(stored);
    const matches = await compare(password, isHash ? stored : NOBODY);
    return isHash && isReadWhole(password) && matches;
  },
};

/** bcrypt reads 72 bytes and no further: whatever is longer would match by its beginning. */
const isReadWhole = (password: string) => Buffer.byteLength(password) <= 72 && !password.includes('\0');

/** Fetched when the first account is used: a conversation in a terminal has none. */
const load = async () => (await import('bcrypt')).default;
