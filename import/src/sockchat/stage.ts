/**
 * Lines of a source in a database of their own, in a temporary folder: in the order of their ids and once each, however
 * they come out of the source. It bounds the memory and is gone with the run. Channels and bans are few and stay here.
 */
import Database from "libsql";
import {
  type Face,
  type FoundBan,
  type FoundChannel,
  type FoundSilence,
  families,
  type Item,
  type Remark,
  type Said,
  type Where,
} from "./item.ts";
import { LineTable } from "./line-table.ts";
import { stageSchema } from "./stage-schema.ts";
import { cleanText } from "./typed.ts";

/** Code points of a text that come along; nobody could type more into either server. */
const textMax = 10_000;
const channelsMax = 100_000;
/** Of bans, and of silences. */
const endingsMax = 200_000;
/** Appearances of people that are looked up without the database. */
const facesMax = 50_000;

/** A channel as far as a source tells of it. */
export interface StagedChannel {
  readonly id: number;
  readonly key: string;
  name: string;
  /** By a list of channels; null: there is none of this server, or it is not in it. */
  listed: FoundChannel | null;
  /** Whether the server that lines are of has a list of channels. */
  hasList: boolean;
  /** The highest rank that lines give the channel; -1: none do. */
  channelRank: number;
  /** The lowest rank of those who spoke; null: lines do not say. */
  speakerRank: number | null;
  /** Lines that come along. */
  lines: number;
}

export interface StageOptions {
  readonly path: string;
  /** Nothing was said later. */
  readonly nowMs: number;
  readonly onRemark: (remark: Remark) => void;
}

export class Stage {
  readonly db: Database.Database;
  readonly channels = new Map<string, StagedChannel>();
  readonly bans: FoundBan[] = [];
  readonly silences: FoundSilence[] = [];
  readonly #options: StageOptions;
  readonly #faces = new Map<string, number>();
  /** Of those that are one object, as most are. */
  readonly #known = new WeakMap<Face, number>();
  readonly #lines: LineTable;
  readonly #addFace: Database.Statement;
  readonly #faceOf: Database.Statement;

  constructor(options: StageOptions) {
    this.#options = options;
    this.db = new Database(options.path);
    this.db.exec(stageSchema);
    this.db.exec("BEGIN");
    this.#lines = new LineTable(this.db);
    this.#addFace = this.db.prepare(`
      INSERT OR IGNORE INTO faces (seen, person, number, name, is_nick, nick, color, rank, perms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#faceOf = this.db.prepare("SELECT face FROM faces WHERE seen = ?").raw();
  }

  /** Takes one thing in. */
  put(item: Item, where: Where): void {
    switch (item.kind) {
      case "said":
        this.#putLine(item, where);
        break;
      case "channel":
        this.#putChannel(item, where);
        break;
      case "ban":
        this.#putEnding(item, where, this.bans, "over");
        break;
      case "silence":
        this.#putEnding(item, where, this.silences, "silence_over");
        break;
      case "passed":
        this.#remark(item.why, where, item.what);
        break;
    }
  }

  /** All is there: from here on it is read. */
  seal(): void {
    this.#lines.flush();
    this.db.exec("COMMIT");
    this.db.exec(`
      CREATE INDEX said_of_channel ON said (channel, ord, is_deleted);
      CREATE TABLE worn AS
        SELECT face, max(ord) AS last FROM said WHERE face IS NOT NULL GROUP BY face;`);
    const count = this.db
      .prepare("SELECT channel, count(*) FROM said WHERE is_deleted = 0 GROUP BY channel")
      .raw();
    const lines = new Map(count.all() as [number, number][]);
    for (const channel of this.channels.values()) channel.lines = lines.get(channel.id) ?? 0;
  }

  close(): void {
    this.db.close();
  }

  #remark(why: Remark["why"], where: Where, what?: string): void {
    this.#options.onRemark({ why, where, ...(what === undefined ? {} : { what }) });
  }

  // ---- lines ----------------------------------------------------------------------------------------------

