/** Putting people out or silencing them, and undoing it. */
import {
  type AddressTag,
  type CommandOf,
  type Event,
  type EventOf,
  loopbackTag,
  trimmed,
  type UserId,
} from "@dragoman/bus-schema";
import { dropBan, setBan } from "../state/ban.ts";
import {
  banKey,
  banOf,
  bansAt,
  personCalled,
  sessionsOf,
  silenceKey,
  silenceOf,
} from "../state/find.ts";
import type { Ban, Person, Reading, State } from "../state/shape.ts";
import type { BodyOf, Decision } from "./contract.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  type MemberContext,
  refuse,
} from "./row.ts";
import { allClosedEvents } from "./session/presence.ts";
import { answerEvents } from "./slash-answer.ts";

/** Addresses that one ban bars at most, as the event's shape has it. */
const addressTagsMax = 100;

function byId({ asker }: MemberContext): UserId | null {
  return asker.kind === "session" ? asker.actor.userId : null;
}

function untilMs(context: MemberContext, seconds: number | undefined): number | null {
  return seconds === undefined ? null : context.nowMs + Math.ceil(seconds * 1000);
}

function kick(
  context: MemberContext,
  body: CommandOf<"moderation.kick">,
  target: Person,
): Decision {
  const said = answerEvents(context, body.said, target.user.userId);
  if (!said.ok) return said;
  const { userId } = target.user;
  return accept(
    {
      type: "moderation.kicked",
      userId,
      byId: byId(context),
      reason: trimmed(body.reason ?? ""),
      why: "kick",
      untilMs: untilMs(context, body.seconds),
    },
    ...allClosedEvents(context.state, userId, "kick"),
    ...said.value,
  );
}

/** Closes every session of the person in the same commit: nothing of theirs is accepted behind it (journal 4.5). */
function ban(context: MemberContext, body: CommandOf<"moderation.ban">, target: Person): Decision {
  const { userId } = target.user;
  if (banOf(context.state, userId, context.nowMs)?.kind === "ban") {
    return refuse({ code: "already_exists", what: "ban", given: body.target });
  }
  const said = answerEvents(context, body.said, target.user.userId);
  if (!said.ok) return said;
  return accept(
    {
      type: "moderation.banned",
      userId,
      byId: byId(context),
      reason: trimmed(body.reason ?? ""),
      untilMs: untilMs(context, body.seconds),
      addressTags: body.addresses ? addressesOf(context.state, userId) : [],
    },
    { type: "user.revoked", userId, epoch: target.epoch + 1 },
    ...allClosedEvents(context.state, userId, "ban"),
    ...said.value,
  );
}

function addressesOf(state: Reading<State>, userId: UserId): AddressTag[] {
  const tags = new Set(sessionsOf(state, userId).map(({ addressTag }) => addressTag));
  tags.delete(loopbackTag);
  return [...tags].slice(0, addressTagsMax);
}

/** Decides `moderation.unban`: lifts a ban, or a kick whose time still runs. */
function unban(context: MemberContext, body: CommandOf<"moderation.unban">): Decision {
  if (body.by === "address") return unbanAddress(context, body);
  const person = personCalled(context.state, body.target);
  if (
    person === undefined ||
    banOf(context.state, person.user.userId, context.nowMs) === undefined
  ) {
    return refuse({ code: "not_found", what: "ban", given: body.target });
  }
  const said = answerEvents(context, body.said, person.user.userId);
  if (!said.ok) return said;
  const { userId } = person.user;
  return accept({ type: "moderation.unbanned", userId, byId: byId(context) }, ...said.value);
}

/** Lifts every ban that bars one of the addresses, each as a whole with its other addresses. */
function unbanAddress(context: MemberContext, body: CommandOf<"moderation.unban">): Decision {
  const tags = new Set(context.inputs.lookups.addressTags);
  const found = bansAt(context.state, context.nowMs).filter(({ addressTags }) =>
    addressTags.some((tag) => tags.has(tag)),
  );
  if (found.length === 0) return refuse({ code: "not_found", what: "ban", given: body.target });
  const said = answerEvents(context, body.said);
  if (!said.ok) return said;
  const lifted = found.map(
    ({ userId }): Event => ({ type: "moderation.unbanned", userId, byId: byId(context) }),
  );
  return accept(...lifted, ...said.value);
}

/** Lifts a ban or a silence whose time is over. */
function expire(
  { state, nowMs }: DecisionContext<CoreAsker>,
  { what, userId }: BodyOf<"moderation.expire">,
): Decision {
  const found = what === "ban" ? state.bans.get(userId) : state.silences.get(userId);
  const isKick = found !== undefined && "kind" in found && found.kind === "kick";
  if (found === undefined || isKick || found.untilMs === null || found.untilMs > nowMs) {
    return accept();
  }
  const type = what === "ban" ? "moderation.unbanned" : "moderation.unsilenced";
  return accept({ type, userId, byId: null });
}

