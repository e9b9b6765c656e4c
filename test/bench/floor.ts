/**
 * The floor of the fan-out: a process that writes the same bytes to each of its plain sockets, one
 * `net.Socket.write` a frame, and does nothing else.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

const sockets: Socket[] = [];
const server = createServer({ noDelay: true }, (socket) => {
  sockets.push(socket);
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
});

async function write({ bytes, count }: { bytes: number; count: number }): Promise<void> {
  // A client may be connected before the server knows of it.
  while (sockets.length < count) await once(server, "connection");
  // A text frame of `bytes`, header included, so that the receiver counts it like any other.
  const frame = Buffer.alloc(bytes, 0x61);
  frame[0] = 0x81;
  frame[1] = 126;
  frame.writeUInt16BE(bytes - 4, 2);
  for (const socket of sockets) socket.write(frame);
  process.send?.({ written: sockets.length });
}

process.on("message", (asked: { bytes: number; count: number }) => void write(asked));
