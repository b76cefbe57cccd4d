import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';

/** A server in a process of its own, with the workflow it answers by. */
export interface Server {
  url: string;
  token: string;
  id: string;
  child: ChildProcess;
}

/** Starts a file beside this one, or below it, with these arguments. */
export async function start(file: string, ...args: string[]): Promise<Server> {
  const child = fork(new URL(file, import.meta.url), args, { execArgv: ['--expose-gc'] });
  const [said] = (await once(child, 'message')) as [Omit<Server, 'child'>];
  return { ...said, child };
}
export async function stop({ child }: Server): Promise<void> {
  child.send('close');
  await once(child, 'exit');
}

/** What stands at this part of the sorted values: 0.5 the median, 0.99 the p99. */
export const at = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;

export interface Client {
  socket: Socket;
  say(text: string, event?: string): Promise<void>;
}
export async function connect({ url }: Pick<Server, 'url'>): Promise<Client> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  let count = 0;
  return {
    socket,
    say: (text, event = 'user:message') => ask(socket, event, { message: text, messageId: `m${count++}` }),
  };
}
export async function ask(socket: Socket, event: string, payload: object): Promise<void> {
  const answer = (await socket.emitWithAck(event, payload)) as { ok: boolean };
  if (!answer.ok) throw new Error(JSON.stringify(answer));
}
export const startAll = (clients: readonly Client[], { id }: Pick<Server, 'id'>) =>
  inFifties(clients.length, (at) =>
    ask(clients[at]!.socket, 'session:start', { workflowId: id, mode: 'auto' }),
  );
export async function inFifties<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) {
    const from = done.length;
    const next = Array.from({ length: Math.min(50, count - from) }, (_, at) => work(from + at));
    done.push(...(await Promise.all(next)));
  }
  return done;
}

/** Milliseconds from sending to acknowledgement, so many messages a second spread over all; one after the other for one client. */
export async function talk(
  clients: readonly Client[],
  perSecond: number,
  seconds: number,
  event?: string,
): Promise<number[]> {
  const took: number[] = [];
  const one = async (client: Client) => {
    const from = performance.now();
    await client.say('again', event);
    took.push(performance.now() - from);
  };
  if (clients.length === 1) {
    for (let n = 0; n < 600; n++) await one(clients[0]!);
    return took.slice(100);
  }
  const all: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + (n * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    all.push(one(clients[n % clients.length]!));
  }
  await Promise.all(all);
  return took.slice(Math.floor(took.length / 10));
}
