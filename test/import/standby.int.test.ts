/**
 * A community has just moved in, and then everything happens that happens to a house: its leader dies while another moves in,
 * it is led by a standby, its journal is trimmed behind snapshots, and a core without any file begins. People of both sides meet the same.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { journalStream } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";
import { housesForTests, type Settings } from "../up/houses.ts";
import { localUser, oldMessages, oldPassword, openTo, writeFolder } from "./folder.ts";

/** Snapshots are made below everything else: on a busy machine that takes its time, minutes where all of it is wanted. */
const limitMs = 300_000;
const hasty = { everyRecords: 5, historyRecords: 5, keptMs: 0 };
const houses = housesForTests("standby");

const forum = "44444444-4444-4444-8444-444444444444";
const lines = oldMessages(40, "USR:local_ada");
const posts = oldMessages(3, "USR:local_bob", 1_700_001_000);

async function writeOld(folder: string): Promise<void> {
  const [first, second, ...rest] = lines;
  await writeFolder(folder, {
    users: {
      "USR:local_ada": localUser("ada", ["owner", "user"]),
      "USR:local_bob": localUser("bob"),
    },
    channels: [
      { type: "text", name: "general", permissions: openTo("user") },
      { type: "forum", name: "talks", permissions: { ...openTo("user"), create_thread: ["user"] } },
      { type: "text", name: "noise", permissions: openTo("user") },
    ],
    files: {
      "channels/general.json": [
        { ...first, pinned: true, reactions: { "👍": ["USR:local_bob"] } },
        { ...second, content: "a needle in the hay" },
        ...rest,
      ]
        .map((each) => JSON.stringify(each))
        .join("\n"),
      "channels/talks.json": "[]",
      "channels/noise.json": "[]",
      [`threads/${forum}.json`]: JSON.stringify({
        id: forum,
        name: "a talk",
        parent_channel: "talks",
        created_by: "USR:local_bob",
        created_at: 1_700_000_900,
        locked: false,
        archived: false,
        participants: ["USR:local_bob"],
      }),
      [`threadMessages/${forum}.jsonl`]: posts.map((each) => JSON.stringify(each)).join("\n"),
      "unreads.json": JSON.stringify({ "USR:local_bob": { general: lines[29]?.id } }),
    },
  });
}

/** What somebody finds who comes in anew, on both sides. */
async function found(stack: Stack) {
  const gateways = [...stack.originchats, ...stack.sockchat];
  await Promise.all(gateways.map((part) => part.ready(limitMs)));
  const [ada, bob] = await Promise.all(
    ["ada", "bob"].map((name) =>
      OriginchatsClient.signIn(portOf(stack.originchats), name, oldPassword),
    ),
  );
  assert.ok(ada !== undefined && bob !== undefined);
  // Whoever opens a place has read it: so bob asks of no place what was said there.
  const { unreads } = await bob.ask({ cmd: "unreads_get" });
  const unread = (unreads as Readonly<Record<string, object>>)["general"];
  const search = await bob.ask({ cmd: "messages_search", channel: "general", query: "needle" });
  const history = await ada.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  const pinned = await ada.ask({ cmd: "messages_pinned", channel: "general" });
  const talk = await ada.ask({
    cmd: "messages_get",
    channel: "talks",
    thread_id: forum,
    limit: 100,
  });
  ada.socket.terminate();
  bob.socket.terminate();
  const other = await SockchatClient.signIn(portOf(stack.sockchat), "ada", oldPassword);
  await other.sees(lines.at(-1)?.content ?? "");
  // What the bot says of the channel is of now.
  const backlog = other.lines().filter(({ authorId }) => authorId !== "-1");
  other.socket.terminate();
  const told = [history, search, pinned, talk].map(({ listener: _, ...rest }) => rest);
  return { told, unread, backlog };
}

