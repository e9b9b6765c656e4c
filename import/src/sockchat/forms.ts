/**
 * The tables of Sock Chat servers (Sock Chat reference, 10), known by their columns, so that any prefix is right: the PHP
 * server's three, SharpChat's log of 2019, its events of 2020 and its messages of 2021.
 */
import type { Cells } from "./cells.ts";
import type { FaceBook } from "./face-book.ts";
import { defaultChannel, type Face, type Item, type Said } from "./item.ts";
import type { NameBook } from "./name-book.ts";
import { timeOfDatabase, timeOfSeconds, utc, type Zone } from "./time.ts";
import { actionText, colorOfNumber, noticeOf, shownName, typedText } from "./typed.ts";

export type Form = "php_logs" | "php_channels" | "php_bans" | "log" | "events" | "messages";

const columnsOf: Readonly<Record<Form, readonly string[]>> = {
  php_logs: ["id", "userid", "username", "channel", "message"],
  php_channels: ["chname", "pwd"],
  php_bans: ["ip", "uid", "username", "expiration"],
  log: ["log_id", "log_target", "user_id", "user_name", "log_text"],
  events: ["event_id", "event_sender", "event_type", "event_target", "event_data"],
  messages: ["msg_id", "msg_channel_id", "msg_sender_id", "msg_sender_name", "msg_text"],
};

/** What a table is; null: none of ours. */
export function formOf(columns: readonly string[]): Form | null {
  const has = new Set(columns.map((column) => column.toLowerCase()));
  for (const [form, needed] of Object.entries(columnsOf)) {
    if (needed.every((column) => has.has(column))) return form as Form;
  }
  return null;
}

/** What a table's name says besides the PHP server's own: `sock` of `sock_logs`. Other servers have no prefix. */
export function prefixOf(table: string, form: Form): string | null {
  const [, prefix] = /^(.*?)_?(?:logs|channels|banned_users)$/i.exec(table) ?? [];
  return form.startsWith("php") ? (prefix ?? table) : null;
}

/** Reads rows of one table. */
export type ReadRow = (cells: Cells) => Item;

export interface Reading {
  /** Of the times that do not say it. */
  readonly zone: Zone;
  /** What the default channel is called; null: not known. */
  readonly defaultName: string | null;
  /** People are known by their names: numbers mean nothing, or there are none. Null: by their numbers. */
  readonly names: NameBook | null;
  readonly faces: FaceBook;
}

export function readerOf(form: Form, reading: Reading): ReadRow {
  return (cells) => readers[form](cells, reading);
}

const readers: Readonly<Record<Form, (cells: Cells, reading: Reading) => Item>> = {
  php_logs: phpLine,
  php_channels: phpChannel,
  php_bans: phpBan,
  log: logLine,
  events: event,
  messages: message,
};

/** @param columns as the table names them */
export function indexOf(columns: readonly string[]): ReadonlyMap<string, number> {
  return new Map(columns.map((column, at) => [column.toLowerCase(), at]));
}

// ---- the PHP server --------------------------------------------------------------------------------------

/** The key of a channel as a line of the PHP server names it; null: no channel's. */
function phpPlace(channel: string, { defaultName }: Reading): string | null {
  if (channel === "@default" || channel === "@all" || channel === defaultName)
    return defaultChannel;
  return channel === "" || channel.startsWith("@") ? null : channel;
}

/** The name of the channel in which all whispers are logged. */
const whispered = "@priv";

function phpLine(cells: Cells, reading: Reading): Item {
  const number = cells.integer("userid");
  const shown = cells.text("username") ?? "";
  const stored = cells.text("message") ?? "";
  const channel = cells.text("channel") ?? "";
  const face = reading.faces.of(number, shown, cells.text("color"));
  const flags = cells.text("flags") ?? "10010";
  return phpSaid(reading, {
    id: cells.id("id"),
    family: "php",
    isBot: number === -1,
    face,
    stored,
    channel,
    channelRank: cells.integer("chrank"),
    isAction: flags.startsWith("11"),
    atMs: timeOfSeconds(cells.integer("epoch")),
  });
}

/** A line of the PHP server, of its table or its file. */
export interface PhpLine {
  readonly id: bigint | null;
  readonly family: "php" | "file";
  readonly isBot: boolean;
  readonly face: Face;
  readonly stored: string;
  readonly channel: string;
  readonly channelRank: number | null;
  readonly isAction: boolean;
  readonly atMs: number | null;
}

