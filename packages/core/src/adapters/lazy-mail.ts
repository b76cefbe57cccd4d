import type { Mail } from '../ports.ts';

/** E-mail, whose library is fetched when the first one goes out. */
export function lazyMail(options: { allowedPrivateHosts: readonly string[] }): Mail {
  let opening: Promise<Mail> | undefined;
  const mail = () => (opening ??= import('./mail/smtp.ts').then(({ createMail }) => createMail(options)));
  return { send: async (...letter) => (await mail()).send(...letter) };
}
