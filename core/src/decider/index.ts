/** The decider: commands in, events or a rejection out; events in, the next state out. Pure. */
import {
  type Cause,
  type CommandId,
  type Commit,
  changerOf,
  rowsByType,
  type SessionId,
  splitCommandId,
} from "@dragoman/bus-schema";
import { charge, spentBy } from "../state/budget.ts";
import type { Reading, State } from "../state/shape.ts";
import { originMs } from "../state/shape.ts";
import { sweep } from "../state/sweep.ts";
import { attachmentCommands, attachmentEvents } from "./attachment.ts";
import { canaryCommands } from "./canary.ts";
import { channelCommands } from "./channel.ts";
import { channelEvents } from "./channel-state.ts";
import type {
  Admitted,
  BodyType,
  Decision,
  Inputs,
  Need,
  Position,
  Repetition,
} from "./contract.ts";
import { costOf } from "./cost.ts";
import { emojiCommands, emojiEvents } from "./emoji.ts";
import { run } from "./guard.ts";
import { importCommands } from "./import.ts";
import { importEvents } from "./import-state.ts";
import { inviteCommands, inviteEvents } from "./invite.ts";
import { journalCommands, journalEvents } from "./journal.ts";
import { linkCommands, linkEvents } from "./link.ts";
import { messageCommands, messageEvents } from "./message.ts";
import { expireKicks, moderationCommands, moderationEvents } from "./moderation.ts";
import { pinCommands, pinEvents } from "./pin.ts";
import { pollCommands, pollEvents } from "./poll.ts";
import { pushCommands, pushEvents } from "./push.ts";
import { reactionCommands, reactionEvents } from "./reaction.ts";
import { roleCommands, roleEvents } from "./role.ts";
import { type AnyRow, type CommandTable, type EventTable, refuse } from "./row.ts";
import { serverCommands, serverEvents } from "./server.ts";
import { presenceEvents } from "./session/presence.ts";
import { sessionCommands, sessionEvents } from "./session/session.ts";
import { slashCommands, slashEvents } from "./slash.ts";
import { statusCommands, statusEvents } from "./status.ts";
import { threadCommands, threadEvents } from "./thread.ts";
import { tokenEvents } from "./token.ts";
import { typingCommands } from "./typing.ts";
import { unreadCommands, unreadEvents } from "./unread.ts";
import { userCommands, userEvents } from "./user.ts";
import { voiceCommands, voiceEvents } from "./voice.ts";
import { webhookCommands, webhookEvents } from "./webhook.ts";

export { timers } from "../state/find.ts";
export type * from "./contract.ts";
export { hasBelongings } from "./erase.ts";
export { freshRoles } from "./fresh-role.ts";
export { bytesMaxOf } from "./import-event.ts";
export { reservedNames } from "./name.ts";
export { type LookupTable, lookerOf, lookupsOf } from "./needs.ts";
export { crowdedProtocols, refusedPhases } from "./phase.ts";
export { closedAtOnceMax } from "./session/leave.ts";
export { signalOf } from "./signal.ts";
export { grantAgain } from "./token.ts";

const commandTable: CommandTable = {
  ...journalCommands,
  ...importCommands,
  ...serverCommands,
  ...roleCommands,
  ...channelCommands,
  ...threadCommands,
  ...pollCommands,
  ...userCommands,
  ...linkCommands,
  ...inviteCommands,
  ...sessionCommands,
  ...statusCommands,
  ...messageCommands,
  ...reactionCommands,
  ...pinCommands,
  ...moderationCommands,
  ...unreadCommands,
  ...attachmentCommands,
  ...emojiCommands,
  ...webhookCommands,
  ...voiceCommands,
  ...slashCommands,
  ...pushCommands,
  ...typingCommands,
  ...canaryCommands,
};

const eventTable: EventTable = {
  ...journalEvents,
  ...importEvents,
  ...serverEvents,
  ...roleEvents,
  ...channelEvents,
  ...threadEvents,
  ...pollEvents,
  ...userEvents,
  ...linkEvents,
  ...inviteEvents,
  ...tokenEvents,
  ...sessionEvents,
  ...presenceEvents,
  ...statusEvents,
  ...messageEvents,
  ...reactionEvents,
  ...pinEvents,
  ...moderationEvents,
  ...unreadEvents,
  ...attachmentEvents,
  ...emojiEvents,
  ...webhookEvents,
  ...voiceEvents,
  ...slashEvents,
  ...pushEvents,
};