export function phpSaid(reading: Reading, line: PhpLine): Item {
  const { id, isBot, face, stored, channel, isAction } = line;
  if (channel === whispered) return { kind: "passed", why: isBot ? "notice" : "private" };
  const notice = isBot ? noticeOf(stored) : null;
  if (notice !== null) reading.names?.heard(notice);
  if (notice !== null && notice.key !== "say") return { kind: "passed", why: "notice" };
  if (id === null) return { kind: "passed", why: "id" };
  if (!isBot && face.number === null && face.name === "") {
    return { kind: "passed", why: "no_author", what: id.toString() };
  }
  const place = phpPlace(channel, reading);
  if (place === null) return { kind: "passed", why: "no_channel", what: channel };
  const words = notice === null ? stored : (notice.arguments[0] ?? "");
  return {
    kind: "said",
    family: line.family,
    id,
    weight: 0,
    author: isBot ? null : knownFace(face, reading),
    channel: place,
    channelRank: place === defaultChannel ? null : line.channelRank,
    text: isAction ? actionText(words) : typedText(words),
    isAction,
    atMs: line.atMs,
    editedAtMs: null,
    isDeleted: false,
  };
}

/** By its name alone where numbers mean nothing. */
function knownFace(face: Face, { names }: Reading): Face {
  return names === null
    ? face
    : { ...face, number: null, name: names.ownerOf(face), isNick: false };
}

function phpChannel(cells: Cells): Item {
  const name = cells.text("chname") ?? "";
  const password = cells.text("pwd") ?? "";
  return channelOf(name, password, cells.integer("priv") ?? 0);
}

export function channelOf(name: string, password: string, rank: number): Item {
  if (name === "" || name.startsWith("@")) return { kind: "passed", why: "no_channel", what: name };
  return { kind: "channel", name, rank: withinRanks(rank), hasPassword: password !== "" };
}

const withinRanks = (rank: number): number => Math.min(255, Math.max(0, Math.floor(rank)));

function phpBan(cells: Cells): Item {
  const { address, number, name, expires } = {
    address: cells.text("ip"),
    number: cells.integer("uid"),
    name: cells.text("username"),
    expires: cells.text("expiration"),
  };
  return banOf({ address, number, name, expires });
}

/** A ban of the PHP server: seconds since 1970, `-1` for ever; what is empty or 0 names nobody. */
export function banOf({
  address,
  number,
  name,
  expires,
}: {
  readonly address: string | null;
  readonly number: number | null;
  readonly name: string | null;
  readonly expires: string | null;
}): Item {
  const untilMs = endOf(expires);
  if (untilMs === undefined) {
    return { kind: "passed", why: "until", what: name ?? address ?? String(number) };
  }
  return {
    kind: "ban",
    number: number !== null && number > 0 ? number : null,
    name: name === null || name === "" ? null : shownName(name).name,
    address: address === null || address === "" ? null : address,
    untilMs,
  };
}

/** Until when the PHP server says that something holds, in epoch ms; null: for ever, undefined: it says no end. */
export function endOf(expires: string | null): number | null | undefined {
  if (expires === null || !/^(?:-1|[0-9]{1,12}(?:\.[0-9]+)?)$/.test(expires)) return undefined;
  return expires === "-1" ? null : Math.floor(Number(expires) * 1_000);
}

// ---- SharpChat -------------------------------------------------------------------------------------------

/** Bits of `log_flags` and `event_flags`. */
const flag = { action: 1, broadcast: 2, log: 4, private: 8 } as const;
const has = (flags: number, bit: number): boolean => (flags & bit) !== 0;

interface Sharp {
  readonly family: "log" | "event";
  readonly id: bigint | null;
  readonly weight: number;
  /** As it is written; null: nobody's, so the bot's. */
  readonly sender: string | null;
  readonly name: string;
  readonly nick?: string | null;
  readonly color: number | null;
  readonly rank: number | null;
  readonly perms: number | null;
  readonly target: string;
  readonly text: string;
  readonly flags: number;
  readonly atMs: number | null;
  readonly editedAtMs?: number | null;
  readonly isDeleted: boolean;
}

/** SharpChat's default channel, in small letters, as it compares names. */
const lounge = ({ defaultName }: Reading): string => (defaultName ?? "Lounge").toLowerCase();

/** SharpChat keeps what people type as they typed it; of a command, such as `/me`, escaped. */
function sharpSaid(line: Sharp, reading: Reading): Item {
  const { id, flags, target } = line;
  if (id === null) return { kind: "passed", why: "id" };
  const isBot = line.sender === null || /^(?:-[0-9]+|0)$/.test(line.sender);
  const number = isBot ? null : numberOf(line.sender);
  if (!isBot && number === null) return { kind: "passed", why: "no_author", what: id.toString() };
  const notice = isBot ? noticeOf(line.text) : null;
  const isPrivate = has(flags, flag.private) || has(flags, flag.log);
  if (notice !== null && (isPrivate || notice.key !== "say"))
    return { kind: "passed", why: "notice" };
  if (isPrivate) return { kind: "passed", why: "private" };
  const isForAll = has(flags, flag.broadcast) || target === "@broadcast";
  if (!isForAll && target.startsWith("@")) return { kind: "passed", why: "private" };
  if (target === "") return { kind: "passed", why: "no_channel", what: id.toString() };
  const isAction = has(flags, flag.action);
  const words = notice === null ? line.text : typedText(notice.arguments[0] ?? "");
  const author: Face = {
    number,
    name: line.name,
    isNick: false,
    ...(line.nick ? { nick: shownName(line.nick).name } : {}),
    color: colorOfNumber(line.color),
    rank: line.rank === null ? null : withinRanks(line.rank),
    perms: line.perms,
  };
  return {
    kind: "said",
    family: line.family,
    id,
    weight: line.weight,
    author: isBot ? null : author,
    channel: isForAll || target.toLowerCase() === lounge(reading) ? defaultChannel : target,
    channelRank: null,
    text: isAction ? typedText(words) : words,
    isAction,
    atMs: line.atMs,
    editedAtMs: line.editedAtMs ?? null,
    isDeleted: line.isDeleted,
  } satisfies Said;
}

