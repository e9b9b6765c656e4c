/** A house into which a community has moved: what it brought works, and lives through crashes, backups and restores. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { housesForTests, patienceMs, type Settings } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { localUser, oldMessages, oldPassword, openTo, padded, writeFolder } from "./folder.ts";
import { makeSockchat } from "./made-sockchat.ts";

const houses = housesForTests("after-import");

const portOf = (settings: Settings): number => Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);

const webhookToken = `${"ab".repeat(4)}-1111-4111-8111-${"cd".repeat(6)}${"ef".repeat(16)}`;
const attachmentId = "22222222-2222-4222-8222-222222222222";
const picture = Buffer.from("a picture, more or less");

/** A folder whose people have reacted, pinned, uploaded, and made a webhook. */
async function furnished(folder: string): Promise<void> {
  const [first, second] = oldMessages(2, "USR:local_ada");
  const shown = { id: attachmentId, name: "a.png", mime_type: "image/png", size: picture.length };
  await writeFolder(folder, {
    users: {
      "USR:local_ada": localUser("ada", ["owner", "user"]),
      "USR:local_bob": localUser("bob"),
    },
    channels: [{ type: "text", name: "general", permissions: openTo("user") }],
    files: {
      "channels/general.json": [
        { ...first, pinned: true, reactions: { "👍": ["USR:local_bob", "USR:local_ada"] } },
        { ...second, attachments: [shown] },
      ]
        .map(padded)
        .join("\n"),
      "attachments.json": JSON.stringify({
        [attachmentId]: {
          filename: `${attachmentId}.png`,
          original_name: "a.png",
          mime_type: "image/png",
          uploader_id: "USR:local_ada",
          channel: "general",
          created_at: 1_700_000_000,
          expires_at: null,
          permanent: true,
        },
      }),
      "webhooks.json": JSON.stringify({
        "33333333-3333-4333-8333-333333333333": {
          channel: "general",
          name: "builds",
          token: webhookToken,
          created_by: "USR:local_ada",
          created_at: 1_700_000_000,
        },
      }),
    },
  });
  await mkdir(join(folder, "db", "attachments"), { recursive: true });
  await writeFile(join(folder, "db", "attachments", `${attachmentId}.png`), picture);
}

/** What a person sees of it, by every way. */
async function seenBy(settings: Settings, name: string) {
  const client = await OriginchatsClient.signIn(portOf(settings), name, oldPassword);
  const page = await client.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  const pinned = await client.ask({ cmd: "messages_pinned", channel: "general" });
  const idsOf = (messages: unknown) => (messages as OriginchatsMessage[]).map(({ id }) => id);
  const messages = page["messages"] as OriginchatsMessage[];
  const file = await fetch(`http://127.0.0.1:${portOf(settings)}/attachments/${attachmentId}`);
  return {
    ids: idsOf(messages),
    reactions: messages.map(({ reactions }) => reactions ?? {}),
    attachments: messages.map(({ attachments = [] }) => idsOf(attachments)),
    pinned: idsOf(pinned["messages"]),
    file: Buffer.from(await file.arrayBuffer()).toString(),
  };
}

it("shows reactions, pins and files as they were, takes the old webhook's posts, and lives on after a crash and a restore", async () => {
  const settings = await houses.fresh();
  const house = await houses.start(settings);
  const folder = join(houses.root, "furnished");
  await furnished(folder);
  await houses.told(settings, "import", "originchats", folder);
  const post = await fetch(`http://127.0.0.1:${portOf(settings)}/webhooks?token=${webhookToken}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ content: "built", username: "ci" }),
  });
  assert.ok(post.ok, `${post.status} ${await post.text()}`);
  // The second log-in is by the hash that was made anew at the first.
  await seenBy(settings, "ada");
  const seen = await seenBy(settings, "ada");
  assert.equal(seen.ids.length, 3);
  assert.deepEqual(seen.reactions, [{ "👍": ["bob", "ada"] }, {}, {}]);
  assert.deepEqual(seen.attachments, [[], [attachmentId], []]);
  assert.deepEqual(seen.pinned, seen.ids.slice(0, 1));
  assert.equal(seen.file, picture.toString());

  house.child.kill("SIGKILL");
  await house.ended;
  await houses.start(settings);
  assert.deepEqual(await seenBy(settings, "bob"), seen);

  const backup = join(houses.root, "backup.tar");
  const taken = await outcome(["backup", backup], settings);
  assert.equal(taken.code, 0, taken.stderr);
  const other = await houses.fresh();
  const restored = await outcome(["restore", backup], other);
  assert.equal(restored.code, 0, restored.stderr);
  await houses.start(other);
  assert.deepEqual(await seenBy(other, "ada"), seen);
  const again = await houses.told(other, "import", "originchats", folder);
  assert.deepEqual(
    [again.counts["message"], again.counts["person"]].map((each) => [each?.brought, each?.there]),
    [
      [0, 2],
      [0, 2],
    ],
  );
});

it("goes on with a Sock Chat server's dump where it was killed", async () => {
  const settings = await houses.fresh();
  await houses.start(settings);
  const dump = join(houses.root, "php.sql");
  const made = await makeSockchat(dump, { people: 20, messages: 25_000, attachmentsBytes: 0 });
  const killed = houses.begin(settings, "import", "sockchat", dump);
  // It tells each second how many it has stored.
  await eventually(patienceMs, "the first pieces", () =>
    / [1-9][0-9]* messages,/.test(killed.stderr()),
  );
  killed.child.kill("SIGKILL");
  const { signal } = await killed.ended;
  assert.equal(signal, "SIGKILL", "it was done before it was killed");
  const { message } = (await houses.told(settings, "import", "sockchat", dump)).counts;
  assert.equal((message?.brought ?? 0) + (message?.there ?? 0), made.messages);
  assert.ok((message?.there ?? 0) > 0);
  const again = (await houses.told(settings, "import", "sockchat", dump)).counts["message"];
  assert.deepEqual([again?.brought, again?.there], [0, made.messages]);
});
