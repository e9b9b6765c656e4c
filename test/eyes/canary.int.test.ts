/** The canary (docs/decisions/canary.md): it crosses by real sockets, says what does not, and leaves no trace with people. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const everyMs = 500;
const limitMs = 20_000;
let stack: Stack;

before(async () => {
  stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["originchats", "sockchat"],
    config: { canary: { everyMs } },
  });
});
after(() => stack.stop());

const protocols = ["originchats", "sockchat"] as const;
type Protocol = (typeof protocols)[number];
const gateway = (protocol: Protocol) => asProcess(stack[protocol][0]);
const heard = (protocol: Protocol, from: Protocol): Promise<number> =>
  gateway(protocol).metric(`dragoman_canary_seconds_count{protocol="${protocol}",from="${from}"}`);
/** Waits until each gateway has heard so many more of each. */
async function cross(count: number): Promise<void> {
  for (const protocol of protocols) {
    for (const from of protocols) {
      const least = (Number(await heard(protocol, from)) || 0) + count;
      await eventually(limitMs, `${from} at ${protocol}`, async () => {
        return (await heard(protocol, from)) >= least;
      });
    }
  }
}

test("it crosses both ways and back to where it was said, and none is lost", async () => {
  await cross(3);
  for (const protocol of protocols) {
    for (const from of protocols) {
      const lost = `dragoman_canary_lost_total{protocol="${protocol}",from="${from}"}`;
      assert.equal(await gateway(protocol).metric(lost), 0, lost);
    }
    assert.equal(await gateway(protocol).warning(), "");
  }
});

test("nothing of it is stored, nobody is there by it, and nobody is told", async (t) => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  t.after(() => ada.close());
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  t.after(() => ben.close());
  ada.say("general", "before");
  await ben.sees("before");
  await ada.sees("before");
  const bus = stack.operator.coreBus;
  const records = (await readJournal(bus)).length;
  const [theirs, his] = [ada.log.length, ben.log.length];
  await cross(5);
  assert.equal((await readJournal(bus)).length, records);
  const told = [
    ...ada.log.since(theirs).map(({ cmd }) => cmd),
    ...ben.log.since(his).map(([id]) => id),
  ].filter((what) => what !== "ping" && what !== "0");
  assert.deepEqual(told, []);
  for (const protocol of protocols) {
    const of = `{protocol="${protocol}"}`;
    assert.equal(await gateway(protocol).metric(`dragoman_connections${of}`), 1);
    assert.equal(await gateway(protocol).metric(`dragoman_sessions${of}`), 1);
    assert.ok(!gateway(protocol).output().includes("canary"), "no line of the log");
  }
});

test("whoever shows another key is a stranger as any other, whose number crosses nowhere", async (t) => {
  const port = portOf(stack.sockchat);
  const forger = await SockchatClient.connect(port, { "dragoman-own-key": "x".repeat(43) });
  t.after(() => forger.close());
  forger.sendRaw("999999");
  forger.send("0", "alive");
  await cross(3);
  const connections = await gateway("sockchat").metric('dragoman_connections{protocol="sockchat"}');
  assert.equal(connections, 1, "it counts among the connections");
  assert.deepEqual(await gateway("originchats").warning(), "");
});

test("what does not cross is said in words by a gateway that stays ready, until it crosses again", async () => {
  const originchats = gateway("originchats");
  gateway("sockchat").suspend();
  try {
    await eventually(limitMs, "a warning", async () =>
      /^nothing crosses from sockchat to originchats: no canary of sockchat_\S+ for \d+ s$/.test(
        await originchats.warning(),
      ),
    );
    assert.equal(await originchats.whyNotReady(), "");
    const lost = 'dragoman_canary_lost_total{protocol="originchats",from="sockchat"}';
    await eventually(limitMs, "losses", async () => (await originchats.metric(lost)) >= 2);
  } finally {
    gateway("sockchat").resume();
  }
  await eventually(limitMs, "no warning", async () => (await originchats.warning()) === "");
});

test("a gateway that ends in order is missed by nobody, and one alone is ready without a word", async () => {
  const originchats = gateway("originchats");
  const before = await heard("originchats", "originchats");
  await gateway("sockchat").stop();
  await eventually(limitMs, "own canaries", async () => {
    return (await heard("originchats", "originchats")) >= before + 6;
  });
  assert.equal(await originchats.warning(), "");
  assert.equal(await originchats.whyNotReady(), "");
});
