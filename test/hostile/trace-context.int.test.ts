/** A stolen password of a gateway: what stands in the headers of its commands is no part of the journal unless it is a trace context. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encode, type GatewayId, subject } from "@dragoman/bus-schema";
import { Bus, traceHeader, tracesHeader } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const thief = "originchats_thief" as GatewayId;
const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/** What would be more than one message together with the record, or is of no form. */
const bad = ["x".repeat(900_000), `${good},${good}`, good.toUpperCase(), "é"];

let stack: Stack;
let bus: Bus;

before(async () => {
  stack = await startStack({ originchats: 1 });
  const credentials = stack.nats.credentials("gateway-originchats");
  bus = await Bus.connect({
    ...credentials,
    url: stack.nats.url,
    name: "gateway-originchats",
    logger: silent,
  });
});
after(async () => {
  await bus?.close();
  await stack?.stop();
});

async function ask(
  to: string,
  body: object,
  traceparent?: string,
): Promise<Record<string, string>> {
  const headers = traceparent === undefined ? {} : { [traceHeader]: traceparent };
  const { data } = await bus.request(to, encode(body), { timeoutMs: 15_000, headers });
  return JSON.parse(new TextDecoder().decode(data)) as Record<string, string>;
}

async function open(n: number, traceparent: string): Promise<Record<string, string>> {
  const traits = { stands: "everywhere", flood: "close", returnMs: 0, toldMissedWhispers: false };
  const credentials = { scheme: "password", name: "ben", password: "dragoman" };
  const proof = { v: 1, protocol: "originchats", traits, address: "192.0.2.1", credentials };
  const { ticket } = await ask(subject.authenticate(community, thief), proof);
  const sessionId = `${"A".repeat(31)}${n}`;
  const body = { type: "session.open", ticket, protocol: "originchats" } as const;
  const to = subject.command(community, await stack.operator.term(), thief, body.type);
  return ask(to, { v: 1, id: `${sessionId}.1`, sessionId, waitMs: 9_000, body }, traceparent);
}

test("a header of a command reaches the journal as a trace context or not at all, and harms nobody", async (t) => {
  const heard: (string | undefined)[] = [];
  const spy = stack.operator.coreBus.subscribe(subject.event(community), ({ headers }) => {
    heard.push(headers?.get(tracesHeader));
  });
  t.after(() => spy.unsubscribe());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  t.after(() => ada.close());
  const term = await stack.operator.term();
  for (const [n, traceparent] of bad.entries()) {
    const opened = await open(n, traceparent);
    assert.equal(opened["ok"], true, JSON.stringify(opened));
  }
  assert.equal((await open(bad.length, good))["ok"], true);
  ada.say("general", "all is well");
  await ada.sees("all is well");
  assert.equal(await stack.operator.term(), term, "the same core leads");
  assert.deepEqual([...new Set(heard)].filter(Boolean), [good]);
});
