/**
 * The decisions of one term. A repeated command gets the answer of the first; any other is decided on the state and,
 * where accepted, changes it at once, so that the next is decided on that (docs/journal.md 2.1, 3.1).
 */
import { randomUUID } from "node:crypto";
import {
  type CommandReply,
  Commit,
  type Event,
  gatewayKind,
  levelOf,
  type Protocol,
  type Rejection,
  splitCommandId,
  type UserId,
} from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import {
  type Admitted,
  bytesMaxOf,
  causeOf,
  decide,
  evolve,
  type Grant,
  grantAgain,
  outcomeOf,
} from "../decider/index.ts";
import { siteRolesOf } from "../identity/site-role.ts";
import type { Replica } from "../journal/replica.ts";
import type { CoreMetrics } from "../metrics.ts";
import { endCooldowns } from "./cooldowns.ts";
import { GuessBudget } from "./guess-budget.ts";
import type { QueuedCommand } from "./queue.ts";
import { Refusals } from "./refusals.ts";
import type { Room } from "./room.ts";

/** A commit and what the journal will hold of it. */
export interface EncodedCommit {
  readonly commit: Commit;
  readonly json: string;
  readonly bytes: number;
}

/** The answer to a command, given once its batch is stored, and the commit to store; none when nothing changes. */
export interface Decided {
  readonly reply: CommandReply;
  /** To be made and put into the answer. */
  readonly grant?: Grant;
  readonly stored?: EncodedCommit;
}

/** When a command is decided. */
export interface Moment {
  /** The place of the batch under way. */
  readonly seq: number;
  /** Its time, by the journal; epoch ms. */
  readonly at: number;
  /** What the leader's clock says; epoch ms. */
  readonly clockMs: number;
  /** Nobody waits for the command any more. */
  readonly isLate: boolean;
}

export interface DecisionsOptions {
  readonly config: Config;
  /** See `Inputs`. */
  readonly reservedNames: ReadonlySet<string>;
  /** See `Inputs`. */
  readonly protocols: readonly Protocol[];
  readonly replica: Replica;
  readonly room: Room;
  readonly logger: Logger;
  readonly metrics: Pick<CoreMetrics, "commands" | "rejections" | "limited">;
}

