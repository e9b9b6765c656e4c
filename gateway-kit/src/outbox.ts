/**
 * What one socket is owed. Pushing costs a pointer and a count; once per event-loop turn everything that a socket
 * is owed goes out in one write.
 *
 * 1. The bound is checked before the push; who exceeds bytes or deadline is told so once and hears no more.
 * 2. No more is handed to the socket than it takes, so that what waits can still be dropped (`purge`): beyond
 *    recall are one chunk and the socket's own high-water mark.
 * 3. Frames are never split over two outboxes' hands: a chunk ends where a frame ends.
 * 4. A long frame goes out part by part, all sockets taking turns within a bounded time of each turn. Its bytes are
 *    shared and do not count against the bound; the deadline is for each window of them.
 */
import type { Config } from "@dragoman/service-kit";
import { OutboundBytes } from "./outbound.ts";
import type { LongFrame, Sink } from "./transport/transport.ts";

/** At most so many bytes are joined into one write, unless a single frame is longer. */
const chunkBytesMax = 256 * 1024;
/** What of a long frame has to go out within the deadline. */
const windowBytes = 256 * 1024;
/** How much of a turn parts of long frames may take. */
const partsMs = 4;
/** How often deadlines are looked at while any socket is behind. */
const sweepMs = 250;

/**
 * What may wait for one socket, and how long a byte may; noticed within twice that. Looked at whenever it is needed: the
 * configuration may change meanwhile.
 */
export type OutboxLimits = Readonly<Pick<Config["limits"], "outboxBytes" | "outboxMs">>;

/** Flushes all outboxes that were pushed to in a turn of the event loop, and watches those that are behind. */
export class OutboxPump {
  readonly limits: OutboxLimits;
  /** What waits for all that are behind. */
  readonly outbound: OutboundBytes;
  readonly #behind = new Set<Outbox>();
  #dirty: Outbox[] = [];
  /** Whose next part may be written. */
  #parts: Outbox[] = [];
  #isDue = false;
  #sweep: NodeJS.Timeout | undefined;
  readonly #mark: () => number | undefined;
  readonly #isOpen: () => boolean;
  #settled: number | undefined;

  /**
   * @param mark how far the feed has come; asked after each flush
   * @param isOpen whether anything may go out now; what may not waits for `release`
   */
  constructor(
    limits: OutboxLimits,
    mark: () => number | undefined = () => undefined,
    isOpen: () => boolean = () => true,
    outbound: OutboundBytes = new OutboundBytes(),
  ) {
    this.limits = limits;
    this.outbound = outbound;
    this.#mark = mark;
    this.#isOpen = isOpen;
  }

  /** How far the feed had come at the last flush: all up to there was given to whoever takes it. */
  get settled(): number | undefined {
    return this.#settled;
  }

  /** Has what was held back flushed at the end of this turn. */
  release(): void {
    if (this.#dirty.length + this.#parts.length > 0) this.#arm();
  }

  /** Has the outbox flushed at the end of this turn. */
  schedule(outbox: Outbox): void {
    this.#dirty.push(outbox);
    this.#arm();
  }

  /** Has the outbox write a part when it is its turn. */
  scheduleMore(outbox: Outbox): void {
    this.#parts.push(outbox);
    this.#arm();
  }

  #arm(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(this.#run);
  }

  /** Watches an outbox whose socket does not take more. */
  watch(outbox: Outbox): void {
    this.#behind.add(outbox);
    this.#sweep ??= setInterval(() => this.#look(), sweepMs).unref();
  }

