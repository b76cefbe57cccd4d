import { wrongUse } from './wrong-use.ts';
import { profileNamed, readProfiles, type Profiles } from './profiles.ts';
import type { GlobalOptions, Place } from './settings.ts';

/** Where a command works: on the data itself, or through a server. */
export type Reach = { kind: 'here' } | ThroughServer;
export interface ThroughServer {
  kind: 'server';
  url: string;
  /** Absent for a guest. */
  token: string | undefined;
  /** The login it comes from. */
  profile?: string | undefined;
  /** Whether the command line or the environment names it, rather than an earlier login. */
  isAsked: boolean;
}

/** A flag beats the environment, the environment beats the current login; without any of them, here. */
export function reachOf(options: GlobalOptions, place: Place): Reach {
  const { env } = place;
  const asked = mustAgree(options);
  if (asked === 'here') return { kind: 'here' };
  const kept = readProfiles(place);
  if (options.server !== undefined) return serverAt(serverUrl(options.server), kept, options, env);
  if (options.profile !== undefined) return serverOf(options.profile, kept, true);
  if (env.CRMFLOW_URL) return serverAt(serverUrl(env.CRMFLOW_URL), kept, options, env);
  if (kept.current === null) {
    if (env.CRMFLOW_TOKEN)
      throw wrongUse('CRMFLOW_TOKEN is set without its server. Set CRMFLOW_URL too, or say --local.');
    return { kind: 'here' };
  }
  const current = serverOf(kept.current, kept, false);
  return env.CRMFLOW_TOKEN ? { ...current, token: env.CRMFLOW_TOKEN, profile: undefined } : current;
}

/** Flags that name data here, and flags that name a server, name two places. */
function mustAgree({ server, profile, local, dataDir, databaseUrl, ephemeral }: GlobalOptions) {
  const here = [
    local && '--local',
    dataDir !== undefined && '--data-dir',
    databaseUrl !== undefined && '--database-url',
    ephemeral && '--ephemeral',
  ].find((flag) => typeof flag === 'string');
  const there = server !== undefined ? '--server' : profile !== undefined ? '--profile' : undefined;
  if (here && there) throw wrongUse(`${there} and ${here} name two places. Give one of them.`);
  return here ? 'here' : there;
}

/** A token is shown to the server it was given for, and to no other. */
function serverAt(
  url: string,
  { current, profiles }: Profiles,
  { profile }: GlobalOptions,
  env: Place['env'],
): ThroughServer {
  const isTokenForIt = !env.CRMFLOW_URL || serverUrl(env.CRMFLOW_URL) === url;
  if (env.CRMFLOW_TOKEN && isTokenForIt && profile === undefined)
    return { kind: 'server', url, token: env.CRMFLOW_TOKEN, isAsked: true };
  const candidates = [profile ?? current, ...(profile === undefined ? Object.keys(profiles) : [])];
  const name = candidates.find(
    (each) => each !== null && Object.hasOwn(profiles, each) && profiles[each]!.url === url,
  );
  return {
    kind: 'server',
    url,
    token: name ? profiles[name]!.token : undefined,
    profile: name ?? undefined,
    isAsked: true,
  };
}

function serverOf(name: string, kept: Profiles, isAsked: boolean): ThroughServer {
  const { url, token } = profileNamed(kept, name);
  return { kind: 'server', url, token, profile: name, isAsked };
}

/** The address of a server as it is kept and compared: without a slash at its end. */
export function serverUrl(text: string): string {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw wrongUse(`${text} is no address of a server. Write it like http://localhost:3001.`);
  if (url.username || url.password || url.search || url.hash)
    throw wrongUse('The address of a server is written without a user, a question mark or a #.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
