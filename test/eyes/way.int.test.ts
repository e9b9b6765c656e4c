/** `dragoman trace`: the way of a message of either protocol through every process, and what is said of one that nobody remembers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { community } from "@dragoman/testing/nats";
import { readJournal } from "../support/journal.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";
import { outcome } from "../up/program.ts";

const home = stackForTests({
  cores: 2,
  originchats: 1,
  sockchat: 2,
  processes: ["core", "originchats", "sockchat"],
});

interface Trace {
  readonly messageId: string;
  readonly number: number;
  readonly channel: string | null;
  readonly record: {
    readonly seq: number;
    readonly protocol: string | null;
    readonly person: string | null;
    readonly commandId: string;
  } | null;
  readonly steps: readonly {
    readonly process: string;
    readonly step: string;
    readonly count: number | null;
    readonly ms: number;
  }[];
  readonly silent: readonly string[];
}

function trace(...words: readonly string[]) {
  const { url, credentials } = home.stack.nats;
  const { user, password } = credentials("operator");
  return outcome(["trace", ...words], {
    DRAGOMAN_COMMUNITY: community,
    DRAGOMAN_NATS_URL: url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
  });
}

async function traced(ref: string): Promise<Trace> {
  const { code, stdout, stderr } = await trace(ref, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Trace;
}

/** The number of a message that somebody sees. */
async function numberOf(client: SockchatClient, text: string): Promise<string> {
  await client.sees(text);
  const line = client.lines().find((each) => each.text === text);
  assert.ok(line !== undefined);
  return line.id;
}

/** The kinds of the processes behind a name. */
const kindOf = (process: string): string => process.replace(/[_ ].*$/s, "");

/** The steps as `kind step count`, sorted. */
const stepsOf = ({ steps }: Trace): readonly string[] =>
  steps
    .map(
      ({ process, step, count }) =>
        `${kindOf(process)} ${step}${count === null ? "" : ` ${count}`}`,
    )
    .sort();

/** Each step of a process lies behind the one before. */
function assertOrder({ steps }: Trace): void {
  const rank = ["received", "sent", "taken", "decided", "stored", "delivered"];
  for (const name of new Set(steps.map(({ process }) => process))) {
    const own = steps.filter(({ process, step }) => process === name && rank.includes(step));
    const order = own.map(({ step }) => rank.indexOf(step));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
  }
  for (const { ms } of steps) assert.ok(ms >= 0 && ms < 30_000, String(ms));
}

test("a message said on OriginChats is followed to every gateway and history", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ada.say("general", "follow these secret words");
  const number = await numberOf(ben, "follow these secret words");
  await mona.sees("follow these secret words");
  const found = await traced(number);
  assert.deepEqual(
    [found.number, found.channel, found.record?.protocol, found.record?.person],
    [Number(number), "general", "originchats", "ada"],
  );
  assert.deepEqual(stepsOf(found), [
    "core projected",
    "leader decided",
    "leader projected",
    "leader stored",
    "leader taken",
    "originchats delivered 1",
    "originchats received",
    "originchats sent 1",
    "sockchat delivered 0",
    "sockchat delivered 2",
  ]);
  assertOrder(found);
  assert.deepEqual(found.silent, []);
  const records = await readJournal(home.stack.operator.coreBus);
  const record = records.find(({ seq }) => seq === found.record?.seq);
  assert.ok(JSON.stringify(record).includes(found.messageId));
  assert.equal(record?.batch.commits[0]?.cause.commandId, found.record?.commandId);
  // The id of OriginChats is the other name of the same.
  assert.deepEqual((await traced(found.messageId)).record, found.record);
  const { stdout } = await trace(number);
  assert.match(stdout, /delivered to 2 sessions/);
  assert.doesNotMatch(stdout + JSON.stringify(found), /secret/);
});

test("a message said on Sock Chat begins at that gateway; of a whisper neither place nor person is told", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("the other way");
  await ada.sees("the other way");
  const number = await numberOf(ben, "the other way");
  const found = await traced(number);
  const own = found.steps.filter(({ step }) => step === "received");
  assert.deepEqual(
    own.map(({ process }) => kindOf(process)),
    ["sockchat"],
  );
  assert.equal(found.record?.person, "ben");
  ben.say("/msg ada between us");
  await ada.sees("between us");
  const records = await readJournal(home.stack.operator.coreBus);
  const events = records.flatMap(({ batch }) => batch.commits.flatMap((commit) => commit.events));
  const whisper = events.findLast((event) => event.type === "message.posted");
  assert.ok(whisper?.type === "message.posted");
  const { channel, record, steps } = await traced(whisper.message.messageId);
  assert.deepEqual([channel, record?.person], [null, null]);
  assert.ok(steps.some(({ step }) => step === "delivered"));
});

test("of what no process remembers the journal tells, and of what nobody knows a sentence", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ada.say("general", "before the end");
  const number = await numberOf(ben, "before the end");
  const before = await traced(number);
  // Both cores begin anew, and the gateways.
  for (const kind of ["core", "originchats", "sockchat"] as const) {
    const parts = kind === "core" ? home.stack.cores : home.stack[kind];
    // A gateway that hears of no leader could tell nobody that its people go.
    for (const part of [...parts]) {
      if (kind !== "core") await part.ready();
      await part.stop();
    }
    await home.stack.add(kind);
  }
  await home.stack.operator.term();
  for (let n = 0; n < 5; n += 1) await home.stack.operator.addChannel(`later-${n}`, ["user"]);
  const after = await traced(number);
  assert.deepEqual(after.record, before.record);
  assert.deepEqual(
    after.steps.filter(({ step }) => step !== "projected"),
    [],
  );
  for (const ref of ["00000000-0000-4000-8000-00000000ffff", "999999", "nothing"]) {
    const { code, stderr } = await trace(ref);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`there is no message "${ref}" that anybody knows of`));
  }
});
