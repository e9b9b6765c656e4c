/**
 * How a community leaves a protocol (docs/migrating.md): its phase is a step of the journal, what each phase bars is barred
 * here, for both protocols and all gateways alike. Whoever may manage the community is barred by none: else a step could
 * lock its own maker out.
 */
import {
  type CommandOf,
  type DescribedPhase,
  type EventOf,
  gatewayKind,
  holds,
  type Phase,
  type Protocol,
  type Rejection,
  type RoleId,
  reaches,
  rolesOf,
  type Standing,
  type User,
  type UserId,
} from "@dragoman/bus-schema";
import { phaseKey, sessionsAt } from "../state/find.ts";
import type { LiveSession, Reading, State } from "../state/shape.ts";
import type { Body, BodyOf, Decision } from "./contract.ts";
import { onJournal } from "./journal-time.ts";
import { closesLast, closesLastNow, type Standings } from "./last-protocol.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  type GatewayAsker,
  type MemberContext,
  type OperatorAsker,
  refuse,
} from "./row.ts";

const phaseOf = (state: Reading<State>, protocol: Protocol): Phase =>
  state.phases.get(protocol)?.standing.phase ?? "open";

/** Whether somebody goes in and on whatever the phase. */
function manages(state: Reading<State>, userId: UserId, roleIds: readonly RoleId[]): boolean {
  return holds({ userId, roles: rolesOf(roleIds, state.roles) }, "manageServer");
}

/** Why somebody does not come in by a protocol; undefined: it does not bar them. `isNew`: without an account so far. */
export function entryRefusal(
  { state }: Pick<DecisionContext, "state">,
  protocol: Protocol,
  { userId, roleIds }: User,
  isNew: boolean,
): Rejection | undefined {
  const phase = phaseOf(state, protocol);
  if (!reaches(phase, isNew ? "invited" : "closed")) return undefined;
  return manages(state, userId, roleIds) ? undefined : { code: "leaving", phase };
}

/**
 * What is still done where all else is only read: looking round, going, keeping order, taking back one's own words, and
 * whatever leads to the other side.
 */
const reading: ReadonlySet<string> = new Set<Body["type"]>([
  "session.move",
  "session.close",
  "session.flood",
  // A client says by itself that its window is hidden; the words of a status are barred where they are others.
  "status.set",
  "status.back",
  "voice.mute",
  "voice.leave",
  "thread.leave",
  "channel.leave",
  "unread.mark",
  "message.delete",
  "attachment.delete",
  "user.depart",
  "moderation.kick",
  "moderation.ban",
  "moderation.unban",
  "moderation.silence",
  "moderation.unsilence",
  "moderation.refill",
  "link.code",
  "link.join",
  "link.remove",
  "user.token",
  "user.revoke",
  "user.password",
  "push.subscribe",
  "push.unsubscribe",
]);
const going: ReadonlySet<string> = new Set<Body["type"]>(["session.close", "session.flood"]);

/**
 * Why a person may not give a command by the protocol of this session; undefined: the phase does not bar it.
 * @param speaks whether others would read new words of theirs
 */
export function phaseRefusal(
  { state, asker }: MemberContext,
  { type }: Body,
  speaks: boolean,
): Rejection | undefined {
  if (asker.kind === "operator") return undefined;
  const phase = phaseOf(state, asker.live.session.protocol);
  if (!reaches(phase, "read-only")) return undefined;
  if (!speaks && (phase === "closed" ? going : reading).has(type)) return undefined;
  return holds(asker.actor, "manageServer") ? undefined : { code: "leaving", phase };
}

/** Why a program says nothing by a protocol: whoever only reads there reads nothing new of it. */
export function programRefusal({
  state,
  asker,
}: DecisionContext<GatewayAsker>): Rejection | undefined {
  // Every protocol is the kind of its gateways.
  const phase = phaseOf(state, gatewayKind(asker.gatewayId) as Protocol);
  return reaches(phase, "read-only") ? { code: "leaving", phase } : undefined;
}