function silence(
  context: MemberContext,
  body: CommandOf<"moderation.silence">,
  target: Person,
): Decision {
  const { userId } = target.user;
  if (!body.replace && silenceOf(context.state, userId, context.nowMs) !== undefined) {
    return refuse({ code: "already_exists", what: "silence", given: body.target });
  }
  const said = answerEvents(context, body.said, target.user.userId);
  if (!said.ok) return said;
  const endMs = untilMs(context, body.seconds);
  return accept(
    {
      type: "moderation.silenced",
      userId,
      byId: byId(context),
      reason: trimmed(body.reason ?? ""),
      untilMs: endMs,
      lengthMs: endMs === null ? null : endMs - context.nowMs,
    },
    ...said.value,
  );
}

function unsilence(
  context: MemberContext,
  body: CommandOf<"moderation.unsilence">,
  target: Person,
): Decision {
  const { userId } = target.user;
  if (silenceOf(context.state, userId, context.nowMs) === undefined) {
    return refuse({ code: "not_found", what: "silence", given: body.target });
  }
  const said = answerEvents(context, body.said, target.user.userId);
  if (!said.ok) return said;
  return accept({ type: "moderation.unsilenced", userId, byId: byId(context) }, ...said.value);
}

/** Decides `moderation.refill`; it lifts a silence too (OriginChats part 1, 7.3 and 8.1). */
function refill(context: MemberContext, body: CommandOf<"moderation.refill">): Decision {
  const person = personCalled(context.state, body.target);
  if (person === undefined || person.departed) {
    return refuse({ code: "not_found", what: "user", given: body.target });
  }
  const { userId } = person.user;
  const lifted: readonly Event[] =
    silenceOf(context.state, userId, context.nowMs) === undefined
      ? []
      : [{ type: "moderation.unsilenced", userId, byId: byId(context) }];
  return accept({ type: "moderation.refilled", userId, byId: byId(context) }, ...lifted);
}

export const moderationCommands: CommandRows<"moderation"> = {
  "moderation.kick": {
    by: "moderator",
    right: "kick",
    among: "present",
    target: ({ target }) => target,
    decide: kick,
  },
  "moderation.ban": {
    by: "moderator",
    right: "ban",
    among: "known",
    target: ({ target }) => target,
    decide: ban,
  },
  "moderation.unban": {
    by: "session or operator",
    right: "unban",
    needs: (_state, { target, by }) =>
      by === "address" ? [{ kind: "address", typed: target }] : [],
    decide: unban,
  },
  "moderation.expire": { by: "core", decide: expire },
  "moderation.silence": {
    by: "moderator",
    right: "silence",
    among: "known",
    target: ({ target }) => target,
    decide: silence,
  },
  "moderation.unsilence": {
    by: "moderator",
    right: "silence",
    among: "known",
    target: ({ target }) => target,
    decide: unsilence,
  },
  "moderation.refill": { by: "session or operator", right: "manageServer", decide: refill },
};

/** Enters what keeps a person out, with its timer. */
function keepOut(state: State, entry: Ban): void {
  setBan(state, entry);
  const { userId, kind, untilMs: dueMs } = entry;
  const key = banKey(userId);
  state.timers.delete(key);
  if (dueMs === null) return;
  if (kind === "kick") state.kicksExpireMs = Math.min(state.kicksExpireMs, dueMs);
  else
    state.timers.set(key, { dueMs, key, body: { type: "moderation.expire", what: "ban", userId } });
}

/** Forgets the kicks whose time is over: nobody is told, they only hold at the door. */
export function expireKicks(state: State, atMs: number): void {
  if (atMs < state.kicksExpireMs) return;
  state.kicksExpireMs = Number.POSITIVE_INFINITY;
  for (const entry of state.bans.values()) {
    if (entry.kind !== "kick" || entry.untilMs === null) continue;
    if (entry.untilMs <= atMs) dropBan(state, entry.userId);
    else state.kicksExpireMs = Math.min(state.kicksExpireMs, entry.untilMs);
  }
}

function entryOf(
  event: EventOf<"moderation.kicked"> | EventOf<"moderation.banned">,
  kind: Ban["kind"],
  addressTags: readonly AddressTag[],
): Ban {
  return { userId: event.userId, kind, untilMs: event.untilMs, reason: event.reason, addressTags };
}

export const moderationEvents: EventRows<"moderation"> = {
  "moderation.kicked": (state, event) => {
    if (event.untilMs !== null) keepOut(state, entryOf(event, "kick", []));
  },
  "moderation.banned": (state, event) => {
    keepOut(state, entryOf(event, "ban", event.addressTags));
  },
  "moderation.unbanned": (state, { userId }) => {
    dropBan(state, userId);
    state.timers.delete(banKey(userId));
  },
  "moderation.silenced": (state, { userId, untilMs: dueMs }) => {
    state.silences.set(userId, { userId, untilMs: dueMs });
    const key = silenceKey(userId);
    if (dueMs === null) state.timers.delete(key);
    else
      state.timers.set(key, {
        dueMs,
        key,
        body: { type: "moderation.expire", what: "silence", userId },
      });
  },
  "moderation.unsilenced": (state, { userId }) => {
    state.silences.delete(userId);
    state.timers.delete(silenceKey(userId));
  },
  "moderation.refilled": (state, { userId }) => {
    state.spends.delete(userId);
  },
};
