/**
 * How much room the journal has (docs/journal.md 1.4). Before it is full, what people do is refused and what keeps the
 * house in order is still stored: sessions that end, moderation, terms. Refusing before a decision means that nothing
 * that was decided is ever without its place.
 */
import { batchBytesMax, type Rejection } from "@dragoman/bus-schema";
import type { Logger } from "@dragoman/service-kit";
import type { JournalEnds } from "../journal/ends.ts";

/** The share from which an operator is told, and the one below which he is told again the next time. */
const alarmShare = 0.8;
const calmShare = 0.75;
/** What is kept for what must be stored: a twentieth, within these bounds. */
const reserveShare = 0.05;
const reserveMin = 2 * batchBytesMax;
const reserveMax = 16 * 1024 * 1024;

/** Families whose commands may use the reserve. */
const orderly: readonly string[] = ["session", "moderation", "journal"];

type Level = "open" | "reserve" | "full";

export class Room {
  readonly #logger: Logger;
  #bytes = 0;
  #bytesMax = -1;
  #isAlarmed = false;
  /** An append was refused though the numbers say otherwise: the disk, or the server's own bound. */
  #isRefused = false;
  #level: Level = "open";

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** What is used of what there may be, 0 to 1; 0: there is no bound. */
  get share(): number {
    return this.#bytesMax > 0 ? Math.min(1, this.#bytes / this.#bytesMax) : 0;
  }

  /** Why nothing of what people do is stored; undefined: it is. */
  get why(): string | undefined {
    if (this.#level === "open") return undefined;
    const used = this.#bytesMax > 0 ? `: ${this.#bytes} of ${this.#bytesMax} bytes` : "";
    return this.#isRefused ? "the store takes nothing more" : `the journal is full${used}`;
  }

  /** The store refused the last append. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Takes what the stream says of itself. */
  learn({ bytes, bytesMax }: Pick<JournalEnds, "bytes" | "bytesMax">): void {
    this.#bytes = bytes;
    this.#bytesMax = bytesMax;
    this.#judge();
  }

  /** So many bytes more were stored. */
  stored(bytes: number): void {
    this.#bytes += bytes;
    this.#isRefused = false;
    this.#judge();
  }

  /** The store refused an append for want of room. */
  refused(): void {
    this.#isRefused = true;
    this.#judge();
  }

  /** Why a command is not decided now, by its type and by whether core itself gave it; undefined: it is. */
  refusal(type: string, isOwn: boolean): Rejection | undefined {
    if (this.#level === "open" || isOwn) return undefined;
    const [family = ""] = type.split(".");
    const mayUseReserve = this.#level === "reserve" && orderly.includes(family);
    return mayUseReserve ? undefined : { code: "storage_full" };
  }

  #judge(): void {
    const before = this.#level;
    this.#level = this.#levelNow();
    if (before === "open" && this.#level !== "open") {
      this.#logger.error({ why: this.why, mend: mendIt }, "storage_full: commands are refused");
    } else if (before !== "open" && this.#level === "open") {
      this.#logger.info({ share: this.share }, "there is room again");
    }
    if (this.share >= alarmShare && !this.#isAlarmed) {
      this.#isAlarmed = true;
      const numbers = { bytes: this.#bytes, bytesMax: this.#bytesMax };
      this.#logger.warn({ ...numbers, mend: mendIt }, "the journal is four fifths full");
    } else if (this.share < calmShare) this.#isAlarmed = false;
  }

  #levelNow(): Level {
    if (this.#isRefused) return "full";
    if (this.#bytesMax <= 0) return "open";
    const left = this.#bytesMax - this.#bytes;
    const wished = Math.min(reserveMax, Math.max(reserveMin, this.#bytesMax * reserveShare));
    // Of a very small store not all can be kept.
    const reserve = Math.min(wished, this.#bytesMax / 4);
    if (left < reserve / 4) return "full";
    return left < reserve ? "reserve" : "open";
  }
}

const mendIt =
  "raise storage.journalBytes, or lower snapshots.keptMs, behind which the journal is trimmed; on a full disk make room";
