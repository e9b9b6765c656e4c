/** Messages of a data folder (OriginChats part 3, section 16), one by one. */
import {
  type Embed,
  emojiCodePointsMax,
  emojisMax,
  reactionsMax,
  type WebhookAuthor,
} from "@dragoman/bus-schema";
import { derivedId, keptId } from "../id.ts";
import type { Report } from "../report.ts";
import type { IdBatch, SourceMessage } from "../source.ts";
import { shownOf } from "./file.ts";
import type { Names } from "./names.ts";
import type { Polls } from "./poll.ts";
import type { Lines } from "./read.ts";
import { type Fields, fieldsOf, isFields, isId, listOf, microsecondsOf, textOf } from "./value.ts";

/** Code points that any text may have at most; the original's default is 2,000. */
const textMax = 10_000;
const attachmentsMax = 20;
const embedsMax = 10;
const embedsBytesMax = 32 * 1024;
/** A clock that is not quite right. */
const aheadUs = 86_400_000_000;

export interface MessageOptions {
  readonly names: Names;
  readonly polls: Polls;
  readonly report: Report;
  readonly nowMs: number;
}

/**
 * Records of a place.
 * @param isTold whether the report says what is not as it should be
 * @param from where records that were read at once began
 */
export type Records = (isTold: boolean, from?: number) => AsyncIterable<Lines>;

/** A byte of a file, with how many lines stand before it and which message is the first behind it. */
interface Mark {
  readonly at: number;
  readonly lines: number;
  readonly id: string;
}

export class Messages {
  readonly #options: MessageOptions;

  constructor(options: MessageOptions) {
    this.#options = options;
  }

  /**
   * The messages that records are. What is broken is left out.
   * @throws Error when another record begins at the mark than when it was made
   */
  async *in(
    records: Records,
    place: string,
    from?: Mark,
  ): AsyncGenerator<readonly SourceMessage[]> {
    const { report } = this.#options;
    let expected = from?.id;
    let beforeUs = 0;
    let line = from?.lines ?? 0;
    for await (const { lines } of records(true, from?.at)) {
      const messages: SourceMessage[] = [];
      for (const record of lines) {
        line += 1;
        if ("why" in record) {
          report.leave("message", `${place}, line ${line}: ${record.text}`, record.why);
          continue;
        }
        if (record.value === undefined) continue;
        if (!isFields(record.value)) {
          report.leave("message", `${place}, line ${line}`, "is no message");
          continue;
        }
        const message = this.#message(record.value, `${place}, line ${line}`, beforeUs);
        if (expected !== undefined && message.id !== expected)
          throw new Error(`${place}: it was changed while it was read; run the import again`);
        expected = undefined;
        beforeUs = message.atUs;
        messages.push(message);
      }
      yield messages;
    }
  }

  /** The ids of the same. */
  async *idsIn(records: Records, place: string): AsyncGenerator<IdBatch> {
    let before = 0;
    for await (const { begins, lines } of records(false)) {
      const ids = lines.flatMap((record) =>
        "value" in record && isFields(record.value) ? [idOf(record.value)] : [],
      );
      const [id] = ids;
      const mark: Mark | undefined =
        begins === undefined || id === undefined ? undefined : { at: begins, lines: before, id };
      yield { ids, from: mark && (() => this.in(records, place, mark)) };
      before += lines.length;
    }
  }

