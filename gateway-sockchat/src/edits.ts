/**
 * How often the edits of one message are told: the protocol has none, each takes the line away and puts it at the end. The
 * first is told at once; those within two seconds of it are one, told at their end (bridge table, edited).
 */
import type { Event, MessageId } from "@dragoman/bus-schema";
import type { RosterExtension } from "@dragoman/gateway-kit";

const togetherMs = 2_000;
/** Messages that are remembered: more than are edited in that time. */
const messagesMax = 20_000;

interface Told {
  /** Of the last telling, on the monotonic clock. */
  readonly atMs: number;
  readonly waits: boolean;
}

export class EditsTold implements RosterExtension {
  /** The one told longest ago first. */
  readonly #told = new Map<MessageId, Told>();

  before(event: Event): void {
    if (event.type === "message.deleted") this.#told.delete(event.messageId);
  }

  /** Whether an edit is told at once; if not it waits, as `waitMs` says. */
  takeNow(messageId: MessageId, nowMs: number): boolean {
    const told = this.#told.get(messageId);
    const isLate = told === undefined || nowMs - told.atMs >= togetherMs;
    if (isLate && told?.waits !== true) this.#note(messageId, nowMs);
    else this.#told.set(messageId, { atMs: told?.atMs ?? nowMs, waits: true });
    return isLate && told?.waits !== true;
  }

  /** How long an edit waits that has come just now; undefined: it is told. */
  waitMs(messageId: MessageId, nowMs: number): number | undefined {
    const told = this.#told.get(messageId);
    return told?.waits === true ? Math.max(0, told.atMs + togetherMs - nowMs) : undefined;
  }

  /** Whether what waited is told now; not where the message is gone. */
  takeWaiting(messageId: MessageId, nowMs: number): boolean {
    if (this.#told.get(messageId)?.waits !== true) return false;
    this.#note(messageId, nowMs);
    return true;
  }

  #note(messageId: MessageId, nowMs: number): void {
    this.#told.delete(messageId);
    this.#told.set(messageId, { atMs: nowMs, waits: false });
    for (const [oldest, { atMs, waits }] of this.#told) {
      const isOver = !waits && nowMs - atMs >= togetherMs;
      if (!isOver && this.#told.size <= messagesMax) return;
      this.#told.delete(oldest);
    }
  }
}