const ends = async ({ operator }: Stack): Promise<{ first_seq: number; last_seq: number }> => {
  const manager = await jetstreamManager(operator.coreBus.connection);
  return (await manager.streams.info(journalStream(community).name)).state;
};

async function movedIn(t: TestContext): Promise<Stack> {
  const stack = await startStack({
    empty: true,
    cores: 2,
    originchats: 1,
    sockchat: 1,
    processes: ["core"],
    config: { snapshots: hasty },
  });
  t.after(() => stack.stop());
  const folder = join(houses.root, "old");
  await writeOld(folder);
  const { counts } = await houses.told(settingsOf(stack), "import", "originchats", folder);
  assert.equal(counts["message"]?.brought, lines.length + posts.length);
  return stack;
}

function settingsOf({ nats }: Stack): Settings {
  const { user, password } = nats.credentials("operator");
  return {
    DRAGOMAN_NATS_URL: nats.url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
    DRAGOMAN_COMMUNITY: community,
  };
}

/** Kills the leader while a second community moves in: the import goes on, or says what to do. */
async function killLeaderAmid(stack: Stack): Promise<void> {
  const folder = join(houses.root, "more");
  const count = 2_500;
  await writeFolder(folder, {
    users: { "USR:local_ada": localUser("ada") },
    channels: [{ type: "text", name: "more", permissions: openTo("user") }],
    files: {
      "channels/more.json": oldMessages(count, "USR:local_ada")
        .map((each) => JSON.stringify(each))
        .join("\n"),
    },
  });
  const words = ["import", "originchats", folder, "--as", "more"] as const;
  const { last_seq: before } = await ends(stack);
  const program = houses.begin(settingsOf(stack), ...words);
  // The channel, its person, that all of that is there, and the first piece.
  await eventually(limitMs, "messages", async () => (await ends(stack)).last_seq > before + 3);
  asProcess(stack.cores[0]).child.kill("SIGKILL");
  await stack.operator.term();
  const { code, stderr } = await program.ended;
  if (code !== 0) {
    assert.equal(code, 4, stderr);
    assert.match(stderr, /run the same command again later, and it goes on there/);
  }
  const { counts } = await houses.told(settingsOf(stack), ...words);
  const { brought = 0, there = 0, left = 0 } = counts["message"] ?? {};
  assert.deepEqual([brought + there, left], [count, 0]);
  const out = join(houses.root, "out");
  await houses.told(settingsOf(stack), "export", "originchats", out);
  const kept = await readFile(join(out, "db", "channels", "more.json"), "utf8");
  const ids = [...kept.matchAll(/"id":"([0-9a-f-]{36})"/g)].map(([, id]) => id);
  assert.deepEqual([ids.length, new Set(ids).size], [count, count], "nothing is lost or twice");
}

test("a standby, and a core without any file, have all that moved in", async (t) => {
  const stack = await movedIn(t);
  const before = await found(stack);
  const { told, unread, backlog } = before;
  const counts = told.map(
    ({ messages, results = messages }) => (results as unknown[] | undefined)?.length,
  );
  assert.deepEqual(counts, [lines.length, 1, 1, posts.length]);
  assert.ok(backlog.length > 10);
  assert.deepEqual(unread, { last_read: lines[29]?.id, unread_count: 10, total_messages: 40 });
  await killLeaderAmid(stack);
  assert.deepEqual(await found(stack), before);

  // Until nothing of the import is left but what snapshots hold.
  const bob = await OriginchatsClient.signIn(portOf(stack.originchats), "bob", oldPassword);
  const { last_seq: brought } = await ends(stack);
  let said = 0;
  await eventually(limitMs, "a journal without the import", async () => {
    said += 1;
    bob.say("noise", `word ${said}`);
    await bob.sees(`word ${said}`);
    return (await ends(stack)).first_seq > brought;
  });
  bob.socket.terminate();
  await asProcess(stack.cores[1]).stop();
  await stack.add("core");
  assert.deepEqual(await found(stack), before);
});
