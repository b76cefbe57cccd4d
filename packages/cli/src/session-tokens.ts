import { join } from 'node:path';
import { hasTexts, readPrivately, writePrivately } from './private-file.ts';
import { configFolder, type Place } from './settings.ts';

/** What opens a session that was started on a server. */
interface Kept {
  id: string;
  url: string;
  token: string;
  /** Started without a login: only this token opens it, whoever is logged in later. */
  isGuests: boolean;
}
const isKept = (value: unknown): value is Kept[] =>
  Array.isArray(value) && value.every((each) => hasTexts(each, 'id', 'url', 'token'));

const fileIn = (place: Place) => join(configFolder(place), 'sessions.json');
const read = (place: Place) => readPrivately(fileIn(place), isKept) ?? [];

/** Those that are older may have been forgotten on their server too. */
const MOST = 500;

/** Keeps the token of a session that was started on a server, readable by this user alone. */
export const keepSessionToken = (place: Place, kept: Kept): void =>
  writePrivately(fileIn(place), [kept, ...read(place).filter(({ id }) => id !== kept.id)].slice(0, MOST));

/** The tokens to show a server: for a login, only of the sessions it does not open by itself. */
export const sessionTokens = (place: Place, url: string, isGuest: boolean): Record<string, string> =>
  Object.fromEntries(
    read(place)
      .filter((kept) => kept.url === url && (isGuest || kept.isGuests))
      .map(({ id, token }) => [id, token]),
  );
