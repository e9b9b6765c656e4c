/**
 * The lease says who tries to lead; safety never rests on it (the fence is in `journal/append.ts`). One key in
 * a bucket without TTL, renewed by compare-and-set. Implements docs/journal.md 2.4 and 2.5.
 */
import {
  AliveReply,
  type AliveRequest,
  decode,
  encode,
  type ProcessFacts,
  subject,
} from "@dragoman/bus-schema";
import {
  BusError,
  isNoStream,
  type KV,
  type Logger,
  leaseStorage,
  pause,
  wallMs,
} from "@dragoman/service-kit";
import type { JournalClock } from "./clock.ts";
import {
  isMisplaced,
  type LeaseStore,
  openLeaseBucket,
  removeLeaseBucket,
} from "./lease-bucket.ts";
import { nobody, nothing, readHolder, type Settled, writeHolder } from "./lease-holder.ts";
import { readStored } from "./read-record.ts";

const key = "leader";
/** How often the event loop's pulse is taken, and a standby looks at the key. */
const pulseMs = 100;
const aliveLimitMs = 300;
/** An older revision than was written is the truth after so long: the bucket was made anew. */
const lowerMsMax = 5_000;

export interface LeaseOptions extends LeaseStore {
  readonly coreId: string;
  /** Takes the time of whoever leads. */
  readonly clock: Pick<JournalClock, "heard">;
  /** What this process says of itself, and who is told what the leader says of itself. */
  readonly process: ProcessFacts;
  readonly leads: (process: ProcessFacts) => void;
  /** Is told whenever it is seen that somebody holds the lease. */
  readonly onHeld: () => void;
  readonly logger: Logger;
}

interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}
const moment = (): Moment => ({ monotonicMs: performance.now(), wallMs: wallMs() });

/**
 * Stands by until the lease is ours. A standby takes it when it has seen the same revision for `takeoverMs` on
 * its own monotonic clock, or at once when nobody answers for the holder's term. One that is not there is taken at once
 * where the server stands alone: it has ended since, and with it every connection, so that nobody has authority. In a
 * cluster a connection may outlive it: there it is taken when it was seen to be gone for `takeoverMs`.
 * @returns null once `signal` aborts
 */
export async function takeLease(options: LeaseOptions, signal: AbortSignal): Promise<Lease | null> {
  const { coreId, timing } = options;
  let bucket = await openLeaseBucket(options);
  let isGone = false;
  let seen = { revision: -1, sinceMs: 0 };
  /** What the lease said that we have taken away, and before when we take none that is not there. */
  let moved = { settled: nothing, untilMs: 0 };
  while (!signal.aborted) {
    const begun = moment();
    try {
      if (isGone) bucket = await openLeaseBucket(options);
      isGone = false;
      const entry = await bucket.get(key);
      const revision = entry?.operation === "PUT" ? entry.revision : 0;
      if (revision !== seen.revision) {
        if (revision > 0 && seen.revision > 0) options.onHeld();
        seen = { revision, sinceMs: begun.monotonicMs };
      }
      const isSilent = begun.monotonicMs - seen.sinceMs >= timing.takeoverMs;
      const found = entry && revision > 0 ? readHolder(entry.value) : { ...nobody, ...moved };
      const { coreId: holder, term, settled } = found;
      const mayTake =
        revision === 0
          ? (isSilent || isAlone(options)) && begun.monotonicMs >= moved.untilMs
          : isSilent || holder === "" || (await isDead(options, term));
      if (mayTake) {
        const mustMove = await isMisplaced(options);
        const sent = moment();
        const value = writeHolder({ coreId, term: 0, settled });
        const taken =
          revision === 0
            ? await bucket.create(key, value)
            : await bucket.update(key, value, revision);
        if (!mustMove) return new Lease(options, bucket, taken, sent, settled);
        // Whoever stood still meanwhile might take away what another one holds.
        if (performance.now() - sent.monotonicMs >= timing.authorityMs) continue;
        moved = { settled, untilMs: performance.now() + timing.takeoverMs };
        await removeLeaseBucket(options);
        isGone = true;
        options.logger.info(
          { storage: leaseStorage(options.replicas) },
          "the lease has moved within NATS",
        );
      }
    } catch (error) {
      // Somebody else was quicker, or the bus is away: look again.
      options.logger.debug({ err: error }, "lease not taken");
      isGone = isNoStream(error);
    }
    await pause(pulseMs, signal);
  }
  return null;
}

