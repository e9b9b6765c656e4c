/**
 * The data folder of an original OriginChats server (OriginChats part 3, section 16), as a source. Files that are missing or
 * broken are empty, as they are to the server itself, and the report says so.
 */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { plainFile } from "../folder-path.ts";
import { refuseBarred, SourceRefusal } from "../refusal.ts";
import type { Report } from "../report.ts";
import type { Source, SourceMark, SourceThread } from "../source.ts";
import { channelsOf, rolesOf } from "./community.ts";
import { attachmentsOf, emojisOf, webhooksOf } from "./file.ts";
import { Messages } from "./message.ts";
import { Names } from "./names.ts";
import { filePartsOf, namesIn, sqlitePartsOf } from "./part.ts";
import { peopleOf } from "./people.ts";
import { Polls } from "./poll.ts";
import { pushesOf } from "./push.ts";
import { readJsonFile } from "./read.ts";
import { serverOf } from "./server.ts";
import { SqliteData } from "./sqlite.ts";
import { timeoutsIn } from "./timeout.ts";
import { fieldsOf, isFields, listOf, microsecondsOf, textOf } from "./value.ts";

/** What it goes by in every house, unless its owner has several. */
const sourceName = "originchats";

export interface Reading {
  readonly folder: string;
  readonly report: Report;
  /** Epoch ms: what is later has not been. */
  readonly nowMs: number;
  /** Where the keys of notifications lie, if not in the folder itself. */
  readonly vapid?: string;
  /** Where the folder is one of several servers'. */
  readonly name?: string;
}

/**
 * Reads what is small; messages are read when they are asked for. `close` once it has moved in.
 * @throws SourceRefusal it is no such folder, or what it lies in cannot be read at all
 */
