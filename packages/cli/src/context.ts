import type { App } from '@crmflow/core';
import type { Actor, Crmflow } from '@crmflow/core/contract';
import type { Opened, OpenOptions } from '@crmflow/core/open';
import type { Io } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { reachOf, type Reach, type ThroughServer } from './reach.ts';
import { servedBy } from './served.ts';
import { keepSessionToken, sessionTokens } from './session-tokens.ts';
import { environment, openOptions, type GlobalOptions, type Place } from './settings.ts';
import { whileWaiting } from './spinner.ts';
import { wrongUse } from './wrong-use.ts';

/** CRMFlow as one command holds it: in this process, or the client of a server. */
export interface Reached {
  api: Crmflow;
  /** Where things are kept, in words. */
  where: string;
  /** Whether it may do what any owner may; without a login only what visitors may. */
  isGuest: boolean;
  /** Keeps what opens a session that was started on a server, so that it can be gone on with. */
  keepToken(sessionId: string, token: string): void;
  /** Moves on what is due, where no server does so by itself. */
  tick(): Promise<unknown>;
}
/** The data itself, in this process. */
export interface Here {
  app: App;
  owner: Actor;
  /** Where things are kept, in words. */
  where: string;
  /** The bytes of a backup, as it stands at this moment. */
  backUp(): AsyncIterable<Uint8Array>;
}

/** What every command gets. */
export interface Context {
  io: Io;
  env: Io['env'];
  options: GlobalOptions;
  out: Output;
  /** Where the command was told to work. */
  reach(): Reach;
  /** Reaches CRMFlow once; later calls give the same. */
  open(): Promise<Reached>;
  /** Opens the data itself, for what no server can do; refuses where a server was named. */
  openHere(more?: Partial<OpenOptions>): Promise<Here>;
  /** What ships with CRMFlow, without touching anybody's data where it is at hand in this process. */
  openShipped(): Promise<Pick<Reached, 'api'>>;
}

export interface Opening extends Context {
  /** Closes whatever was opened. */
  close(): Promise<void>;
}

export function createContext(io: Io, options: GlobalOptions): Opening {
  const env = environment(io);
  const out = createOutput(io, options);
  const open: Promise<Opened>[] = [];
  let reached: Promise<Reached> | undefined;
  let shipped: Promise<Reached> | undefined;

  async function opened(settings: OpenOptions): Promise<Opened> {
    const { openApp } = await import('@crmflow/core/open');
    const opening = openApp(settings);
    open.push(opening);
    return opening;
  }
  async function openData(): Promise<Reached> {
    const settings = openOptions(options, env, io);
    try {
      return inProcess(await opened(settings));
    } catch (cause) {
      const served = settings.dataDir === undefined ? null : await servedBy(settings.dataDir, cause);
      if (!served) throw cause;
      // Who holds the data opens every session in it.
      return throughServer(served, null);
    }
  }
  const reach = () => reachOf(options, { ...io, env });
  async function reachIt(): Promise<Reached> {
    const there = reach();
    return there.kind === 'server' ? throughServer(there, { ...io, env }) : openData();
  }

  return {
    io,
    env,
    options,
    out,
    reach,
    open: () => (reached ??= whileWaiting(reachIt(), 'Opening the data …', { io, options })),
    async openHere(more) {
      mustBeHere({ reach });
      const opening = opened({ ...openOptions(options, env, io), ...more });
      return whileWaiting(opening, 'Opening the data …', { io, options });
    },
    async openShipped() {
      if (reach().kind === 'server' || options.ephemeral) return (reached ??= reachIt());
      return (shipped ??= opened({ ephemeral: true }).then(inProcess));
    },
    async close() {
      for (const each of open) {
        // One that could not be opened has nothing to close, and has said so.
        const done = await each.catch(() => undefined);
        await done?.close();
      }
    },
  };
}

const inProcess = ({ app, owner, where }: Opened): Reached => ({
  api: app.as(owner),
  where,
  isGuest: false,
  keepToken: () => undefined,
  tick: () => app.tick(),
});

async function throughServer(
  { url, token }: Pick<ThroughServer, 'url' | 'token'>,
  place: Place | null,
): Promise<Reached> {
  const { CRMFlow } = await import('@crmflow/sdk');
  const isGuest = token === undefined;
  const tokens = place ? sessionTokens(place, url, isGuest) : {};
  return {
    api: new CRMFlow({ url, token, sessionTokens: tokens }),
    where: url,
    isGuest,
    keepToken(id, opener) {
      if (place) keepSessionToken(place, { id, url, token: opener, isGuests: isGuest });
    },
    tick: () => Promise.resolve(),
  };
}

/** Refuses where a server was named; a login of some other day is not meant by what no server can do. */
export function mustBeHere({ reach }: Pick<Context, 'reach'>): void {
  const there = reach();
  if (there.kind === 'server' && there.isAsked)
    throw wrongUse(
      `This works on the data itself, not through the server at ${there.url}. Say --local to mean this machine.`,
    );
}