/** The server is of no cluster. */
const isAlone = ({ bus }: LeaseOptions): boolean => bus.connection.info?.cluster === undefined;

async function isDead(options: LeaseOptions, term: number): Promise<boolean> {
  if (term === 0) return false;
  const sentMs = performance.now();
  try {
    const { data } = await options.bus.request(
      subject.alive(options.community, term),
      encode({ v: 1, coreId: options.coreId, process: options.process } satisfies AliveRequest),
      { timeoutMs: aliveLimitMs },
    );
    const reply = decode(AliveReply, data);
    const { time, process: leader } = reply.ok ? reply.value : {};
    if (leader !== undefined) options.leads(leader);
    if (time !== undefined) options.clock.heard(time, sentMs, performance.now());
    return false;
  } catch (error) {
    return error instanceof BusError && error.why === "no_responders";
  }
}

/** A lease that was ours when it was made. */
export class Lease {
  readonly #options: LeaseOptions;
  #bucket: KV;
  readonly #pulse: NodeJS.Timeout;
  readonly #unwatch: () => void;
  readonly #listeners = new Set<(held: boolean) => void>();
  #revision: number;
  #term = 0;
  #settled: Settled;
  /** Since when the key is read with an older revision than we have written. */
  #lowerSinceMs: number | undefined;
  /** It was told that renewals fail. */
  #isFailing = false;
  /** The send time of the last successful renewal; undefined: void until the next one. */
  #renewed: Moment | undefined;
  #beat = performance.now();
  #nextRenewalMs: number;
  #renewing = false;
  #ended = false;
  #held = true;
  /** Whoever leads was silent for a doubt, and is to go on once it is over. */
  #doubted = false;