export async function readOriginchats(
  reading: Reading,
): Promise<Source & { close(): Promise<void> }> {
  const data = join(reading.folder, "db");
  const found = await lstat(data).catch((error: unknown) => {
    refuseBarred(data, error);
    return undefined;
  });
  if (found?.isSymbolicLink()) {
    throw new SourceRefusal(
      `${data} is a link, and none is followed out of the folder: give a folder that holds db itself`,
    );
  }
  if (!found?.isDirectory()) {
    throw new SourceRefusal(
      `${reading.folder} is no data folder of an OriginChats server: there is no folder db in it`,
    );
  }
  const sqlite = await SqliteData.open(reading.folder, reading.report);
  const close = async (): Promise<void> => sqlite?.close();
  try {
    return { ...(await sourceOf(reading, sqlite)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function sourceOf(reading: Reading, sqlite: SqliteData | undefined): Promise<Source> {
  const { folder, report, nowMs } = reading;
  const file = async (path: string): Promise<unknown> => {
    const read = await readPlain(folder, join(folder, path));
    if (read === undefined) return undefined;
    if ("value" in read) return read.value;
    report.leave("file", path, read.why);
    return undefined;
  };
  const table = async (name: Parameters<SqliteData["keyed"]>[0]): Promise<unknown> =>
    (await sqlite?.keyed(name)) ?? file(`db/${name}.json`);
  const { roles, ids } = rolesOf(await table("roles"), report);
  const listed = (await sqlite?.channels()) ?? (await file("db/channels.json"));
  const channels = channelsOf(listed, report);
  const log = await file("db/modlog.json");
  leaveLog(listOf(log).length, report);
  const timeouts = timeoutsIn(log, nowMs);
  const people = peopleOf(await table("users"), timeouts, report);
  if (people.length === 0) {
    const isOurs = channels.length > 0;
    throw new SourceRefusal(
      isOurs
        ? `${folder}: no account can be read in its db/, and without them all words would be those of people who are gone`
        : `${folder} is no data folder of an OriginChats server: nobody and no channel can be read in its db/`,
    );
  }
  const names = new Names(people);
  const attachments = await attachmentsOf(
    await file("db/attachments.json"),
    { folder, report, nowMs },
    names,
  );
  const votes = (await sqlite?.votes()) ?? (await file("db/poll_votes.json"));
  const polls = new Polls(await table("polls"), votes, { names, report, nowMs });
  const messages = new Messages({ names, polls, report, nowMs });
  const threads = await threadsOf(reading, sqlite, names);
  const places = { channels, threads };
  const vapid = reading.vapid ?? join(folder, "vapid");
  const pushes = await pushesOf(await file("db/push_subscriptions.json"), people, {
    vapid,
    report,
  });
  return {
    name: reading.name ?? sourceName,
    server: await serverOf(await file("config.json"), { folder, report, nowMs }),
    listsOf: "source",
    roles,
    roleIds: ids,
    channels,
    people,
    threads,
    attachments,
    emojis: await emojisOf(await file("db/serverEmojis.json"), { folder, report, nowMs }),
    webhooks: webhooksOf(await table("webhooks"), names, report),
    parts:
      sqlite === undefined
        ? await filePartsOf(folder, places, messages, report)
        : sqlitePartsOf(sqlite, places, messages, report),
    ...(pushes === undefined ? {} : { pushes }),
    marks: marksOf(await file("db/unreads.json"), names, report),
  };
}

/** Acts of before: the house's log tells what its own journal holds. */
function leaveLog(entries: number, report: Report): void {
  if (entries === 0) return;
  const kind = "moderation entry";
  report.count(kind, "left", entries);
  report.say(
    kind,
    `db/modlog.json: ${entries} entries`,
    "the log of a house begins with the house",
  );
}

/** A JSON file that no link leads to. */
async function readPlain(folder: string, path: string): ReturnType<typeof readJsonFile> {
  if ((await plainFile(folder, path)) === null) return { why: "is no file, or a link leads to it" };
  return readJsonFile(path);
}

async function threadsOf(
  { folder, report }: Reading,
  sqlite: SqliteData | undefined,
  names: Names,
): Promise<readonly SourceThread[]> {
  const place = join(folder, "db", "threads");
  const files = (await namesIn(place)).filter((name) => name.endsWith(".json"));
  const given: (readonly [id: string, fields: unknown])[] = [];
  for (const name of sqlite === undefined ? files : []) {
    const read = await readPlain(folder, join(place, name));
    const fields = read !== undefined && "value" in read ? read.value : undefined;
    given.push([name.slice(0, -".json".length), fields]);
  }
  for (const fields of (await sqlite?.threads()) ?? []) given.push([String(fields["id"]), fields]);
  const threads = given.flatMap(([id, fields]) => {
    const thread = threadOf(id, fields, names);
    if (thread === undefined) report.leave("thread", id, "is no thread");
    return thread ?? [];
  });
  return threads.sort((a, b) => a.createdAtUs - b.createdAtUs);
}

function threadOf(id: string, given: unknown, names: Names): SourceThread | undefined {
  const channel = isFields(given) ? textOf(given["parent_channel"], 200) : undefined;
  const isId = /^[0-9A-Za-z-]{1,64}$/.test(id);
  if (!isFields(given) || channel === undefined || !isId) return undefined;
  return {
    id,
    channel,
    name: textOf(given["name"], 200) ?? "thread",
    creator: names.who(given["created_by"]),
    createdAtUs: microsecondsOf(given["created_at"]) ?? 0,
    locked: given["locked"] === true,
    archived: given["archived"] === true,
    participants: listOf(given["participants"])
      .slice(0, 500)
      .map((each) => names.who(each)),
  };
}

const threadMark = "thread/";

function marksOf(given: unknown, names: Names, report: Report): readonly SourceMark[] {
  const marks: SourceMark[] = [];
  for (const [user, places] of Object.entries(fieldsOf(given))) {
    for (const [place, id] of Object.entries(fieldsOf(places))) {
      const messageId = textOf(id, 100);
      if (messageId === undefined) {
        report.leave("mark", `${user} ${place}`, "names no message");
        continue;
      }
      marks.push({
        who: names.who(user),
        place: place.startsWith(threadMark)
          ? { thread: place.slice(threadMark.length) }
          : { channel: place },
        messageId,
      });
    }
  }
  return marks;
}
