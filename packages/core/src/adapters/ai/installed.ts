import type { AiProvider } from '../../ports.ts';
import { clock } from '../clock.ts';
import { lazyHttp } from '../lazy-http.ts';
import { createProviders } from './providers.ts';

/** The installation's own models, and what may be spent on any. */
export interface AiOptions {
  gemini?: { key?: string | undefined; model?: string | undefined } | undefined;
  /** OpenAI, or a server that speaks like it at `baseUrl`, which may be a private one. */
  openai?: { key?: string | undefined; baseUrl?: string | undefined; model?: string | undefined } | undefined;
  /** Whether these keys serve every user, or only the local owner; that is so unless told otherwise. */
  servesEveryone?: boolean | undefined;
  /** What the models of each user may read and write in one day (UTC); as much as they like when absent. */
  tokensPerDay?: number | undefined;
  /** US dollars a million tokens, by the name of a model: for the costs that are written down. */
  prices?: Readonly<Record<string, { input: number; output: number }>> | undefined;
}

/** Opened with the installation's keys, by a door of its own: what its owner names may stand in a private network. */
export function installedProviders({ gemini, openai }: AiOptions): {
  providers: AiProvider[];
  close(): Promise<void>;
} {
  const { baseUrl } = openai ?? {};
  const http = lazyHttp({
    allowedPrivateHosts: baseUrl && URL.canParse(baseUrl) ? [new URL(baseUrl).host] : [],
  });
  const known = createProviders({ http, clock, defaultModels: { gemini: gemini?.model } });
  const open = (name: string, given: Readonly<Record<string, string | undefined>>) => {
    const parts = Object.fromEntries(
      Object.entries(given).filter((part): part is [string, string] => Boolean(part[1])),
    );
    const provider = parts.key || parts.baseUrl ? known.open(name, { parts, host: null }) : null;
    return provider ? [provider] : [];
  };
  return {
    providers: [...open('gemini', { key: gemini?.key }), ...open('openai', { ...openai })],
    close: () => http.close(),
  };
}
