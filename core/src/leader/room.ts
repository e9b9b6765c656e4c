/**
 * How much room the journal has (docs/journal.md 1.4). Before it is full, what people do is refused and what keeps the
 * house in order is still stored: sessions that end, moderation, terms. Refusing before a decision means that nothing
 * that was decided is ever without its place.
 */
import { batchBytesMax, type Rejection } from "@dragoman/bus-schema";
import type { DiskRoom, Logger } from "@dragoman/service-kit";
import type { JournalEnds } from "../journal/ends.ts";

/** The share from which an operator is told, and the one below which he is told again the next time. */
const alarmShare = 0.8;
const calmShare = 0.75;
/** What is kept for what must be stored: a twentieth, within these bounds. */
const reserveShare = 0.05;
const reserveMin = 2 * batchBytesMax;
const reserveMax = 16 * 1024 * 1024;

/** Families whose commands may use the reserve, and single types: what an operator mends a house by that is nearly full. */
const orderly: readonly string[] = [
  "session",
  "moderation",
  "journal",
  "server.configure",
  "server.signal",
];

/** In the order of how little is left; `out`: the store is to be sent nothing at all. */
const levels = ["open", "reserve", "full", "out"] as const;
type Level = (typeof levels)[number];
const worst = (one: Level, other: Level): Level =>
  levels.indexOf(one) > levels.indexOf(other) ? one : other;

/** The same of the disk: a share of it within these bounds, and what is left for nobody. */
const diskShare = 0.05;
const diskReserveMin = 4 * 1024 * 1024;
const diskReserveMax = 64 * 1024 * 1024;
const diskOutBytes = 8 * batchBytesMax;
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

export class Room {
  readonly #logger: Logger;
  #bytes = 0;
  #bytesMax = -1;
  #isAlarmed = false;
  /** An append was refused though the numbers say otherwise: the disk, or the server's own bound. */
  #isRefused = false;
  /** Where it was to stand, and what the store said. */
  #refusedAt = 0;
  #words = "";
  #level: Level = "open";
  readonly #look: () => DiskRoom | undefined;
  #disk: DiskRoom | undefined;

  /** @param look at the disk under NATS' store; undefined: it cannot be seen from here */
  constructor(logger: Logger, look: () => DiskRoom | undefined = () => undefined) {
    this.#logger = logger;
    this.#look = look;
  }

  /** Looks at the disk. @returns whether the store may be sent anything: nats-server 2.9 turns itself off where it cannot write */
  look(): boolean {
    this.#disk = this.#look();
    const isOut = this.#diskLevel() === "out";
    // Whoever leads steps down for it, so that the next thing that is stored shows the end of it.
    if (isOut && !this.#isRefused) this.refused(0, "");
    else this.#judge();
    return !isOut;
  }

  /** The journal has little left, so that it is worth to trim it. */
  get isTight(): boolean {
    return this.#journalLevel() !== "open";
  }

  /** The disk has little left, so that it takes nothing large. */
  get isDiskShort(): boolean {
    return this.#isRefused || this.#diskLevel() !== "open";
  }

  /** What the journal holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is used of what there may be, 0 to 1; 0: there is no bound. */
  get share(): number {
    return this.#bytesMax > 0 ? Math.min(1, this.#bytes / this.#bytesMax) : 0;
  }

  /** Why nothing of what people do is stored; undefined: it is. */
  get why(): string | undefined {
    if (this.#level === "open") return undefined;
    const isRefusal = this.#isRefused && this.#words !== "";
    if (!isRefusal && this.#isOfDisk) {
      const { freeBytes = 0, bytes = 0 } = this.#disk ?? {};
      return `the disk of NATS is full: ${mebibytes(freeBytes)} of ${mebibytes(bytes)} are free`;
    }
    const used = this.#bytesMax > 0 ? `: ${this.#bytes} of ${this.#bytesMax} bytes` : "";
    if (!isRefusal) return `the journal is full${used}`;
    const whose = this.#isOfDisk ? "the disk of NATS is full" : "the store takes nothing more";
    return `${whose} (${this.#words})`;
  }

  get #isOfDisk(): boolean {
    if (this.#isRefused) return this.#words === "" || /no space left/.test(this.#words);
    return this.#diskLevel() !== "open";
  }

  /** Nothing can be stored, for all that is known: an append was refused, or the disk had nothing left for it. */
  get isShut(): boolean {
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

  /** The store refused an append for want of room; what stood at `seq` then is the first that shows that there is some. */
  refused(seq: number, words: string): void {
    this.#isRefused = true;
    this.#words = words;
    this.#refusedAt = seq;
    this.#judge();
  }

  /** A record stands there, whoever stored it. */
  heard(seq: number): void {
    if (this.#isRefused && seq >= this.#refusedAt) this.stored(0);
  }

  /** Why a command is not decided now, by its type and by whether core itself gave it; undefined: it is. */
  refusal(type: string, isOwn: boolean): Rejection | undefined {
    if (this.#level === "open" || isOwn) return undefined;
    const [family = ""] = type.split(".");
    const isOrderly = orderly.includes(family) || orderly.includes(type);
    const mayUseReserve = this.#level === "reserve" && isOrderly;
    return mayUseReserve ? undefined : { code: "storage_full" };
  }

  #judge(): void {
    const before = this.#level;
    this.#level = this.#levelNow();
    if (before === "open" && this.#level !== "open") {
      this.#logger.error(
        { why: this.why, mend: this.#isOfDisk ? "make room on it" : mendIt },
        "storage_full: commands are refused",
      );
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
    const level = worst(this.#journalLevel(), this.#diskLevel());
    return this.#isRefused ? worst("full", level) : level;
  }

  #diskLevel(): Level {
    if (this.#disk === undefined) return "open";
    const { freeBytes, bytes } = this.#disk;
    const reserve = Math.min(diskReserveMax, Math.max(diskReserveMin, bytes * diskShare));
    if (freeBytes < diskOutBytes) return "out";
    if (freeBytes < reserve / 2) return "full";
    return freeBytes < reserve ? "reserve" : "open";
  }

  #journalLevel(): Level {
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
  "raise storage.journalBytes, or lower snapshots.keptMs, behind which the journal is trimmed";
