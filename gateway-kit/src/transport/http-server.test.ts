/** Sockets that are no WebSockets are bounded, and none is held that does nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { loadConfig } from "@dragoman/service-kit";
import { httpServer } from "./http-server.ts";

const hello: RequestListener = (_request, reply) => reply.end("hello");

interface Door {
  readonly server: Server;
  readonly crowded: string[];
  open(): Socket;
}

async function door(
  t: TestContext,
  handler: RequestListener,
  options: Partial<Parameters<typeof httpServer>[0]> = {},
): Promise<Door> {
  const crowded: string[] = [];
  const server = httpServer({
    config: loadConfig({ DRAGOMAN_LIMITS_CONNECTIONS_PER_ADDRESS: "1" }).config,
    certificate: undefined,
    handler,
    isTrusted: () => false,
    onCrowded: () => crowded.push("address"),
    ...options,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = (): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    t.after(() => socket.destroy());
    return socket;
  };
  return { server, crowded, open };
}

const silent = 513;

test("silent sockets of one address have a bound, and one that ends makes room", async (t) => {
  const { server, crowded, open } = await door(t, hello);
  const sockets: Socket[] = [];
  const held: unknown[] = [];
  for (let n = 0; n < silent; n += 1) {
    sockets.push(open());
    held.push(...(await once(server, "connection")));
  }
  assert.deepEqual(crowded, []);
  const refused = open();
  refused.resume();
  await once(refused, "close");
  assert.deepEqual(crowded, ["address"]);
  const left = once(held[0] as Socket, "close");
  sockets[0]?.destroy();
  await left;
  const next = open();
  next.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = await once(next, "data");
  assert.match(String(answer), /^HTTP\/1\.1 200 /);
});

test("everybody comes from a proxy: its sockets are not counted", async (t) => {
  const { server, crowded, open } = await door(t, hello, { isTrusted: () => true });
  for (let n = 0; n < silent + 2; n += 1) {
    open();
    await once(server, "connection");
  }
  assert.deepEqual(crowded, []);
});

const times = { headMs: 50, lookMs: 10, idleMs: 60_000 };

test("who says nothing, or never ends the head of a request, is let go of", async (t) => {
  const { open } = await door(t, hello, { times });
  for (const said of ["", "GET / HTTP/1.1\r\nX: "]) {
    const socket = open();
    socket.resume();
    if (said !== "") socket.write(said);
    await once(socket, "close");
  }
});

test("who reads no further in an answer is let go of", async (t) => {
  const large: RequestListener = (_request, reply) => {
    reply.write(Buffer.alloc(64 * 1_048_576));
  };
  const { server, open } = await door(t, large, { times: { ...times, idleMs: 100 } });
  const socket = open();
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [, reply] = await once(server, "request");
  await once(reply, "close");
});
