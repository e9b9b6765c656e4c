/**
 * The state machine of one connection's session and the runner of its steps. It knows phases and order and no
 * protocol: what a step says comes from the edge, what it needs from the ports.
 *
 * 1. Steps run strictly one after the other, those that a step yields before the ones after it; the next frame
 *    waits for all of them. A send is done at once, so what a commit yields goes out at the commit's place.
 * 2. From asking a query until its answer is queued, and while the steps of a settled command or a welcome run, up to
 *    a further command, the connection's deliveries are held; then they follow, less those that the answer covers. Steps that an event
 *    brings along are run behind those under way, and everything behind the event is held until then.
 * 3. An edge function that throws costs this connection alone.
 */
import {
  type Commit,
  clientKindOf,
  type QueryType,
  type Rejection,
  type Result,
  type Session,
} from "@dragoman/bus-schema";
import { answeredSteps } from "./answered.ts";
import { busy } from "./busy.ts";
import { closings } from "./closing.ts";
import { closeLimitMs } from "./commands.ts";
import type { GrantStep, QueryStep, Step } from "./edge.ts";
import type { Origin } from "./fanout.ts";
import { grantedSteps } from "./granted.ts";
import { Hold } from "./hold.ts";
import { keepFile } from "./keep-file.ts";
import type { Lane, Outcome } from "./lane.ts";
import type { Answer } from "./queries.ts";
import type { SessionHost, SessionPorts } from "./session-ports.ts";
import { type Item, released, StepQueue } from "./step-queue.ts";
import type { Packet } from "./transport/transport.ts";

/** `greeting`: accepted and not signed in. `closing`: told goodbye, or gone. */
export type Phase = "greeting" | "signing_in" | "open" | "closing";

/** Deliveries that one connection may hold (docs/journal.md 4.3). */
const heldMax = 1_000;

/** How long the feed may take to tell that a session has ended which the leader knows no more. */
const goneMs = 2_000;

type AuthenticateStep = Extract<Step, { do: "authenticate" }>;
type CommandStep = Extract<Step, { do: "command" }>;

export class SessionRun<Own> {
  readonly #host: SessionHost<Own>;
  readonly #ports: SessionPorts;
  #phase: Phase = "greeting";
  readonly #steps = new StepQueue();
  #waiting = false;
  #pumping = false;
  #lane: Lane | undefined;
  #opened: Session | undefined;
  /** What the commit that this session caused gives it, while that commit is delivered. */
  #own: Packet[] | undefined;
  /** The command whose outcome is awaited. */
  #asked: CommandStep | undefined;
  /**
   * What a commit gave whose outcome is awaited, and the answer as of its place in the feed: what is delivered later is held
   * meanwhile, and a list that is made later would stand ahead of it.
   */
  #kept: { readonly own: readonly Packet[]; readonly answer?: readonly Step[] } | undefined;
  readonly #hold = new Hold();
  /** Gives up on the query under way. */
  #abandon: (() => void) | undefined;
  #whyLeft: "timeout" | "lost" = "lost";
  #seen: number | undefined;

