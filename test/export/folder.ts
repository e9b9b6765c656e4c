/** A data folder of an OriginChats server with something of everything that such folders hold. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localUser, openTo, writeFolder } from "../import/folder.ts";

const at = 1_700_000_000.25;
const [ada, bob, eva, ron] = ["USR:local_ada", "USR:local_bob", "USR:local_eva", "rotur-ron"];
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const thread = id(900);
const poll = id(901);
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const file = id(902);
const token = `${randomUUID()}${"ab".repeat(16)}`;

const long = `${"ä".repeat(9_000)} ${"🎈".repeat(400)}`;
const lines = [
  { id: id(1), user: ada, content: "hello @bob **bold** <b>no tag</b>", timestamp: at },
  {
    id: id(2),
    user: bob,
    content: long,
    timestamp: at + 1,
    edited: true,
    reply_to: { id: id(1), user: ada },
    ping: false,
  },
  {
    id: id(3),
    user: ron,
    content: "constructor \u2028 __proto__ \u0007\ud800 ../../etc/passwd",
    timestamp: at + 2,
    pinned: true,
    reactions: { "👍": [ada, bob], "❤️": [ron] },
  },
  { id: id(4), user: "gone-user", content: "of somebody who went", timestamp: at + 3 },
  {
    id: id(5),
    user: "originChats",
    content: "by a hook",
    timestamp: at + 4,
    webhook: { id: id(903), name: "builds", avatar: null },
  },
  {
    id: id(6),
    user: "originChats",
    content: "pong",
    timestamp: at + 5,
    interaction: { command: "ping", username: "ron" },
    embeds: [{ type: "rich", title: "an embed", color: 255 }],
  },
  {
    id: id(7),
    user: ada,
    content: "",
    timestamp: at + 6,
    embeds: [{ type: "poll", poll: { question: "Tea?", options: [] }, title: "Tea?" }],
  },
  {
    id: id(8),
    user: ada,
    content: "see",
    timestamp: at + 7,
    attachments: [
      {
        id: file,
        name: "a b.png",
        mime_type: "image/png",
        size: picture.length,
        url: `https://old.example/attachments/${file}`,
        expires_at: 4_000_000_000,
        permanent: true,
      },
    ],
  },
];

/** Writes it. @returns the text that is hashed in `users.json` */
export async function writeRichFolder(folder: string): Promise<void> {
  await writeFolder(folder, {
    users: {
      [ada]: {
        ...localUser("ada", ["owner", "user"]),
        nickname: "Lady A",
        pfp_url: "https://a.example/a.png",
      },
      [bob]: { ...localUser("bob", ["vip", "user"]), status: { status: "dnd", text: "at work" } },
      [eva]: localUser("eva", ["banned", "user"]),
      [ron]: { username: "ron", roles: ["user", "vip"], status: { status: "idle", text: "" } },
    },
    channels: [
      { type: "text", name: "tea room", description: "of tea", permissions: openTo("user") },
      { type: "separator", name: "line", size: 10, permissions: { view: ["user"] } },
      {
        type: "text",
        name: "staff",
        display_name: "Staff!",
        permissions: { ...openTo("owner", "vip"), pin: ["vip"] },
      },
      { type: "voice", name: "talk", permissions: openTo("user", "!vip") },
      { type: "forum", name: "ideas", permissions: openTo("user") },
    ],
    files: {
      "channels/tea room.json": lines.map((line) => JSON.stringify(line)).join("\n"),
      "channels/staff.json": JSON.stringify({
        id: id(50),
        user: bob,
        content: "hush",
        timestamp: at,
      }),
      [`threads/${thread}.json`]: JSON.stringify({
        id: thread,
        name: "A better pot",
        parent_channel: "ideas",
        created_by: bob,
        created_at: at,
        locked: true,
        archived: false,
        participants: [bob, ron],
      }),
      [`threadMessages/${thread}.jsonl`]: JSON.stringify({
        id: id(60),
        user: ron,
        content: "yes",
        timestamp: at + 9,
      }),
      "polls.json": JSON.stringify({
        [poll]: {
          id: poll,
          message_id: id(7),
          channel: "tea room",
          thread_id: null,
          question: "Tea?",
          options: [
            { id: "0", text: "yes" },
            { id: "n", text: "no", emoji: "🚫" },
          ],
          allow_multiselect: true,
          expires_at: null,
          created_by: ada,
          created_at: at + 6,
          ended: true,
          ended_at: at + 20,
        },
      }),
      "poll_votes.json": JSON.stringify({
        [poll]: [
          { poll_id: poll, option_id: "n", user_id: bob, voted_at: at + 7 },
          { poll_id: poll, option_id: "0", user_id: bob, voted_at: at + 8 },
          { poll_id: poll, option_id: "0", user_id: ron, voted_at: at + 9 },
        ],
      }),
      "unreads.json": JSON.stringify({
        [bob]: { "tea room": id(3), [`thread/${thread}`]: id(60) },
        [ron]: { "tea room": id(8) },
      }),
      "webhooks.json": JSON.stringify({
        [id(903)]: {
          id: id(903),
          channel: "tea room",
          name: "builds",
          token,
          created_by: ada,
          created_at: at,
        },
      }),
      "serverEmojis.json": JSON.stringify({ "3": { name: "pot", fileName: "3.png" } }),
      "attachments.json": JSON.stringify({
        [file]: {
          id: file,
          filename: `${file}.png`,
          original_name: "a b.png",
          mime_type: "image/png",
          size: picture.length,
          hash: createHash("sha256").update(picture).digest("hex"),
          uploader_id: ada,
          uploader_name: ada,
          channel: "tea room",
          created_at: at,
          expires_at: 4_000_000_000,
          permanent: true,
          referenced: true,
        },
      }),
    },
  });
  for (const place of ["attachments", "serverEmojis"])
    await mkdir(join(folder, "db", place), { recursive: true });
  await writeFile(join(folder, "db", "attachments", `${file}.png`), picture);
  await writeFile(join(folder, "db", "serverEmojis", "3.png"), picture);
}