/** Who is still there by a protocol that is closed, and is to go. */
export function* evicted(state: Reading<State>, protocol: Protocol): Generator<LiveSession> {
  if (phaseOf(state, protocol) !== "closed") return;
  for (const gatewayId of state.sessionsAt.keys()) {
    if (gatewayKind(gatewayId) !== protocol) continue;
    for (const live of sessionsAt(state, gatewayId)) {
      const { userId } = live.session;
      const roleIds = state.people.get(userId)?.user.roleIds ?? [];
      if (!manages(state, userId, roleIds)) yield live;
    }
  }
}

/** Protocols that are closed and where somebody still is. */
export function crowdedProtocols(state: Reading<State>): readonly Protocol[] {
  return [...state.phases.keys()].filter(
    (protocol) => evicted(state, protocol).next().done === false,
  );
}

function phased(state: Reading<State>, standing: Standing): EventOf<"server.phased"> {
  return { type: "server.phased", standing, before: phaseOf(state, standing.protocol) };
}

/** What stays planned behind a step: what is further on than it, and only where it is a step forward. */
function keptNext(before: Standing, phase: Phase): Pick<Standing, "next"> {
  const { next } = before;
  if (next === undefined || before.phase === phase) return {};
  const isForward = reaches(phase, before.phase) && !reaches(phase, next.phase);
  return isForward ? { next } : {};
}

const standingsOf = ({ phases }: Reading<State>): Map<Protocol, Standing> =>
  new Map([...phases].map(([protocol, { standing }]) => [protocol, standing]));

/** @returns null where a date is over */
function stepOf(
  context: DecisionContext,
  before: Standing,
  { protocol, phase, dateMs, text = before.text }: CommandOf<"server.phase">,
): Standing | null {
  if (dateMs === undefined) return { protocol, phase, text, ...keptNext(before, phase) };
  const atMs = onJournal(dateMs, context);
  return atMs <= context.nowMs
    ? null
    : { protocol, phase: before.phase, text, next: { phase, atMs } };
}

function step(context: DecisionContext<OperatorAsker>, body: CommandOf<"server.phase">): Decision {
  const { state, inputs } = context;
  const before: Standing = state.phases.get(body.protocol)?.standing ?? undescribed(body.protocol);
  const standing = stepOf(context, before, body);
  if (standing === null) return refuse({ code: "invalid", field: "date", why: "past" });
  const house = { standings: standingsOf(state), protocols: inputs.protocols };
  if (closesLast(standing, before, house)) return refuse({ code: "protected", what: lastProtocol });
  return same(standing, before) ? accept() : accept(phased(state, standing));
}

/** What a refusal calls the protocol that stays open. */
const lastProtocol = "last protocol";

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** What a configuration says that says nothing of a protocol, and where one stands that nobody has had leave. */
const undescribed = (protocol: Protocol) => ({ protocol, phase: "open", text: "" }) as const;

/**
 * Decides `server.stand`: what the configuration says otherwise than it last did, each value by itself: other words do not
 * undo a step that an operator has taken since. What would close the last protocol is not taken over, nor remembered: it is
 * said again at the next start.
 */
function stand(context: DecisionContext<CoreAsker>, { phases }: BodyOf<"server.stand">): Decision {
  return accept(...toldBy(context, phases).taken);
}

/** Whom of the protocols a configuration may not have where it says, for they would all be closed. */
export function refusedPhases(
  context: Told,
  phases: readonly DescribedPhase[],
): readonly Protocol[] {
  return toldBy(context, phases).refused;
}

/** What of a decision's context says what a configuration changes. */
type Told = Pick<DecisionContext, "state" | "nowMs"> & {
  readonly inputs: Pick<DecisionContext["inputs"], "clockMs" | "protocols">;
};

