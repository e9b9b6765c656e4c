/**
 * What is checked around a row's decision, in this order: the session and its gateway, a ban; where people ask, the phase
 * of their protocol, the text where it is tested before the budget, a silence, the budget, the right, the target and its rank; then
 * the decision, and its size where the row says that it is bulky. Rows do not repeat it.
 */
import {
  commitBytesMax,
  holds,
  outranks,
  type Rejection,
  type Result,
  type Right,
  splitCommandId,
  type UserId,
} from "@dragoman/bus-schema";
import { type OverBudget, overActs, overBudget, overMarks, unspent } from "../state/budget.ts";
import { sessionByTag } from "../state/file.ts";
import { actorOf, banOf, personCalled, sessionsOf, silenceOf } from "../state/find.ts";
import type { Ban, LiveSession, Person, Reading, State } from "../state/shape.ts";
import type { Admitted, Body, Decision, Inputs, Refused } from "./contract.ts";
import { type Cost, costOf } from "./cost.ts";
import { phaseRefusal } from "./phase.ts";
import {
  type AnyRow,
  type Asker,
  type DecisionContext,
  type MemberContext,
  type NewcomerAsker,
  type OperatorAsker,
  type PersonChecks,
  refuse,
  type SessionAsker,
} from "./row.ts";

const notAuthenticated: Rejection = { code: "not_authenticated" };

/** Room that a commit's cause takes beside its events. */
const causeBytesMax = 1024;
const eventsBytesMax = commitBytesMax - causeBytesMax;

/** Runs a row: who asks, its checks, its decision, and whether that fits into a commit. */
export function run(
  row: AnyRow,
  state: Reading<State>,
  command: Admitted,
  inputs: Inputs,
): Decision {
  const base = { state, inputs, nowMs: Math.max(inputs.nowMs, state.at) };
  return checkSize(row, command.body, decideRow(row, base, command));
}

/** Decides by the row, as whoever its kind is for. */
function decideRow(row: AnyRow, base: Base, command: Admitted): Decision {
  const { body } = command;
  switch (row.by) {
    case "session":
      return decideAs(
        base,
        sessionAsker(base, command, row.evenDropped === true),
        (context) => check(row, context, body) ?? row.decide(context, body),
      );
    case "session or operator":
      return decideAs(
        base,
        memberAsker(base, command),
        (context) => check(row, context, body) ?? row.decide(context, body),
      );
    case "key":
      return decideAs(
        base,
        keyAsker(base),
        (context) => check(row, context, body) ?? row.decide(context, body),
      );
    case "moderator":
      return decideAs(base, memberAsker(base, command), (context) => {
        const refused = check(row, context, body);
        if (refused !== null) return refused;
        const target = targetOf(context, row.target(body), row.among);
        return target.ok ? row.decide(context, body, target.value) : target;
      });
    case "newcomer":
      return decideAs(base, newcomerAsker(base, command), (context) => row.decide(context, body));
    case "gateway":
      return command.actor === "gateway-session" && command.gatewayId !== undefined
        ? row.decide({ ...base, asker: { kind: "gateway", gatewayId: command.gatewayId } }, body)
        : notPermitted("gateway");
    case "operator":
      return command.actor === "operator"
        ? row.decide({ ...base, asker: { kind: "operator" } }, body)
        : notPermitted("operator");
    case "core":
      return command.actor === "core"
        ? row.decide({ ...base, asker: { kind: "core" } }, body)
        : notPermitted("core");
    default:
      return row satisfies never;
  }
}

/** The decision as the asker that was found; the refusal where there is none. */
function decideAs<A extends Asker>(
  base: Base,
  asker: Result<A>,
  decide: (context: DecisionContext<A>) => Decision,
): Decision {
  return asker.ok ? decide({ ...base, asker: asker.value }) : asker;
}

export function notPermitted(need: string, hidden = false): Refused {
  return refuse({ code: "not_permitted", need, hidden });
}

/** The rejection that a ban or a running kick gives. */
export function bannedBy(ban: Ban): Rejection {
  return { code: "banned", kind: ban.kind, untilMs: ban.untilMs, reason: ban.reason };
}

type Base = Omit<DecisionContext, "asker">;

function memberAsker(base: Base, command: Admitted): Result<SessionAsker | OperatorAsker> {
  return command.actor === "operator"
    ? { ok: true, value: { kind: "operator" } }
    : sessionAsker(base, command, false);
}

/** The person behind a session of the gateway that gave the command (docs/journal.md 3.1). */
function sessionAsker(
  { state, nowMs }: Base,
  command: Admitted,
  evenDropped: boolean,
): Result<SessionAsker> {
  return askerOf(state, ownSession(state, command), nowMs, evenDropped);
}

/** The person behind the live session whose key was shown. */
function keyAsker({ state, inputs, nowMs }: Base): Result<SessionAsker> {
  const tag = inputs.lookups.keyTag;
  return askerOf(state, tag === undefined ? undefined : sessionByTag(state, tag), nowMs, false);
}