  constructor(
    options: LeaseOptions,
    bucket: KV,
    revision: number,
    taken: Moment,
    settled: Settled,
  ) {
    this.#options = options;
    this.#bucket = bucket;
    this.#revision = revision;
    this.#renewed = taken;
    this.#settled = settled;
    this.#nextRenewalMs = taken.monotonicMs + options.timing.renewMs;
    this.#pulse = setInterval(() => this.#tick(), pulseMs);
    this.#unwatch = options.bus.onConnection((connected) => {
      if (!connected) this.#void("disconnected");
    });
  }

  /** Whether this core may speak as the leader at this very moment. */
  holds(): boolean {
    return this.#isFresh() && !this.#isDoubtful();
  }

  /** By the monotonic clock the lease is ours. */
  #isFresh(): boolean {
    if (this.#ended || this.#renewed === undefined) return false;
    const { authorityMs, eventLoopGapMs } = this.#options.timing;
    const now = performance.now();
    return now - this.#beat <= eventLoopGapMs && now - this.#renewed.monotonicMs < authorityMs;
  }

  /** By the wall clock it is not: the machine slept, or somebody has set the clock. The next renewal shows which. */
  #isDoubtful(): boolean {
    const renewed = this.#renewed;
    return renewed !== undefined && wallMs() - renewed.wallMs >= this.#options.timing.authorityMs;
  }

  /** The lease is another's, or was given up: authority never comes back. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Tells when authority is lost and when it is regained; the last word is `false` with `ended`. */
  onChange(listener: (held: boolean) => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves with true once authority is held, with false once the lease is lost for good. */
  regained(): Promise<boolean> {
    if (this.holds()) return Promise.resolve(true);
    if (this.#ended) return Promise.resolve(false);
    return new Promise((resolve) => {
      const listener = (held: boolean): void => {
        if (!held && !this.#ended) return;
        this.#listeners.delete(listener);
        resolve(held);
      };
      this.#listeners.add(listener);
    });
  }

  /** Writes the term into the key, so that standbys can ask whether its leader lives. */
  setTerm(term: number): void {
    this.#term = term;
    this.#nextRenewalMs = 0;
  }

  /** The last term of which it is known that nothing is under way any more. */
  get settled(): Settled {
    return this.#settled;
  }

  /** Notes that of a term; whoever takes the lease next knows it. */
  settle(settled: Settled): void {
    this.#settled = settled;
  }

  /** Gives the lease up, so that a standby takes it at once. */
  async release(): Promise<void> {
    if (this.#ended) return;
    const revision = this.#revision;
    this.#end();
    try {
      const value = writeHolder({ coreId: "", term: this.#term, settled: this.#settled });
      await this.#bucket.update(key, value, revision);
    } catch (error) {
      this.#options.logger.info({ err: error }, "lease not given up; it runs out");
    }
  }

  #tick(): void {
    const now = performance.now();
    const gapMs = now - this.#beat;
    this.#beat = now;
    if (gapMs > this.#options.timing.eventLoopGapMs) this.#void(`event loop stood ${gapMs | 0} ms`);
    this.#settleHeld();
    if (this.#held && this.#isDoubtful()) {
      this.#doubted = true;
      this.#nextRenewalMs = 0;
    }
    if (now >= this.#nextRenewalMs && !this.#renewing) void this.#renew();
  }

  async #renew(): Promise<void> {
    this.#renewing = true;
    const sent = moment();
    this.#nextRenewalMs = sent.monotonicMs + this.#options.timing.renewMs;
    try {
      const { coreId } = this.#options;
      const value = writeHolder({ coreId, term: this.#term, settled: this.#settled });
      this.#revision = await this.#bucket.update(key, value, this.#revision);
      this.#grant(sent);
    } catch (error) {
      await this.#settleRenewal(error);
    } finally {
      this.#renewing = false;
    }
  }

  /** A renewal without a good answer is settled by reading the key: it may have been stored all the same. */
  async #settleRenewal(cause: unknown): Promise<void> {
    try {
      const entry = await this.#readHolder();
      if (entry !== null && this.#isOld(entry.revision)) return;
      const holder = entry && entry.operation === "PUT" ? readHolder(entry.value) : undefined;
      if (entry && holder?.coreId === this.#options.coreId) {
        this.#revision = entry.revision;
        this.#nextRenewalMs = 0;
        return;
      }
      if (holder === undefined && (await this.#putBack())) return;
      this.#options.logger.warn({ holder: holder?.coreId, err: cause }, "lease is lost");
      this.#end();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** It is tried twice a second: told is the first of the failures, and by the bus that it is lost. */
  #complain(error: unknown): void {
    if (this.#isFailing || !this.#options.bus.connected) return;
    this.#isFailing = true;
    this.#options.logger.warn({ why: String(error) }, "lease not renewed; it is tried on");
  }

  /** Null, too, where the bucket itself is gone, which is made anew then. */
  async #readHolder(): ReturnType<KV["get"]> {
    try {
      return await this.#bucket.get(key);
    } catch (error) {
      if (!isNoStream(error)) throw error;
      this.#bucket = await openLeaseBucket(this.#options);
      return null;
    }
  }

  /**
   * The servers have ended, and the lease with them. It is ours again if nobody has begun a term since, which the journal
   * says, and nobody is quicker.
   */
  async #putBack(): Promise<boolean> {
    const { bus, community, coreId, timing, logger } = this.#options;
    const last = await readStored(bus, community, "last", timing.renewLimitMs);
    if (last?.decoded.ok !== true || last.decoded.value.batch.term !== this.#term) return false;
    const sent = moment();
    const value = writeHolder({ coreId, term: this.#term, settled: this.#settled });
    this.#revision = await this.#bucket.create(key, value);
    logger.info({ term: this.#term }, "NATS has forgotten the lease; it is put back");
    this.#grant(sent);
    return true;
  }

  /** Whoever answers as the leader of the bucket, and is that no more, knows less than we do for a while. */
  #isOld(revision: number): boolean {
    if (revision >= this.#revision) return false;
    this.#lowerSinceMs ??= performance.now();
    return performance.now() - this.#lowerSinceMs < lowerMsMax;
  }

  #grant(sent: Moment): void {
    if (this.#ended) return;
    this.#lowerSinceMs = undefined;
    this.#isFailing = false;
    this.#options.onHeld();
    this.#renewed = sent;
    this.#settleHeld();
    if (!this.#doubted) return;
    this.#doubted = false;
    if (this.#held) this.#tell(true);
  }

  #void(why: string): void {
    if (this.#renewed === undefined) return;
    // A slow machine has it now and then, and it heals by itself; what does not is told above.
    this.#options.logger.info({ why }, "authority is void until the next renewal");
    this.#renewed = undefined;
    this.#nextRenewalMs = 0;
    this.#settleHeld();
  }

  #settleHeld(): void {
    const held = this.#isFresh();
    if (held === this.#held) return;
    this.#held = held;
    this.#tell(held);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#held = false;
    clearInterval(this.#pulse);
    this.#unwatch();
    this.#tell(false);
  }

  #tell(held: boolean): void {
    for (const listener of [...this.#listeners]) listener(held);
  }
}
