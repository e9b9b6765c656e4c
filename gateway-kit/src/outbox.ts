/**
 * What one socket is owed. Pushing costs a pointer and a count; once per event-loop turn everything that a socket
 * is owed goes out in one write.
 *
 * 1. The bound is checked before the push; who exceeds bytes or deadline is told so once and hears no more.
 * 2. No more is handed to the socket than it takes, so that what waits can still be dropped (`purge`): beyond
 *    recall are one chunk and the socket's own high-water mark.
 * 3. Frames are never split over two outboxes' hands: a chunk ends where a frame ends.
 */
import type { Sink } from "./transport/transport.ts";

/** At most so many bytes are joined into one write, unless a single frame is longer. */
const chunkBytesMax = 256 * 1024;
/** How often deadlines are looked at while any socket is behind. */
const sweepMs = 250;

export interface OutboxLimits {
  /** What may wait for one socket. */
  readonly bytesMax: number;
  /** How long a byte may wait; noticed within twice that. */
  readonly waitMs: number;
}

/** Flushes all outboxes that were pushed to in a turn of the event loop, and watches those that are behind. */
export class OutboxPump {
  readonly limits: OutboxLimits;
  readonly #behind = new Set<Outbox>();
  #dirty: Outbox[] = [];
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
  ) {
    this.limits = limits;
    this.#mark = mark;
    this.#isOpen = isOpen;
  }

  /** How far the feed had come at the last flush: all up to there was given to whoever takes it. */
  get settled(): number | undefined {
    return this.#settled;
  }

  /** Has what was held back flushed at the end of this turn. */
  release(): void {
    if (this.#dirty.length > 0) setImmediate(this.#run);
  }

  /** Has the outbox flushed at the end of this turn. */
  schedule(outbox: Outbox): void {
    if (this.#dirty.push(outbox) === 1) setImmediate(this.#run);
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
    if (!this.#isOpen()) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
    this.#settled = this.#mark();
  };

  #look(): void {
    const now = performance.now();
    for (const outbox of this.#behind) outbox.judge(now);
  }
}

export class Outbox {
  readonly #sink: Sink;
  readonly #pump: OutboxPump;
  readonly #onSlow: () => void;
  #frames: Buffer[] = [];
  #bytes = 0;
  #scheduled = false;
  #blocked = false;
  #exceeded = false;
  #ended = false;
  #written = 0;
  /** While behind: what had been written and was waiting at `#markAtMs`, in bytes since the start. */
  #mark = 0;
  #markAtMs = 0;
  /** How far the feed had been written when what waits, or was dropped, began to wait. */
  #clean: number | undefined;
  #dropped = false;

  /** @param onSlow runs once, when the reader exceeds its bytes or its deadline */
  constructor(sink: Sink, pump: OutboxPump, onSlow: () => void) {
    this.#sink = sink;
    this.#pump = pump;
    this.#onSlow = onSlow;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The feed number up to which all was handed to the socket, where the feed has come to `now`. Undefined: not known. */
  writtenThrough(now: number): number | undefined {
    return this.#bytes > 0 || this.#dropped ? this.#clean : now;
  }

  /** Queues encoded frames for the end of this turn. */
  push(frames: Buffer): void {
    if (this.#ended || this.#exceeded) return;
    if (this.#bytes + frames.length > this.#pump.limits.bytesMax) {
      this.#exceed();
      return;
    }
    if (this.#bytes === 0) this.#clean = this.#pump.settled;
    this.#bytes += frames.length;
    this.#frames.push(frames);
    if (!this.#blocked) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#pump.schedule(this);
  }

  /** Writes a sign of life at once, ahead of what waits, unless the socket is behind. */
  pushAhead(frames: Buffer): void {
    const { writable, writableNeedDrain } = this.#sink;
    if (!this.#ended && writable && !writableNeedDrain) this.#sink.write(frames);
  }

  /** Drops all that waits and has not been handed to the socket. */
  purge(): void {
    if (this.#bytes > 0) this.#dropped = true;
    this.#frames = [];
    this.#bytes = 0;
  }

  /** Drops what waits, writes the very last frames at once and takes no more (journal 4.5). */
  end(last?: Buffer): void {
    if (this.#ended) return;
    this.purge();
    this.#ended = true;
    this.#pump.unwatch(this);
    if (last !== undefined && last.length > 0 && this.#sink.writable) this.#sink.write(last);
  }

  /** Writes what waits, as far as the socket takes it. Called by the pump. */
  flush(): void {
    this.#scheduled = false;
    while (this.#frames.length > 0 && this.#sink.writable) {
      if (this.#sink.writableNeedDrain) {
        this.#block();
        return;
      }
      const chunk = this.#take();
      this.#written += chunk.length;
      this.#bytes -= chunk.length;
      this.#sink.write(chunk);
    }
  }

  /** Judges the deadline. Called by the pump while the socket is behind. */
  judge(nowMs: number): void {
    if (nowMs - this.#markAtMs > this.#pump.limits.waitMs) this.#exceed();
  }

  #take(): Buffer {
    const frames = this.#frames;
    const first = frames[0] as Buffer;
    if (frames.length === 1) {
      frames.length = 0;
      return first;
    }
    if (this.#bytes <= chunkBytesMax) {
      const all = Buffer.concat(frames, this.#bytes);
      frames.length = 0;
      return all;
    }
    let bytes = first.length;
    let count = 1;
    for (; count < frames.length; count += 1) {
      const next = (frames[count] as Buffer).length;
      if (bytes + next > chunkBytesMax) break;
      bytes += next;
    }
    return Buffer.concat(frames.splice(0, count), bytes);
  }

  #block(): void {
    const caughtUp = this.#written >= this.#mark;
    if (caughtUp) {
      this.#mark = this.#written + this.#bytes;
      this.#markAtMs = performance.now();
    }
    this.#blocked = true;
    this.#pump.watch(this);
    this.#sink.once("drain", () => {
      this.#blocked = false;
      if (this.#ended) return;
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
}
