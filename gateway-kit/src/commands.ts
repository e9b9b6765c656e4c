/**
 * Commands on their way to the leader (docs/journal.md 3.1-3.3). A session has one unanswered command; it is
 * repeated under the present term, until the leader answers or its event comes in the feed. The
 * event settles it; an answer that names a place in the journal waits for the feed to get there.
 */
import {
  Command,
  type CommandEnvelope,
  type CommandId,
  CommandReply,
  type Commit,
  type CommunityId,
  commandId,
  decode,
  encode,
  type GatewayId,
  grantShapes,
  noDeadlineMs,
  payloadBytesMax,
  type Rejection,
  type SessionId,
  subject,
  withdraws,
} from "@dragoman/bus-schema";
import { type Config, type Logger, type Span, startSpan, traceHeader } from "@dragoman/service-kit";
import { busErrorOf } from "./bus-error.ts";
import { Lane, type LanePort, type Outcome, type Sender } from "./lane.ts";
import type { CommandTimes } from "./message-trace.ts";

/** A command without an outcome. */
export interface Pending {
  readonly id: CommandId;
  readonly sender: Sender;
  /** For whoever asks for its way. */
  readonly times: CommandTimes;
}

interface Underway extends Pending {
  readonly body: Command;
  readonly envelope: CommandEnvelope;
  /** When it was begun, and when it is given up, on the monotonic clock. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Asked again when refused for what passes (`isPassing`); else that is the outcome. */
  readonly stubborn: boolean;
  readonly finish: (outcome: Outcome) => void;
  /** Where traces are sent: its way to the outcome. */
  readonly span: Span | undefined;
  /** What it caused, while its outcome waits for the leader's answer. */
  commit: Commit | undefined;
  /** The leader has answered that it is stored. */
  isAnswered: boolean;
  /** `tries`: those that somebody may have heard. */
  readonly times: { readonly receivedMs: number; sentMs: number; tries: number };
  /** The number of the present attempt: what an earlier one schedules is void. */
  attempt: number;
  retry: NodeJS.Timeout | undefined;
  limit: NodeJS.Timeout | undefined;
}

