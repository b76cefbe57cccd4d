import type { GlobalOptions } from './settings.ts';

/** The flags that lead another command to where this one worked, each after a space. */
export const placeFlags = ({ dataDir, databaseUrl, server, profile, local }: GlobalOptions): string =>
  [
    dataDir !== undefined && ` --data-dir ${shellWord(dataDir)}`,
    databaseUrl !== undefined && ` --database-url ${shellWord(databaseUrl)}`,
    server !== undefined && ` --server ${shellWord(server)}`,
    profile !== undefined && ` --profile ${shellWord(profile)}`,
    local && ' --local',
  ]
    .filter(Boolean)
    .join('');

const shellWord = (text: string) =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