function numberOf(text: string | null): number | null {
  const number = /^[0-9]{1,16}$/.test(text ?? "") ? Number(text) : 0;
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** `sharp_log` of 2019: times in UTC, without the sender's rank. */
function logLine(cells: Cells, reading: Reading): Item {
  const line: Sharp = {
    family: "log",
    id: cells.id("log_id"),
    weight: 0,
    sender: cells.text("user_id"),
    name: cells.text("user_name") ?? "",
    color: cells.integer("user_colour"),
    rank: null,
    perms: null,
    target: cells.text("log_target") ?? "",
    text: cells.text("log_text") ?? "",
    flags: cells.integer("log_flags") ?? 0,
    atMs: timeOfDatabase(cells.text("log_datetime"), utc),
    isDeleted: false,
  };
  return sharpSaid(line, reading);
}

/** Names of the one event that is a message, over the years. */
const messageTypes = new Set([
  "SharpChat.Events.ChatMessage",
  "SharpChat.Events.ChatMessageEvent",
  "message:create",
]);

function event(cells: Cells, reading: Reading): Item {
  const { zone } = reading;
  if (!messageTypes.has(cells.text("event_type") ?? "")) return { kind: "passed", why: "notice" };
  const id = cells.id("event_id");
  const body = textOfEvent(cells.text("event_data"));
  if (body === null) return { kind: "passed", why: "unreadable", what: id?.toString() ?? "" };
  const flags = cells.integer("event_flags") ?? 0;
  const line: Sharp = {
    family: "event",
    id,
    weight: 0,
    sender: cells.text("event_sender"),
    name: cells.text("event_sender_name") ?? "",
    nick: cells.text("event_sender_nick"),
    color: cells.integer("event_sender_colour"),
    rank: cells.integer("event_sender_rank"),
    perms: cells.integer("event_sender_perms"),
    target: cells.text("event_target") ?? "",
    text: body.text,
    flags: body.isAction ? flags | flag.action : flags,
    atMs: timeOfId(id, timeOfDatabase(cells.text("event_created"), zone)),
    isDeleted: cells.text("event_deleted") !== null,
  };
  return sharpSaid(line, reading);
}

/** The words in an event's JSON; from 2021 on it says an action too. Null: it is no message's. */
function textOfEvent(data: string | null): { text: string; isAction: boolean } | null {
  try {
    const value: unknown = JSON.parse(data ?? "");
    if (typeof value !== "object" || value === null || !("text" in value)) return null;
    const { text } = value;
    const action = "action" in value ? value.action : false;
    return typeof text === "string"
      ? { text, isAction: action === true || action === "true" }
      : null;
  } catch {
    return null;
  }
}

/** Ids count milliseconds from here, eight bits to the right (SharpChat's `GenerateId`). */
const idEpochMs = 1_588_377_600_000;

/**
 * The time in an id is finer than the table's and in no zone: it counts where the two are at most a zone apart.
 */
function timeOfId(id: bigint | null, storedMs: number | null): number | null {
  if (id === null || storedMs === null) return storedMs;
  const idMs = Number(id >> 8n) + idEpochMs;
  return Math.abs(idMs - storedMs) < 15 * 3_600_000 ? idMs : storedMs;
}

function message(cells: Cells, reading: Reading): Item {
  const { zone } = reading;
  const id = cells.id("msg_id");
  const line: Sharp = {
    family: "event",
    id,
    weight: 1,
    sender: cells.text("msg_sender_id"),
    name: cells.text("msg_sender_name") ?? "",
    nick: cells.text("msg_sender_nick"),
    color: cells.integer("msg_sender_colour"),
    rank: cells.integer("msg_sender_rank"),
    perms: cells.integer("msg_sender_perms"),
    target: cells.text("msg_channel_id") ?? "",
    text: cells.text("msg_text") ?? "",
    flags: cells.integer("msg_flags") ?? 0,
    atMs: timeOfId(id, timeOfDatabase(cells.text("msg_created"), zone)),
    editedAtMs: timeOfDatabase(cells.text("msg_edited"), zone),
    isDeleted: cells.text("msg_deleted") !== null,
  };
  return sharpSaid(line, reading);
}
