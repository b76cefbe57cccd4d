import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorCode } from '@crmflow/core/contract';

/** Hears what happens at the door for sockets. */
export interface SocketCounts {
  opened(): void;
  closed(): void;
  refused(code: ErrorCode): void;
}

/** Measurements of sockets. */
export function measureSockets(registry: Registry): SocketCounts {
  const registers = [registry];
  const open = new Gauge({ name: 'crmflow_sockets', help: 'Sockets that are connected.', registers });
  const refusals = new Counter({
    name: 'crmflow_socket_refusals_total',
    help: 'What was refused over sockets, by the code of the error.',
    labelNames: ['code'],
    registers,
  });
  return {
    opened: () => open.inc(),
    closed: () => open.dec(),
    refused: (code) => refusals.inc({ code }),
  };
}
