import { createHash } from 'node:crypto';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Redis } from 'ioredis';
import { CrmflowError, type ErrorCode } from '@crmflow/core/contract';
import type { SocketLimits } from './sockets/index.ts';

/** So often within so many seconds. */
export interface Rate {
  points: number;
  seconds: number;
}
export const RATES = {
  /** Requests from an address. */
  request: { points: 1_200, seconds: 60 },
  /** Accounts made from an address. */
  register: { points: 20, seconds: 3_600 },
  /**
   * Wrong passwords for one account, from wherever nobody has logged in to it of late; an address from which somebody has is
   * counted by itself, so that no stranger locks them out.
   */
  login: { points: 10, seconds: 900 },
  /** How long an address is remembered that an account was logged in to from. */
  known: { points: 1, seconds: 7 * 86_400 },
  /** Wrong passwords from one address, for whomever. */
  loginFrom: { points: 50, seconds: 900 },
  /** Sessions that guests start from an address. */
  guestStart: { points: 120, seconds: 60 },
  /** Socket connections from an address. */
  connect: { points: 240, seconds: 60 },
  /** Events of one socket. */
  event: { points: 1_000, seconds: 10 },
  /** Messages in one session. */
  message: { points: 40, seconds: 1 },
} satisfies Record<string, Rate>;
type Name = keyof typeof RATES;

/** What there was too much of, for whoever is refused. */
const TOO_MANY = {
  request: 'Too many requests came from this address',
  register: 'Too many accounts were made from this address',
  login: 'Too many wrong passwords were tried for this account',
  loginFrom: 'Too many wrong passwords came from this address',
  guestStart: 'Too many sessions were started from this address',
  connect: 'Too many connections were made from this address',
  event: 'Too many events came from this socket',
  message: 'Too many messages were sent in this session',
} satisfies Record<Counted, string>;
/** All that is refused when there is too much of it. */
type Counted = Exclude<Name, 'known'>;

const PERIODS: Record<number, string> = { 1: 'a second', 60: 'a minute', 3_600: 'an hour' };

/** As a sentence says it: `120 a minute`, `10 in 15 minutes`. */
export const rateSaid = ({ points, seconds }: Rate): string =>
  `${points.toLocaleString('en')} ${PERIODS[seconds] ?? `in ${seconds % 60 ? `${seconds} seconds` : `${seconds / 60} minutes`}`}`;

export interface Limits extends SocketLimits {
  request(address: string): Promise<void>;
  register(address: string): Promise<void>;
  /** Tries a password: a wrong one counts, a right one clears the count. */
  login<T>(who: { account: string; address: string }, attempt: () => Promise<T>): Promise<T>;
}

/** Counts in memory, or in Redis what several servers count together; with Redis away each counts by itself. */
export function createLimits(
  options: { redis?: Redis | undefined; rates?: Partial<Record<Name, Rate>> | undefined } = {},
): Limits {
  const rates = { ...RATES, ...options.rates };
  const limiters = Object.fromEntries(
    Object.keys(rates).map((name) => [name, limiterOf(name as Name, rates[name as Name], options.redis)]),
  ) as Record<Name, RateLimiterAbstract>;

  // Addresses and names of people do not go to Redis as they are.
  const keyOf = (key: string) => (options.redis ? hashed(key) : key.trim().toLowerCase());
  const counting = (name: Counted) => async (key: string) => {
    await limiters[name].consume(keyOf(key)).catch((cause: unknown) => {
      if (!(cause instanceof RateLimiterRes)) throw cause;
      throw refusal(`${TOO_MANY[name]}: at most ${rateSaid(rates[name])}`, cause);
    });
  };
  const giveBack = (name: Name, key: string) => limiters[name].reward(keyOf(key));

  return {
    request: counting('request'),
    register: counting('register'),
    guestStart: counting('guestStart'),
    connect: counting('connect'),
    event: counting('event'),
    message: counting('message'),
    async login({ account, address }, attempt) {
      const there = `${account} ${address}`;
      const who = (await limiters.known.get(keyOf(there))) ? there : account;
      // Counted before it is tried: many at once are no more than many in turn.
      await counting('loginFrom')(address);
      try {
        await counting('login')(who);
      } catch (cause) {
        await giveBack('loginFrom', address);
        throw cause;
      }
      try {
        const done = await attempt();
        await Promise.all([
          limiters.login.delete(keyOf(who)),
          limiters.known.set(keyOf(there), 1, rates.known.seconds),
          giveBack('loginFrom', address),
        ]);
        return done;
      } catch (cause) {
        const isWrong = cause instanceof CrmflowError && WRONG.has(cause.code);
        if (!isWrong) await Promise.all([giveBack('login', who), giveBack('loginFrom', address)]);
        throw cause;
      }
    },
  };
}

/** What a wrong password is told: at a login, and when it is to be changed. */
const WRONG: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'forbidden']);

function limiterOf(name: Name, { points, seconds }: Rate, redis: Redis | undefined): RateLimiterAbstract {
  const rate = { keyPrefix: `crmflow-${name}`, points, duration: seconds };
  const memory = new RateLimiterMemory(rate);
  // A socket stays with its server: nobody else counts its events.
  return redis && name !== 'event'
    ? new RateLimiterRedis({ ...rate, storeClient: redis, insuranceLimiter: memory })
    : memory;
}

function refusal(what: string, { msBeforeNext }: RateLimiterRes): CrmflowError {
  const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new CrmflowError('rate_limited', `${what}. Try again in ${retryAfter} s.`, { retryAfter });
}

const hashed = (key: string) => createHash('sha256').update(key.trim().toLowerCase()).digest('base64url');