function toldBy(
  context: Told,
  described: readonly DescribedPhase[],
): {
  readonly taken: readonly EventOf<"server.phased">[];
  readonly refused: readonly Protocol[];
} {
  const { state, inputs } = context;
  const standings = standingsOf(state);
  const taken: EventOf<"server.phased">[] = [];
  const refused: Protocol[] = [];
  for (const each of newsOf(state, described)) {
    const { protocol } = each;
    const held = state.phases.get(protocol);
    const before: Standing = held?.standing ?? undescribed(protocol);
    const last: DescribedPhase = held?.described ?? undescribed(protocol);
    const standing = standingOf({ described: each, last, before }, context);
    const house: { standings: Standings; protocols: readonly Protocol[] } = {
      standings,
      protocols: inputs.protocols,
    };
    if (closesLast(standing, before, house)) refused.push(protocol);
    else {
      standings.set(protocol, standing);
      taken.push({ ...phased(state, standing), described: each });
    }
  }
  return { taken, refused };
}

/** What a configuration says otherwise than it last did; what leaves a protocol open first, so that two can change places. */
function newsOf(
  { phases }: Reading<State>,
  described: readonly DescribedPhase[],
): readonly DescribedPhase[] {
  const now = new Map(described.map((each) => [each.protocol, each]));
  return [...new Set([...phases.keys(), ...now.keys()])]
    .map((protocol) => now.get(protocol) ?? undescribed(protocol))
    .filter((each) => {
      const last = phases.get(each.protocol)?.described ?? undescribed(each.protocol);
      return !same(each, last);
    })
    .sort((one, other) => Number(one.phase === "closed") - Number(other.phase === "closed"));
}

interface Said {
  readonly described: DescribedPhase;
  readonly last: DescribedPhase;
  readonly before: Standing;
}

/** A step whose date is over has been taken. */
function standingOf({ described, last, before }: Said, context: Told): Standing {
  const { protocol, text, next } = described;
  const standing = {
    protocol,
    phase: described.phase === last.phase ? before.phase : described.phase,
    text: text === last.text ? before.text : text,
  };
  if (same(next, last.next)) {
    return before.next === undefined ? standing : { ...standing, next: before.next };
  }
  if (next === undefined) return standing;
  const { phase } = next;
  const atMs = onJournal(next.dateMs, context);
  return atMs <= context.nowMs ? { ...standing, phase } : { ...standing, next: { phase, atMs } };
}

/** Decides `server.turn`: a planned step is taken once its date has come; one that would close the last protocol is off. */
function turn(
  { state, nowMs, inputs }: DecisionContext<CoreAsker>,
  { protocol }: BodyOf<"server.turn">,
): Decision {
  const standing = state.phases.get(protocol)?.standing;
  if (standing?.next === undefined || standing.next.atMs > nowMs) return accept();
  const { next, ...rest } = standing;
  const taken = { ...rest, phase: next.phase };
  const house = { standings: standingsOf(state), protocols: inputs.protocols };
  return accept(phased(state, closesLastNow(taken, house) ? rest : taken));
}

export const phaseCommands: Pick<
  CommandRows<"server">,
  "server.phase" | "server.stand" | "server.turn"
> = {
  "server.phase": { by: "operator", decide: step },
  "server.stand": { by: "core", decide: stand },
  "server.turn": { by: "core", decide: turn },
};

export const phaseEvents: Pick<EventRows<"server">, "server.phased"> = {
  "server.phased": (state, { standing, described }) => {
    const { protocol, next } = standing;
    const known = described ?? state.phases.get(protocol)?.described;
    state.phases.set(protocol, {
      standing,
      ...(known === undefined ? {} : { described: known }),
    });
    const key = phaseKey(protocol);
    if (next === undefined) state.timers.delete(key);
    else {
      state.timers.set(key, { dueMs: next.atMs, key, body: { type: "server.turn", protocol } });
    }
  },
};