/** What the port needs of the bus. Requests fail with `BusError`. */
export interface CommandBus {
  readonly connected: boolean;
  request(
    to: string,
    data: Uint8Array,
    options: { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<{ readonly data: Uint8Array }>;
}

export interface CommandPortOptions {
  readonly bus: CommandBus;
  readonly community: CommunityId;
  readonly gatewayId: GatewayId;
  readonly rhythm: Pick<Config["journal"], "tryMs" | "commandMs">;
  readonly logger: Logger;
  /** Whether commands may be sent (docs/journal.md 4.4). */
  readonly isFresh: () => boolean;
  /** Resolves when the feed has applied a sequence. */
  readonly whenApplied: (seq: number) => Promise<void>;
  /** Nobody serves the term: ask who leads. */
  readonly askTerm: () => void;
  /** Runs after each outcome, with how long the command took. */
  readonly onOutcome: (tookMs: number) => void;
}

/** How long `session.close` is tried: as long as the leader keeps a session's last command. */
export const closeLimitMs = 600_000;
const pauseMs = 50;
const busyPauseMs = 1_000;

/** Whoever waits for the outcome alone. */
const nobody: Sender = { begin: () => undefined, await: () => undefined };

export class CommandPort implements LanePort {
  readonly #options: CommandPortOptions;
  readonly #underway = new Map<CommandId, Underway>();
  /** What waits until the gateway is fresh. */
  readonly #withheld = new Set<Underway>();
  #term = 0;
  #stopped = false;

  constructor(options: CommandPortOptions) {
    this.#options = options;
  }

  /** The highest term known. */
  get term(): number {
    return this.#term;
  }

  /** Commands without an outcome. */
  get size(): number {
    return this.#underway.size;
  }

  /** A new session's way to the leader. */
  lane(sessionId: SessionId, sender: Sender): Lane {
    return new Lane(this, sessionId, sender, this.#options.rhythm.commandMs, sessionId);
  }

  /** A way to the leader for commands of no session, under a name that nobody else uses. */
  ownLane(origin: string): Lane {
    return new Lane(this, origin, nobody, this.#options.rhythm.commandMs);
  }

  /** Learns a term. A higher one than known: everything unanswered is asked again at once. */
  learn(term: number): void {
    if (term > this.#term) this.restart(term);
  }

  /** Takes the term of a new roster: a lower one than known where the journal went back behind a leader's start. */
  restart(term: number): void {
    this.#term = term;
    for (const command of this.#underway.values()) this.#try(command);
  }

  /** Sends what was withheld while the gateway was not fresh. */
  resume(): void {
    const withheld = [...this.#withheld];
    this.#withheld.clear();
    for (const command of withheld) this.#try(command);
  }

  /** The unanswered command of that id, when it is ours. */
  find(id: CommandId): Pending | undefined {
    return this.#underway.get(id);
  }

  /**
   * The commit that the command caused has been delivered. Where it puts somebody out the outcome waits for the leader's
   * answer, which comes when it is so at every gateway (docs/journal.md 4.5). Whom it puts out himself has no time to wait.
   */
  settle(pending: Pending, commit: Commit): void {
    const command = this.#underway.get(pending.id);
    if (command === undefined) return;
    // What it gives stands in the answer alone.
    if (Object.hasOwn(grantShapes, command.body.type) && !command.isAnswered) return;
    if (command.isAnswered || endsItsSender(commit) || !commit.events.some(withdraws)) {
      this.#finish(command, { kind: "committed", commit });
      return;
    }
    command.commit = commit;
    command.sender.await(commit);
  }

  /** Gives up on everything, without outcomes: this gateway ends. */
  stop(): void {
    this.#stopped = true;
    for (const command of this.#underway.values()) this.#clear(command);
    this.#underway.clear();
    this.#withheld.clear();
  }

  /** Sends a lane's present command. Used by `Lane` alone. */
  begin(
    lane: Pick<Lane, "origin" | "sessionId" | "sender" | "n" | "queuedMs">,
    body: Command,
    limitMs: number,
    finish: (outcome: Outcome) => void,
  ): void {
    if (this.#stopped) return;
    const envelope = {
      v: 1,
      id: commandId(lane.origin, lane.n),
      ...(lane.sessionId === undefined ? {} : { sessionId: lane.sessionId }),
      waitMs: limitMs,
      deadlineMs: noDeadlineMs,
      body,
    } as const;
    if (encode(envelope).length > payloadBytesMax) {
      const rejection = { code: "too_long", field: body.type, max: payloadBytesMax } as const;
      finish({ kind: "refused", rejection });
      return;
    }
    const sinceMs = performance.now();
    const command: Underway = {
      id: envelope.id,
      sender: lane.sender,
      body,
      envelope,
      sinceMs,
      untilMs: sinceMs + limitMs,
      stubborn: body.type === "session.close",
      finish,
      span: startSpan(`command ${body.type}`, { "dragoman.gateway": this.#options.gatewayId }),
      commit: undefined,
      isAnswered: false,
      times: { receivedMs: lane.queuedMs, sentMs: sinceMs, tries: 0 },
      attempt: 0,
      retry: undefined,
      limit: undefined,
    };
    this.#underway.set(command.id, command);
    command.limit = setTimeout(() => this.#finish(command, { kind: "unknown" }), limitMs).unref();
    this.#try(command);
  }

  #try(command: Underway): void {
    if (this.#underway.get(command.id) !== command) return;
    command.attempt += 1;
    clearTimeout(command.retry);
    const { bus, community, gatewayId, rhythm, isFresh } = this.#options;
    if (!isFresh()) {
      this.#withheld.add(command);
      return;
    }
    if (this.#term === 0 || !bus.connected) {
      this.#later(command, pauseMs);
      return;
    }
    const attempt = command.attempt;
    const { times } = command;
    if (times.tries === 0) times.sentMs = performance.now();
    times.tries += 1;
    const { tries } = times;
    const waitMs = Math.max(0, Math.round(command.untilMs - performance.now()));
    bus
      .request(
        subject.command(community, this.#term, gatewayId, command.body.type),
        encode({ ...command.envelope, waitMs, tries }),
        { timeoutMs: rhythm.tryMs, ...headersOf(command.span) },
      )
      .then(
        (reply) => this.#hear(command, reply.data),
        (error: unknown) => {
          const { why } = busErrorOf(error);
          if (why === "no_responders") times.tries -= 1;
          if (command.attempt !== attempt || why === "closed") return;
          if (why === "no_responders") {
            this.#options.askTerm();
            this.#later(command, pauseMs);
          } else {
            this.#try(command);
          }
        },
      );
  }

  #later(command: Underway, afterMs: number): void {
    const attempt = command.attempt;
    clearTimeout(command.retry);
    command.retry = setTimeout(() => {
      if (command.attempt === attempt) this.#try(command);
    }, afterMs).unref();
  }

  #hear(command: Underway, data: Uint8Array): void {
    if (this.#underway.get(command.id) !== command) return;
    const decoded = decode(CommandReply, data);
    if (!decoded.ok) {
      this.#options.logger.warn({ id: command.id, why: decoded.why }, "reply cannot be read");
      this.#later(command, busyPauseMs);
      return;
    }
    const reply = decoded.value;
    if (reply.term < this.#term) {
      this.#later(command, pauseMs);
      return;
    }
    this.learn(reply.term);
    if (!reply.ok) {
      if (command.stubborn && isPassing(reply.rejection)) this.#later(command, busyPauseMs);
      else this.#finish(command, { kind: "refused", rejection: precise(reply.rejection, command) });
      return;
    }
    command.attempt += 1;
    clearTimeout(command.retry);
    const { grant } = reply;
    if (reply.seq === null || grant !== undefined) {
      this.#finish(command, { kind: "unchanged", ...(grant === undefined ? {} : { grant }) });
      return;
    }
    command.isAnswered = true;
    if (command.commit !== undefined) {
      this.#finish(command, { kind: "committed", commit: command.commit });
      return;
    }
    void this.#options.whenApplied(reply.seq).then(() => {
      // Its commit would have settled it: what is left was applied before this gateway's roster began.
      this.#finish(command, { kind: "unchanged" });
    });
  }

  #clear(command: Underway): void {
    command.attempt += 1;
    clearTimeout(command.retry);
    clearTimeout(command.limit);
  }

  #finish(command: Underway, outcome: Outcome): void {
    if (this.#underway.get(command.id) !== command) return;
    this.#underway.delete(command.id);
    this.#withheld.delete(command);
    this.#clear(command);
    command.span?.end({ "dragoman.outcome": outcome.kind });
    command.finish(outcome);
    this.#options.onOutcome(performance.now() - command.sinceMs);
  }
}

/** What tells the leader of whose trace the command is. */
const headersOf = (span: Span | undefined): { readonly headers?: Record<string, string> } =>
  span === undefined ? {} : { headers: { [traceHeader]: span.traceparent } };

/** Nothing happened, and it may well later. */
const isPassing = ({ code }: Rejection): boolean =>
  code === "busy" || code === "read_only" || code === "storage_full";

/** The leader says of a command that it cannot read no more than that. Seldom, so it is looked at only then. */
function precise(rejection: Rejection, { body }: Underway): Rejection {
  if (rejection.code !== "invalid" || rejection.field !== "command") return rejection;
  const issue = Command.safeParse(body).error?.issues[0];
  if (issue === undefined) return rejection;
  return { code: "invalid", field: issue.path.join("."), why: issue.message };
}

/** Whether the session that caused the commit is closed by it. */
function endsItsSender({ cause, events }: Commit): boolean {
  return events.some(
    (event) => event.type === "session.closed" && event.session.sessionId === cause.sessionId,
  );
}
