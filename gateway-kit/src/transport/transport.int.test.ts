/** What each transport keeps for itself: who is let in, which frames it takes, and both at once under one edge. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { createLogger, createRegistry, OperatorError, type Registry } from "@dragoman/service-kit";
import { LineClient, until } from "@dragoman/testing/line-client";
import { lineEdge } from "@dragoman/testing/line-edge";
import {
  lineConfig,
  overTcp,
  overWebSocket,
  startLineGateway,
} from "@dragoman/testing/line-gateway";
import { openNats } from "@dragoman/testing/nats";
import { freePort } from "@dragoman/testing/port";
import { ben } from "@dragoman/testing/roster";
import { WebSocket } from "ws";
import { startGateway } from "../gateway.ts";
import { tcpLines } from "./tcp.ts";
import { webSocket } from "./websocket.ts";

const nats = openNats();
const bounds = { "limits.signInFrameBytes": 1_024, "line.frameBytes": 4_096 };

/** Waits until a metric of the gateway is as it is to be. */
async function level(
  registry: Registry,
  name: string,
  holds: (value: number) => boolean,
): Promise<void> {
  const form = new RegExp(`^${name}\\{.*\\} (\\d+)$`, "m");
  for (;;) {
    const value = Number(form.exec(await registry.metrics())?.[1] ?? Number.NaN);
    if (holds(value)) return;
    await new Promise(setImmediate);
  }
}

test("strangers at the door of a WebSocket get an HTTP status", async (t) => {
  const { url } = await startLineGateway(t, nats, overWebSocket, {
    allowedOrigins: ["https://chat.example"],
    "limits.connectionsPerAddress": 1,
  });
  assert.equal(await LineClient.refused(`${url}/other`), 404);
  assert.equal(await LineClient.refused(url, { origin: "https://evil.example" }), 403);
  const client = await LineClient.open(url, { origin: "https://chat.example" });
  assert.equal(await LineClient.refused(url), 503);
  client.terminate();
  const info = await fetch(`${url.replace("ws", "http")}/info`);
  assert.equal(((await info.json()) as { name: string }).name, "Test");
});

test("one connection too many from an address is ended without a word over TCP", async (t) => {
  const { url } = await startLineGateway(t, nats, overTcp, { "limits.connectionsPerAddress": 1 });
  const client = await LineClient.open(url);
  await LineClient.turnedAway(url);
  client.terminate();
  await client.closed();
});

test("frames that are too large or no text end a WebSocket with its own code", async (t) => {
  const { url } = await startLineGateway(t, nats, overWebSocket, bounds);
  const one = await LineClient.open(url);
  one.say("x".repeat(1_025));
  assert.equal(await one.closed(), 1009);
  const member = await LineClient.login(url, "ada");
  member.say("x".repeat(4_096));
  await member.line(`echo ${"x".repeat(4_096)}`);
  member.say("x".repeat(4_097));
  assert.equal(await member.closed(), 1009);
  const two = await LineClient.open(url);
  two.say(Buffer.from([0xff, 0xfe]));
  assert.equal(await two.closed(), 1007);
});

test("a line that is too long ends the connection, finished or not", async (t) => {
  const { url } = await startLineGateway(t, nats, overTcp, bounds);
  const one = await LineClient.open(url);
  one.say("x".repeat(1_024));
  await one.line(`echo ${"x".repeat(1_024)}`);
  one.say("x".repeat(1_025), "echo never");
  await one.closed();
  assert.deepEqual(one.lines.slice(2), []);
  const member = await LineClient.login(url, "ada");
  member.say("x".repeat(4_096));
  await member.line(`echo ${"x".repeat(4_096)}`);
  member.say("x".repeat(4_097));
  await member.closed();
});

test("any number of WebSocket pings in one write is survived, and to who does not read one pong is owed", async (t) => {
  const { gateway } = await startLineGateway(t, nats, overWebSocket, bounds);
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
  await once(socket, "open");
  const raw = (socket as unknown as { readonly _socket: Socket })._socket;
  let pongs = 0;
  socket.on("pong", () => {
    pongs += 1;
  });
  raw.cork();
  for (let n = 0; n < 1_000; n += 1) socket.ping("x".repeat(100));
  raw.uncork();
  await until("the pongs", () => pongs === 1_000);
  socket.pause();
  for (let n = 0; n < 100_000; n += 1) socket.ping("x".repeat(100));
  await until("all are sent", () => socket.bufferedAmount === 0);
  socket.resume();
  socket.send("still here");
  const [said] = await once(socket, "message");
  assert.match(String(said), /^hello|echo still here$/);
  socket.terminate();
});