function askerOf(
  state: Reading<State>,
  live: LiveSession | undefined,
  nowMs: number,
  evenDropped: boolean,
): Result<SessionAsker> {
  const person = live === undefined ? undefined : state.people.get(live.session.userId);
  if (live === undefined || person === undefined || person.departed) {
    return refuse(notAuthenticated);
  }
  if (live.droppedUntilMs !== null && !evenDropped) return refuse(notAuthenticated);
  const ban = banOf(state, person.user.userId, nowMs);
  if (ban !== undefined) return refuse(bannedBy(ban));
  const actor = actorOf(state, person.user.userId);
  return { ok: true, value: { kind: "session", live, person, actor } };
}

function ownSession(state: Reading<State>, command: Admitted) {
  const { sessionId, gatewayId, actor, id } = command;
  if (actor !== "gateway-session" || sessionId === undefined) return undefined;
  if (splitCommandId(id).origin !== sessionId) return undefined;
  const live = state.sessions.get(sessionId);
  return live?.session.gatewayId === gatewayId ? live : undefined;
}

/** A session id that nobody has or had lately. */
function newcomerAsker({ state }: Base, command: Admitted): Result<NewcomerAsker> {
  const { sessionId, gatewayId, actor, id } = command;
  if (actor !== "gateway-session" || sessionId === undefined || gatewayId === undefined) {
    return refuse(notAuthenticated);
  }
  if (splitCommandId(id).origin !== sessionId || state.origins.has(sessionId)) {
    return refuse(notAuthenticated);
  }
  if (state.sessions.has(sessionId)) return refuse(notAuthenticated);
  return { ok: true, value: { kind: "newcomer", sessionId, gatewayId } };
}

function check(
  row: PersonChecks<SessionAsker | OperatorAsker, Body>,
  context: MemberContext,
  body: Body,
): Refused | null {
  const speaks = row.speaks?.(context, body) === true;
  const barredByPhase = phaseRefusal(context, body, speaks);
  if (barredByPhase !== undefined) return refuse(barredByPhase);
  const misshapen = row.shape?.(context, body) ?? null;
  if (misshapen !== null) return refuse(misshapen);
  const barred = speaks ? silenced(context) : null;
  if (barred !== null) return barred;
  const spent = budget(context, body);
  if (spent !== null) return spent;
  return row.right === undefined || hasRight(context, row.right) ? null : notPermitted(row.right);
}

function silenced(context: MemberContext): Refused | null {
  if (context.asker.kind === "operator") return null;
  const silence = silenceOf(context.state, context.asker.actor.userId, context.nowMs);
  return silence === undefined ? null : refuse({ code: "silenced", untilMs: silence.untilMs });
}

function budget(context: MemberContext, body: Body): Refused | null {
  const cost = costOf(body);
  if (context.asker.kind === "operator" || cost === 0) return null;
  const { userId } = context.asker.actor;
  const over = overspent(context, userId, cost);
  if (over === null) return null;
  const refused = refuse({ code: "rate_limited", why: over.why, waitMs: over.waitMs });
  return over.cooldownUntilMs === undefined
    ? refused
    : { ...refused, cooldownUntilMs: { userId, untilMs: over.cooldownUntilMs } };
}

function overspent(
  { inputs: { limits, cooldowns }, state, nowMs }: MemberContext,
  userId: UserId,
  cost: Cost,
): OverBudget | null {
  const { messages, acts, marks } = state.spends.get(userId) ?? unspent;
  if (cost === "message") return overBudget(messages, cooldowns.get(userId), limits, nowMs);
  if (cost === "mark") return overMarks(marks, limits.readMarksPerMinute, nowMs);
  return overActs(acts, cost, limits, nowMs);
}

/** Whether whoever asks holds a right. */
export function hasRight(context: MemberContext, right: Right): boolean {
  return context.asker.kind === "operator" || holds(context.asker.actor, right);
}

function targetOf(
  context: MemberContext,
  given: string,
  among: "present" | "known",
): Result<Person> {
  const { state, asker } = context;
  const person = personCalled(state, given);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given });
  }
  const { userId } = person.user;
  if (among === "present" && sessionsOf(state, userId).length === 0) {
    return refuse({ code: "not_found", what: "user", given });
  }
  if (asker.kind === "operator") return { ok: true, value: person };
  if (userId === asker.actor.userId) return refuse({ code: "self_target", given });
  if (!outranks(asker.actor, actorOf(state, userId))) {
    return refuse({ code: "rank_too_low", given });
  }
  return { ok: true, value: person };
}

/** Refuses what would outgrow a commit (docs/journal.md 1.2). */
function checkSize(row: AnyRow, body: Body, decision: Decision): Decision {
  if (!decision.ok || row.bulky?.(body) !== true) return decision;
  const text = JSON.stringify(decision.events);
  // A UTF-16 unit is at most three bytes of UTF-8: most need no encoding.
  if (text.length * 3 <= eventsBytesMax) return decision;
  return new TextEncoder().encode(text).length <= eventsBytesMax
    ? decision
    : refuse({ code: "too_long", field: "message", max: eventsBytesMax });
}