  constructor(host: SessionHost<Own>, ports: SessionPorts) {
    this.#host = host;
    this.#ports = ports;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether nothing stands between a delivery and the outbox. */
  get direct(): boolean {
    return this.#phase === "open" && !this.#hold.isOn && this.#own === undefined;
  }

  /** Runs what waits, as far as it goes. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#pump();
    } catch (error) {
      this.#host.fail(error);
    } finally {
      this.#pumping = false;
    }
  }

  #pump(): void {
    while (!this.#waiting && this.#phase !== "closing") {
      const item = this.#steps.next();
      if (item !== undefined) {
        this.#run(item);
        continue;
      }
      const steps = this.#host.next();
      if (steps === undefined) return;
      this.#steps.push(steps);
    }
  }

  #run(item: Item): void {
    switch (item.do) {
      case "send":
        this.#host.send(item.packets);
        return;
      case "list":
        this.#list(item);
        return;
      case "authenticate":
        this.#authenticate(item);
        return;
      case "command":
        this.#command(item);
        return;
      case "grant":
        this.#grant(item);
        return;
      case "query":
        this.#query(item);
        return;
      case "store":
        this.#store(item);
        return;
      case "close":
        this.#host.close(item.closing);
        return;
      case "release":
        this.#release();
        return;
      case "catch up":
        for (const frames of this.#hold.toMark()) this.#host.sendFrames(frames);
        return;
      default:
        item satisfies never;
    }
  }

  /** Goes on with what an edge function yields, before everything else. Its bugs end here. */
  #resume(yields: () => readonly Item[]): void {
    if (this.#phase === "closing") return;
    this.#waiting = false;
    try {
      this.#steps.push(yields());
    } catch (error) {
      this.#host.fail(error);
      return;
    }
    this.wake();
  }

  #list({ make }: Extract<Step, { do: "list" }>): void {
    this.#waiting = true;
    const send = (pieces: readonly Buffer[]): void =>
      this.#resume(() => {
        this.#host.sendPieces(pieces);
        return [];
      });
    this.#ports.slices.run(make(this.#ports.view()), send, (error) => this.#host.fail(error));
  }

  // ---- signing in ---------------------------------------------------------------------------------------

  #authenticate(step: AuthenticateStep): void {
    if (this.#phase !== "greeting") throw new Error("authenticate: already signed in");
    this.#phase = "signing_in";
    this.#waiting = true;
    void this.#ports.authenticate(this.#host.client.address, step.credentials).then((proof) => {
      if (this.#phase === "closing") return;
      if (proof.ok) this.#open(proof.value, step);
      else this.#refuseSignIn(proof.rejection, step);
    });
  }

  #refuseSignIn(rejection: Rejection, { credentials, refuse }: AuthenticateStep): void {
    this.#phase = "greeting";
    this.#lane = undefined;
    this.#host.refused("sign-in", rejection);
    // Of a ban, and of a phase, nobody is told who has not proved who they are; but whoever registers proves nothing.
    if (credentials.scheme !== "register") this.#host.turnedAway(rejection);
    this.#resume(() => refuse(rejection, this.#ports.view()));
  }

  /** Sends `session.open` with the ticket. */
  #open(ticket: string, step: AuthenticateStep): void {
    const { keyTag, client } = step;
    const lane = this.#ports.commands.lane(this.#ports.newSessionId(), this);
    this.#lane = lane;
    const protocol = this.#host.protocol;
    const tag = keyTag === undefined ? {} : { keyTag };
    const kind = client === undefined ? undefined : clientKindOf(client);
    const said = kind === undefined ? {} : { client: kind };
    lane.send({ type: "session.open", ticket, protocol, ...tag, ...said }, (outcome) => {
      if (this.#phase === "closing") {
        // Nobody is there any more; whatever was opened is closed again.
        if (outcome.kind !== "refused") this.#sendClose(lane);
        return;
      }
      if (outcome.kind === "refused") this.#refuseSignIn(outcome.rejection, step);
      else this.#welcome(outcome);
    });
  }

  #welcome(outcome: Exclude<Outcome, { kind: "refused" }>): void {
    const session = this.#opened;
    const { own, isHeld } = this.#takeKept();
    if (outcome.kind !== "committed" || session === undefined) {
      const lane = this.#lane;
      this.#host.close(closings.unknownOutcome);
      if (lane !== undefined) this.#sendClose(lane);
      return;
    }
    this.#phase = "open";
    if (!isHeld) this.#beginHold();
    this.#resume(() => [
      ...this.#host.welcome(session, own, outcome.commit),
      { do: "release" as const },
    ]);
  }

  // ---- commands -----------------------------------------------------------------------------------------

  #command(step: CommandStep): void {
    const lane = this.#lane;
    if (lane === undefined || this.#phase !== "open") {
      this.#steps.push(step.refuse({ code: "not_authenticated" }, this.#ports.view()));
      return;
    }
    this.#waiting = true;
    this.#asked = step;
    lane.send(step.body, (outcome) => this.#settle(step, outcome));
  }

  /** What the session's last commit gave it; `answer`: of a commit whose outcome was awaited, while what came later is held. */
  #takeKept(): {
    readonly own: readonly Packet[];
    readonly answer?: readonly Step[] | undefined;
    readonly isHeld: boolean;
  } {
    const kept = this.#kept;
    this.#kept = undefined;
    this.#asked = undefined;
    const isHeld = kept !== undefined && this.#abandon !== undefined;
    if (isHeld) this.#abandon = undefined;
    return {
      own: kept?.own ?? this.#takeOwn(),
      answer: isHeld ? kept.answer : undefined,
      isHeld,
    };
  }

  /** How a command is answered that was carried out. */
  #answered(step: CommandStep, own: readonly Packet[], commit: Commit): readonly Step[] {
    const asIs = own.length > 0 ? [{ do: "send" as const, packets: own }] : [];
    return step.settle?.(own, commit, this.#ports.view()) ?? asIs;
  }

  #settle(step: CommandStep, outcome: Outcome): void {
    const { own, answer, isHeld } = this.#takeKept();
    if (this.#phase === "closing") return;
    const maybeReleased = (steps: readonly Step[]) => (isHeld ? released(steps) : steps);
    switch (outcome.kind) {
      case "committed": {
        if (!isHeld) this.#beginHold();
        const older = this.#steps.takeOlder();
        this.#resume(() => [
          ...older,
          ...released(answer ?? this.#answered(step, own, outcome.commit)),
        ]);
        return;
      }
      case "unchanged":
        this.#resume(() => maybeReleased(step.unchanged?.(this.#ports.view()) ?? []));
        return;
      case "refused":
        this.#host.refused("command", outcome.rejection);
        if (this.#isGone(outcome.rejection)) return;
        this.#resume(() => maybeReleased(step.refuse(outcome.rejection, this.#ports.view())));
        return;
      case "unknown":
        this.#host.close(closings.unknownOutcome);
        return;
      default:
        outcome satisfies never;
    }
  }

  #grant(step: GrantStep): void {
    const lane = this.#lane;
    if (lane === undefined || this.#phase !== "open") {
      this.#steps.push(step.refuse({ code: "not_authenticated" }, this.#ports.view()));
      return;
    }
    this.#waiting = true;
    lane.send(step.body, (outcome) => {
      if (this.#phase === "closing") return;
      if (outcome.kind === "unknown") this.#host.close(closings.unknownOutcome);
      else if (outcome.kind === "refused" && this.#isGone(outcome.rejection)) return;
      else this.#resume(() => grantedSteps(step, outcome, this.#ports.view()));
    });
  }

  /**
   * Whether the leader knows the session no more. To somebody who has signed in that is no answer: the feed is about to
   * tell why the session has ended, and its farewell is the only word; it is not waited for without end.
   */
  #isGone({ code }: Rejection): boolean {
    if (code !== "not_authenticated" || this.#phase !== "open") return false;
    setTimeout(() => this.#host.close(closings.unknownOutcome), goneMs).unref();
    return true;
  }

  /** A commit that this session caused is about to be delivered. */
  begin(commit: Commit): void {
    if (this.#phase === "closing") return;
    this.#own = [];
    this.#steps.mark();
    this.#hold.mark();
    const sessionId = this.#lane?.sessionId;
    if (this.#phase === "signing_in") {
      for (const event of commit.events) {
        if (event.type !== "session.opened" || event.session.sessionId !== sessionId) continue;
        this.#opened = event.session;
        this.#host.attach(event.session);
      }
    }
    this.#host.refresh();
  }

  /** See `Sender`. What is delivered meanwhile is held, unless it is too much. */
  await(commit: Commit): void {
    if (this.#phase === "closing") return;
    const own = this.#takeOwn();
    const asked = this.#asked;
    try {
      this.#kept =
        asked === undefined ? { own } : { own, answer: this.#answered(asked, own, commit) };
    } catch (error) {
      this.#host.fail(error);
      return;
    }
    this.#beginHold();
    const giveUp = (): void => {
      if (this.#abandon !== giveUp) return;
      this.#abandon = undefined;
      this.#release();
    };
    this.#abandon = giveUp;
  }

  #takeOwn(): readonly Packet[] {
    const own = this.#own ?? [];
    this.#own = undefined;
    this.#host.refresh();
    return own;
  }

  // ---- queries ------------------------------------------------------------------------------------------

  #query(step: QueryStep): void {
    this.#waiting = true;
    this.#beginHold();
    let over = false;
    const settle = (result: Result<Answer<QueryType>>): void => {
      if (over) return;
      over = true;
      this.#abandon = undefined;
      if (!result.ok && this.#isGone(result.rejection)) return;
      this.#resume(() => released(answeredSteps(step, result, this.#hold, this.#ports.view())));
    };
    this.#abandon = () => settle({ ok: false, rejection: busy });
    void this.#ports.ask(step.body, this.#opened?.sessionId).then(settle);
  }

  /** Takes steps that an event brings along: they run before the next frame, and before what a later commit gives. */
  interject(steps: readonly Step[]): void {
    if (this.#phase === "closing" || steps.length === 0) return;
    this.#beginHold();
    this.#steps.interject([...steps, { do: "release" }]);
    // The commit is delivered to its end first.
    queueMicrotask(() => this.wake());
  }

  // ---- files --------------------------------------------------------------------------------------------

  #store(step: Extract<Step, { do: "store" }>): void {
    this.#waiting = true;
    keepFile(step, this.#ports, () => this.#phase === "closing").then(
      (yields) => this.#resume(yields),
      (error: unknown) => this.#host.fail(error),
    );
  }

  // ---- holding ------------------------------------------------------------------------------------------

  /** Takes a delivery that cannot go straight to the outbox. */
  take(packets: readonly Packet[], frames: Buffer, origin: Origin): void {
    if (this.#phase === "closing") return;
    if (this.#own !== undefined) {
      this.#own.push(...packets);
      return;
    }
    if (!this.#hold.isOn) {
      this.#host.sendFrames(frames);
      return;
    }
    this.#hold.add(frames, origin);
    if (this.#hold.size < heldMax) return;
    // Not now: its steps may change the groups that are being delivered to.
    if (this.#abandon !== undefined) queueMicrotask(this.#abandon);
    else if (this.#hold.size >= 2 * heldMax) this.#host.close(closings.slow);
  }

  #beginHold(): void {
    this.#hold.begin(this.#ports.view().roster.lastMessageNumber);
    this.#host.refresh();
  }

  #release(): void {
    for (const frames of this.#hold.end()) this.#host.sendFrames(frames);
    this.#host.refresh();
  }

  // ---- the end ------------------------------------------------------------------------------------------

  /**
   * Ends the session on this side: nothing more is run or delivered, and the leader is told, unless the session
   * is gone already. `seen` is how far the connection was sent what came; less, if it held anything back.
   */
  end(why: "timeout" | "lost", seen?: number): void {
    if (this.#phase === "closing") return;
    const wasOpen = this.#phase === "open";
    this.#seen = this.#hold.isOn ? this.#hold.feedAt : seen;
    this.#phase = "closing";
    this.#whyLeft = why;
    this.#steps.clear();
    this.#hold.clear();
    this.#own = undefined;
    this.#kept = undefined;
    this.#abandon = undefined;
    const lane = this.#lane;
    // Not before the commit that may have brought this about is applied to its end.
    if (lane !== undefined && wasOpen) queueMicrotask(() => this.#sendClose(lane));
  }

  #sendClose(lane: Lane): void {
    const opened = this.#opened;
    if (opened !== undefined && this.#ports.view().roster.session(opened.sessionId) === undefined) {
      return;
    }
    const seen = this.#seen === undefined ? {} : { seen: this.#seen };
    const { sessionId } = lane;
    const done = ({ kind }: Outcome): void => {
      if (sessionId !== undefined && (kind === "unknown" || kind === "refused")) {
        this.#ports.abandon(sessionId);
      }
    };
    lane.send({ type: "session.close", why: this.#whyLeft, ...seen }, done, closeLimitMs);
  }
}
