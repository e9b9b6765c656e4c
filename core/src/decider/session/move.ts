/** Going into a channel or a thread: whether it is there for one, and the password that it may have. */
import {
  type Channel,
  type CommandOf,
  type Event,
  isOpenTo,
  type Place,
  samePlace,
  sees,
} from "@dragoman/bus-schema";
import { actorOf, admissionOf, channelByRef } from "../../state/find.ts";
import { placeOfThread, threadByRef } from "../../state/place.ts";
import type { Reading, State } from "../../state/shape.ts";
import type { Admitted, Decision, Need } from "../contract.ts";
import { accept, busy, refuse, type SessionContext } from "../row.ts";
import { readOnLeavingEvents } from "../unread.ts";
import { leftPlaceEvents, movedEvent } from "./place.ts";

/**
 * The password that was typed, where one is needed. Busy: it was changed while it was looked up. Whoever has guessed too
 * often waits, even with the right one.
 */
function checkPassword(
  context: SessionContext,
  channel: Channel,
  password: string | undefined,
): Decision | null {
  const { actor } = context.asker;
  if (isOpenTo(channel, actor, admissionOf(context.state, channel.channelId, actor.userId))) {
    return null;
  }
  if (password === undefined) return refuse({ code: "wrong_password", given: false });
  const { passwordId, channelId } = channel;
  const guess = { userId: actor.userId, channelId };
  const waitMs = context.inputs.guessWaitMs(guess);
  if (waitMs > 0) return refuse({ code: "rate_limited", why: "passwords", waitMs });
  const isRight = passwordId && context.inputs.lookups.passwords?.get(passwordId);
  if (isRight === undefined) return busy;
  return isRight ? null : { ...refuse({ code: "wrong_password", given: true }), guess };
}

/** `channel.admitted` where the person needs a password for the channel and has none yet; else nothing. */
function admittedEvents(context: SessionContext, channel: Channel): Event[] {
  const { actor } = context.asker;
  const { userId } = actor;
  const { channelId, passwordId } = channel;
  const isOpen = isOpenTo(channel, actor, admissionOf(context.state, channelId, userId));
  return passwordId === undefined || isOpen
    ? []
    : [{ type: "channel.admitted", channelId, userId, passwordId }];
}

/** A session that has all channels at once is admitted (bridge table, password channel). */
function admit(context: SessionContext, body: CommandOf<"session.move">): Decision {
  const channel = channelByRef(context.state, body.channel);
  if (channel === undefined || !sees(channel, context.asker.actor)) {
    return refuse({ code: "not_found", what: "channel", given: body.channel });
  }
  return (
    checkPassword(context, channel, body.password) ?? accept(...admittedEvents(context, channel))
  );
}

/** Decides `session.move`: Sock Chat reference, 5.2, in the order of the original's tests: unknown, present, password. What is hidden is unknown. */
export function move(context: SessionContext, body: CommandOf<"session.move">): Decision {
  const { actor, live } = context.asker;
  const { session } = live;
  if (session.place === undefined) return admit(context, body);
  const room = roomByRef(context.state, body.channel);
  if (room === undefined || !sees(room.channel, actor)) {
    return refuse({ code: "not_found", what: "channel", given: body.channel });
  }
  const { channel, to } = room;
  if (samePlace(to, session.place)) {
    return refuse({ code: "already_exists", what: "channel", given: body.channel });
  }
  const locked = checkPassword(context, channel, body.password);
  if (locked !== null) return locked;
  return accept(
    ...admittedEvents(context, channel),
    ...readOnLeavingEvents(context.state, session),
    movedEvent(session, to),
    ...leftPlaceEvents(context.state, live, { ...session, place: to }),
  );
}

/** A text channel or an open thread, with the channel whose rights and password count there. */
function roomByRef(
  state: Reading<State>,
  given: string,
): { readonly channel: Channel; readonly to: Place } | undefined {
  const named = channelByRef(state, given);
  if (named?.kind === "text") return { channel: named, to: { channelId: named.channelId } };
  const thread = named === undefined ? threadByRef(state, given) : undefined;
  if (thread === undefined) return undefined;
  const forum = state.channels.get(thread.channelId);
  return forum?.kind === "forum" ? { channel: forum, to: placeOfThread(thread) } : undefined;
}

/** The password that was typed is checked before the decision, being slow to check. */
export function moveNeeds(
  state: Reading<State>,
  { channel: given, password }: CommandOf<"session.move">,
  { sessionId }: Admitted,
): readonly Need[] {
  const channel = roomByRef(state, given)?.channel ?? channelByRef(state, given);
  if (channel?.passwordId === undefined || password === undefined) return [];
  // A hidden channel costs no more than one that is not there.
  const live = sessionId === undefined ? undefined : state.sessions.get(sessionId);
  if (live === undefined || !sees(channel, actorOf(state, live.session.userId))) return [];
  const { channelId, passwordId } = channel;
  return [{ kind: "password", channelId, passwordId, password }];
}
