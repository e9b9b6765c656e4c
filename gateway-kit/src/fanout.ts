/**
 * From deliveries to outboxes: rendered once per delivery and dialect, encoded once for each transport, then pushed. Per
 * recipient there is a pointer and a byte count and nothing else, unless the recipient is the actor, holds its
 * deliveries for a query, or the row differs by person.
 */
import type { Event } from "@dragoman/bus-schema";
import type { Audiences, Groups, Member } from "./audience.ts";
import type { Closing } from "./closing.ts";
import type { Client, Delivery, Step } from "./edge.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Outbox } from "./outbox.ts";
import type { FrameEncoder, Packet } from "./transport/transport.ts";

/** Where a delivery stands in the feed. A signal has no event and stands behind everything. */
export interface Origin {
  readonly seq: number;
  readonly event: Event | undefined;
}

/** A connection as fan-out sees it. */
export interface Recipient<Own, Dialect extends string> extends Member<Dialect> {
  readonly client: Client<Own>;
  readonly outbox: Outbox;
  /** Of its transport. */
  readonly encode: FrameEncoder;
  /** Nothing stands between a delivery and the outbox. */
  readonly direct: boolean;
  /** Queues one packet whose pieces others are sent too. */
  sendPieces(pieces: readonly Buffer[]): void;
  /** Takes what cannot go straight into the outbox. */
  take(packets: readonly Packet[], frames: Buffer, origin: Origin): void;
  /** Runs steps as soon as those that are under way have ended, and holds what is delivered until then. */
  run(steps: readonly Step[]): void;
  close(closing: Closing): void;
  /** Ends this one connection because of a bug met on its behalf. */
  fail(error: unknown): void;
}

/** What fan-out counts, once per group. */
export type FanoutMetrics = Pick<GatewayMetrics, "encodings" | "framesOut">;

export class Fanout<R extends Recipient<Own, Dialect>, Own, Dialect extends string> {
  readonly #audiences: Audiences<R, Dialect>;
  readonly #metrics: FanoutMetrics;

  constructor(audiences: Audiences<R, Dialect>, metrics: FanoutMetrics) {
    this.#audiences = audiences;
    this.#metrics = metrics;
  }

  /**
   * Delivers in order. Throws only what `packets` of a delivery throws.
   * @returns to how many sessions that delivery went which went to most
   */
  deliver(deliveries: readonly Delivery<Own, Dialect>[], origin: Origin): number {
    let most = 0;
    for (const delivery of deliveries) {
      let reached = 0;
      const groups = this.#audiences.groups(delivery.audience);
      if (delivery.packets !== undefined) {
        for (const [dialect, group] of groups) {
          reached += this.#spread(delivery, delivery.packets(dialect), group, origin);
        }
      }
      if (delivery.personal !== undefined) reached += this.#personal(delivery, groups, origin);
      most = Math.max(most, reached);
      if (delivery.list !== undefined) this.#list(delivery, delivery.list, groups, origin);
      if (delivery.steps !== undefined) this.#steps(delivery, delivery.steps, groups);
      if (delivery.closing !== undefined) this.#close(delivery, delivery.closing, groups);
    }
    return most;
  }

  #spread(
    delivery: Delivery<Own, Dialect>,
    packets: readonly Packet[],
    group: ReadonlySet<R>,
    origin: Origin,
  ): number {
    if (packets.length === 0) return 0;
    let excepted = 0;
    this.#metrics.framesOut.inc(packets.length * group.size);
    const encoded = new Encoded(packets, this.#metrics);
    let encode: FrameEncoder | undefined;
    let frames = noFrames;
    const choosy = delivery.exceptUserId !== undefined || delivery.exceptSessionId !== undefined;
    for (const recipient of group) {
      if (choosy && isExcepted(delivery, recipient)) {
        excepted += 1;
        continue;
      }
      // Nearly always the one before it has the same transport: one comparison each.
      if (recipient.encode !== encode) {
        encode = recipient.encode;
        frames = encoded.by(encode);
      }
      if (recipient.direct) recipient.outbox.push(frames);
      else recipient.take(packets, frames, origin);
    }
    return group.size - excepted;
  }

  #personal(delivery: Delivery<Own, Dialect>, groups: Groups<R, Dialect>, origin: Origin): number {
    let reached = 0;
    for (const group of groups.values()) {
      for (const recipient of group) {
        if (isExcepted(delivery, recipient)) continue;
        let packets: readonly Packet[] = [];
        let frames = noFrames;
        try {
          packets = delivery.personal?.(recipient.client) ?? [];
          if (packets.length > 0) frames = recipient.encode(packets);
        } catch (error) {
          recipient.fail(error);
          continue;
        }
        if (packets.length === 0) continue;
        reached += 1;
        this.#metrics.encodings.inc(packets.length);
        this.#metrics.framesOut.inc(packets.length);
        if (recipient.direct) recipient.outbox.push(frames);
        else recipient.take(packets, frames, origin);
      }
    }
    return reached;
  }

  #list(
    delivery: Delivery<Own, Dialect>,
    list: (client: Client<Own>) => readonly Buffer[] | undefined,
    groups: Groups<R, Dialect>,
    origin: Origin,
  ): void {
    for (const group of groups.values()) {
      for (const recipient of group) {
        if (isExcepted(delivery, recipient)) continue;
        try {
          const pieces = list(recipient.client);
          if (pieces === undefined) continue;
          if (recipient.direct) recipient.sendPieces(pieces);
          else {
            const packets = [Buffer.concat(pieces).toString()];
            recipient.take(packets, recipient.encode(packets), origin);
          }
        } catch (error) {
          recipient.fail(error);
        }
      }
    }
  }

  #steps(
    delivery: Delivery<Own, Dialect>,
    steps: (client: Client<Own>) => readonly Step[],
    groups: Groups<R, Dialect>,
  ): void {
    // Steps may change the groups.
    for (const recipient of [...groups.values()].flatMap((group) => [...group])) {
      if (isExcepted(delivery, recipient)) continue;
      try {
        recipient.run(steps(recipient.client));
      } catch (error) {
        recipient.fail(error);
      }
    }
  }

  #close(delivery: Delivery<Own, Dialect>, closing: Closing, groups: Groups<R, Dialect>): void {
    // Closing detaches, which changes the groups.
    const closed = [...groups.values()].flatMap((group) => [...group]);
    for (const recipient of closed) {
      if (!isExcepted(delivery, recipient)) recipient.close(closing);
    }
  }
}

const noFrames: Buffer = Buffer.alloc(0);

/** Packets in the bytes of each transport that asks for them: encoded once for each. */
class Encoded {
  readonly #packets: readonly Packet[];
  readonly #metrics: FanoutMetrics;
  readonly #frames = new Map<FrameEncoder, Buffer>();

  constructor(packets: readonly Packet[], metrics: FanoutMetrics) {
    this.#packets = packets;
    this.#metrics = metrics;
  }

  by(encode: FrameEncoder): Buffer {
    const known = this.#frames.get(encode);
    if (known !== undefined) return known;
    const frames = encode(this.#packets);
    this.#metrics.encodings.inc(this.#packets.length);
    this.#frames.set(encode, frames);
    return frames;
  }
}

function isExcepted<Own, Dialect extends string>(
  delivery: Delivery<Own, Dialect>,
  { session }: Member<Dialect>,
): boolean {
  return session.userId === delivery.exceptUserId || session.sessionId === delivery.exceptSessionId;
}
