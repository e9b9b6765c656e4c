/** The connections of one gateway: accepted, counted, and ended one after the other when all have to leave. */
import { type Closing, closings } from "./closing.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection-context.ts";
import type { FrameSocket } from "./transport/transport.ts";

export class Connections<Own, Dialect extends string> {
  readonly #context: ConnectionContext<Connection<Own, Dialect>, Own, Dialect>;
  readonly #open = new Set<Connection<Own, Dialect>>();

  /** @param onGone runs after the socket of each connection has ended */
  constructor(
    context: Omit<ConnectionContext<Connection<Own, Dialect>, Own, Dialect>, "onGone">,
    onGone: () => void,
  ) {
    this.#context = {
      ...context,
      onGone: (connection) => {
        this.#open.delete(connection);
        this.#count();
        onGone();
      },
    };
  }

  /** Open connections, signed in or not. */
  get size(): number {
    return this.#open.size;
  }

  /** Makes an accepted socket a connection. A bug on the way costs this socket alone. */
  accept(socket: FrameSocket): void {
    let connection: Connection<Own, Dialect>;
    try {
      connection = new Connection(socket, this.#context);
    } catch (error) {
      this.#context.logger.error({ err: error }, "connection not begun because of a bug");
      socket.terminate();
      return;
    }
    this.#open.add(connection);
    this.#count();
    connection.begin();
  }

  /** Whether there is a place for one more. Where there is none, the stranger who has waited longest makes one. */
  hasRoom(): boolean {
    if (this.#open.size < this.#context.config.limits.connections) return true;
    for (const connection of this.#open) {
      if (!connection.isStranger) continue;
      connection.crowdOut();
      connection.terminate();
      this.#open.delete(connection);
      return true;
    }
    return false;
  }

  /**
   * Ends all, one after the other within the time, who came last last: they may have been sent here by a gateway that
   * has just ended too. Each is served until its turn comes, and answered then what is under way.
   * @param limitMs how long one waits for that
   */
  drain(overMs: number, limitMs: number): void {
    const stepMs = overMs / Math.max(1, this.#open.size);
    let afterMs = 0;
    for (const connection of this.#open) {
      setTimeout(() => connection.conclude(closings.drain, limitMs), afterMs);
      afterMs += stepMs;
    }
  }

  /** Ends all at once; the farewells go out at random instants within the time, so that not all come back together. */
  letGo(closing: Closing, overMs: number): void {
    for (const connection of [...this.#open]) connection.close(closing, Math.random() * overMs);
  }

  /** Has those sign in anew whose people were kept out by a phase, at random instants within the time. */
  letBack(overMs: number): void {
    for (const connection of [...this.#open]) connection.letBack(Math.random() * overMs);
  }

  /** Goes on with all frames that waited until the gateway is fresh. */
  wake(): void {
    for (const connection of this.#open) connection.wake();
  }

  /** Breaks all off. */
  terminate(): void {
    for (const connection of this.#open) connection.terminate();
  }

  #count(): void {
    const { metrics, audiences } = this.#context;
    metrics.connections.set(this.#open.size);
    metrics.sessions.set(audiences.size);
  }
}
