/**
 * What was changed on the old server among the newest messages of a place since they were brought: edits and deletions come
 * along as far as the house tells of its newest messages. Everything else behind a cursor stays as it was brought.
 */
import type { ImportedMessage, MessageId, Place } from "@dragoman/bus-schema";
import type { House, Tail } from "./house.ts";
import { sayRefusal } from "./house.ts";
import { type IdSet, keptId, NumberSet } from "./id.ts";
import type { Report } from "./report.ts";
import type { MessageBatches, Source, SourcePart } from "./source.ts";

/** How far a part has come: so many messages, the last of which was this. */
export interface Cursor {
  readonly n: number;
  readonly id: string;
  readonly us: number;
}

export interface Looking {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  /** The ids of all messages that were read. */
  readonly ids: IdSet;
}

/** A place in a part, with how many records stand before it, and how many of these have an id that is no other's. */
interface Start {
  readonly messages: () => MessageBatches;
  readonly n: number;
  readonly kept: number;
}

/** What a part holds, by its ids. */
interface Looked {
  readonly tail: Tail;
  readonly found: number;
  readonly cursor: Cursor;
  readonly start: Start;
  readonly counted: number;
  readonly twice: NumberSet;
}

export class LookBack {
  readonly #of: Looking;
  readonly #place: Place;
  readonly #tail: ReadonlyMap<string, Tail[number]>;
  /** Records of the part up to the newest one that is here; 0: none of them is. */
  readonly found: number;
  /** Where the part stands now. */
  readonly cursor: Cursor;
  /** Where there is something to compare, or to bring. */
  readonly start: Start;
  /** Records whose ids were looked at, of which these are there twice. */
  readonly #counted: number;
  readonly #twice: NumberSet;

  private constructor(of: Looking, place: Place, looked: Looked) {
    this.#of = of;
    this.#place = place;
    this.#tail = new Map(looked.tail.map((each) => [each.messageId, each]));
    this.found = looked.found;
    this.cursor = looked.cursor;
    this.start = looked.start;
    this.#counted = looked.counted;
    this.#twice = looked.twice;
  }

  /** Compares a part with what is here, and takes out what is gone there. */
  static async at(of: Looking, part: SourcePart, place: Place, last: Cursor): Promise<LookBack> {
    const tail = await of.house.tail(place);
    const here = new Set<string>(tail.map(({ messageId }) => messageId));
    const there = new Set<string>();
    const twice = new NumberSet();
    const at = { n: 0, kept: 0, found: 0, cursor: last };
    const beginning: Start = { messages: () => part.messages(), n: 0, kept: 0 };
    let batch = beginning;
    let start: Start | undefined;
    for await (const { ids, from } of part.ids()) {
      if (from !== undefined) batch = { messages: from, n: at.n, kept: at.kept };
      for (const given of ids) {
        at.n += 1;
        const id = keptId(of.source.name, "message", given);
        if (!of.ids.add(id)) {
          of.report.leave("message", given, "its id occurs twice");
          twice.add(at.n);
          continue;
        }
        at.kept += 1;
        const isHere = here.has(id);
        if (isHere) there.add(id);
        if (!isHere && given.slice(0, 100) !== last.id) continue;
        start ??= batch;
        at.found = at.n;
        at.cursor = { ...last, n: at.kept, id: given.slice(0, 100) };
      }
    }
    const { found, cursor, n: counted } = at;
    const back = new LookBack(of, place, {
      tail,
      found,
      cursor,
      start: start ?? beginning,
      counted,
      twice,
    });
    if (found > 0 && last.n > cursor.n) {
      await back.#takeOut(part, last, goneOf(of, tail, there, last));
    }
    return back;
  }

  /** Whether the id of the record with this number, from 1, is another's too, which the report knows; undefined: it is new. */
  isTwice(n: number): boolean | undefined {
    return n > this.#counted ? undefined : this.#twice.has(n);
  }

  /** What is gone there is known where as many are here too many as are there too few. */
  async #takeOut(part: SourcePart, last: Cursor, gone: readonly MessageId[]): Promise<void> {
    const { house, report } = this.#of;
    const missing = last.n - this.cursor.n;
    if (gone.length !== missing) {
      report.say("message", `${part.key}: ${missing}`, "is deleted there, which one is not known");
      return;
    }
    for (const messageId of gone) {
      const result = await house.command({ type: "import.revise", place: this.#place, messageId });
      if (result.ok) report.count("message deleted there", "brought");
      else report.leave("message deleted there", messageId, sayRefusal(result));
    }
  }

  /** Brings the words of a message that was edited there since. One that was edited here later stays. */
  async compare({ messageId, content, createdAtUs, editedAtUs }: ImportedMessage): Promise<void> {
    const here = this.#tail.get(messageId);
    if (here === undefined || here.content.text === content.text) return;
    const { house, report } = this.#of;
    const atUs = editedAtUs ?? createdAtUs;
    if (here.editedAtUs !== undefined && here.editedAtUs > atUs) {
      report.say("message", messageId, "was edited here since: that stays");
      return;
    }
    const result = await house.command({
      type: "import.revise",
      place: this.#place,
      messageId,
      changed: { content, editedAtUs: atUs },
    });
    if (result.ok) report.count("message edited there", "brought");
    else report.leave("message edited there", messageId, sayRefusal(result));
  }

  /** Whether it is among those that are compared. */
  holds(messageId: string): boolean {
    return this.#tail.has(messageId);
  }
}

/** Messages here, up to the last that was brought, that the source does not have. */
function goneOf(
  { source }: Looking,
  tail: Tail,
  there: ReadonlySet<string>,
  last: Cursor,
): readonly MessageId[] {
  const lastId = keptId(source.name, "message", last.id);
  const until = tail.findLastIndex(({ messageId }) => there.has(messageId) || messageId === lastId);
  return tail
    .slice(0, until + 1)
    .filter(({ messageId }) => !there.has(messageId))
    .map(({ messageId }) => messageId);
}