/** Decides the commands of one term. */
export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #term: number;
  readonly #cooldowns = new Map<UserId, number>();
  readonly #guesses = new GuessBudget();
  readonly #refusals = new Refusals<Decided>();

  constructor(options: DecisionsOptions, term: number) {
    this.#options = options;
    this.#term = term;
  }

  /** Until when a burst of messages keeps the person from posting, in epoch ms; 0: it does not. */
  cooldownUntilMs(userId: UserId): number {
    return this.#cooldowns.get(userId) ?? 0;
  }

  /** Decides and, where accepted, evolves. */
  decide(item: QueuedCommand, moment: Moment): Decided {
    const { seq, at } = moment;
    const { replica } = this.#options;
    const { admitted } = item;
    const { origin, n } = originOf(admitted);
    const known = outcomeOf(replica.state, admitted.id);
    if (known.kind === "repeat") {
      const grant = grantAgain(replica.state, admitted, known.seq);
      const reply: CommandReply = { ok: true, term: this.#term, seq: known.seq };
      return grant === undefined ? { reply } : { reply, grant };
    }
    const refused = this.#refusals.get(origin);
    if (refused !== undefined && refused.n === n) return refused.decided;
    if (known.kind === "stale" || (refused !== undefined && n < refused.n)) {
      return this.#rejected(admitted, { code: "invalid", field: "id", why: "stale" }, false);
    }
    if (moment.isLate) return this.#late(admitted);
    const {
      rejection = this.#options.room.refusal(admitted.body.type, item.request === undefined),
    } = item;
    if (rejection !== undefined) return this.#turnedAway(admitted, rejection);
    const decision = this.#decideSafely(item, moment);
    if (!decision.ok) {
      if (decision.cooldownUntilMs !== undefined) {
        this.#cooldowns.set(decision.cooldownUntilMs.userId, decision.cooldownUntilMs.untilMs);
      }
      if (decision.guess !== undefined) this.#guesses.add(decision.guess, performance.now());
      if (decision.rejection.code === "busy") return this.#turnedAway(admitted, decision.rejection);
      return this.#rejected(admitted, decision.rejection);
    }
    if (decision.events.length === 0) {
      const { grant } = decision;
      const reply: CommandReply = { ok: true, term: this.#term, seq: null };
      const decided: Decided = grant === undefined ? { reply } : { reply, grant };
      this.#refusals.remember(origin, n, decided);
      this.#count(admitted, grant === undefined ? "unchanged" : "granted");
      return decided;
    }
    const level = Math.max(...decision.events.map(levelOf));
    // What opens a level is the first that comes with it.
    if (level > replica.state.level && admitted.body.type !== "journal.level") {
      return this.#rejected(
        admitted,
        { code: "disabled", feature: admitted.body.type },
        false,
        "held_back",
      );
    }
    const commit = this.#commitOf(admitted, decision.events);
    if (commit === undefined) {
      return this.#turnedAway(admitted, { code: "busy", waitMs: 1_000 });
    }
    const json = JSON.stringify(commit);
    const bytes = Buffer.byteLength(json);
    const max = bytesMaxOf(admitted);
    if (bytes > max) {
      return this.#rejected(admitted, { code: "too_long", field: "command", max });
    }
    replica.runAhead();
    evolve(replica.state, commit, { seq, at });
    for (const event of commit.events) endCooldowns(event, this.#cooldowns);
    this.#count(admitted, "accepted");
    return {
      reply: { ok: true, term: this.#term, seq },
      ...(decision.grant === undefined ? {} : { grant: decision.grant }),
      stored: { commit, json, bytes },
    };
  }

  /**
   * Refuses a command that is not even looked at.
   * @returns null where it is stored, or about to be: that is no refusal, and its event will tell
   */
  turnAway(admitted: Admitted, rejection: Rejection): CommandReply | null {
    if (outcomeOf(this.#options.replica.state, admitted.id).kind === "repeat") return null;
    return this.#turnedAway(admitted, rejection).reply;
  }

  /**
   * What was wrong has nothing to do with the command and passes, but whoever asks is told that nothing happens: of this try,
   * and so of every other, such as one that came before it and is still to be decided. An operator, and the end of a
   * session, are asked for until it happens.
   */
  #turnedAway(admitted: Admitted, rejection: Rejection): { reply: CommandReply } {
    const isAskedAgain = admitted.actor === "operator" || admitted.body.type === "session.close";
    return this.#rejected(admitted, rejection, !isAskedAgain);
  }

  /** A fault of a rule costs the command that met it, nothing else. */
  #decideSafely(item: QueuedCommand, { at, clockMs }: Moment): ReturnType<typeof decide> {
    const { config } = this.#options;
    try {
      return decide(this.#options.replica.state, item.admitted, {
        nowMs: at,
        clockMs,
        newUuid: randomUUID,
        lookups: item.lookups,
        cooldowns: this.#cooldowns,
        guessWaitMs: (guess) => this.#guesses.waitMs(guess, performance.now()),
        limits: config.limits,
        attachments: config.attachments,
        emojis: config.emojis,
        graceMs: config.graceMs,
        tokenMs: config.accounts.tokenMs,
        reservedNames: this.#options.reservedNames,
        protocols: this.#options.protocols,
        allowRegistration: config.accounts.allowRegistration,
        get siteRoles() {
          return siteRolesOf(config.site.roles);
        },
      });
    } catch (error) {
      this.#options.logger.error({ err: error, id: item.admitted.id }, "decision failed");
      return { ok: false, rejection: { code: "busy", waitMs: 1_000 } };
    }
  }

  /**
   * Nothing that does not fit the contract may enter the journal: nobody could read on behind it. Messages of an import
   * were checked as the command that brought them; what became of each is a number and a time more.
   */
  #commitOf(admitted: Admitted, events: readonly Event[]): Commit | undefined {
    const cause = causeOf(this.#options.replica.state, admitted);
    const isChecked = admitted.body.type === "import.messages";
    const parsed = Commit.safeParse({ cause, events: isChecked ? events.map(bare) : events });
    if (parsed.success)
      return isChecked ? { cause: parsed.data.cause, events: [...events] } : parsed.data;
    this.#options.logger.error(
      { err: parsed.error, id: admitted.id },
      "decision breaks the contract",
    );
    return undefined;
  }

  /**
   * Whoever asks has given up, or is about to: nothing happens, of this try and of every other. The end of a session alone
   * is asked for until it happens.
   */
  #late(admitted: Admitted): Decided {
    const rejection: Rejection = { code: "busy", waitMs: 1_000 };
    return this.#rejected(admitted, rejection, admitted.body.type !== "session.close", "late");
  }

  #rejected(
    admitted: Admitted,
    rejection: Rejection,
    remember = true,
    outcome: string = rejection.code,
  ): { reply: CommandReply } {
    const reply: CommandReply = { ok: false, term: this.#term, rejection };
    const { origin, n } = originOf(admitted);
    if (remember) this.#refusals.remember(origin, n, { reply });
    this.#count(admitted, outcome);
    this.#countRefusal(admitted, rejection);
    return { reply };
  }

  #count(admitted: Admitted, outcome: string): void {
    this.#options.metrics.commands.inc({ type: admitted.body.type, outcome });
  }

  #countRefusal({ gatewayId }: Admitted, rejection: Rejection): void {
    const { rejections, limited } = this.#options.metrics;
    const protocol = gatewayId === undefined ? "core" : gatewayKind(gatewayId);
    rejections.inc({ protocol, code: rejection.code });
    if (rejection.code === "rate_limited") limited.inc({ protocol, limit: rejection.why });
    else if (rejection.code === "limit_reached") limited.inc({ protocol, limit: rejection.what });
  }
}

/** Whose count a command is of. Its gateway belongs to it: another's command under the same id is nobody's repeat. */
function originOf({ id, gatewayId }: Admitted): { readonly origin: string; readonly n: number } {
  const { origin, n } = splitCommandId(id);
  return { origin: `${gatewayId ?? "core"} ${origin}`, n };
}

/** The event without the messages that it carries. */
const bare = (event: Event): Event =>
  event.type === "import.stored" ? { ...event, events: [] } : event;
