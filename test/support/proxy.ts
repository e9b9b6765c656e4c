/**
 * A TCP proxy in front of NATS that makes a client's link faulty: cut, half-open, or without certain messages.
 * The server's own connections stay whole, so that exactly one process is hit.
 */
import { createServer, connect as dial, type Socket } from "node:net";

/** A message that the server delivers to the client behind the proxy. */
interface Delivered {
  readonly subject: string;
  readonly payload: Uint8Array;
}

export interface Proxy {
  /** What the client is told to connect to. */
  readonly url: string;
  /** Ends all links at once and takes no new ones. */
  cut(): void;
  /** Half-open: links stay up and carry nothing, in both directions. New ones are taken and carry nothing. */
  hang(): void;
  /** Undoes `cut` and `hang`; what stood still in a half-open link goes on its way. */
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

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** What waits for the server while the link is half-open. */
  readonly toServer: Buffer[];
  /** What the server sent and was not passed on yet. */
  parser: Buffer;
  /** Tears payloads in place. */
  tear?: (payload: Uint8Array) => void;
}

const crlf = Buffer.from("\r\n");

/** Cuts one whole protocol element off the front of what the server sent, or null if it is not all there. */
function takeElement(
  bytes: Buffer,
): { readonly element: Buffer; readonly rest: Buffer; readonly message?: Delivered } | null {
  const end = bytes.indexOf(crlf);
  if (end < 0) return null;
  const line = bytes.subarray(0, end).toString();
  const [verb = "", subject = "", ...args] = line.split(" ");
  if (verb !== "MSG" && verb !== "HMSG") {
    return { element: bytes.subarray(0, end + 2), rest: bytes.subarray(end + 2) };
  }
  const size = Number(args.at(-1));
  const head = verb === "HMSG" ? Number(args.at(-2)) : 0;
  const whole = end + 2 + size + 2;
  if (bytes.length < whole) return null;
  return {
    element: bytes.subarray(0, whole),
    rest: bytes.subarray(whole),
    message: { subject, payload: bytes.subarray(end + 2 + head, end + 2 + size) },
  };
}

/** @param target the port of the nats-server on the loopback address */
export async function startProxy(target: number): Promise<Proxy> {
  const links = new Set<Link>();
  let mode: "whole" | "cut" | "hung" = "whole";
  let matches: ((message: Delivered) => boolean) | undefined;

  function pump(link: Link): void {
    while (mode === "whole") {
      const taken = takeElement(link.parser);
      if (taken === null) return;
      link.parser = taken.rest;
      if (taken.message !== undefined && matches?.(taken.message)) continue;
      if (taken.message !== undefined) link.tear?.(taken.message.payload);
      link.client.write(taken.element);
    }
  }

  function accept(client: Socket): void {
    if (mode === "cut") {
      client.destroy();
      return;
    }
    const server = dial(target, "127.0.0.1");
    const link: Link = { client, server, toServer: [], parser: Buffer.alloc(0) };
    links.add(link);
    server.on("data", (chunk) => {
      link.parser = link.parser.length === 0 ? chunk : Buffer.concat([link.parser, chunk]);
      pump(link);
    });
    client.on("data", (chunk) => {
      if (mode === "whole") server.write(chunk);
      else link.toServer.push(chunk);
    });
    // While hung neither side may learn that the other has gone.
    const over = (): void => {
      if (mode === "hung") return;
      links.delete(link);
      client.destroy();
      server.destroy();
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

  function endLinks(): void {
    for (const link of links) {
      link.client.destroy();
      link.server.destroy();
    }
    links.clear();
  }

  return {
    url: `nats://127.0.0.1:${port}`,
    cut() {
      mode = "cut";
      endLinks();
    },
    hang() {
      mode = "hung";
    },
    resume() {
      mode = "whole";
      for (const link of links) {
        for (const chunk of link.toServer.splice(0)) link.server.write(chunk);
        pump(link);
        if (link.client.destroyed || link.server.destroyed) {
          links.delete(link);
          link.client.destroy();
          link.server.destroy();
        }
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
      endLinks();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
