/**
 * A TCP proxy that makes a link faulty: cut, half-open, silent, slow, or without certain messages of NATS. The server's
 * other connections stay whole, so that exactly one process is hit.
 */
import { createServer, connect as dial, type Socket } from "node:net";

/** A message that the server delivers to the client behind the proxy. */
interface Delivered {
  readonly subject: string;
  readonly payload: Uint8Array;
}

export interface Proxy {
  readonly port: number;
  /** What a client of NATS is told to connect to. */
  readonly url: string;
  /** Ends all links at once and takes no new ones. */
  cut(): void;
  /** A black hole: links stay up and carry nothing, in both directions. New ones are taken and carry nothing. */
  hang(): void;
  /** Half-open: the links that there are carry nothing any more and are ended by `resume`; new ones are whole. */
  strand(): void;
  /** What is sent from now on comes so much later, in both directions. */
  slow(delayMs: number): void;
  /** Undoes everything; what stood still goes on its way. */
  resume(): void;
  /**
   * Messages for which it says true do not reach the client. It may call `hang` or `cut`: that takes effect
   * before anything later is passed on.
   */
  drop(matches: ((message: Delivered) => boolean) | undefined): void;
  /**
   * Payloads with this text come torn to the client, by every link that there is now; a new link is whole.
   * @returns how many have come so
   */
  tear(text: string): () => number;
  stop(): Promise<void>;
}

/** One direction of a link. What is sent passes in order, however late it is. */
interface Way {
  readonly to: Socket;
  readonly waiting: { readonly bytes: Buffer; readonly dueMs: number }[];
  timer?: NodeJS.Timeout;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly toServer: Way;
  readonly toClient: Way;
  /** What the server sent and was not passed on yet. */
  parser: Buffer;
  isStranded: boolean;
  /** Tears payloads in place. */
  tear?: (payload: Uint8Array) => void;
}

interface Element {
  readonly bytes: Buffer;
  readonly rest: Buffer;
  readonly message?: Delivered;
}

const crlf = Buffer.from("\r\n");
const nothing = Buffer.alloc(0);

/** Cuts one whole element of NATS' protocol off the front of what the server sent, or null if it is not all there. */
function takeElement(bytes: Buffer): Element | null {
  const end = bytes.indexOf(crlf);
  if (end < 0) return null;
  const line = bytes.subarray(0, end).toString();
  const [verb = "", subject = "", ...args] = line.split(" ");
  if (verb !== "MSG" && verb !== "HMSG") {
    return { bytes: bytes.subarray(0, end + 2), rest: bytes.subarray(end + 2) };
  }
  const size = Number(args.at(-1));
  const head = verb === "HMSG" ? Number(args.at(-2)) : 0;
  const whole = end + 2 + size + 2;
  if (bytes.length < whole) return null;
  return {
    bytes: bytes.subarray(0, whole),
    rest: bytes.subarray(whole),
    message: { subject, payload: bytes.subarray(end + 2 + head, end + 2 + size) },
  };
}

/** Of any other protocol all that is there. */
const takeAll = (bytes: Buffer): Element | null =>
  bytes.length === 0 ? null : { bytes, rest: nothing };

/**
 * @param target the port of the server on the loopback address
 * @param speaks what the server does; `drop` and `tear` are for NATS
 */
export async function startProxy(
  target: number,
  speaks: "nats" | "anything" = "nats",
): Promise<Proxy> {
  const take = speaks === "nats" ? takeElement : takeAll;
  const links = new Set<Link>();
  let mode: "whole" | "cut" | "hung" = "whole";
  let delayMs = 0;
  let matches: ((message: Delivered) => boolean) | undefined;

  const isOver = ({ client, server }: Link): boolean => client.destroyed || server.destroyed;
  const carries = (link: Link): boolean => mode === "whole" && !link.isStranded;

  function flow(link: Link, way: Way): void {
    clearTimeout(way.timer);
    while (carries(link)) {
      const [first] = way.waiting;
      if (first === undefined) {
        if (isOver(link)) end(link);
        return;
      }
      const aheadMs = first.dueMs - performance.now();
      if (aheadMs > 0) {
        way.timer = setTimeout(() => flow(link, way), aheadMs);
        return;
      }
      way.waiting.shift();
      way.to.write(first.bytes);
    }
  }

  function pass(link: Link, way: Way, bytes: Buffer): void {
    way.waiting.push({ bytes, dueMs: delayMs === 0 ? 0 : performance.now() + delayMs });
    flow(link, way);
  }

  function pump(link: Link): void {
    while (carries(link)) {
      const taken = take(link.parser);
      if (taken === null) return;
      link.parser = taken.rest;
      if (taken.message !== undefined && matches?.(taken.message)) continue;
      if (taken.message !== undefined) link.tear?.(taken.message.payload);
      pass(link, link.toClient, taken.bytes);
    }
  }

  function end(link: Link): void {
    links.delete(link);
    for (const way of [link.toServer, link.toClient]) clearTimeout(way.timer);
    link.client.destroy();
    link.server.destroy();
  }

  function accept(client: Socket): void {
    if (mode === "cut") {
      client.destroy();
      return;
    }
    const server = dial(target, "127.0.0.1");
    const link: Link = {
      client,
      server,
      toServer: { to: server, waiting: [] },
      toClient: { to: client, waiting: [] },
      parser: nothing,
      isStranded: false,
    };
    links.add(link);
    server.on("data", (chunk) => {
      link.parser = link.parser.length === 0 ? chunk : Buffer.concat([link.parser, chunk]);
      pump(link);
    });
    client.on("data", (chunk) => pass(link, link.toServer, chunk));
    // While nothing is carried neither side may learn that the other has gone; what is late comes first.
    const over = (): void => {
      if (client.destroyed && server.destroyed) end(link);
      else if (carries(link) && (client.destroyed || link.toClient.waiting.length === 0)) end(link);
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("close", over);
      socket.on("error", () => socket.destroy());
    }
  }

  const listener = createServer(accept);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;

  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    cut() {
      mode = "cut";
      for (const link of links) end(link);
    },
    hang() {
      mode = "hung";
    },
    strand() {
      for (const link of links) link.isStranded = true;
    },
    slow(ms) {
      delayMs = ms;
    },
    resume() {
      mode = "whole";
      delayMs = 0;
      for (const link of links) {
        flow(link, link.toServer);
        pump(link);
        if (link.isStranded) end(link);
        // Whoever sent it has gone meanwhile; it comes all the same, and the end behind it.
        else if (link.client.destroyed) link.server.end();
        else flow(link, link.toClient);
      }
    },
    drop(rule) {
      matches = rule;
    },
    tear(text) {
      let count = 0;
      for (const link of links) {
        link.tear = (payload) => {
          const at = Buffer.from(payload).indexOf(text);
          if (at < 0) return;
          count += 1;
          // As two streams in one parser: a line of the protocol inside a payload.
          payload.fill(0x0d, at, at + text.length);
        };
      }
      return () => count;
    },
    async stop() {
      mode = "cut";
      for (const link of links) end(link);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