const commandRows = rowsByType<AnyRow>(commandTable);
const change = changerOf(eventTable);

/** What must be looked up before `decide`; mostly nothing. */
export function needs(state: Reading<State>, command: Admitted): readonly Need[] {
  return commandRows.get(command.body.type)?.needs?.(state, command.body, command) ?? [];
}

/** Decides one command on the state as it is. Only reads, never throws. */
export function decide(state: Reading<State>, command: Admitted, inputs: Inputs): Decision {
  const row = commandRows.get(command.body.type);
  return row === undefined
    ? refuse({ code: "not_found", what: "command", given: command.body.type })
    : run(row, state, command, inputs);
}

/** Whose act a command is, where not simply that of a person, an operator or the leader. */
const actors: ReadonlyMap<string, Cause["actor"]> = new Map<BodyType, Cause["actor"]>([
  ["session.close", "gateway"],
  ["session.flood", "gateway"],
  ["session.expire", "timer"],
  ["moderation.expire", "timer"],
  ["attachment.expire", "timer"],
  ["message.expire", "timer"],
  ["message.erase", "timer"],
  ["reaction.erase", "timer"],
  ["user.clear", "timer"],
  ["user.forget", "timer"],
  ["webhook.post", "webhook"],
  ["poll.expire", "timer"],
  ["server.turn", "timer"],
]);

const plainActors = { "gateway-session": "user", operator: "operator", core: "leader" } as const;

/** The cause that the journal holds of a command's events. To be called before they are evolved. */
export function causeOf(state: Reading<State>, command: Admitted): Cause {
  const { id: commandId, sessionId, body } = command;
  const actor = actors.get(body.type) ?? plainActors[command.actor];
  const logged = command.logged ? { logged: command.logged } : {};
  if (sessionId === undefined || command.actor !== "gateway-session") {
    return { commandId, actor, ...logged };
  }
  if (body.type === "session.open") {
    return { commandId, sessionId, protocol: body.protocol, actor };
  }
  const session = state.sessions.get(sessionId)?.session;
  if (session === undefined) return { commandId, sessionId, actor };
  const { userId, protocol } = session;
  const cost = costOf(body);
  const acts = typeof cost === "number" && cost > 0 ? { acts: cost } : {};
  return { commandId, sessionId, userId, protocol, actor, ...acts };
}

/** Applies a commit to the state, in place: the outcome of its command first, then its events. */
export function evolve(state: State, commit: Commit, position: Position): void {
  state.seq = position.seq;
  state.at = Math.max(state.at, position.at);
  expireKicks(state, state.at);
  sweep(state);
  recordOutcome(state, commit.cause.commandId);
  chargeActs(state, commit.cause);
  const around = { cause: commit.cause, position: { seq: state.seq, at: state.at } };
  for (const event of commit.events) change(state, event, around);
}

/** Charges the person with what the command cost (docs/journal.md 2.7). */
function chargeActs(state: State, { userId, acts = 0 }: Cause): void {
  if (userId === undefined || acts === 0) return;
  const spent = spentBy(state.spends, userId);
  for (let n = 0; n < acts; n += 1) charge(spent.acts, state.at);
}

/** Remembers that a command was carried out; of an origin without a session (operators, core) for a limited time. */
function recordOutcome(state: State, id: CommandId): void {
  const { origin, n } = splitCommandId(id);
  state.origins.set(origin, { n, seq: state.seq });
  if (state.sessions.has(origin as SessionId)) return;
  state.originsOver.delete(origin);
  state.originsOver.set(origin, state.at + originMs);
}

/**
 * Whether a command has been carried out (docs/journal.md 3.1). Commands that changed nothing are not
 * remembered: repeated, they are decided again.
 */
export function outcomeOf(state: Reading<State>, id: CommandId): Repetition {
  const { origin, n } = splitCommandId(id);
  const last = state.origins.get(origin);
  if (last === undefined || n > last.n) return { kind: "new" };
  return n === last.n ? { kind: "repeat", seq: last.seq } : { kind: "stale" };
}
