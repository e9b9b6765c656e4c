/**
 * Writes what leaves a house as SharpChat's SQLite file of 2021 (Sock Chat reference, 10): one table of messages, each with
 * its sender as shown. Its ids are times, 8 bits to the left, so that they give every message its place and its moment.
 */
import { channelRights } from "@dragoman/bus-schema";
import Database from "libsql";
import type { Leaving, LeavingChannel, LeavingPart, Told, Translate } from "../move-out/leaving.ts";
import type { Report } from "../report.ts";
import type { SourceMessage, SourcePerson, Who } from "../source.ts";
import { typedText } from "./typed.ts";

export interface SockchatWriting {
  readonly leaving: Leaving;
  /** A new file. */
  readonly path: string;
  readonly report: Report;
  /** Into a line as the server sends it: what is escaped in it is turned back. */
  readonly translate: Translate;
  readonly told: Told;
  /** Also what not everybody may read: nothing in the file says who may. */
  readonly withClosed: boolean;
}

const schema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE sqc_messages (
    msg_id INTEGER PRIMARY KEY,
    msg_channel_id TEXT NOT NULL,
    msg_sender_id INTEGER,
    msg_sender_name TEXT,
    msg_sender_colour INTEGER,
    msg_sender_rank INTEGER,
    msg_sender_nick TEXT,
    msg_sender_perms INTEGER,
    msg_text TEXT NOT NULL,
    msg_flags INTEGER NOT NULL DEFAULT 0,
    msg_created TEXT NOT NULL,
    msg_edited TEXT,
    msg_deleted TEXT
  );
  CREATE INDEX sqc_messages_channel ON sqc_messages (msg_channel_id, msg_created);
