/** Who wants notifications (OriginChats part 3, 11). Where they go to stands in the secret bucket alone. */
import type { CommandOf, Event, PushId } from "@dragoman/bus-schema";
import type { State } from "../state/shape.ts";
import type { BodyOf, Decision } from "./contract.ts";
import {
  accept,
  busy,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  refuse,
  type SessionContext,
} from "./row.ts";

/** Subscriptions of one person; the oldest gives way. */
export const subscriptionsMax = 20;

function unsubscribedEvent(
  userId: SessionContext["asker"]["actor"]["userId"],
  subscriptionId: PushId,
): Event {
  return { type: "push.unsubscribed", userId, subscriptionId };
}

function subscribe(context: SessionContext, _body: CommandOf<"push.subscribe">): Decision {
  const { subscriptionId } = context.inputs.lookups;
  if (subscriptionId === undefined) return busy;
  if (subscriptionId === null) {
    return refuse({ code: "invalid", field: "endpoint", why: "unreachable" });
  }
  const { userId } = context.asker.actor;
  if (context.state.pushes.get(subscriptionId) === userId) return accept();
  const own = [...context.state.pushes].filter(([, holder]) => holder === userId);
  const oldest = own.slice(0, Math.max(0, own.length - subscriptionsMax + 1));
  return accept(...oldest.map(([id]) => unsubscribedEvent(userId, id)), {
    type: "push.subscribed",
    userId,
    subscriptionId,
  });
}

function unsubscribe(context: SessionContext, _body: CommandOf<"push.unsubscribe">): Decision {
  const { subscriptionId } = context.inputs.lookups;
  const { userId } = context.asker.actor;
  if (subscriptionId === undefined || subscriptionId === null) return busy;
  return context.state.pushes.get(subscriptionId) === userId
    ? accept(unsubscribedEvent(userId, subscriptionId))
    : accept();
}

function expire({ state }: DecisionContext, { subscriptionId }: BodyOf<"push.expire">): Decision {
  const userId = state.pushes.get(subscriptionId);
  return userId === undefined ? accept() : accept(unsubscribedEvent(userId, subscriptionId));
}

export const pushCommands: CommandRows<"push"> = {
  "push.subscribe": {
    by: "session",
    needs: (_, { endpoint, p256dh, auth }) => [
      { kind: "subscription", endpoint, keys: { p256dh, auth } },
    ],
    decide: subscribe,
  },
  "push.unsubscribe": {
    by: "session",
    needs: (_, { endpoint }) => [{ kind: "subscription", endpoint }],
    decide: unsubscribe,
  },
  "push.expire": { by: "core", decide: expire },
};

export const pushEvents: EventRows<"push"> = {
  "push.subscribed": (state: State, { userId, subscriptionId }) => {
    state.pushes.delete(subscriptionId);
    state.pushes.set(subscriptionId, userId);
  },
  "push.unsubscribed": (state: State, { subscriptionId }) => {
    state.pushes.delete(subscriptionId);
  },
};
