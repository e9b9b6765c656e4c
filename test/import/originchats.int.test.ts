/** A community moves in from an original OriginChats server, as its operator and its people meet it. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { housesForTests, patienceMs, type Settings, type Summary } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { localUser, oldMessages, oldPassword, openTo, padded, writeFolder } from "./folder.ts";

const folders = resolve(import.meta.dirname, "..", "..", "transcripts", "folders", "originchats");

const houses = housesForTests("import");

const brought = (folder: string, settings: Settings, ...options: string[]): Promise<Summary> =>
  houses.told(settings, "import", "originchats", folder, ...options);

const signIn = (settings: Readonly<Record<string, string>>, name: string, password: string) =>
  OriginchatsClient.signIn(Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]), name, password);

/** All messages of a channel, the oldest first, as a client reads them. */
async function historyOf(
  client: OriginchatsClient,
  channel: string,
): Promise<OriginchatsMessage[]> {
  const all: OriginchatsMessage[] = [];
  for (;;) {
    const page = await client.ask({ cmd: "messages_get", channel, start: all.length, limit: 100 });
    const messages = page["messages"] as OriginchatsMessage[];
    if (messages.length === 0) return all;
    all.unshift(...messages);
  }
}

/** The messages of a file as they were written. */
async function written(folder: string, path: string): Promise<OriginchatsMessage[]> {
  const text = await readFile(join(folder, "db", path), "utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as OriginchatsMessage);
}

const bare = (user: unknown): string => String(user).replace("USR:local_", "");

/** What of a message must be the same on both servers. */
const told = (message: OriginchatsMessage) => ({
  id: message.id,
  user: bare(message.user),
  content: message.content,
  timestamp: Math.round(Number(message["timestamp"]) * 1e6),
  edited: message["edited"] === true,
  pinned: message["pinned"] === true,
  replyTo: (message["reply_to"] as { id: string } | undefined)?.id,
  attachments: ((message["attachments"] ?? []) as { id: string }[]).map(({ id }) => id),
});

describe("dragoman import originchats", () => {
  it("brings a real folder in as it was there, tells nobody, and changes nothing when run again", async () => {
    const settings = await houses.house();
    await outcome(["user", "add", "walt", "--role", "owner"], settings, "dragoman\n");
    const walt = await signIn(settings, "walt", "dragoman");
    const wanda = await SockchatClient.signIn(Number(settings["DRAGOMAN_SOCKCHAT_PORT"]), "walt");
    const folder = join(folders, "05-messages");
    const { counts, reasons } = await brought(folder, settings);
    assert.deepEqual(
      [counts["message"]?.brought, counts["person"]?.brought, counts["channel"]?.left, reasons],
      [18, 4, 0, { "moderation entry: the log of a house begins with the house": 1 }],
    );
    assert.equal(counts["moderation entry"]?.left, 2);
    const ada = await signIn(settings, "ada", "pw-ada");
    for (const channel of ["general", "readonly", "staff"]) {
      const there = await written(folder, `channels/${channel}.json`);
      assert.deepEqual((await historyOf(ada, channel)).map(told), there.map(told), channel);
    }
    const bob = await SockchatClient.signIn(
      Number(settings["DRAGOMAN_SOCKCHAT_PORT"]),
      "bob",
      "pw-bob",
    );
    await bob.log.until("what was said", () =>
      bob.lines().some(({ text }) => text.includes("self @bob")),
    );
    const again = await brought(folder, settings);
    assert.deepEqual(
      [again.counts["message"], again.counts["person"]?.brought],
      [{ read: 18, brought: 0, there: 18, left: 0 }, 0],
    );
    const telling = new Set(["message_new", "user_join", "ping", "reply_ping"]);
    assert.deepEqual(
      // One without anything is that of the connection.
      walt.log.entries.filter((told) => telling.has(told.cmd) && Object.keys(told).length > 1),
      [],
    );
    assert.deepEqual(
      wanda.log.entries.filter(([id, , , text]) => id === "2" && /reply|hi @/.test(text ?? "")),
      [],
    );
  });

  it("brings polls with their votes and threads, and files, of real folders", async () => {
    const settings = await houses.house();
    const polls = join(folders, "14-polls");
    await brought(polls, settings);
    const cyd = await signIn(settings, "cyd", "pw-cyd");
    const shown = (await historyOf(cyd, "general")).filter(({ embeds }) => Array.isArray(embeds));
    assert.deepEqual(
      shown.map(({ id }) => id),
      (await written(polls, "channels/general.json")).map(({ id }) => id),
    );
    const results = JSON.stringify(
      await cyd.ask({ cmd: "poll_results", poll_id: "48034d53-884d-4f06-92d2-bfc89d4f1146" }),
    );
    assert.match(results, /ada/);
    assert.match(results, /cyd/);
    const thread = "553bc833-c62a-4a1c-b4f7-fc8e149b1e52";
    const page = await cyd.ask({ cmd: "messages_get", thread_id: thread });
    assert.deepEqual(
      (page["messages"] as OriginchatsMessage[]).map(({ id }) => id),
      ["65de0a49-ebda-43aa-a88e-c5ca3d2b86bc"],
    );
    const files = await brought(join(folders, "15-attachments"), settings, "--as", "other");
    assert.equal(files.counts["attachment"]?.read, 1);
  });

  it("shows the icon and the banner that lay in the folder to whoever asks, before any log-in", async () => {
    const settings = await houses.house();
    const folder = join(houses.root, "faces");
    await writeFolder(folder, {
      users: { "USR:local_ada": localUser("ada") },
      channels: [],
      files: { "serverAssets/face.png": "a picture", "serverAssets/wide.svg": "<svg/>" },
    });
    const server = { name: "Old house", icon: "pictures/face.png", banner: "wide.svg" };
    await writeFile(join(folder, "config.json"), JSON.stringify({ server }));
    const { counts, reasons } = await brought(folder, settings);
    assert.deepEqual([counts["server"]?.brought, counts["banner"]?.left], [1, 1]);
    assert.deepEqual(reasons, { "banner: is not there, or none that browsers draw": 1 });
    const base = `http://127.0.0.1:${settings["DRAGOMAN_ORIGINCHATS_PORT"]}`;
    const info = (await (await fetch(`${base}/info`)).json()) as { server: { icon: string } };
    const address = new URL(info.server.icon).pathname;
    const shown = await fetch(`${base}${address}`);
    assert.deepEqual(
      [address, shown.status, shown.headers.get("content-type"), await shown.text()],
      ["/server-assets/icon", 200, "image/png", "a picture"],
    );
    assert.equal((await fetch(`${base}/server-assets/banner`)).status, 404);
  });

  it("opens nothing that was said here: of the same name are two channels, and a dry run says so before", async () => {
    const settings = await houses.house();
    await outcome(["user", "add", "walt", "--role", "owner"], settings, "dragoman\n");
    const walt = await signIn(settings, "walt", "dragoman");
    await walt.ask({
      cmd: "channel_create",
      name: "staff",
      type: "text",
      permissions: { view: ["owner"], send: ["owner"] },
    });
    await walt.ask({ cmd: "message_new", channel: "staff", content: "the owner's own words" });
    const folder = join(houses.root, "lived");
    const [told] = oldMessages(1, "USR:local_ada");
    await writeFolder(folder, {
      users: {
        "USR:local_ada": localUser("ada", ["owner", "vip", "user"]),
        "USR:local_bob": localUser("bob"),
      },
      channels: [
        { type: "text", name: "staff", permissions: openTo("user") },
        { type: "text", name: "den", permissions: openTo("owner") },
        { type: "text", name: "general", permissions: openTo("user") },
      ],
      files: { "channels/staff.json": padded(told) },
    });
    const rehearsed = await brought(folder, settings, "--dry-run");
    const { counts, renamed } = await brought(folder, settings);
    assert.deepEqual(renamed, [
      { kind: "role", from: "owner", to: "owner-2" },
      { kind: "channel", from: "staff", to: "staff-2" },
    ]);
    assert.deepEqual([rehearsed.counts, rehearsed.renamed], [counts, renamed]);
    const [ada, bob] = [
      await signIn(settings, "ada", oldPassword),
      await signIn(settings, "bob", oldPassword),
    ];
    const channels = async (client: OriginchatsClient) => {
      const { val } = await client.ask({ cmd: "channels_get" });
      return (val as { name: string }[]).map(({ name }) => name).sort();
    };
    assert.deepEqual(await channels(bob), ["general", "staff-2"]);
    assert.deepEqual(await channels(ada), ["den", "general", "staff-2"]);
    assert.deepEqual(await channels(walt), ["general", "staff", "staff-2"]);
    assert.deepEqual(
      (await historyOf(bob, "staff-2")).map(({ id }) => id),
      [told?.id],
    );
    const again = await brought(folder, settings);
    assert.deepEqual(
      [again.counts["channel"]?.there, again.counts["role"]?.there, again.renamed],
      [3, 3, []],
    );
  });

  it("brings edits and deletions of the newest messages along, and takes away nothing that was said here", async () => {
    const settings = await houses.house();
    const folder = join(houses.root, "lived-on");
    const [first, second, third, fourth, fifth] = oldMessages(5, "USR:local_ada");
    if (first === undefined || second === undefined || fifth === undefined) assert.fail();
    const write = (...messages: readonly unknown[]) =>
      writeFolder(folder, {
        users: { "USR:local_ada": localUser("ada") },
        channels: [{ type: "text", name: "general", permissions: openTo("user") }],
        files: { "channels/general.json": messages.map(padded).join("\n") },
      });
    await write(first, second, third, fourth);
    await brought(folder, settings);
    const ada = await signIn(settings, "ada", oldPassword);
    const edited = { ...first, content: "other words", edited: true };
    // The newest is gone as well, and one has come.
    await write(edited, third, fifth);
    const rehearsed = await brought(folder, settings, "--dry-run");
    const { counts } = await brought(folder, settings);
    assert.deepEqual(
      [
        counts["message"]?.brought,
        counts["message edited there"]?.brought,
        counts["message deleted there"]?.brought,
      ],
      [1, 1, 2],
    );
    assert.deepEqual(rehearsed.counts, counts);
    const contents = async () => (await historyOf(ada, "general")).map(({ content }) => content);
    assert.deepEqual(await contents(), ["other words", third?.content, fifth.content]);
    const same = await brought(folder, settings);
    assert.deepEqual(
      [same.counts["message"]?.there, same.counts["message deleted there"]],
      [3, undefined],
    );

    await ada.ask({ cmd: "message_new", channel: "general", content: "said here" });
    const [own] = (await historyOf(ada, "general")).filter(
      ({ content }) => content === "said here",
    );
    await ada.ask({ cmd: "message_edit", id: third?.id, channel: "general", content: "mine" });
    const sixth = { ...fifth, id: "66666666-6666-4666-8666-666666666666", content: "sixth" };
    await write(edited, { ...third, content: "theirs", edited: true }, fifth, sixth);
    await brought(folder, settings);
    await write({ ...third, content: "theirs", edited: true }, fifth, sixth);
    const last = await brought(folder, settings);
    assert.deepEqual(await contents(), [
      "other words",
      "mine",
      fifth.content,
      own?.content,
      "sixth",
    ]);
    assert.equal(last.reasons["message: is deleted there, which one is not known"], 1);
    assert.equal(last.reasons["message: was edited here since: that stays"], 1);
  });

  it("goes on where it was killed, costs what is broken itself alone, and brings what is new", async () => {
    const settings = await houses.house();
    const folder = join(houses.root, "broken");
    const good = oldMessages(5_000, "USR:local_ada");
    const [first, second] = good;
    const broken = [
      '{"id":"cut off',
      padded([1, 2]),
      padded({ ...second, content: "the same id again" }),
      `{"content":"${"x".repeat(5_000_000)}"}`,
    ];
    const late = { ...first, id: "77777777-7777-4777-8777-777777777777", timestamp: 9e9 };
    const lines = [...good.map(padded), ...broken, padded(late)];
    const text = (more: readonly string[] = []): string => [...lines, ...more].join("\n");
    const write = (more: readonly string[] = []) =>
      writeFolder(folder, {
        users: {
          "USR:local_ada": localUser("ada", ["owner", "user", "nosuchrole"]),
          "USR:local_bob": 5,
          "USR:9": { username: "a b/c", roles: ["vip", "user"] },
        },
        channels: [
          { type: "text", name: "general", permissions: openTo("user") },
          { type: "text", name: "../../out", permissions: openTo("user") },
          7,
        ],
        files: {
          "channels/general.json": text(more),
          "polls.json": "{",
          "attachments.json": JSON.stringify({
            "11111111-1111-4111-8111-111111111111": {
              filename: "../../../../etc/passwd",
              channel: "general",
              expires_at: null,
            },
          }),
        },
      });
    await write();
    const killed = houses.begin(settings, "import", "originchats", folder);
    const waitFor = async (): Promise<OriginchatsClient> => {
      for (;;) {
        try {
          return await signIn(settings, "ada", oldPassword);
        } catch {
          // Not there yet.
        }
      }
    };
    const ada = await within(patienceMs, "ada", waitFor());
    const seen = async (): Promise<void> => {
      while ((await historyOf(ada, "general").catch(() => [])).length === 0);
    };
    await within(patienceMs, "the first piece", seen());
    killed.child.kill("SIGKILL");
    await killed.ended;
    const { counts, renamed } = await brought(folder, settings);
    assert.equal((counts["message"]?.brought ?? 0) + (counts["message"]?.there ?? 0), 5_001);
    assert.deepEqual(
      (await historyOf(ada, "general")).map(({ id }) => id),
      [...good.map(({ id }) => id), late.id],
    );
    assert.equal(counts["message"]?.left, 4);
    assert.equal(counts["attachment"]?.left, 1);
    assert.deepEqual(renamed, [{ kind: "person", from: "a b/c", to: "a_bc" }]);
    const fresh = {
      ...first,
      id: "88888888-8888-4888-8888-888888888888",
      timestamp: 1_800_000_000,
    };
    await write([padded(fresh)]);
    const caughtUp = await brought(folder, settings);
    assert.equal(caughtUp.counts["message"]?.brought, 1);
    assert.equal((await historyOf(ada, "general")).at(-1)?.id, fresh.id);
  });
});
