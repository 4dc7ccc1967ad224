import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection whose bytes the test writes itself. */
export class RawConnection {
  readonly #socket: Socket;
  readonly closed: Promise<unknown>;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (chunk) => {
      this.#received += chunk;
    });
    socket.on('error', () => {}); // it is cut: that is what the tests look for
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  get received(): string {
    return this.#received;
  }

  /** Status lines of what was answered so far, without their reasons. */
  get statuses(): number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  }

  /** @returns false when the other end takes no more for now */
  write(bytes: string | Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  /** What is answered stays where it is. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
