import type { Door } from './http/door.ts';

/** The guarded door, fetched when the first request goes out: most conversations make none. */
export function lazyHttp(options: { allowedPrivateHosts: readonly string[] }): Door {
  let opening: Promise<Door> | undefined;
  const door = () => (opening ??= import('./http/door.ts').then(({ createHttp }) => createHttp(options)));
  return {
    send: async (request) => (await door()).send(request),
    stream: async (request) => (await door()).stream(request),
    async close() {
      if (opening) await (await opening).close();
    },
  };
}