`;

/** Ids count from here; what is older has the first ones, in its order. */
const idEpochMs = 1_588_377_600_000;
const idBits = 256;
const noColor = 0x40000000;
const actionFlag = 1;
/** What the site's software gives everybody: to send, and to edit and delete what is one's own. */
const everybodysPerms = 0x400 | 0x800 | 0x2000;
const batch = 5_000;

/** @throws Error when it cannot be written, or the house does not say */
export async function writeSockchat(writing: SockchatWriting): Promise<void> {
  const file = new File(writing);
  try {
    await file.write();
  } finally {
    file.close();
  }
}

interface Sender {
  readonly id: number;
  readonly name: string;
  readonly color: number;
  readonly rank: number;
  readonly nick: string | null;
}

/** The server's bot. */
const bot: Sender = { id: -1, name: "ChatBot", color: noColor, rank: 0, nick: null };

class File {
  readonly #of: SockchatWriting;
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;
  readonly #senders: ReadonlyMap<string, Sender>;
  /** People who are gone, by their names. */
  readonly #gone = new Map<string, Sender>();
  #written = 0;

  constructor(of: SockchatWriting) {
    this.#of = of;
    this.#db = new Database(of.path);
    this.#db.exec(schema);
    this.#insert = this.#db.prepare(
      "INSERT OR IGNORE INTO sqc_messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
    );
    this.#senders = sendersOf(of.leaving);
  }

  close(): void {
    this.#db.close();
  }

  async write(): Promise<void> {
    this.#leaveRest();
    this.#db.exec("BEGIN");
    for (const part of this.#of.leaving.parts) await this.#part(part);
    this.#db.exec("COMMIT; PRAGMA synchronous = FULL; PRAGMA user_version = 1;");
  }

  /** What the form has nothing for. */
  #leaveRest(): void {
    const { leaving, report } = this.#of;
    const rest = [
      ["role", leaving.roles.length, "the site says who has which rank"],
      ["emoji", leaving.emojis.length, "the site has the smileys"],
      ["webhook", leaving.webhooks.length, "the server has none"],
      ["ban", leaving.people.filter(({ banned }) => banned).length, "the site keeps the bans"],
      [
        "person",
        leaving.people.filter(({ identities = [] }) => !identities.some(isOfSite)).length,
        "has no account of the site: only the words are carried",
      ],
    ] as const;
    for (const [kind, n, why] of rest) {
      report.count(kind, "read", n);
      report.count(kind, "left", n);
      if (n > 0) report.say(kind, `all ${n}`, why);
    }
  }

  async #part(part: LeavingPart): Promise<void> {
    const { report, withClosed } = this.#of;
    const { channel, name } = this.#channelOf(part);
    report.count("channel", "read");
    if (channel === undefined || (!isOpen(channel) && !withClosed)) {
      report.count("message", "read", part.total);
      report.count("message", "left", part.total);
      report.leave("channel", name, "is not for everybody, and the form does not say for whom");
      return;
    }
    report.count("channel", "brought");
    if (!isOpen(channel)) report.say("channel", name, "is open to whoever enters it there");
    let last = 0;
    for await (const message of part.messages()) last = await this.#message(message, name, last);
  }

  #channelOf({ place }: LeavingPart): {
    readonly channel: LeavingChannel | undefined;
    readonly name: string;
  } {
    const { channels, threads } = this.#of.leaving;
    const thread = "thread" in place ? threads.find(({ id }) => id === place.thread) : undefined;
    const key = "channel" in place ? place.channel : thread?.channel;
    const channel = channels.find((each) => each.key === key);
    return { channel, name: (thread ?? channel)?.slug.toLowerCase() ?? "" };
  }

  /** @returns its id */
  async #message(message: SourceMessage, channel: string, last: number): Promise<number> {
    const { report, told } = this.#of;
    const { id, by, atUs, editedAtUs, kind } = message;
    report.count("message", "read");
    for (const what of leftOf(message)) report.say("message", id, what);
    const text = this.#textOf(message);
    if (text.trim() === "") {
      report.leave("message", id, "has no words");
      return last;
    }
    const { id: number, name, color, rank, nick } = this.#sender(by);
    const atMs = Math.floor(atUs / 1000);
    const least = Math.max(last + 1, (atMs - idEpochMs) * idBits, 1);
    const msgId = this.#put(least, [
      channel,
      number,
      name,
      color,
      rank,
      nick,
      number < 0 ? 0 : everybodysPerms,
      text,
      kind === "action" && number > 0 ? actionFlag : 0,
      dateOf(atMs),
      editedAtUs === undefined ? null : dateOf(Math.floor(editedAtUs / 1000)),
    ]);
    report.count("message", "brought");
    told(1, 0);
    this.#written += 1;
    if (this.#written % batch === 0) this.#db.exec("COMMIT; BEGIN");
    return msgId;
  }

  /** Under the first id that is free from one on. */
  #put(least: number, values: readonly (string | number | null)[]): number {
    for (let id = least; ; id += 1) {
      if (this.#insert.run(id, ...values).changes === 1) return id;
    }
  }

  #sender(who: Who): Sender {
    if (who.kind === "system") return bot;
    if (who.kind === "person") return this.#senders.get(who.id) ?? bot;
    const known = this.#gone.get(who.name);
    if (known !== undefined) return known;
    // Above the numbers of all accounts.
    const id = goneNumberMin + this.#gone.size;
    const sender: Sender = { id, name: who.name, color: noColor, rank: 0, nick: null };
    this.#gone.set(who.name, sender);
    return sender;
  }

  #textOf(message: SourceMessage): string {
    const { kind, markup, by, webhook, poll, attachments = [] } = message;
    const words = markup === "bbcode" ? message.text : typedText(this.#of.translate(message));
    const asked =
      poll === undefined ? [] : [poll.question, ...poll.options.map(({ text }) => `- ${text}`)];
    const text = [words, ...asked, ...attachments.map(({ name }) => name)]
      .filter((line) => line !== "")
      .join("\n");
    if (by.kind === "system") {
      const line = webhook === undefined ? text : `${webhook.name}: ${text}`;
      return text === "" ? "" : `0\fsay\f${escaped(line)}`;
    }
    return kind === "action" ? escaped(text) : text;
  }
}

const goneNumberMin = 2 ** 50;
const isOfSite = ({ provider }: { readonly provider: string }): boolean => provider === "site";

/** What the server makes of the words of a command before it stores them. */
const escaped = (text: string): string =>
  text.replace(/[<>\n]/g, (char) => (char === "<" ? "&lt;" : char === ">" ? "&gt;" : " <br/> "));

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

function sendersOf({ people, roles }: Leaving): ReadonlyMap<string, Sender> {
  const ranks = new Map(roles.map(({ name, rank }) => [name, rank]));
  return new Map(people.map((person) => [person.id, senderOf(person, ranks)]));
}

function senderOf(person: SourcePerson, ranks: ReadonlyMap<string, number>): Sender {
  const { number = 0, name, color, roles, nickname } = person;
  return {
    id: number,
    name,
    color: color === undefined ? noColor : packed(color),
    rank: Math.max(0, ...roles.map((role) => ranks.get(role) ?? 0)),
    nick: nickname ?? null,
  };
}

const packed = (color: string): number =>
  /^#[0-9a-f]{6}$/i.test(color) ? Number.parseInt(color.slice(1), 16) : noColor;

/** Whether everybody may read it. */
function isOpen({ permissions, minRank, hasPassword }: LeavingChannel): boolean {
  const [view] = channelRights;
  const list = permissions[view] ?? [];
  const isForAll = list.includes("user") && !list.some((entry) => entry.startsWith("!"));
  return isForAll && minRank === 0 && !hasPassword;
}

/** What of a message the form has nothing for. */
function leftOf(message: SourceMessage): readonly string[] {
  const { replyTo, reactions, pinned, attachments, embeds, poll, markup } = message;
  return [
    ...(replyTo === undefined ? [] : ["does not say what it answers"]),
    ...(reactions === undefined ? [] : ["loses its reactions"]),
    ...(pinned === undefined ? [] : ["is pinned no more"]),
    ...(attachments === undefined ? [] : ["has the names of its files alone"]),
    ...(embeds === undefined ? [] : ["loses its embeds"]),
    ...(poll === undefined ? [] : ["is a poll, of which the words are left"]),
    ...(markup === "bbcode" ? [] : ["is in another markup: what Sock Chat has none for is words"]),
  ];
}
