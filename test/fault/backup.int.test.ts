/**
 * `dragoman backup` and `dragoman restore`: what was accepted before a backup began is in the house that is restored from
 * it, in the same order and under the same ids, and nothing half of what came later.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { journalStream, manifestBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community, type NatsServer, natsBinary, secondNatsBinary } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { readJournal } from "../support/journal.ts";
import { Ledger } from "../support/ledger.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, type StackOptions, startStack } from "../support/stack.ts";
import { uploadTo } from "../support/web.ts";
import { type Outcome, outcome } from "../up/program.ts";

const limitMs = 30_000;
const passphrase = "correct horse battery staple";
const encrypted = { DRAGOMAN_BACKUP_PASSPHRASE: passphrase };

let root = "";
before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-backup-"));
});
after(() => rm(root, { recursive: true, force: true }));

let files = 0;
function newFile(): string {
  files += 1;
  return join(root, `backup-${files}`);
}

/** Runs a command with core's rights on a server. */
function dragoman(
  nats: NatsServer,
  options: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const { user, password } = nats.credentials("core");
  return outcome(options, {
    DRAGOMAN_NATS_URL: nats.url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
    DRAGOMAN_DATA_DIR: join(root, "none"),
    ...more,
  });
}

async function succeeds(how: Promise<Outcome>): Promise<Outcome> {
  const done = await how;
  assert.equal(done.code, 0, done.stderr);
  return done;
}

/** A stack, and the backup of it. */
async function begin(t: TestContext, options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({ originchats: 1, sockchat: 1, ...options });
  t.after(() => stack.stop());
  return stack;
}

/** A server that holds nothing. */
async function emptyStack(t: TestContext, options: StackOptions = {}): Promise<Stack> {
  return begin(t, { cores: 0, originchats: 0, sockchat: 0, empty: true, ...options });
}

async function openHouse(stack: Stack): Promise<void> {
  await stack.add("core");
  await stack.add("originchats");
  await stack.add("sockchat");
}

interface Kept {
  readonly id: string;
  readonly user: string;
  readonly content: string;
}

/** All messages of `general`, the oldest first. */
async function history(client: OriginchatsClient): Promise<readonly Kept[]> {
  const pages: Kept[] = [];
  for (let start = 0; ; start += 100) {
    const page = await client.ask({ cmd: "messages_get", channel: "general", start, limit: 100 });
    const messages = page["messages"] as Kept[];
    pages.unshift(...messages);
    if (messages.length < 100) return pages;
  }
}

/** Says one thing after another until told to stop; `accepted`: what was. */
function speaking(say: (text: string) => void, sees: (text: string) => Promise<void>, who: string) {
  const accepted: string[] = [];
  let isOver = false;
  const run = (async () => {
    for (let n = 1; !isOver; n += 1) {
      say(`${who} ${n}`);
      await sees(`${who} ${n}`);
      accepted.push(`${who} ${n}`);
    }
  })();
  return {
    accepted,
    hasSaid: (count: number) =>
      eventually(limitMs, `${count} messages of ${who}`, async () => accepted.length >= count),
    end: () => {
      isOver = true;
      return run;
    },
  };
}

