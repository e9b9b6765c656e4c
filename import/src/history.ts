/** The messages and read marks of a source, in pieces that each bring their part of it on. */
import { createHash } from "node:crypto";
import type {
  AttachmentId,
  ImportedMessage,
  MessageId,
  OptionId,
  Place,
  PollId,
  UserId,
} from "@dragoman/bus-schema";
import type { Places } from "./furnishing.ts";
import { type House, mark, sayRefusal } from "./house.ts";
import { IdSet, keptId } from "./id.ts";
import { type Cursor, LookBack } from "./look-back.ts";
import type { People } from "./people.ts";
import { type Converted, Pieces } from "./piece.ts";
import type { Report } from "./report.ts";
import type { Source, SourceMessage, SourcePart, SourcePoll, Who } from "./source.ts";

const votesMax = 2_000;
/** One message's bytes at most: embeds go first. */
const messageBytesMax = 96 * 1024;
const marksAtOnce = 1_000;

export interface Moving {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  readonly people: People;
  readonly places: Places;
  readonly cursors: ReadonlyMap<string, string>;
  readonly progress: (bytes: number, messages: number) => void;
}

export class History {
  readonly #of: Moving;
  readonly #ids = new IdSet();

  constructor(of: Moving) {
    this.#of = of;
  }

