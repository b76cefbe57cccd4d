import { join } from 'node:path';
import { CrmflowError } from '@crmflow/core/contract';
import { hasTexts, readPrivately, writePrivately } from './private-file.ts';
import { configFolder, type Place } from './settings.ts';

/** A login on a server. */
export interface Profile {
  url: string;
  token: string;
  email: string;
}
export interface Profiles {
  /** The one commands work through; null when they work in this process. */
  current: string | null;
  profiles: Record<string, Profile>;
}

const isProfiles = (value: unknown): value is Profiles =>
  typeof value === 'object' &&
  value !== null &&
  'current' in value &&
  (value.current === null || typeof value.current === 'string') &&
  'profiles' in value &&
  typeof value.profiles === 'object' &&
  Object.values(value.profiles ?? {}).every((profile) => hasTexts(profile, 'url', 'token', 'email'));

const fileIn = (place: Place) => join(configFolder(place), 'profiles.json');

/** The logins of this user on this machine. */
export const readProfiles = (place: Place): Profiles =>
  readPrivately(fileIn(place), isProfiles) ?? { current: null, profiles: {} };

/** Keeps a login under a name and makes it the current one. */
export function keepProfile(place: Place, name: string, profile: Profile): void {
  const { profiles } = readProfiles(place);
  writePrivately(fileIn(place), { current: name, profiles: { ...profiles, [name]: profile } });
}

/** Makes a login the current one. */
export function chooseProfile(place: Place, name: string): Profile {
  const kept = readProfiles(place);
  const profile = profileNamed(kept, name);
  writePrivately(fileIn(place), { ...kept, current: name });
  return profile;
}

/** Forgets a login. */
export function forgetProfile(place: Place, name: string): Profile {
  const kept = readProfiles(place);
  const profile = profileNamed(kept, name);
  const { [name]: _gone, ...profiles } = kept.profiles;
  writePrivately(fileIn(place), { current: kept.current === name ? null : kept.current, profiles });
  return profile;
}

/** @throws CrmflowError `not_found` for a name nothing is kept under */
export function profileNamed({ profiles }: Profiles, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  throw new CrmflowError('not_found', `There is no profile ${name}. See: crmflow profiles list`);
}
