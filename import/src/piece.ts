/** Messages of a part on their way into the house: pieces, each of which brings the part's cursor on. */
import { type ImportedMessage, importBytesMax } from "@dragoman/bus-schema";
import { type House, ImportStopped, type Outcome, sayRefusal } from "./house.ts";
import type { Cursor } from "./look-back.ts";
import type { People } from "./people.ts";
import type { Report } from "./report.ts";
import type { Source } from "./source.ts";

/** What a message has more in the journal than in a piece: a number, and the event around it. */
const roundBytes = 160;
const pieceBytes = importBytesMax - 24 * 1024;
const pieceMessages = 1_500;
/** While the house stores one it reads the next. */
const underWayMax = 2;

/** A message as the house is given it. */
export interface Converted {
  readonly imported: ImportedMessage;
  readonly bytes: number;
  /** As the source has it. */
  readonly id: string;
  readonly us: number;
}

/** How far a part has come: its cursor, and how many messages that are. */
interface Stand {
  readonly cursor: string | null;
  readonly n: number;
}

export interface Giving {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  readonly people: People;
  readonly progress: (bytes: number, messages: number) => void;
}

type Refused = Extract<Outcome, { ok: false }>;

/** One piece is filled while others are under way, in their order. */
export class Pieces {
  readonly #of: Giving;
  readonly #key: string;
  /** What the house has said that it has. */
  #stand: Stand;
  /** What it has once all that is under way is stored. */
  #ahead: Stand;
  #messages: Converted[] = [];
  #bytes = 0;
  #underWay: Promise<void>[] = [];

  /** @param key of the part */
  constructor(of: Giving, key: string, stand: Stand) {
    this.#of = of;
    this.#key = key;
    this.#stand = stand;
    this.#ahead = stand;
  }

  hasRoomFor({ bytes }: Converted): boolean {
    const isFull = this.#messages.length >= pieceMessages;
    return !isFull && this.#bytes + bytes + roundBytes <= pieceBytes;
  }

  add(message: Converted): void {
    this.#messages.push(message);
    this.#bytes += message.bytes + roundBytes;
  }

  /** Resolves when all is stored. */
  async flush(): Promise<void> {
    await this.send();
    await Promise.all(this.#underWay);
  }

  /** Sends what was gathered on its way, once there is room. */
  async send(): Promise<void> {
    const messages = this.#messages;
    if (messages.length === 0) return;
    this.#messages = [];
    this.#bytes = 0;
    await this.#of.people.ready();
    while (this.#underWay.length >= underWayMax) await this.#underWay.shift();
    const settled = this.#settle(messages, this.#underWay.at(-1));
    // Whoever waits for it next is told.
    settled.catch(() => undefined);
    this.#underWay.push(settled);
  }

  /** @param before the piece before it, where that may be under way */
  async #settle(messages: readonly Converted[], before?: Promise<void>): Promise<void> {
    const from = this.#ahead;
    this.#ahead = behindOf(from, messages);
    const answer = this.#command(from, messages, messages);
    const [result] = await Promise.all([answer, before]);
    // It came before the other, or the other was refused and is stored by now in smaller pieces.
    if (isOfCursor(result) && before !== undefined) await this.#bring(messages);
    else if (result.ok) await this.#brought(messages);
    else await this.#refused(messages, result);
  }

  async #bring(messages: readonly Converted[]): Promise<void> {
    const result = await this.#command(this.#stand, messages, messages);
    if (result.ok) await this.#brought(messages);
    else await this.#refused(messages, result);
  }

  async #brought(messages: readonly Converted[]): Promise<void> {
    const { house, report, progress } = this.#of;
    this.#stand = behindOf(this.#stand, messages);
    report.count("message", "brought", messages.length);
    report.weigh(
      "message",
      messages.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    progress(0, messages.length);
    await house.settled();
  }

  /** Stores what of them can be: what the house refuses costs itself alone. */
  async #refused(messages: readonly Converted[], result: Refused): Promise<void> {
    const [only, second] = messages;
    if (isOfCursor(result) || only === undefined) throw this.#fault(result);
    if (second !== undefined) {
      const half = Math.ceil(messages.length / 2);
      await this.#bring(messages.slice(0, half));
      await this.#bring(messages.slice(half));
      return;
    }
    this.#of.report.leave("message", only.id, sayRefusal(result));
    const passed = await this.#command(this.#stand, messages, []);
    if (!passed.ok) throw this.#fault(passed);
    this.#stand = behindOf(this.#stand, messages);
  }

  /** Moves the cursor behind some messages, and stores those that are to be. */
  #command(
    from: Stand,
    behind: readonly Converted[],
    messages: readonly Converted[],
  ): Promise<Outcome> {
    const cursor = behindOf(from, behind).cursor ?? "";
    return this.#of.house.command({
      type: "import.messages",
      progress: { source: this.#of.source.name, key: this.#key, cursor },
      from: from.cursor,
      messages: messages.map(({ imported }) => imported),
    });
  }

  #fault(result: Refused): ImportStopped {
    return new ImportStopped(this.#key, result);
  }
}

function behindOf(stand: Stand, messages: readonly Converted[]): Stand {
  const { id = "", us = 0 } = messages.at(-1) ?? {};
  const n = stand.n + messages.length;
  return { cursor: JSON.stringify({ n, id: id.slice(0, 100), us } satisfies Cursor), n };
}

/** Whether the part stands elsewhere in the house than where the piece begins. */
const isOfCursor = (result: Outcome): result is Refused =>
  !result.ok && result.rejection.code === "invalid" && result.rejection.field === "from";
