import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorBody, ErrorCode } from '@crmflow/core/contract';

interface Why {
  status: number;
  code: ErrorCode;
  sentence: string;
}
/** By what Node.js says of a request it could not read. */
const WHY: Record<string, Why> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'invalid_input',
    sentence: 'The request took too long to come.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'too_large',
    sentence: 'The headers of the request are too large.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'too_large',
    sentence: 'The chunk extensions of the request are too large.',
  },
};
const NO_HTTP: Why = {
  status: 400,
  code: 'invalid_input',
  sentence: 'This is no HTTP request that can be read.',
};

/** Answers what is no request with the one error body: Express never sees it. */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, line) => {
    const socket = line as Socket & { _httpMessage?: { headersSent: boolean } };
    // In the middle of an answer there is no place for another.
    if (!socket.writable || socket._httpMessage?.headersSent || code === 'ECONNRESET')
      return void socket.destroy();
    socket.end(textOf(WHY[code] ?? NO_HTTP), () => socket.destroy());
  });
}

function textOf({ status, code, sentence }: Why): string {
  const requestId = randomUUID();
  const error: ErrorBody = { code, message: sentence, requestId };
  const body = JSON.stringify({ error });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