  #putLine(said: Said, place: Where): void {
    const channel = this.#channelOf(said);
    const text = this.#textOf(said, place);
    if (channel === undefined) this.#remarkOf(said, "too_many", place, said.channel);
    else if (text === "" && !said.isDeleted) this.#remarkOf(said, "no_text", place);
    else this.#keep(said, { channel, text, place });
  }

  #keep(
    said: Said,
    { channel, text, place }: { channel: StagedChannel; text: string; place: Where },
  ): void {
    const isPast = said.atMs !== null && said.atMs <= this.#options.nowMs;
    if (said.isDeleted) this.#remarkOf(said, "deleted", place);
    else if (!isPast) this.#remarkOf(said, "time", place);
    const isTwice = !this.#lines.put({
      ord: ordOf(said),
      weight: said.weight,
      face: said.author === null ? null : this.#face(said.author),
      channel: channel.id,
      text,
      isAction: said.isAction,
      atMs: isPast ? said.atMs : null,
      editedAtMs: said.editedAtMs,
      isDeleted: said.isDeleted,
      ident: said.ident ?? null,
    });
    if (isTwice) this.#remarkOf(said, "id_twice", place);
  }

  #remarkOf({ id }: Said, why: Remark["why"], place: Where, what?: string): void {
    this.#remark(why, { ...place, id: id.toString() }, what);
  }

  #textOf(said: Said, place: Where): string {
    const text = cleanText(said.text);
    if (text.includes("\ufffd")) this.#remarkOf(said, "alphabet", place);
    if (text.length <= textMax) return text;
    // As many units as code points at most, so that an endless text is not taken apart.
    const most = [...text.slice(0, textMax * 2)];
    if (most.length <= textMax && text.length <= textMax * 2) return text;
    this.#remarkOf(said, "too_long", place, String(text.length));
    return most.slice(0, textMax).join("");
  }

  #face(face: Face): number {
    const known = this.#known.get(face);
    if (known !== undefined) return known;
    const id = this.#staged(face);
    this.#known.set(face, id);
    return id;
  }

  #staged(face: Face): number {
    const { number, name, isNick, nick = null, color, rank, perms } = face;
    const person = personKey(face);
    const seen = JSON.stringify([person, name, isNick, nick, color, rank, perms]);
    const known = this.#faces.get(seen);
    if (known !== undefined) return known;
    this.#addFace.run(seen, person, number, name, isNick ? 1 : 0, nick, color, rank, perms);
    const [id] = this.#faceOf.get(seen) as [number];
    if (this.#faces.size >= facesMax) this.#faces.clear();
    this.#faces.set(seen, id);
    return id;
  }

  // ---- channels and bans ------------------------------------------------------------------------------------

  #channelOf(said: Said): StagedChannel | undefined {
    const isSharp = said.family === "log" || said.family === "event";
    const key = isSharp ? said.channel.toLowerCase() : said.channel;
    const channel = this.#channel(key, said.channel);
    if (channel === undefined) return undefined;
    // Small letters are of 2021, when all names became so.
    if (channel.name === key && said.channel !== key) channel.name = said.channel;
    if (!isSharp) channel.hasList = true;
    channel.channelRank = Math.max(channel.channelRank, said.channelRank ?? -1);
    const rank = said.author?.rank ?? null;
    if (rank !== null) channel.speakerRank = Math.min(channel.speakerRank ?? rank, rank);
    return channel;
  }

  #channel(key: string, name: string): StagedChannel | undefined {
    const known = this.channels.get(key);
    if (known !== undefined || this.channels.size >= channelsMax) return known;
    const channel: StagedChannel = {
      id: this.channels.size + 1,
      key,
      name,
      listed: null,
      hasList: false,
      channelRank: -1,
      speakerRank: null,
      lines: 0,
    };
    this.channels.set(key, channel);
    return channel;
  }

  #putChannel(found: FoundChannel, where: Where): void {
    const channel = this.#channel(found.name, found.name);
    if (channel === undefined) this.#remark("too_many", where, found.name);
    else if (channel.listed !== null) this.#remark("channel_twice", where, found.name);
    else {
      channel.listed = found;
      channel.hasList = true;
    }
  }

  #putEnding<F extends FoundBan | FoundSilence>(
    found: F,
    where: Where,
    kept: F[],
    over: "over" | "silence_over",
  ): void {
    const { untilMs, name, number } = found;
    const address = found.kind === "ban" ? found.address : null;
    const who = name ?? address ?? String(number);
    if (untilMs !== null && untilMs <= this.#options.nowMs) this.#remark(over, where, who);
    else if (kept.length >= endingsMax) this.#remark("too_many", where, who);
    else kept.push(found);
  }
}

/** Whom lines are by: a number is the same person under any name. */
export function personKey({ number, name }: Pick<Face, "number" | "name">): string {
  return number === null ? `name ${name}` : `number ${number}`;
}

/** Families stand behind each other, and in each lines stand by their ids. */
function ordOf({ family, id }: Pick<Said, "family" | "id">): bigint {
  return (BigInt(families[family]) << 60n) | id;
}