  #message(fields: Fields, where: string, beforeUs: number): SourceMessage {
    const { names, polls, report } = this.#options;
    const id = idOf(fields);
    const atUs = this.#time(fields["timestamp"], where, beforeUs);
    const embeds = this.#embeds(fields["embeds"], where);
    const poll = embeds.hasPoll ? polls.of(id) : undefined;
    if (embeds.hasPoll && poll === undefined)
      report.say("message", where, "shows a poll that is none");
    const webhook = webhookOf(fields["webhook"]);
    const attachments = listOf(fields["attachments"])
      .flatMap((each) => shownOf(each, this.#options.nowMs) ?? [])
      .slice(0, attachmentsMax);
    const replyTo = fieldsOf(fields["reply_to"]);
    const replyId = textOf(replyTo["id"], 100);
    const reactions = this.#reactions(fields["reactions"], where);
    const { ping } = fields;
    return {
      id,
      by: names.who(fields["user"]),
      text: poll === undefined ? this.#text(fields["content"], where) : "",
      markup: "markdown",
      kind: "text",
      atUs,
      ...(fields["edited"] === true ? { editedAtUs: atUs } : {}),
      ...(replyId === undefined
        ? {}
        : { replyTo: { id: replyId, by: names.who(replyTo["user"]) } }),
      ...(typeof ping === "boolean" ? { ping } : {}),
      ...(fields["pinned"] === true ? { pinned: true } : {}),
      ...(reactions.length === 0 ? {} : { reactions }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(embeds.kept.length === 0 ? {} : { embeds: embeds.kept }),
      ...(webhook === undefined ? {} : { webhook }),
      ...(poll === undefined ? {} : { poll }),
      ...this.#interaction(fields["interaction"]),
    };
  }

  #time(given: unknown, where: string, beforeUs: number): number {
    const { report, nowMs } = this.#options;
    const us = microsecondsOf(given);
    if (us !== undefined && us <= nowMs * 1000 + aheadUs) return us;
    report.say("message", where, us === undefined ? "has no time" : "is of a time to come");
    return beforeUs + 1;
  }

  #text(given: unknown, where: string): string {
    const { report } = this.#options;
    if (typeof given === "number" || typeof given === "boolean") return String(given);
    if (typeof given !== "string") {
      if (given !== undefined && given !== null) report.say("message", where, "has no text");
      return "";
    }
    const text = textOf(given, textMax) ?? "";
    if (given.length > textMax) report.say("message", where, "is cut: it is too long");
    return text;
  }

  #embeds(
    given: unknown,
    where: string,
  ): { readonly hasPoll: boolean; readonly kept: readonly Embed[] } {
    const all = listOf(given);
    const isPoll = (embed: unknown): boolean => fieldsOf(embed)["type"] === "poll";
    const kept = all.filter((each) => isFields(each) && !isPoll(each)).slice(0, embedsMax);
    const isSmall = JSON.stringify(kept).length <= embedsBytesMax;
    if (!isSmall) this.#options.report.say("message", where, "has embeds that are too large");
    return { hasPoll: all.some(isPoll), kept: isSmall ? (kept as readonly Embed[]) : [] };
  }

  #reactions(given: unknown, where: string): NonNullable<SourceMessage["reactions"]> {
    const { names, report } = this.#options;
    let room = reactionsMax;
    const reactions: { emoji: string; people: ReturnType<Names["who"]>[] }[] = [];
    for (const [emoji, users] of Object.entries(fieldsOf(given))) {
      const isEmoji = emoji !== "" && [...emoji].length <= emojiCodePointsMax;
      if (!isEmoji || reactions.length >= emojisMax) {
        report.say("message", where, "has a reaction that is none");
        continue;
      }
      const who = listOf(users)
        .map((user) => names.who(user))
        .filter(({ kind }) => kind !== "system")
        .slice(0, room);
      room -= who.length;
      if (who.length > 0) reactions.push({ emoji, people: who });
    }
    return reactions;
  }

  #interaction(given: unknown): Pick<SourceMessage, "interaction"> {
    const fields = fieldsOf(given);
    const command = textOf(fields["command"], 64);
    const who = this.#options.names.who(fields["username"]);
    return command === undefined || who.kind === "system" ? {} : { interaction: { command, who } };
  }
}

/** Its id; of a line without one, what follows from all that it says. */
const idOf = (fields: Fields): string =>
  textOf(fields["id"], 100) ?? derivedId("originchats", "line", JSON.stringify(fields));

function webhookOf(given: unknown): WebhookAuthor | undefined {
  const fields = fieldsOf(given);
  const id = textOf(fields["id"], 100);
  const name = textOf(fields["name"], 100);
  if (id === undefined || name === undefined) return undefined;
  return {
    webhookId: (isId(id)
      ? id.toLowerCase()
      : keptId("originchats", "webhook", id)) as WebhookAuthor["webhookId"],
    ...(id === "github" ? { github: true } : {}),
    name,
    avatar: textOf(fields["avatar"], 2000) ?? null,
  };
}
