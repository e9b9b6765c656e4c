/** What each transport keeps for itself: who is let in, which frames it takes, and both at once under one edge. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger, createRegistry, OperatorError } from "@dragoman/service-kit";
import { LineClient } from "@dragoman/testing/line-client";
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
import { startGateway } from "../gateway.ts";
import { tcpLines } from "./tcp.ts";
import { webSocket } from "./websocket.ts";

const nats = openNats();

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
  const { url } = await startLineGateway(t, nats, overWebSocket, { "limits.frameBytes": 1_024 });
  const one = await LineClient.open(url);
  one.say("x".repeat(1_025));
  assert.equal(await one.closed(), 1009);
  const two = await LineClient.open(url);
  two.say(Buffer.from([0xff, 0xfe]));
  assert.equal(await two.closed(), 1007);
});

test("a line that is too long ends the connection, finished or not", async (t) => {
  const { url } = await startLineGateway(t, nats, overTcp, { "limits.frameBytes": 1_024 });
  const one = await LineClient.open(url);
  one.say("x".repeat(1_024));
  await one.line(`echo ${"x".repeat(1_024)}`);
  one.say("x".repeat(1_025), "echo never");
  await one.closed();
  assert.deepEqual(one.lines.slice(2), []);
});

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
      logger: createLogger("silent", "test"),
      registry: createRegistry(),
    });
    await assert.rejects(taken, (error) => {
      assert.ok(error instanceof OperatorError);
      assert.match(error.message, /^DRAGOMAN_LINE_PORT: .* is already taken$/);
      return true;
    });
  }
});
