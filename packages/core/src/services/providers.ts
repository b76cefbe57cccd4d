import type { Actor } from '../contract/operation.ts';
import { CrmflowError } from '../errors.ts';
import type { AiProvider, Http, Providers } from '../ports.ts';
import type { SecretOf } from './keys.ts';
import { tryTwilioKey } from './twilio-key.ts';
import { ownerOf } from './workflows.ts';

interface Needs {
  providers: Providers;
  /** Providers the installation itself has keys for; whose calls they serve. */
  shared: readonly AiProvider[];
  isShared(userId: string): boolean;
  secretOf: SecretOf;
  http: Http;
}

/** The providers of users: by keys of their own first, then by those of the installation. */
export function createProvidersOf({ providers, shared, isShared, secretOf, http }: Needs) {
  const { names } = providers;
  const opened = (userId: string, name: string) =>
    secretOf(userId, name).catch((cause: unknown) => {
      throw closed(name, cause);
    });
  async function get(userId: string, name: string): Promise<AiProvider | null> {
    const secret = await opened(userId, name);
    if (secret) return providers.open(name, secret);
    return (isShared(userId) && shared.find((one) => one.name === name)) || null;
  }

  /** The first of a user's providers that can do something. */
  async function firstThat<T>(
    userId: string,
    can: (provider: AiProvider) => T | undefined,
  ): Promise<T | null> {
    for (const name of names) {
      const provider = await get(userId, name);
      const able = provider && can(provider);
      if (able) return able;
    }
    return null;
  }

  return {
    /** Those there are, in the order in which they are asked. */
    names,
    get,
    firstThat,
    /** @throws CrmflowError `unavailable` and the like, with the reason, when the provider takes no calls with it */
    async test(actor: Actor, { service }: { service: string }) {
      if (service === 'twilio') {
        await tryTwilioKey((await opened(ownerOf(actor), service)) ?? missing(service), http);
        return { service };
      }
      if (!names.includes(service))
        throw new CrmflowError(
          'unprocessable',
          `Only keys of ${[...names, 'twilio'].join(', ')} can be tried out.`,
        );
      const provider = (await get(ownerOf(actor), service)) ?? missing(service);
      await provider.check(new AbortController().signal);
      return { service, model: provider.defaultModel };
    },
  };
}

function missing(service: string): never {
  throw new CrmflowError(
    'not_found',
    `There is no key for ${service}. Store it: crmflow keys set ${service}`,
  );
}

/** A key that was sealed with an ENCRYPTION_KEY that is gone: to a flow, one that the provider refuses. */
function closed(name: string, cause: unknown): unknown {
  if (!(cause instanceof CrmflowError) || cause.code !== 'internal') return cause;
  const sentence = `${cause.message} Or store it anew: crmflow keys set ${name}`;
  return new CrmflowError('unavailable', sentence, { reason: 'key_refused' }, { cause });
}
export type ProvidersOf = ReturnType<typeof createProvidersOf>;
