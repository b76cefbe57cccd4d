import type { AiProvider, Clock, Http, Providers, Secret } from '../../ports.ts';
import { gemini } from './gemini.ts';
import { openai } from './openai.ts';
import { waiting, type Limits, type Waiting } from './patience.ts';

type Name = 'gemini' | 'openai';

/** What every provider is made of. */
export interface Needs {
  http: Http;
  clock: Clock;
  /** Where a provider is, when not at its own address. An owner's own server is named in the secret instead. */
  baseUrls?: Partial<Record<Name, string | undefined>> | undefined;
  defaultModels?: Partial<Record<Name, string | undefined>> | undefined;
  waiting: Waiting;
}

interface Options extends Omit<Needs, 'waiting'>, Partial<Omit<Waiting, 'limits'>> {
  limits?: Partial<Limits>;
}

/** Gemini, and OpenAI with all who speak its protocol. */
export function createProviders({ limits, sleep, random, ...ends }: Options): Providers {
  const needs: Needs = {
    ...ends,
    waiting: {
      limits: { ...waiting.limits, ...limits },
      sleep: sleep ?? waiting.sleep,
      random: random ?? waiting.random,
    },
  };
  const known: Record<Name, (secret: Secret, needs: Needs) => AiProvider> = { gemini, openai };
  return {
    names: Object.keys(known),
    open: (name, secret) => (Object.hasOwn(known, name) ? known[name as Name](secret, needs) : null),
  };
}
