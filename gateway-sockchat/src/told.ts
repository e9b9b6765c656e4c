/**
 * Lines besides a message's own that hold words of it: the quote above a reply, embeds, what tells of its reactions,
 * pins and votes. They go when it is deleted or its words change, so their numbers are kept, those of the newest
 * messages of which there are any: all that a screen shows is long younger.
 */
import { type Event, excerptOf, type MessageId, type Place } from "@dragoman/bus-schema";
import type { RosterExtension } from "@dragoman/gateway-kit";

/** Messages of which lines are known, and lines of one of them. */
const messagesMax = 20_000;
const linesMax = 256;

/** Notices about messages of one place within so long. */
const noticesMax = 10;
const noticesMs = 60_000;

/** Above the numbers of messages, and above those that the kit counts up for lines of its own (reference, part 1). */
const derivedFrom = 2 ** 52 + 2 ** 51;
const slots = 16;

/** The number of a line that comes with a message: slot 0 is the quote above it, 1 to 10 are embeds below. */
const derived = (number: number, slot: number): number => derivedFrom + number * slots + slot;
export const quoteLineId = (number: number): number => derived(number, 0);
export const embedLineId = (number: number, index: number): number => derived(number, index + 1);

export class ToldLines implements RosterExtension {
  readonly #lines = new Map<MessageId, Set<number>>();
  /** What messages say now whose reactions are still to be told of; null: nothing any more. */
  readonly #waiting = new Map<MessageId, string | null>();
  /** Announcements, which are on everybody's screen. */
  readonly #announced = new Set<MessageId>();
  /** How many notices each place had since a time; of the present minute alone. */
  readonly #notices = new Map<string, number>();
  #noticesMinute = 0;
  readonly #gathers: boolean;

  /** @param gathers whether reactions are told of at all */
  constructor(gathers: boolean) {
    this.#gathers = gathers;
  }

  before(event: Event): void {
    switch (event.type) {
      case "reaction.added":
      case "reaction.removed":
        if (this.#gathers) this.#waiting.set(event.messageId, event.excerpt);
        break;
      case "message.edited": {
        const { messageId } = event.message;
        if (this.#waiting.has(messageId)) this.#waiting.set(messageId, excerptOf(event.message));
        break;
      }
      case "message.deleted":
        if (this.#waiting.has(event.messageId)) this.#waiting.set(event.messageId, null);
        break;
      case "message.announced":
        this.#announced.add(event.message.messageId);
        if (this.#announced.size > messagesMax) dropOldest(this.#announced);
        break;
      default:
    }
  }

  /** What a message says now of whose reactions is told; null: it is gone. Asked once for each telling. */
  takeWords(messageId: MessageId): string | null {
    const words = this.#waiting.get(messageId) ?? null;
    this.#waiting.delete(messageId);
    return words;
  }

  isAnnounced(messageId: MessageId): boolean {
    return this.#announced.has(messageId);
  }

  /** Whether a place takes another notice in this minute; `last`: one that says that no more follow. */
  admit({ channelId, threadId }: Place, nowMs: number): "yes" | "last" | "no" {
    const minute = Math.floor(nowMs / noticesMs);
    if (minute !== this.#noticesMinute) this.#notices.clear();
    this.#noticesMinute = minute;
    const key = `${channelId}/${threadId ?? ""}`;
    const count = (this.#notices.get(key) ?? 0) + 1;
    this.#notices.set(key, count);
    if (count === noticesMax) return "last";
    return count < noticesMax ? "yes" : "no";
  }

  /** Keeps that a line holds words of a message. */
  add(messageId: MessageId, lineId: number): void {
    const lines = this.#lines.get(messageId) ?? new Set();
    this.#lines.delete(messageId);
    this.#lines.set(messageId, lines.add(lineId));
    if (lines.size > linesMax) dropOldest(lines);
    if (this.#lines.size > messagesMax) dropOldest(this.#lines);
  }

  /** The lines that hold words of a message, which are forgotten: they are taken off the screens now. */
  take(messageId: MessageId): readonly number[] {
    const lines = this.#lines.get(messageId);
    this.#lines.delete(messageId);
    return [...(lines ?? [])];
  }
}

function dropOldest<K>(kept: { keys(): Iterator<K>; delete(key: K): boolean }): void {
  const oldest = kept.keys().next();
  if (oldest.done !== true) kept.delete(oldest.value);
}
