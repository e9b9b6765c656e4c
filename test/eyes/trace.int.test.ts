/** Traces: a message of one protocol is followed through its gateway, the leader and the journal to the other gateway. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 20_000;

interface SentSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** As OTLP over HTTP has it, in JSON. */
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<SentSpan, "service">[] }[];
  }[];
}

const spans: SentSpan[] = [];
/** A receiver of OTLP over HTTP. */
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    assert.equal(request.url, "/v1/traces");
    const { resourceSpans } = JSON.parse(Buffer.concat(parts).toString()) as Sent;
    for (const { resource, scopeSpans } of resourceSpans) {
      const name = resource.attributes.find(({ key }) => key === "service.name");
      const service = String(name?.value["stringValue"]);
      for (const { spans: each } of scopeSpans)
        spans.push(...each.map((span) => ({ ...span, service })));
    }
    response.setHeader("content-type", "application/json").end("{}");
  });
});
let stack: Stack;

before(async () => {
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
  const { port } = receiver.address() as AddressInfo;
  // The services inherit it.
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = `http://127.0.0.1:${port}`;
  process.env["OTEL_BSP_SCHEDULE_DELAY"] = "100";
  stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
  });
});
after(async () => {
  await stack.stop();
  receiver.closeAllConnections();
  receiver.close();
});

test("a message is one trace: its gateway, the leader, and the delivery at both gateways", async (t) => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  t.after(() => ada.close());
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  t.after(() => ben.close());
  ada.say("general", "follow me");
  await ben.sees("follow me");
  const root = await eventually(limitMs, "the gateway's span", () =>
    spans.find(({ name }) => name === "command message.post"),
  );
  assert.equal(root.service, "dragoman-gateway-originchats");
  assert.ok(!root.parentSpanId);
  const store = await eventually(limitMs, "the leader's span", () =>
    spans.find(({ name, parentSpanId }) => name === "store" && parentSpanId === root.spanId),
  );
  assert.equal(store.service, "dragoman-core");
  assert.equal(store.traceId, root.traceId);
  const message = store.attributes.find(({ key }) => key === "dragoman.message");
  assert.match(String(message?.value["stringValue"]), /^[0-9a-f-]{36}$/);
  const delivered = await eventually(limitMs, "the deliveries", () => {
    const found = spans.filter(
      ({ name, parentSpanId }) => name === "deliver" && parentSpanId === store.spanId,
    );
    return found.length === 2 ? found : undefined;
  });
  assert.deepEqual(delivered.map(({ service }) => service).sort(), [
    "dragoman-gateway-originchats",
    "dragoman-gateway-sockchat",
  ]);
  for (const { traceId } of delivered) assert.equal(traceId, root.traceId);
});
