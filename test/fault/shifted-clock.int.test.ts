/**
 * docs/journal.md 1.6: wall clocks of single processes are set back and forth, and run fast or slow. People of both
 * protocols log in, write and are heard, tokens stay valid, a silence lasts as long as it was given for, and whoever is
 * asked whether the house is well says whose clock is wrong.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const dayMs = 86_400_000;
const shiftsMs = [-dayMs, -60_000, -10_000, 10_000, 60_000, dayMs];
const silenceMs = 1_000;
/** What a silence may last longer: the time of tries, and of a busy machine. Less than any clock is set by. */
const sloppyMs = 8_000;
const settledMs = 10_000;

let stack: Stack;
let token = "";
let count = 0;
const clients: (OriginchatsClient | SockchatClient)[] = [];

before(async () => {
  stack = await startStack({
    cores: 2,
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    settable: true,
    config: { logLevel: "info" },
  });
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  token = await ada.loginToken();
  await ada.close();
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const part of Object.values(processes)) part().setClock(0);
});

after(() => stack?.stop());

/** Signs in on both sides, and each hears what the other says. */
async function converse(): Promise<{
  readonly ada: OriginchatsClient;
  readonly ben: SockchatClient;
}> {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  clients.push(ada, ben);
  count += 1;
  ada.say("general", `from the one side ${count}`);
  await ben.sees(`from the one side ${count}`, settledMs);
  ben.say(`from the other side ${count}`);
  await ada.sees(`from the other side ${count}`, settledMs);
  return { ada, ben };
}

/** A token that was given before all clocks went wrong logs in. */
async function useToken(): Promise<void> {
  const late = await SockchatClient.connect(portOf(stack.sockchat));
  late.send("1", "Bearer", token);
  assert.equal((await late.next("1"))[1], "y");
  await late.close();
}

/** Silences ben, does `meanwhile`, and looks how long nobody hears him. */
async function silence(
  { ada, ben }: Awaited<ReturnType<typeof converse>>,
  meanwhile: () => void,
): Promise<void> {
  const olga = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
  clients.push(olga);
  await olga.ask({ cmd: "user_timeout", user: "ben", timeout: silenceMs / 1_000 });
  const beganMs = performance.now();
  meanwhile();
  let tries = 0;
  await eventually(silenceMs + settledMs, "the end of the silence", async () => {
    tries += 1;
    const text = `again ${count}-${tries}`;
    ben.say(text);
    const told = await ben.log.next(
      "an answer",
      ([id, , author, body]) =>
        id === "2" && (body === text || (author === "-1" && body === "0\fsilence")),
      settledMs,
    );
    if (told[3] === text) await ada.sees(text, settledMs);
    return told[3] === text;
  });
  const lastedMs = performance.now() - beganMs;
  const isAsGiven = lastedMs > silenceMs - 500 && lastedMs < silenceMs + sloppyMs;
  assert.ok(isAsGiven, `a silence of ${silenceMs} ms lasted ${lastedMs} ms`);
}

const processes = {
  leader: () => asProcess(stack.cores[0]),
  standby: () => asProcess(stack.cores[1]),
  "gateway of OriginChats": () => asProcess(stack.originchats[0]),
  "gateway of Sock Chat": () => asProcess(stack.sockchat[0]),
};

for (const [who, part] of Object.entries(processes)) {
  describe(`the clock of the ${who}`, () => {
    for (const shiftMs of shiftsMs) {
      it(`is set by ${shiftMs / 1_000} s, and right again`, async () => {
        const before = await converse();
        await silence(before, () => part().setClock(shiftMs));
        // Whoever was there stays, whoever comes is let in.
        const there = await converse();
        await useToken();
        await before.ada.sees(`from the other side ${count}`, settledMs);
        assert.deepEqual([before.ada.isOpen, before.ben.isOpen], [true, true]);
        // The house is well, and says what is wrong, each with its own words.
        await part().ready();
        const isLeader = who === "leader";
        const side = shiftMs > 0 ? "ahead of" : "behind";
        const whose = isLeader ? "the journal's time" : "the leader's";
        await eventually(settledMs, "the warning", async () =>
          (await part().warning()).includes(`${side} ${whose}`),
        );
        const gateway = asProcess(stack.originchats[0]);
        if (who !== "standby" && who !== "gateway of Sock Chat") {
          const skew = await gateway.metric("dragoman_clock_skew_seconds");
          assert.ok(Math.abs(skew * 1_000 - (isLeader ? -shiftMs : shiftMs)) < 1_000, `${skew} s`);
        }
        if (Math.abs(shiftMs) === dayMs) await silence(there, () => part().setClock(0));
        else part().setClock(0);
        await converse();
        await eventually(settledMs, "no warning", async () => (await part().warning()) === "");
        const times = timesOf(before.ada);
        assert.deepEqual(
          times,
          [...times].sort((a, b) => a - b),
          "the times of a channel rise",
        );
      });
    }
  });
}

const timesOf = (client: OriginchatsClient): readonly number[] =>
  client.messages().map((message) => Number(message["timestamp"]));

describe("clocks that run fast and slow", () => {
  it("nobody notices", async () => {
    const all = Object.values(processes).map((part) => part());
    const people = await converse();
    await silence(people, () => {
      for (const [index, part] of all.entries()) part.setClock(0, index % 2 === 0 ? 1.5 : 0.2);
    });
    await useToken();
    await silence(await converse(), () => undefined);
    for (const part of all) {
      await part.ready();
      part.setClock(0);
    }
    await silence(people, () => undefined);
  });
});

describe("over failures and restarts", () => {
  it("a standby that is a day off carries on where the leader was killed", async () => {
    for (const shiftMs of [dayMs, -dayMs]) {
      const people = await converse();
      const standby = asProcess(stack.cores.at(-1));
      standby.setClock(shiftMs);
      await silence(people, () => void leading().then((leader) => leader.kill()));
      await eventually(settledMs, "the next leader", async () => (await leading()) === standby);
      await converse();
      await useToken();
      standby.setClock(0);
      await stack.add("core");
    }
  });

  it("a house that was a day ahead is used on at once, and shows the right time elsewhere", async () => {
    for (const core of stack.cores) await core.stop();
    const wrong = asProcess(await add(dayMs));
    const { ada } = await converse();
    const said = timesOf(ada).at(-1) ?? 0;
    assert.ok(said * 1_000 > Date.now() + dayMs - 60_000, "written while the date was wrong");
    await wrong.stop();
    const right = asProcess(await add(0));
    const people = await converse();
    await useToken();
    await silence(people, () => undefined);
    assert.match(await right.warning(), /behind the journal's time/);
    assert.ok((timesOf(people.ada).at(-1) ?? 0) > said, "the times of a channel rise");
    people.ada.say("random", "the right time");
    await people.ada.sees("the right time");
    const shown = (timesOf(people.ada).at(-1) ?? 0) * 1_000;
    assert.ok(Math.abs(shown - Date.now()) < 60_000, `${shown} is shown at ${Date.now()}`);
  });
});

/** A core whose clock is off from its first moment; the gateways have found it. */
async function add(shiftMs: number) {
  const core = await stack.add("core", { clockMs: shiftMs });
  for (const gateway of [...stack.originchats, ...stack.sockchat]) await gateway.ready();
  return core;
}

/** The core that leads. */
async function leading() {
  for (const core of stack.cores.map(asProcess)) {
    if (core.child.exitCode !== null || core.child.signalCode !== null) continue;
    if ((await core.metric("dragoman_core_leading")) === 1) return core;
  }
  throw new Error("nobody leads");
}