  unwatch(outbox: Outbox): void {
    this.#behind.delete(outbox);
    if (this.#behind.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  readonly #run = (): void => {
    this.#isDue = false;
    if (!this.#isOpen()) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
    this.#settled = this.#mark();
    if (this.#parts.length > 0) this.#writeParts();
  };

  #writeParts(): void {
    const endMs = performance.now() + partsMs;
    const parts = this.#parts;
    this.#parts = [];
    let next = 0;
    do parts[next++]?.writePart();
    while (next < parts.length && performance.now() < endMs);
    this.#parts = parts.slice(next).concat(this.#parts);
    if (this.#parts.length > 0) this.#arm();
  }

  #look(): void {
    const now = performance.now();
    for (const outbox of this.#behind) outbox.judge(now);
  }
}

/** A long frame, of which parts are still to be written. */
interface Owing {
  readonly frame: LongFrame;
  next: number;
  bytes: number;
}

export class Outbox {
  readonly #sink: Sink;
  readonly #pump: OutboxPump;
  readonly #onSlow: () => void;
  readonly #onPaid: () => void;
  #queue: (Buffer | Owing)[] = [];
  /** Of the frames that are not long. */
  #bytes = 0;
  /** Long frames among them. */
  #longs = 0;
  #scheduled = false;
  #blocked = false;
  #exceeded = false;
  #ended = false;
  #written = 0;
  /** What the socket has of the last chunk and did not take at once. */
  #inSink = 0;
  /** Ends a long frame that is written in part. */
  #cut: Buffer | undefined;
  /** While behind: what had been written and was waiting at `#markAtMs`, in bytes since the start. */
  #mark = 0;
  #markAtMs = 0;
  /** How far the feed had been written when what waits, or was dropped, began to wait. */
  #clean: number | undefined;
  #dropped = false;

  /**
   * @param onSlow runs once, when the reader exceeds its bytes or its deadline
   * @param onPaid runs when the last long frame was handed to the socket
   */
  constructor(
    sink: Sink,
    pump: OutboxPump,
    onSlow: () => void,
    onPaid: () => void = () => undefined,
  ) {
    this.#sink = sink;
    this.#pump = pump;
    this.#onSlow = onSlow;
    this.#onPaid = onPaid;
  }

  /** Bytes that wait, of long frames a window. */
  get bytes(): number {
    const first = this.#queue.find((entry) => !Buffer.isBuffer(entry));
    return this.#bytes + (first === undefined ? 0 : Math.min(windowBytes, (first as Owing).bytes));
  }

  /** Whether a long frame waits, or the rest of one. */
  get owesLong(): boolean {
    return this.#longs > 0;
  }

  /** All bytes that wait, and what the socket has not taken. */
  get owed(): number {
    let bytes = this.#bytes + this.#inSink;
    for (const entry of this.#queue) if (!Buffer.isBuffer(entry)) bytes += entry.bytes;
    return bytes;
  }

  /** The feed number up to which all was handed to the socket, where the feed has come to `now`. Undefined: not known. */
  writtenThrough(now: number): number | undefined {
    return this.#queue.length > 0 || this.#dropped ? this.#clean : now;
  }

  /** Queues encoded frames for the end of this turn. */
  push(frames: Buffer): void {
    if (this.#ended || this.#exceeded) return;
    if (this.#bytes + frames.length > this.#pump.limits.outboxBytes) {
      this.#exceed();
      return;
    }
    if (this.#queue.length === 0) this.#clean = this.#pump.settled;
    this.#bytes += frames.length;
    this.#queue.push(frames);
    if (this.#blocked) this.#pump.outbound.hold(this, this.#bytes + this.#inSink);
    else this.#schedule();
  }

  /** Queues a long frame behind what waits. */
  pushLong(frame: LongFrame): void {
    if (this.#ended || this.#exceeded) return;
    if (this.#queue.length === 0) this.#clean = this.#pump.settled;
    const bytes = frame.parts.reduce((sum, part) => sum + bytesOf(part), 0);
    this.#queue.push({ frame, next: 0, bytes });
    this.#longs += 1;
    this.#pump.outbound.lend(this, frame.parts.map(sharedOf));
    if (!this.#blocked) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#pump.schedule(this);
  }

  /** Writes a sign of life at once, ahead of what waits, unless the socket is behind; not within a long frame. */
  pushAhead(frames: Buffer): void {
    const { writable, writableNeedDrain } = this.#sink;
    if (this.#ended || !writable || writableNeedDrain) return;
    if (this.#cut === undefined) this.#sink.write(frames);
    else this.push(frames);
  }

  /** Drops all that waits and has not been handed to the socket. */
  purge(): void {
    if (this.#queue.length > 0) this.#dropped = true;
    for (const entry of this.#queue) if (!Buffer.isBuffer(entry)) this.#giveBack(entry);
    this.#queue = [];
    this.#bytes = 0;
    this.#longs = 0;
    this.#pump.outbound.release(this);
    this.#pump.outbound.hold(this, 0);
  }

  #giveBack({ frame, next }: Owing): void {
    for (const part of frame.parts.slice(next)) this.#pump.outbound.giveBack(sharedOf(part));
  }

  /** Drops what waits, writes the very last frames at once and takes no more (journal 4.5). */
  end(last?: Buffer): void {
    if (this.#ended) return;
    this.purge();
    this.#ended = true;
    this.#pump.unwatch(this);
    if (!this.#sink.writable) return;
    if (this.#cut !== undefined) this.#sink.write(this.#cut);
    if (last !== undefined && last.length > 0) this.#sink.write(last);
  }

  /** Writes what waits, as far as the socket takes it, up to a long frame. Called by the pump. */
  flush(): void {
    this.#scheduled = false;
    while (this.#isReady()) {
      if (!Buffer.isBuffer(this.#queue[0])) {
        this.#scheduled = true;
        this.#pump.scheduleMore(this);
        return;
      }
      const chunk = this.#take();
      this.#written += chunk.length;
      this.#bytes -= chunk.length;
      if (!this.#sink.write(chunk)) this.#inSink = chunk.length;
    }
  }

  /** Writes the next part of the long frame that stands first, and goes on behind it. Called by the pump. */
  writePart(): void {
    this.#scheduled = false;
    const owing = this.#queue[0];
    if (!this.#isReady() || owing === undefined || Buffer.isBuffer(owing)) return;
    const { frame } = owing;
    const part = frame.parts[owing.next] ?? [];
    owing.next += 1;
    owing.bytes -= bytesOf(part);
    this.#written += bytesOf(part);
    const isLast = owing.next >= frame.parts.length;
    this.#cut = isLast ? undefined : frame.cut;
    for (const bytes of part) this.#sink.write(bytes);
    this.#pump.outbound.giveBack(sharedOf(part));
    if (isLast) this.#pay();
    this.flush();
  }

  #pay(): void {
    this.#queue.shift();
    this.#longs -= 1;
    if (this.#longs > 0) return;
    this.#pump.outbound.release(this);
    queueMicrotask(this.#onPaid);
  }

  /** Whether anything waits and the socket takes it; if not, the rest follows when it does. */
  #isReady(): boolean {
    if (this.#queue.length === 0 || !this.#sink.writable) return false;
    if (!this.#sink.writableNeedDrain) return true;
    this.#block();
    return false;
  }

  /** Judges the deadline. Called by the pump while the socket is behind. */
  judge(nowMs: number): void {
    if (nowMs - this.#markAtMs > this.#pump.limits.outboxMs) this.#exceed();
  }

  /** Joins the frames that stand first. */
  #take(): Buffer {
    const queue = this.#queue;
    const first = queue[0] as Buffer;
    let bytes = first.length;
    let count = 1;
    for (; count < queue.length; count += 1) {
      const next = queue[count];
      if (!Buffer.isBuffer(next) || bytes + next.length > chunkBytesMax) break;
      bytes += next.length;
    }
    if (count === queue.length) {
      this.#queue = [];
      return count === 1 ? first : Buffer.concat(queue as Buffer[], bytes);
    }
    const taken = queue.splice(0, count) as Buffer[];
    return count === 1 ? first : Buffer.concat(taken, bytes);
  }

  #block(): void {
    const caughtUp = this.#written >= this.#mark;
    if (caughtUp) {
      this.#mark = this.#written + this.bytes;
      this.#markAtMs = performance.now();
    }
    if (this.#blocked) return;
    this.#blocked = true;
    this.#pump.watch(this);
    this.#pump.outbound.hold(this, this.#bytes + this.#inSink);
    this.#sink.once("drain", () => {
      this.#blocked = false;
      this.#inSink = 0;
      if (this.#ended) return;
      this.#pump.outbound.hold(this, 0);
      this.#pump.unwatch(this);
      this.#schedule();
    });
  }

  #exceed(): void {
    if (this.#exceeded) return;
    this.#exceeded = true;
    this.purge();
    this.#onSlow();
  }

  /** See `Debtor`. */
  crowdOut(): void {
    this.#exceed();
  }
}

function bytesOf(part: readonly Buffer[]): number {
  let bytes = 0;
  for (const each of part) bytes += each.length;
  return bytes;
}

/** What of a part others are owed too. */
function sharedOf(part: readonly Buffer[]): Buffer {
  return part.at(-1) as Buffer;
}
