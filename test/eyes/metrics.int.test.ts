/** What an operator sees of a house in its metrics: what crosses, who is let in, what is refused, who leads. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 20_000;
let stack: Stack;

before(async () => {
  stack = await startStack({
    cores: 2,
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { limits: { burstLimit: 3 } },
  });
});
after(() => stack.stop());

/** Waits until a metric is at least so much. */
async function reaches(part: { metric(name: string): Promise<number> }, name: string, least = 1) {
  await eventually(limitMs, `${name} >= ${least}`, async () => (await part.metric(name)) >= least);
}

test("times of both directions, of commands, log-ins, queries and appends are counted", async (t) => {
  const core = asProcess(stack.cores[0]);
  const originchats = asProcess(stack.originchats[0]);
  const sockchat = asProcess(stack.sockchat[0]);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  t.after(() => ada.close());
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  t.after(() => ben.close());
  ada.say("general", "over to sock");
  await ben.sees("over to sock");
  ben.say("over to origin");
  await ada.sees("over to origin");
  const from = (protocol: string, other: string) =>
    `dragoman_delivery_seconds_count{protocol="${protocol}",from="${other}"}`;
  await reaches(sockchat, from("sockchat", "originchats"));
  await reaches(originchats, from("originchats", "sockchat"));
  await reaches(sockchat, 'dragoman_command_seconds_count{protocol="sockchat"}', 2);
  await reaches(core, "dragoman_core_append_seconds_count", 4);
  await reaches(core, 'dragoman_core_appends_total{outcome="stored"}', 4);
  await reaches(core, "dragoman_core_journal_bytes", 1_000);
  await reaches(core, 'dragoman_core_disk_free_bytes{disk="data"}');
  await reaches(core, "dragoman_core_projection_bytes");
  for (const name of ["dragoman_core_login_seconds_count", "dragoman_core_query_seconds_count"]) {
    const both = stack.cores.map((each) => asProcess(each).metric(name));
    const sum = (await Promise.all(both)).reduce((a, b) => a + (Number.isNaN(b) ? 0 : b), 0);
    assert.ok(sum >= 1, name);
  }
  for (const part of [core, originchats, sockchat]) {
    assert.equal(await part.metric("dragoman_build_info"), 1);
    assert.equal(await part.metric("dragoman_bus_connected"), 1);
    await reaches(part, "dragoman_bus_round_trip_seconds_count");
  }
});

test("what a limit refuses is counted by protocol and limit", async (t) => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  t.after(() => ada.close());
  for (let n = 0; n < 12; n += 1) ada.say("general", `much ${n}`);
  const core = asProcess(stack.cores[0]);
  const refused = 'dragoman_core_rejections_total{protocol="originchats",code="rate_limited"}';
  await reaches(core, refused);
  await reaches(core, 'dragoman_core_limited_total{protocol="originchats",limit="burst"}');
});

test("a leader that ends is a change of leaders at the next one, which then counts who leads", async () => {
  const [first, second] = stack.cores.map(asProcess);
  assert.ok(first !== undefined && second !== undefined);
  const term = await second.metric("dragoman_core_term");
  await first.kill();
  await reaches(second, "dragoman_core_leader_changes_total");
  assert.ok((await second.metric("dragoman_core_term")) > term);
  await reaches(second, "dragoman_core_leading");
  assert.ok((await second.metric("dragoman_core_unled_seconds")) < 2);
});
