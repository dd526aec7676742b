import type { IncomingMessage } from 'node:http';

/** Whose request it is, for the API: it counts public requests by the visitor's address, not by this server's. */
export function onBehalfOf(request: IncomingMessage): { 'X-Forwarded-For': string } {
  const before = request.headers['x-forwarded-for'];
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { 'X-Forwarded-For': before ? `${before}, ${peer}` : peer };
}
