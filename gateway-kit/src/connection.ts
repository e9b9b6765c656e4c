/**
 * One socket: frames in, counted at arrival and queued within a bound; packets out through the outbox; the timers of
 * its life; and its end, told in the protocol's own way.
 */
import type { Protocol, Rejection, Session } from "@dragoman/bus-schema";
import { type Closing, closings } from "./closing.ts";
import type { ConnectionContext } from "./connection-context.ts";
import type { Client, Edge, Step } from "./edge.ts";
import type { Origin, Recipient } from "./fanout.ts";
import type { InboundHolder } from "./inbound.ts";
import { type Entry, Intake } from "./intake.ts";
import { Outbox } from "./outbox.ts";
import { readingMs } from "./reading.ts";
import { SessionRun } from "./session.ts";
import type { SessionHost } from "./session-ports.ts";
import type {
  CloseReason,
  Frame,
  FrameEncoder,
  FrameSocket,
  Packet,
  SocketListener,
} from "./transport/transport.ts";

/** A packet above it is sent in pieces. */
const longBytes = 64 * 1024;

interface OpenClient<Own> extends Client<Own> {
  session: Session | undefined;
}

export class Connection<Own, Dialect extends string>
  implements Recipient<Own, Dialect>, SessionHost<Own>, SocketListener, InboundHolder
{
  readonly client: OpenClient<Own>;
  readonly outbox: Outbox;
  /** See `Recipient`: a plain field, since fan-out reads it once per recipient. */
  direct = false;
  dialect: Dialect;
  readonly #context: ConnectionContext<Connection<Own, Dialect>, Own, Dialect>;
  /** See `Recipient`: a plain field as well. */
  readonly encode: FrameEncoder;
  readonly #socket: FrameSocket;
  readonly #run: SessionRun<Own>;
  readonly #intake = new Intake();
  #unfinishedBytes = 0;
  #attached = false;
  readonly #sinceMs = performance.now();
  /** It was said why it ends. */
  #cause: string | undefined;
  #ended = false;
  /** How far the feed had come at the last sign of life. */
  #heardAt: number | undefined;
  /** The other side has said that it closes; up to where it was sent what came, before that. */
  #concluded: { readonly seen: number | undefined } | undefined;
  /** Why whoever has proved who they are was not let in, and reads that here. */
  #turnedAwayBy: Rejection | undefined;
  /** Why it is ended as soon as nothing is under way any more. */
  #parting: Closing | undefined;
  #tick: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    socket: FrameSocket,
    context: ConnectionContext<Connection<Own, Dialect>, Own, Dialect>,
  ) {
    const { edge, config } = context;
    this.#context = context;
    this.#socket = socket;
    this.encode = socket.encode;
    this.client = {
      address: socket.address,
      isPage: socket.isPage,
      session: undefined,
      own: edge.newClient(context.random, context.view()),
    };
    this.dialect = edge.dialect(this.client);
    this.outbox = new Outbox(
      socket.sink,
      context.pump,
      () => this.close(closings.slow),
      () => this.wake(),
    );
    this.#run = new SessionRun(this, context.ports);
    this.#deadline = setTimeout(() => this.close(closings.signIn), config.limits.signInMs);
    const tickMs = edge.tickMs(config);
    if (tickMs > 0) this.#tick = setInterval(() => this.#onTick(), tickMs);
  }

  /** Begins to read, and says what the protocol says at once. */
  begin(): void {
    this.#socket.listen(this);
    this.#context.log.connected(this.client);
    this.#guard(() => this.send(this.#context.edge.greet(this.client, this.#context.view())));
  }

  get protocol(): Protocol {
    return this.#context.edge.protocol;
  }

  /** The session of an attached connection. */
  get session(): Session {
    return this.client.session as Session;
  }

  // ---- frames in ----------------------------------------------------------------------------------------

  onFrame(frame: Frame): void {
    if (this.#ended) return;
    this.#context.metrics.framesIn.inc();
    this.#guard(() => {
      const { edge } = this.#context;
      const view = this.#context.view();
      this.#heardAt = view.roster.lastMessageNumber;
      const metered = edge.meter(frame, this.client, view);
      if (metered === undefined && !this.#context.isFresh()) {
        const pong = edge.pong(frame, this.client, view);
        if (pong !== undefined) return this.#sendAhead(pong);
      }
      this.#queue(metered ?? frame);
      this.#run.wake();
    });
  }

  onUnfinished(bytes: number): void {
    if (this.#ended) return;
    this.#unfinishedBytes = bytes;
    this.#countInbound();
  }

  /** The longest frame that may come now. */
  get #frameBytes(): number {
    const { edge, config } = this.#context;
    return this.isStranger ? config.limits.signInFrameBytes : edge.frameBytes(config);
  }

  get #isFull(): boolean {
    return this.#intake.isFull(this.#context.config.limits.intakeFrames, this.#frameBytes);
  }

  #countInbound(): void {
    this.#context.inbound.hold(this, this.#unfinishedBytes + this.#intake.bytes);
  }

  /** Above the bounds no more is read; what one read of the socket held is still taken. */
  #queue(entry: Entry): void {
    this.#intake.push(entry);
    if (this.#isFull) this.#socket.pause();
  }

  /** Goes on with the frames that waited until the gateway is fresh. */
  wake(): void {
    if (!this.#ended) this.#run.wake();
  }

  next(): readonly Step[] | undefined {
    if (!this.#context.isFresh() || this.outbox.owesLong) return undefined;
    const entry = this.#intake.shift();
    if (entry === undefined) {
      if (this.#parting !== undefined) queueMicrotask(() => this.#part());
      return undefined;
    }
    this.#countInbound();
    if (this.#socket.isPaused && !this.#isFull && this.#parting === undefined) {
      this.#socket.resume();
    }
    if (!("kind" in entry)) return entry;
    const steps = this.#context.edge.receive(entry, this.client, this.#context.view());
    this.refresh();
    return steps;
  }

  #onTick(): void {
    this.#guard(() => {
      const { edge, view } = this.#context;
      const steps = edge.tick(this.client, view());
      if (steps.length === 0) return;
      // A sign of life does not wait for a command under way.
      for (const step of steps) {
        if (step.do === "send" && this.#context.isFresh()) this.send(step.packets);
        else if (step.do === "send") this.#sendAhead(step.packets);
        else if (step.do === "close") this.close(step.closing);
        else this.#queue([step]);
      }
      this.#run.wake();
    });
  }

  // ---- packets out --------------------------------------------------------------------------------------

  send(packets: readonly Packet[]): void {
    if (packets.length === 0 || this.#ended) return;
    this.#context.metrics.encodings.inc(packets.length);
    this.#context.metrics.framesOut.inc(packets.length);
    this.outbox.push(this.encode(packets));
  }

  /** Says that this gateway is there, also while it is not fresh. */
  #sendAhead(packets: readonly Packet[]): void {
    if (packets.length === 0 || this.#ended) return;
    this.#context.metrics.encodings.inc(packets.length);
    this.#context.metrics.framesOut.inc(packets.length);
    this.outbox.pushAhead(this.encode(packets));
  }

  sendPieces(pieces: readonly Buffer[]): void {
    if (this.#ended) return;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (bytes <= longBytes) {
      this.send([Buffer.concat(pieces, bytes).toString()]);
      return;
    }
    this.#context.metrics.framesOut.inc();
    this.outbox.pushLong(this.#socket.encodeLong(pieces));
  }

  sendFrames(frames: Buffer): void {
    this.outbox.push(frames);
  }

  take(packets: readonly Packet[], frames: Buffer, origin: Origin): void {
    this.#run.take(packets, frames, origin);
  }

  run(steps: readonly Step[]): void {
    this.#run.interject(steps);
  }

  // ---- session ------------------------------------------------------------------------------------------

  get isStranger(): boolean {
    return this.client.session === undefined;
  }

  attach(session: Session): void {
    if (this.#parting === undefined) clearTimeout(this.#deadline);
    this.#socket.admit(this.#context.edge.frameBytes(this.#context.config));
    this.client.session = session;
    this.dialect = this.#context.edge.dialect(this.client);
    this.#attached = true;
    this.#context.audiences.attach(this);
    this.#context.log.signedIn(this.client);
  }

  /** Takes the session as it is now: it stands in another place. */
  updateSession(session: Session): void {
    this.client.session = session;
    if (this.#attached) this.#context.audiences.reassign(this);
  }

  welcome(
    session: Session,
    own: readonly Packet[],
    commit: Parameters<Edge<Own, Dialect>["welcome"]>[3],
  ): readonly Step[] {
    const { edge, view } = this.#context;
    return edge.welcome(this.client, session, own, commit, view());
  }

  refresh(): void {
    this.direct = this.#run.direct;
    const dialect = this.#context.edge.dialect(this.client);
    if (dialect === this.dialect) return;
    if (this.#attached) this.#context.audiences.detach(this);
    this.dialect = dialect;
    if (this.#attached) this.#context.audiences.attach(this);
  }

  /**
   * Keeps the connection longer than one may take to sign in, but not for ever: clients come back at once from its end,
   * for the same words, and what they have shown of them is gone with it.
   */
  turnedAway(rejection: Rejection): void {
    const { config, view } = this.#context;
    const forMs = readingMs(rejection, view().nowMs, config.limits.turnedAwayMs);
    if (forMs <= config.limits.signInMs || this.#parting !== undefined) return;
    // What they try again is within the same time.
    if (this.#turnedAwayBy === undefined) {
      clearTimeout(this.#deadline);
      this.#deadline = setTimeout(() => this.close(closings.signIn), forMs);
    }
    this.#turnedAwayBy = rejection;
  }

  /**
   * Has the client of a person who was kept out by a phase sign in anew: it comes in, or is told what holds now.
   * @param afterMs that much later
   */
  letBack(afterMs: number): void {
    if (!this.isStranger || this.#turnedAwayBy?.code !== "leaving" || this.#ended) return;
    const { edge, view, config } = this.#context;
    if (edge.askAgain === undefined || edge.askAgain(this.client, view()).length === 0) {
      this.close(closings.drain, afterMs);
      return;
    }
    this.#turnedAwayBy = undefined;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#deadline = setTimeout(() => this.close(closings.signIn), config.limits.signInMs);
      this.#guard(() => this.send(edge.askAgain?.(this.client, view()) ?? []));
    }, afterMs);
  }

  // ---- the end ------------------------------------------------------------------------------------------

  onConcluded(): void {
    if (this.#attached) this.#concluded = { seen: this.#seen("lost") };
  }

  onGone(): void {
    this.#tellEnd("left");
    if (!this.#ended) this.#end("lost");
    clearTimeout(this.#deadline);
    this.outbox.end();
    this.#context.onGone(this);
  }

  /**
   * Ends the connection: what was queued is dropped, the protocol's farewell is the last that is written.
   * @param afterMs says it that much later; nothing is read, run or delivered from now on
   */
  close(closing: Closing, afterMs = 0): void {
    if (this.#ended) return;
    this.#context.metrics.closings.inc({ why: closing.why });
    this.#tellEnd(closing.why);
    this.#end(closing.why === "timeout" ? "timeout" : "lost");
    if (afterMs > 0) {
      this.outbox.purge();
      this.#deadline = setTimeout(() => this.#sayFarewell(closing), afterMs);
    } else {
      this.#sayFarewell(closing);
    }
  }

  /**
   * Reads no more, answers what is under way and what has come, and ends the connection then: what a client has sent is
   * either answered or not done.
   * @param limitMs after which it ends all the same
   */
  conclude(closing: Closing, limitMs: number): void {
    if (this.#ended || this.#parting !== undefined) return;
    this.#parting = closing;
    this.#socket.pause();
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.close(closing), limitMs);
    this.#run.wake();
  }

  #part(): void {
    if (this.#ended || this.#parting === undefined) return;
    if (this.#context.isFresh()) this.outbox.flush();
    this.close(this.#parting);
  }

  crowdOut(): void {
    this.close(closings.crowded);
  }

  fail(error: unknown): void {
    this.#context.logger.error({ err: error }, "connection ended by a bug");
    if (this.#ended) return;
    this.#context.metrics.closings.inc({ why: "bug" });
    this.#tellEnd("bug");
    this.#end("lost");
    this.#leave(undefined);
  }

  refused(what: "sign-in" | "command", rejection: Rejection): void {
    if (what === "sign-in") this.#context.log.refused(this.client, rejection);
    else this.#context.log.limited(this.client, rejection);
  }

  /** Said once: what ends it first is the reason. */
  #tellEnd(cause: string): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    const openMs = performance.now() - this.#sinceMs;
    this.#context.log.closed(this.client, cause, openMs, this.outbox.owed);
  }

  /** Breaks the socket off. */
  terminate(): void {
    this.#socket.terminate();
  }

  #sayFarewell(closing: Closing): void {
    const { edge, view, metrics, logger } = this.#context;
    try {
      const { packets, ...reason } = edge.farewell(closing, this.client, view());
      const last = packets.length > 0 && this.#socket.isOpen ? this.encode(packets) : undefined;
      metrics.framesOut.inc(packets.length);
      this.#leave(reason, last);
    } catch (error) {
      logger.error({ err: error }, "farewell failed");
      this.#leave(undefined);
    }
  }

  /** Writes what is said last and ends the socket; without a reason it is for a bug of ours. */
  #leave(reason: CloseReason | undefined, last?: Buffer): void {
    this.outbox.end(last);
    this.#socket.close(reason);
  }

  #end(why: "timeout" | "lost"): void {
    this.#ended = true;
    this.direct = false;
    clearInterval(this.#tick);
    clearTimeout(this.#deadline);
    this.#intake.clear();
    this.#context.inbound.hold(this, 0);
    if (this.#attached) this.#context.audiences.detach(this);
    const seen = this.#attached ? this.#seen(why) : undefined;
    this.#attached = false;
    this.#run.end(why, seen);
  }

  /** What was written to whoever gave no sign of life may have reached nobody. */
  #seen(why: "timeout" | "lost"): number | undefined {
    if (this.#concluded !== undefined) return this.#concluded.seen;
    if (why === "timeout") return this.#heardAt;
    return this.outbox.writtenThrough(this.#context.view().roster.lastMessageNumber);
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }
}
