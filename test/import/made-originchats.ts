/**
 * A data folder of an original OriginChats server as one that has lived for years leaves it: of any size, each record a pure
 * function of its number, and with all that is broken in such folders.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { textOf, word } from "../bench/corpus.ts";
import { localUser, openTo } from "./folder.ts";

export interface Sizes {
  readonly people: number;
  readonly messages: number;
  readonly attachmentsBytes: number;
}

/** What of it is good. */
export interface Made {
  readonly messages: number;
  readonly people: number;
  /** Records of messages that are none. */
  readonly broken: number;
}

const firstSecond = 1_600_000_000;
const channelsMax = 40;
const fileBytes = 1024 * 1024;
/** One in so many messages is odd, in turn in each way. */
const oddEvery = 997;
const hugeBytes = 10 * 1024 * 1024;

export const idOf = (kind: number, n: number): string =>
  `${String(kind).padStart(8, "0")}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

const nameOf = (n: number): string => `${word(n % 20_000)}${n}`;
const personOf = (n: number): string => (n % 5 === 4 ? `rotur${n}` : `USR:local_${nameOf(n)}`);
const channelOf = (n: number): string => `channel-${n}`;

/** People, some of whose names are taken, look alike, or are none, and some who are no people. */
function peopleOf(count: number): Record<string, unknown> {
  const entries = Array.from({ length: count }, (_, n): [string, unknown] => {
    const id = personOf(n);
    const roles = n === 0 ? ["owner", "user"] : n % 50 === 7 ? ["vip", "user"] : ["user"];
    if (n % 5 === 4) return [id, { username: nameOf(n), roles, pfp_url: "https://example.org/p" }];
    return [
      id,
      { ...localUser(nameOf(n), roles), nickname: n % 3 === 0 ? `Nick ${n}` : nameOf(n) },
    ];
  });
  return {
    ...Object.fromEntries(entries),
    odd1: { username: "a b/c", roles: ["user"] },
    odd2: { username: "аdmin", roles: ["nosuchrole"] },
    odd3: { username: nameOf(0).toUpperCase(), roles: 7, status: "x", password_hash: "none" },
    broken: 5,
  };
}
/** Those of them who are people. */
const oddPeople = 3;

type Odd = (message: Readonly<Record<string, unknown>>, before: string) => string;
const line = (message: unknown): string => JSON.stringify(message).padEnd(512);

/** What costs itself: it is no message. */
const broken: readonly Odd[] = [
  (message) => line(message).slice(0, 40),
  (message) => line([message]),
  () => "7",
  (message, before) => line({ ...message, id: before }),
];
/** What comes along, as far as it can. */
const odd: readonly Odd[] = [
  (message) => line({ ...message, content: 7, timestamp: "soon" }),
  (message) => line({ ...message, timestamp: 9e9 }),
  (message) => line({ ...message, user: "USR:local_who_is_gone" }),
  (message) => line({ ...message, user: { id: 1 } }),
  (message) => line({ ...message, reply_to: { id: idOf(9, 9), user: "nobody" } }),
  (message) => line({ ...message, reactions: { "": ["x"], "👍": "all", "🎉": [personOf(0), 5] } }),
  (message) => line({ ...message, embeds: [{ type: "poll", poll_id: "none" }, 5] }),
  (message) => line({ ...message, attachments: [{ id: "../../x", name: "/etc/passwd" }] }),
  (message) => line({ ...message, content: "long ".repeat(3_000) }),
  (message) => line({ ...message, content: "half \ud800 of a letter" }),
];

/** Writes a folder. */
export async function makeOriginchats(folder: string, sizes: Sizes): Promise<Made> {
  const channels = Math.max(2, Math.min(channelsMax, Math.ceil(sizes.messages / 1_000)));
  const write = async (path: string, content: unknown): Promise<void> => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(
      join(folder, path),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  };
  await write("config.json", { server: { name: "Old house" } });
  await write("db/users.json", peopleOf(sizes.people));
  await write("db/roles.json", {
    owner: { color: "#9400D3", permissions: ["administrator"], position: 0 },
    vip: { color: "#00ff00", permissions: [], position: 1 },
    user: { color: null, permissions: ["send_messages"], position: 2 },
    "!odd": {},
    none: 5,
  });
  await write("db/channels.json", [
    ...Array.from({ length: channels }, (_, n) => ({
      type: "text",
      name: channelOf(n),
      permissions: openTo(n % 10 === 9 ? "vip" : "user"),
    })),
    { type: "separator" },
    { type: "text", name: "../../out" },
    7,
  ]);
  await write("db/unreads.json", unreadsOf(sizes, channels));
  await write("db/polls.json", '{"cut');
  await writeFiles(folder, sizes, write);
  return { ...(await writeMessages(folder, sizes, channels)), people: sizes.people + oddPeople };
}

/** Everybody has read half of the channels to somewhere. */
function unreadsOf({ people, messages }: Sizes, channels: number): object {
  const marked = Math.min(people, 2_000);
  return Object.fromEntries(
    Array.from({ length: marked }, (_, n) => [
      personOf(n),
      { [channelOf(n % channels)]: idOf(1, n % Math.max(1, messages)), nowhere: 7 },
    ]),
  );
}

async function writeFiles(
  folder: string,
  { attachmentsBytes }: Sizes,
  write: (path: string, content: unknown) => Promise<void>,
): Promise<void> {
  const count = Math.ceil(attachmentsBytes / fileBytes);
  const record = (n: number, filename: string): [string, unknown] => [
    idOf(2, n),
    {
      filename,
      original_name: `picture ${n}.png`,
      mime_type: "image/png",
      uploader_id: personOf(n % 7),
      channel: channelOf(n % 2),
      created_at: firstSecond,
      expires_at: null,
      permanent: true,
    },
  ];
  const good = Array.from({ length: count }, (_, n) => record(n, `${idOf(2, n)}.png`));
  const odd = [record(count, "../../../etc/passwd"), record(count + 1, "gone.png")];
  await write("db/attachments.json", Object.fromEntries([...good, ...odd, ["x", 5]]));
  for (let n = 0; n < count; n += 1) {
    const bytes = Buffer.alloc(Math.min(fileBytes, attachmentsBytes - n * fileBytes), `${n} `);
    await mkdir(join(folder, "db", "attachments"), { recursive: true });
    await writeFile(join(folder, "db", "attachments", `${idOf(2, n)}.png`), bytes);
  }
}

/** Half of the messages are in the first channel. */
async function writeMessages(
  folder: string,
  { people, messages }: Sizes,
  channels: number,
): Promise<Omit<Made, "people">> {
  await mkdir(join(folder, "db", "channels"), { recursive: true });
  const files = Array.from({ length: channels }, (_, n) =>
    createWriteStream(join(folder, "db", "channels", `${channelOf(n)}.json`)),
  );
  let lost = 0;
  for (let n = 0; n < messages; n += 1) {
    const file = files[n % 2 === 0 ? 0 : 1 + (((n - 1) / 2) % (channels - 1))];
    const isOdd = n % oddEvery === oddEvery - 1;
    const turn = Math.floor(n / oddEvery) % (broken.length + odd.length);
    const isLost = isOdd && turn < broken.length;
    if (isLost) lost += 1;
    const form = isOdd ? (broken[turn] ?? odd[turn - broken.length]) : undefined;
    const text = form?.(messageOf(n, people), idOf(1, n - 2)) ?? line(messageOf(n, people));
    if (file?.write(`${text}\n`) === false) await once(file, "drain");
  }
  files[0]?.write(`{"content":"${"x".repeat(hugeBytes)}"}\n`);
  files[0]?.write(`{"content":"cut of`);
  await Promise.all(
    files.map((file) => {
      file.end();
      return finished(file);
    }),
  );
  return { messages: messages - lost, broken: lost + 2 };
}

function messageOf(n: number, people: number): Readonly<Record<string, unknown>> {
  const who = (n * 7_919) % people;
  return {
    user: personOf(who),
    content: textOf(n),
    timestamp: firstSecond + n + 0.25,
    id: idOf(1, n),
    ...(n % 11 === 3 && n > 2
      ? { reply_to: { id: idOf(1, n - 2), user: personOf((n * 3) % people) } }
      : {}),
    ...(n % 13 === 5 ? { reactions: { "👍": [personOf(0), personOf(n % people)] } } : {}),
    ...(n % 17 === 6 ? { edited: true } : {}),
    ...(n % 4_001 === 8 ? { pinned: true } : {}),
  };
}
