import { publicHost } from './host.ts';
import { refused, taken, tidied, type Reading } from './reading.ts';

const MAX_URL = 2_048;
const WRAPPED = /^(?:<(.*)>|"(.*)"|'(.*)'|\((.*)\))$/s;

/** One web address, normalised; https when no scheme is typed. Only http and https, no name or password, only public host names. */
export function readUrl(text: string): Reading<string> {
  const tidy = tidied(text);
  if (!tidy.ok) return tidy;
  const [typed] = WRAPPED.exec(tidy.value)?.slice(1).filter(Boolean) ?? [tidy.value.replace(/[.,!]$/, '')];
  const url = !typed || typed.length > MAX_URL || /[\s\\<>"]/.test(typed) ? undefined : webAddress(typed);
  return url ? taken(url.href) : refused('not_url');
}

function webAddress(typed: string): URL | undefined {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:)?(?:\/\/)?(.*)$/is.exec(typed) ?? [];
  const isWeb = /^https?:\/\/[^/]/i.test(typed);
  const isPort = scheme?.includes('.') && /^\d{1,5}(?:[/?#]|$)/.test(rest ?? '');
  if (scheme && !isWeb && !isPort) return undefined;
  try {
    const url = new URL(isWeb ? typed : `https://${typed.replace(/^\/\//, '')}`);
    const isAnonymous = url.username === '' && url.password === '' && !/^[^/?#]*@/.test(afterScheme(typed));
    return isAnonymous && publicHost(url.hostname) !== undefined ? url : undefined;
  } catch {
    return undefined;
  }
}

const afterScheme = (typed: string) => typed.replace(/^(?:https?:)?\/\//i, '');