for (const carrier of [overWebSocket, overTcp]) {
  test(`over ${carrier.name}: unfinished frames of all have a bound, and strangers go first`, async (t) => {
    const registry = createRegistry();
    const { url } = await startLineGateway(
      t,
      nats,
      carrier,
      { ...bounds, "limits.inboundBytes": 20_000 },
      {},
      registry,
    );
    const member = await LineClient.login(url, "ada");
    member.saySome("m".repeat(3_000));
    await level(registry, "dragoman_inbound_bytes", (bytes) => bytes >= 3_000);
    const strangers: LineClient[] = [];
    for (let n = 0; n < 40; n += 1) {
      const stranger = await LineClient.open(url);
      strangers.push(stranger);
      stranger.saySome("s".repeat(1_000));
    }
    await until("the bound is kept", () => strangers.some(({ end }) => end !== undefined));
    await level(registry, "dragoman_inbound_bytes", (bytes) => bytes <= 20_000 && bytes >= 3_000);
    const ended = strangers.filter(({ lines }) => lines.includes("bye crowded"));
    assert.ok(ended.length >= 20, `${ended.length} went`);
    member.sayRest("m".repeat(1_000));
    await member.line(`echo ${"m".repeat(4_000)}`);
    for (const stranger of strangers) stranger.terminate();
    await level(registry, "dragoman_inbound_bytes", (bytes) => bytes === 0);
  });

  test(`over ${carrier.name}: connections of all have a bound, and a stranger's goes for a newcomer's`, async (t) => {
    const { url } = await startLineGateway(t, nats, carrier, { "limits.connections": 3 });
    const ada = await LineClient.login(url, "ada");
    const first = await LineClient.open(url);
    const second = await LineClient.open(url);
    const ben = await LineClient.login(url, "ben");
    await first.closed();
    assert.equal(first.lines.at(-1), "bye crowded");
    const third = await LineClient.login(url, "ben");
    await second.closed();
    if (carrier === overWebSocket) assert.equal(await LineClient.refused(url), 503);
    else await LineClient.turnedAway(url);
    for (const member of [ada, ben, third]) {
      member.say("here");
      await member.line("echo here");
    }
  });
}

test("an event is encoded once for each transport, and both sides get it in order", async (t) => {
  const registry = createRegistry();
  const port = await freePort();
  const transports = [webSocket({ port: () => 0 }), tcpLines({ port: () => port })] as const;
  const { leader, gateway, url } = await startLineGateway(
    t,
    nats,
    overWebSocket,
    {},
    { transports },
    registry,
  );
  assert.notEqual(gateway.port, port);
  const lines = overTcp.url(port);
  const clients = [
    await LineClient.login(url, "ada"),
    await LineClient.login(lines, "ben"),
    await LineClient.login(url, "ada"),
    await LineClient.login(lines, "ben"),
  ];
  const count = async (): Promise<number> => {
    const text = await registry.metrics();
    return Number(/^dragoman_encodings_total\{.*\} (\d+)$/m.exec(text)?.[1]);
  };
  const before = await count();
  await leader.append([leader.commit(leader.posted(ben, "one"))]);
  await leader.append([leader.commit(leader.posted(ben, "two"))]);
  for (const client of clients) {
    await client.line("ben: two");
    assert.deepEqual(client.lines.slice(-2), ["ben: one", "ben: two"]);
  }
  assert.equal((await count()) - before, 4);
});

test("a port that is taken is named by its setting, over each transport", async (t) => {
  for (const carrier of [overWebSocket, overTcp]) {
    const { gateway } = await startLineGateway(t, nats, carrier);
    const edge = lineEdge({ transports: carrier.transport(gateway.port ?? 0) });
    const taken = startGateway(edge, {
      config: lineConfig(nats, { community: "other" }),
      edges: [],
      logger: createLogger("silent", "test"),
      registry: createRegistry(),
    });
    await assert.rejects(taken, (error) => {
      assert.ok(error instanceof OperatorError);
      assert.match(error.message, /^DRAGOMAN_LINE_PORT: .* is already taken;/);
      return true;
    });
  }
});
