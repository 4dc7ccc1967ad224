import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for the answer to the one before. */
const MAX_WAITING = 16;

/** The requests of one connection. */
interface Turns {
  /** One is being answered. */
  isTaken: boolean;
  waiting: [IncomingMessage, ServerResponse][];
}

/**
 * Answers to one connection go out one after the other. Made at the same time, each would lie in memory until its turn, which
 * never comes where the client does not read; a page of orders may have twenty megabytes. So a request is looked at only when
 * the whole answer to the one before has left: of a connection, one answer at most is in memory.
 */
export function inTurn(app: RequestListener, server: Pick<Server, 'listening'>): RequestListener {
  const connections = new WeakMap<Socket, Turns>();

  function answer(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
    turns.isTaken = true;
    response.once('close', () => {
      turns.isTaken = false;
      const next = turns.waiting.shift();
      if (next && !request.socket.destroyed) answer(turns, ...next);
    });
    if (!server.listening) response.setHeader('Connection', 'close'); // it drains
    app(request, response);
  }

  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    let turns = connections.get(socket);
    if (!turns) {
      turns = { isTaken: false, waiting: [] };
      connections.set(socket, turns);
    }
    if (!turns.isTaken) answer(turns, request, response);
    else if (turns.waiting.length < MAX_WAITING) turns.waiting.push([request, response]);
    else socket.destroy();
  };
}
