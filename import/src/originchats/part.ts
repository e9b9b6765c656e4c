/** Where the messages of a data folder lie: a file a channel and a thread, or one table for all. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { below, plainFile } from "../folder-path.ts";
import { refuseBarred } from "../refusal.ts";
import type { Report } from "../report.ts";
import type { SourceChannel, SourcePart, SourcePlace, SourceThread } from "../source.ts";
import type { Messages, Records } from "./message.ts";
import { type Lines, recordsOf } from "./read.ts";
import type { SqliteData, SqlitePlace } from "./sqlite.ts";

/** What has messages. */
export interface Places {
  readonly channels: readonly SourceChannel[];
  readonly threads: readonly SourceThread[];
}

interface Stored {
  readonly place: SourcePlace;
  /** What the report calls the place. */
  readonly name: string;
  readonly bytes: number;
  readonly records: Records;
}

function partOf(messages: Messages, key: string, stored: Stored): SourcePart {
  const { place, name, bytes } = stored;
  return {
    key: key.slice(0, 300),
    place,
    bytes,
    messages: () => messages.in(stored.records, name),
    ids: () => messages.idsIn(stored.records, name),
  };
}

/** Messages of what is no channel and no thread any more: they were deleted with it. */
function leaveAll(report: Report, place: string, messages: number): void {
  report.count("message", "left", messages);
  report.leave("history", `${place}: ${messages} messages`, "is of nothing that is listed");
}

// ---- files --------------------------------------------------------------------------------------------------

export async function filePartsOf(
  folder: string,
  { channels, threads }: Places,
  messages: Messages,
  report: Report,
): Promise<readonly SourcePart[]> {
  return [
    ...(await channelParts(folder, channels, messages, report)),
    ...(await threadParts(folder, threads, messages, report)),
  ];
}

async function channelParts(
  folder: string,
  channels: readonly SourceChannel[],
  messages: Messages,
  report: Report,
): Promise<readonly SourcePart[]> {
  const place = join(folder, "db", "channels");
  const parts: SourcePart[] = [];
  const known = new Set<string>();
  for (const { key, kind } of channels) {
    known.add(`${key}.json`);
    const path = below(place, `${key}.json`);
    if (path === undefined) {
      report.leave("history", key, "its file lies outside of the folder");
      continue;
    }
    const found = await plainFile(folder, path);
    if (found === null) report.leave("history", key, "is no file, or a link leads to it");
    const bytes = found?.size ?? 0;
    if (bytes === 0) continue;
    if (kind !== "text") report.leave("history", key, `stands in a channel for ${kind}`);
    else {
      const records: Records = (_, from) => recordsOf(path, from);
      const stored = { place: { channel: key }, name: key, bytes, records };
      parts.push(partOf(messages, `channel ${key}`, stored));
    }
  }
  const left = (await namesIn(place)).filter((name) => name.endsWith(".json") && !known.has(name));
  for (const name of left) {
    const path = join(place, name);
    const isPlain = (await plainFile(folder, path)) !== null;
    leaveAll(report, name, isPlain ? await countOf(recordsOf(path)) : 0);
  }
  return parts;
}

async function countOf(records: AsyncIterable<Lines>): Promise<number> {
  let count = 0;
  for await (const { lines } of records)
    count += lines.filter((record) => "value" in record && record.value !== undefined).length;
  return count;
}

/** What lies in a folder. @throws SourceRefusal where it may not be read */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    refuseBarred(folder, error);
    return [];
  }
}

async function threadParts(
  folder: string,
  threads: readonly SourceThread[],
  messages: Messages,
  report: Report,
): Promise<readonly SourcePart[]> {
  const parts: SourcePart[] = [];
  for (const { id } of threads) {
    // For some hours in March 2026 they lay beside the thread itself.
    for (const path of [`threadMessages/${id}.jsonl`, `threads/${id}_messages.jsonl`]) {
      const whole = join(folder, "db", path);
      const found = await plainFile(folder, whole);
      if (found === null) report.leave("history", id, "is no file, or a link leads to it");
      const bytes = found?.size ?? 0;
      if (bytes === 0) continue;
      const key = `thread ${id} ${path.startsWith("threads/") ? "early" : ""}`.trim();
      const records: Records = (_, from) => recordsOf(whole, from);
      parts.push(partOf(messages, key, { place: { thread: id }, name: id, bytes, records }));
    }
  }
  return parts;
}

// ---- SQLite -------------------------------------------------------------------------------------------------

/** Messages count as bytes: how long each is nobody knows before. Parts are called as those of the files are. */
export function sqlitePartsOf(
  sqlite: SqliteData,
  { channels, threads }: Places,
  messages: Messages,
  report: Report,
): readonly SourcePart[] {
  const counts = new Map(sqlite.places());
  const parts: SourcePart[] = [];
  const add = (key: SqlitePlace, place: SourcePlace, name: string, kind: string): void => {
    const bytes = counts.get(key) ?? 0;
    counts.delete(key);
    if (bytes === 0) return;
    if (kind !== "text") report.leave("history", name, `stands in a channel for ${kind}`);
    else {
      const records: Records = (isTold) => sqlite.messages(key, isTold);
      parts.push(partOf(messages, key, { place, name, bytes, records }));
    }
  };
  for (const { key, kind } of channels) add(`channel ${key}`, { channel: key }, key, kind);
  for (const { id } of threads) add(`thread ${id}`, { thread: id }, id, "text");
  for (const [place, count] of counts) leaveAll(report, place, count);
  return parts;
}
