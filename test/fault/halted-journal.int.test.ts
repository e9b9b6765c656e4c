/**
 * docs/journal.md 1.5: a record that cannot be applied ends nothing. People stay and read, commands are refused, and
 * an operator has it passed over; every process goes on then, and whoever replays later passes over it as well.
 */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { encode, journalStream, subject } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { patientJournal, portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 15_000;
let stack: Stack;
let ada: OriginchatsClient;
let ben: SockchatClient;

beforeEach(async () => {
  stack = await startStack({
    originchats: 1,
    sockchat: 1,
    config: { journal: patientJournal },
  });
  ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  ada.say("general", "before");
  await Promise.all([ada.sees("before"), ben.sees("before")]);
});
afterEach(() => stack.stop());

type Headers = Readonly<Record<string, string>>;

/** Puts bytes into the journal with core's credentials. @returns their place */
async function store(bytes: Uint8Array, headers: Headers): Promise<number> {
  const { data } = await stack.operator.coreBus.request(subject.journal(community), bytes, {
    timeoutMs: limitMs,
    headers,
  });
  return (JSON.parse(new TextDecoder().decode(data)) as { readonly seq: number }).seq;
}

/** Everything that holds while the journal has halted, and the way out. */
async function halts(bytes: Uint8Array, headers: Headers = {}): Promise<void> {
  const seq = await store(bytes, headers);
  await eventually(limitMs, "core's halt", async () =>
    (await stack.cores[0]?.whyNotReady())?.includes(`journal halted at record ${seq}`),
  );
  // People are still there and read what there is; who wants to change something is told.
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 10 });
  assert.match(JSON.stringify(page), /"before"/);
  const refused = await ada.ask({ cmd: "message_new", channel: "general", content: "meanwhile" });
  assert.match(JSON.stringify(refused), /read-only/);
  ben.say("meanwhile");
  await ben.next("2", ([, , author, text]) => author === "-1" && /read-only/.test(text ?? ""));

  const other = await stack.operator.command({ type: "journal.skip", seq: seq + 1, why: "wrong" });
  assert.equal(other.ok, false);
  await stack.operator.mustAccept({ type: "journal.skip", seq, why: "a test" });
  await Promise.all(
    [...stack.cores, ...stack.originchats, ...stack.sockchat].map((part) => part.ready()),
  );
  ada.say("general", "after");
  await Promise.all([ada.sees("after"), ben.sees("after")]);
  assert.equal(ada.has("meanwhile"), false);

  // The skip stands in the audit log, and whoever replays the journal comes to the same.
  const olga = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
  const audit = await olga.ask({ cmd: "modlog_get", limit: 50 });
  assert.match(JSON.stringify(audit), /"action":"journal_skip"/);
  await stack.cores[0]?.stop();
  await stack.add("core");
  ada.say("general", "from another core");
  await Promise.all([ada.sees("from another core"), ben.sees("from another core")]);
}

test("a record of raw bytes halts the journal, and is passed over by an operator's word", () =>
  halts(new TextEncoder().encode("no record at all")));

test("so does a well-formed record of an unknown version", async () => {
  const last = (await readJournal(stack.operator.coreBus)).at(-1)?.batch;
  assert.ok(last);
  await halts(encode({ ...last, v: 9, id: "of-version-9", prev: last.id }));
});

test("so does a record with events that nobody here knows", async () => {
  const last = (await readJournal(stack.operator.coreBus)).at(-1)?.batch;
  assert.ok(last);
  const cause = { commandId: "newer.1", actor: "operator" };
  const commits = [{ cause, events: [{ type: "world.changed" }] }];
  await halts(encode({ ...last, id: "of-a-newer-version", prev: last.id, commits }));
});

test("so does a record that follows none of ours", async () => {
  const last = (await readJournal(stack.operator.coreBus)).at(-1)?.batch;
  assert.ok(last);
  await halts(encode({ ...last, id: "odd", prev: "none of ours" }));
});

test("so does a record with headers that place it elsewhere", () =>
  halts(new TextEncoder().encode("no record at all"), {
    "Nats-Stream": journalStream(community).name,
    "Nats-Subject": subject.journal(community),
    "Nats-Sequence": "1",
  }));