test("what was accepted before a backup under load is restored, and nothing half", async (t) => {
  // Snapshots and trimming go on meanwhile.
  const snapshots = { everyRecords: 40, historyRecords: 40, keptMs: 0 };
  const stack = await begin(t, { config: { snapshots } });
  const [ada, ben, olga] = await Promise.all([
    OriginchatsClient.signIn(portOf(stack.originchats), "ada"),
    SockchatClient.signIn(portOf(stack.sockchat), "ben"),
    OriginchatsClient.signIn(portOf(stack.originchats), "olga"),
  ]);
  const uploaded = await uploadTo(`http://127.0.0.1:${portOf(stack.originchats)}`, olga);
  assert.equal(uploaded.status, 201);
  const picture = new URL(uploaded.body.attachment?.url ?? "").pathname;
  const original = await bytesAt(stack, picture);
  for (let n = 1; (await firstRecord(stack)) === 1; n += 1) {
    ada.say("general", `before ${n}`);
    await ada.sees(`before ${n}`);
  }
  const left = speaking(
    (text) => ada.say("general", text),
    (text) => ada.sees(text),
    "ada",
  );
  const right = speaking(
    (text) => ben.say(text),
    (text) => ben.sees(text),
    "ben",
  );
  await right.hasSaid(20);
  const ledger = new Ledger();
  const numbers = new Map<string, number>();
  const enter = (author: string, texts: readonly string[]): void => {
    for (const text of texts) {
      const number = ledger.send(author, "general", 0);
      ledger.settle(number, "accepted");
      numbers.set(text, number);
    }
  };
  enter("ada", left.accepted);
  enter("ben", right.accepted);
  const path = newFile();
  const taken = await succeeds(dragoman(stack.nats, ["backup", path], encrypted));
  assert.match(taken.stderr, /The backup is whole/);
  await Promise.all([left.end(), right.end()]);
  const said = await history(olga);
  assert.equal(((await stat(path)).mode & 0o777).toString(8), "600");
  assert.equal((await readFile(path)).subarray(0, 19).toString(), "age-encryption.org/");

  const other = await emptyStack(t, { config: { journal: { gatewayMs: 3_000, letGoMs: 2_000 } } });
  await succeeds(dragoman(other.nats, ["restore", path], encrypted));
  await openHouse(other);
  const again = await OriginchatsClient.signIn(portOf(other.originchats), "olga");
  await SockchatClient.signIn(portOf(other.sockchat), "ben");
  const restored = await history(again);
  const stored = restored.flatMap(({ content }) => numbers.get(content) ?? []);
  assert.deepEqual(ledger.store("general", stored), []);
  // What was accepted while the backup was taken is there up to one record, under the same ids.
  assert.deepEqual(restored, said.slice(0, restored.length));
  assert.deepEqual(await bytesAt(other, picture), original);
  // Nobody who was here before is.
  await eventually(limitMs, "the sessions of before are closed", async () => {
    const { users } = (await again.ask({ cmd: "users_online" })) as unknown as {
      readonly users: readonly { readonly username: string }[];
    };
    return !users.some(({ username }) => username === "ada");
  });
});

async function bytesAt(stack: Stack, path: string): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${portOf(stack.originchats)}${path}`);
  assert.equal(response.status, 200, path);
  return Buffer.from(await response.arrayBuffer());
}

async function firstRecord({ operator }: Stack): Promise<number> {
  const manager = await jetstreamManager(operator.coreBus.connection);
  return (await manager.streams.info(journalStream(community).name)).state.first_seq;
}

test("a gateway of the journal before a restore sees that it went back", async (t) => {
  const stack = await begin(t);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  for (const text of ["one", "two"]) {
    ada.say("general", text);
    await ben.sees(text);
  }
  const path = newFile();
  await succeeds(dragoman(stack.nats, ["backup", path]));
  ben.say("lost again");
  await ada.sees("lost again");
  await stack.cores[0]?.stop();
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
  await succeeds(dragoman(stack.nats, ["restore", path]));
  await stack.add("core");
  await Promise.all([ada.closed(limitMs), ben.closed(limitMs)]);
  await Promise.all([...stack.originchats, ...stack.sockchat].map((part) => part.ready(limitMs)));
  const again = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  again.say("general", "three");
  await again.sees("three");
  const texts = (await history(again)).map(({ content }) => content);
  assert.deepEqual(texts.slice(-3), ["one", "two", "three"]);
});

test("a restore that was killed is no house, and the next one begins anew", async (t) => {
  const stack = await begin(t, { originchats: 0, sockchat: 0, empty: true });
  await stack.cores[0]?.stop();
  const path = newFile();
  const taken = await succeeds(dragoman(stack.nats, ["backup", path]));
  assert.match(taken.stderr, /not encrypted/);
  const full = await dragoman(stack.nats, ["restore", path]);
  assert.equal(full.code, 1);
  assert.match(full.stderr, /^dragoman: community main is not empty[^\n]*\n$/);
  const marks = await stack.operator.coreBus.bucket(manifestBucket(community), 10_000);
  await marks.put("restoring", "1");
  await assert.rejects(stack.add("core"), /a restore has not ended/);
  await succeeds(dragoman(stack.nats, ["restore", path]));
  await stack.add("core");
  const again = await dragoman(stack.nats, ["backup", path]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /is there already/);
});

test("a backup of one version of NATS is restored on another, and back", async (t) => {
  const first = await natsBinary();
  const second = (await secondNatsBinary()) ?? first;
  let stack = await begin(t, { originchats: 0, sockchat: 0, nats: { binary: first } });
  await stack.cores[0]?.stop();
  const original = await readJournal(stack.operator.coreBus);
  for (const binary of [second, first]) {
    const path = newFile();
    await succeeds(dragoman(stack.nats, ["backup", path]));
    stack = await emptyStack(t, { nats: { binary } });
    await succeeds(dragoman(stack.nats, ["restore", path]));
    assert.deepEqual(await readJournal(stack.operator.coreBus), original);
  }
});
