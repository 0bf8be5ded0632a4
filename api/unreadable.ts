/** What is answered to a request that Node cannot read: our sentence, where Node's own answer has none. */
import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';

type Refused = { status: string; error: string };

const malformed: Refused = { status: '400 Bad Request', error: 'The request is no HTTP/1.1 that can be read' };
/** By Node's codes. */
const others: Readonly<Record<string, Refused>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', error: 'The request was not there in time' },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    error: 'The URL and the headers are too long',
  },
};

export function refuseUnreadable(server: Server, log: Logger): void {
  /** Of each connection; more than one where requests were sent ahead. */
  const underWay = new WeakMap<Duplex, Set<ServerResponse>>();

  server.on('request', ({ socket }, response) => {
    const responses = underWay.get(socket) ?? new Set();
    underWay.set(socket, responses.add(response));
    response.on('close', () => responses.delete(response));
  });
  // What expects something that nobody knows is served like the rest.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // An answer that has begun is cut off: ours would be taken for a part of it.
    const hasBegun = [...(underWay.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (!socket.writable || hasBegun) {
      socket.destroy();
      return;
    }
    const { status, error: sentence } = others[error.code ?? ''] ?? malformed;
    const requestId = randomUUID();
    const from = socket instanceof Socket ? socket.remoteAddress : undefined;
    log.info({ requestId, status, code: error.code, from }, 'request not read');
    const body = JSON.stringify({ error: sentence });
    const head = [
      `HTTP/1.1 ${status}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      `X-Request-Id: ${requestId}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  });
}
