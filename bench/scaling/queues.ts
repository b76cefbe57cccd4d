/** What a message takes where, in milliseconds. */
export interface Times {
  /** Of the one thread of a server. */
  server: number;
  /** Of one core of the database. */
  database: number;
  /** Until the disk has it: waited for by many commits at once. */
  disk: number;
}
export interface Machine {
  servers: number;
  /** Cores of the database. */
  cores: number;
  /** Messages a second that come in, over all servers. */
  perSecond: number;
}
/** Half of all messages take no longer than the first, 99 % no longer than the second; milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
}

const MESSAGES = 40_000;
/** Whoever is busier than this is late by ever more. */
const FULL = 0.97;

/**
 * Messages come in at random (Poisson), wait for the thread of one of the servers, then for a core of the database, then
 * for the disk. Service times are exponential with the measured means. Null where something has more to do than it can.
 */
export function simulate(
  { server, database, disk }: Times,
  machine: Machine,
  random: () => number,
): Latency | null {
  const { servers, cores, perSecond } = machine;
  const load = perSecond / 1_000;
  if ((load * server) / servers > FULL || (load * database) / cores > FULL) return null;
  const after = (mean: number) => -Math.log(1 - random()) * mean;
  const freeServer = new Float64Array(servers);
  const freeCore = new Float64Array(cores);
  const arrivals: { at: number; ready: number }[] = [];
  for (let n = 0, at = 0; n < MESSAGES; n++) {
    at += after(1 / load);
    // A session stays where its visitor is connected, and visitors are spread evenly.
    const which = Math.floor(random() * servers);
    const ready = Math.max(at, freeServer[which]!) + after(server);
    freeServer[which] = ready;
    arrivals.push({ at, ready });
  }
  const took = arrivals
    .sort((a, b) => a.ready - b.ready)
    .map(({ at, ready }) => {
      const core = freeCore.indexOf(Math.min(...freeCore));
      const done = Math.max(ready, freeCore[core]!) + after(database);
      freeCore[core] = done;
      return done + disk - at;
    })
    .sort((a, b) => a - b);
  return { p50: took[Math.floor(took.length * 0.5)]!, p99: took[Math.floor(took.length * 0.99)]! };
}