  /** Brings what lies behind the cursors of all parts. */
  async bring(): Promise<void> {
    for (const part of this.#of.source.parts) await this.#bringPart(part);
  }

  async #bringPart(part: SourcePart): Promise<void> {
    const { places, report, cursors, progress, source, house } = this.#of;
    const place = places.of(part.place);
    if (place === undefined) {
      report.leave("history", part.key, "is of no place of the house");
      progress(part.bytes, 0);
      return;
    }
    const stored = cursors.get(part.key) ?? null;
    const last = stored === null ? undefined : (JSON.parse(stored) as Cursor);
    const looking = { ...this.#of, ids: this.#ids };
    const back = last && (await LookBack.at(looking, part, place, last));
    const cursor = back === undefined ? stored : JSON.stringify(back.cursor);
    if (cursor !== null) await mark(house, { source: source.name, key: part.key, cursor }, cursors);
    const pieces = new Pieces(this.#of, part.key, { cursor, n: back?.cursor.n ?? 0 });
    const {
      n: passed,
      kept,
      messages,
    } = back?.start ?? {
      n: 0,
      kept: 0,
      messages: () => part.messages(),
    };
    report.count("message", "read", passed);
    report.count("message", "there", kept);
    let n = passed;
    for await (const batch of messages()) {
      report.count("message", "read", batch.length);
      for (const message of batch) {
        n += 1;
        const id = keptId(source.name, "message", message.id);
        if (this.#isTwice(back, n, message.id, id)) continue;
        if (back === undefined || isBehind(back, n, message.atUs)) {
          const given = this.#imported(id, place, message);
          if (!pieces.hasRoomFor(given)) await pieces.send();
          pieces.add(given);
        } else {
          report.count("message", "there");
          if (back.holds(id)) await back.compare(this.#imported(id, place, message).imported);
        }
      }
    }
    await pieces.flush();
    progress(part.bytes, 0);
  }

  #isTwice(back: LookBack | undefined, n: number, given: string, id: string): boolean {
    const known = back?.isTwice(n);
    if (known !== undefined) return known;
    if (this.#ids.add(id)) return false;
    this.#of.report.leave("message", given, "its id occurs twice");
    return true;
  }

  #imported(messageId: string, place: Place, message: SourceMessage): Converted {
    const { people, source, report } = this.#of;
    const { id, by, text, markup, kind, atUs, editedAtUs, replyTo, ping, pinned, embeds } = message;
    const { attachments, webhook, poll, interaction, reactions = [] } = message;
    const caller = interaction === undefined ? undefined : people.of(interaction.who);
    const reacted = reactions.flatMap(({ emoji, people: who }) => {
      const userIds = [...new Set(who.flatMap((each) => people.of(each) ?? []))];
      return userIds.length === 0 ? [] : [{ emoji, userIds }];
    });
    const imported: ImportedMessage = {
      messageId: messageId as MessageId,
      place,
      author: this.#author(by),
      kind,
      content: { text, markup },
      createdAtUs: atUs,
      ...(editedAtUs === undefined ? {} : { editedAtUs }),
      ...(replyTo === undefined
        ? {}
        : {
            replyTo: {
              messageId: keptId(source.name, "message", replyTo.id) as MessageId,
              author: this.#author(replyTo.by),
            },
          }),
      ...(ping === undefined ? {} : { ping }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(reacted.length === 0 ? {} : { reactions: reacted }),
      ...(attachments === undefined
        ? {}
        : {
            attachments: attachments.map((each) => ({
              ...each,
              attachmentId: keptId(source.name, "attachment", each.attachmentId) as AttachmentId,
            })),
          }),
      ...(embeds === undefined ? {} : { embeds: [...embeds] }),
      ...(webhook === undefined ? {} : { webhook }),
      ...(interaction === undefined || caller === undefined
        ? {}
        : { interaction: { command: interaction.command, userId: caller } }),
      ...(poll === undefined ? {} : this.#poll(poll)),
    };
    let bytes = Buffer.byteLength(JSON.stringify(imported));
    if (bytes <= messageBytesMax) return { imported, bytes, id, us: atUs };
    const { embeds: _, reactions: __, ...bare } = imported;
    report.say("message", id, "is too large: its embeds and reactions are left");
    bytes = Buffer.byteLength(JSON.stringify(bare));
    return { imported: bare, bytes, id, us: atUs };
  }

  #author(who: Who): ImportedMessage["author"] {
    const userId = this.#of.people.of(who);
    return userId === undefined ? { kind: "system" } : { kind: "user", userId };
  }

  #poll(poll: SourcePoll): Pick<ImportedMessage, "poll" | "votes"> {
    const { people, report, source } = this.#of;
    const { id, creator, options, votes, question, createdAtUs, multi, endsMs, endedAtUs } = poll;
    const cast = new Map<UserId, OptionId[]>();
    for (const { who, optionIds } of votes) {
      const userId = people.of(who);
      if (userId !== undefined && !cast.has(userId)) cast.set(userId, optionIds as OptionId[]);
    }
    if (cast.size > votesMax) report.say("poll", question, `has more than ${votesMax} votes`);
    const kept = [...cast].slice(0, votesMax);
    return {
      poll: {
        pollId: keptId(source.name, "poll", id) as PollId,
        creatorId: people.of(creator) ?? ("" as UserId),
        createdAtUs,
        question,
        options: options.map((option) => ({
          ...option,
          votes: kept.filter(([, chosen]) => chosen.includes(option.optionId)).length,
        })),
        multi,
        endsMs,
        endedAtUs,
      },
      votes: kept.map(([userId, optionIds]) => ({ userId, optionIds })),
    };
  }

  /** Brings the read marks, where they are others than the last time. */
  async marks(): Promise<void> {
    const { source, house, people, places, report, cursors } = this.#of;
    const key = "read marks";
    const digest = createHash("sha256").update(JSON.stringify(source.marks)).digest("hex");
    report.count("mark", "read", source.marks.length);
    if (cursors.get(key) === digest || source.marks.length === 0) {
      report.count("mark", "there", source.marks.length);
      return;
    }
    const known = source.marks.flatMap(({ who, place, messageId }) => {
      const found = places.of(place);
      const userId = people.of(who);
      if (found === undefined || userId === undefined) {
        report.leave("mark", messageId, "is of no place, or nobody's");
        return [];
      }
      const id = keptId(source.name, "message", messageId) as MessageId;
      return [{ userId, place: found, messageId: id }];
    });
    await people.ready();
    for (let from = 0; from < known.length; from += marksAtOnce) {
      const marks = known.slice(from, from + marksAtOnce);
      const result = await house.command({ type: "import.marks", marks });
      if (result.ok) report.count("mark", "brought", marks.length);
      else for (const { messageId } of marks) report.leave("mark", messageId, sayRefusal(result));
    }
    await mark(house, { source: source.name, key, cursor: digest }, cursors);
  }
}

/** Whether a message came after what was brought: by its place behind the newest that is here, else by its time. */
const isBehind = ({ found, cursor }: LookBack, n: number, atUs: number): boolean =>
  found > 0 ? n > found : atUs > cursor.us;
