import type { App } from '@crmflow/core';
import { CrmflowError, type Crmflow } from '@crmflow/core/contract';
import type { Opened } from '@crmflow/core/open';
import type { Io } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { environment, openOptions, type GlobalOptions } from './settings.ts';
import { whileWaiting } from './spinner.ts';

/** CRMFlow, opened for one command. */
export interface Local {
  /** CRMFlow as the local owner. */
  api: Crmflow;
  app: App;
  /** Where things are kept, in words. */
  where: string;
}

/** What every command gets. */
export interface Context {
  io: Io;
  env: Io['env'];
  options: GlobalOptions;
  out: Output;
  /** Opens CRMFlow once; later calls give the same. */
  open(): Promise<Local>;
  /** CRMFlow in memory: what ships with it, without touching anybody's data. */
  openShipped(): Promise<Local>;
}

export interface Opening extends Context {
  /** Closes whatever was opened. */
  close(): Promise<void>;
}

export function createContext(io: Io, options: GlobalOptions): Opening {
  const env = environment(io);
  const out = createOutput(io, options);
  let opening: Promise<Opened> | undefined;
  let shipped: Promise<Opened> | undefined;

  async function openKept(): Promise<Opened> {
    const settings = openOptions(options, env, io);
    const { openApp } = await import('@crmflow/core/open');
    return openApp(settings);
  }
  async function openInMemory(): Promise<Opened> {
    const { openApp } = await import('@crmflow/core/open');
    return openApp({ ephemeral: true });
  }

  return {
    io,
    env,
    options,
    out,
    async open() {
      opening ??= openKept();
      return localOf(await whileWaiting(opening, 'Opening the data …', { io, options }));
    },
    async openShipped() {
      shipped ??= options.ephemeral ? (opening ??= openKept()) : openInMemory();
      return localOf(await shipped);
    },
    async close() {
      for (const each of new Set([opening, shipped])) {
        // One that could not be opened has nothing to close, and has said so.
        const opened = await each?.catch(() => undefined);
        await opened?.close();
      }
    },
  };
}

const localOf = ({ app, owner, where }: Opened): Local => ({ api: app.as(owner), app, where });

/** A refusal for what was typed. */
export const wrongUse = (sentence: string): CrmflowError => new CrmflowError('invalid_input', sentence);
