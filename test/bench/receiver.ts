/**
 * Many clients in a process of its own, as cheap as clients can be: raw sockets that count WebSocket frames. The
 * parent tells it what to open and when to report; its CPU is nobody's figure.
 */
import { connect, type Socket } from "node:net";

/** What the parent asks. `hello`: text frames sent after the upgrade; without it the socket stays raw. */
type Ask =
  | { readonly ask: "open"; readonly port: number; readonly count: number; readonly hello?: string }
  | { readonly ask: "frames"; readonly total: number }
  | { readonly ask: "settle" }
  | { readonly ask: "reset" };

const sockets: Socket[] = [];
let frames = 0;
let target = Number.POSITIVE_INFINITY;

/** Counts whole frames of an unmasked stream; keeps what is not whole yet. */
function counter(upgrade: boolean): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let http = upgrade;
  return (chunk) => {
    let data: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (http) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        rest = data;
        return;
      }
      http = false;
      data = data.subarray(end + 4);
    }
    let at = 0;
    for (;;) {
      const length = frameLength(data, at);
      if (length === 0 || at + length > data.length) break;
      at += length;
      frames += 1;
    }
    rest = Buffer.from(data.subarray(at));
    if (frames >= target) {
      target = Number.POSITIVE_INFINITY;
      process.send?.({ frames });
    }
  };
}

/** Bytes of the frame that begins at `at`, 0 if that cannot be told yet. */
function frameLength(data: Buffer, at: number): number {
  if (data.length - at < 2) return 0;
  const short = (data[at + 1] ?? 0) & 0x7f;
  if (short < 126) return 2 + short;
  if (data.length - at < 4) return 0;
  return short === 126 ? 4 + data.readUInt16BE(at + 2) : 0;
}

/** A masked text frame of at most 65,535 bytes, with a mask of zeros. */
function clientFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

async function open(port: number, count: number, hello: string | undefined): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        if (hello === undefined) {
          resolve();
          return;
        }
        socket.write(
          `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
        );
        socket.write(clientFrame(hello));
        socket.once("data", () => resolve());
      });
      socket.setNoDelay(true);
      socket.on("data", counter(hello !== undefined));
      socket.on("error", reject);
      sockets.push(socket);
    });
  }
  process.send?.({ opened: sockets.length });
}

/** Reports once nothing has come for a while: what a log-in brings is through. */
function settle(seen: number): void {
  setTimeout(() => {
    if (frames === seen) process.send?.({ settled: frames });
    else settle(frames);
  }, 500);
}

process.on("message", (message: Ask) => {
  if (message.ask === "open") {
    open(message.port, message.count, message.hello).catch((error: unknown) => {
      process.send?.({ failed: String(error) });
    });
  } else if (message.ask === "frames") {
    target = message.total;
    if (frames >= target) {
      target = Number.POSITIVE_INFINITY;
      process.send?.({ frames });
    }
  } else if (message.ask === "settle") {
    settle(frames);
  } else {
    frames = 0;
    process.send?.({ reset: true });
  }
});
