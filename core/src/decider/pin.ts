/** Pins (OriginChats part 2, section 6). Pinning what is pinned is told again, as the original does. */
import { allows, type CommandOf, type Message, type Result, samePlace } from "@dragoman/bus-schema";
import { placeNotFound } from "../state/sight.ts";
import { touch } from "../state/touch.ts";
import { about } from "./excerpt.ts";
import { notPermitted } from "./guard.ts";
import { messageByRef, messageNeed, typedIn } from "./message-ref.ts";
import { visible } from "./place.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";

/** The message, where whoever asks may see the channel and pin in it; refused otherwise, first by the list. */
function pinnable(
  context: SessionContext,
  { place, message: ref }: CommandOf<"pin.add"> | CommandOf<"pin.remove">,
): Result<Message> {
  const channel = visible(context, place);
  if (channel === undefined) return refuse(placeNotFound(place));
  if (!allows(channel, "pin", context.asker.actor)) return notPermitted("pin");
  const found = messageByRef(context, ref, place);
  if (found.ok && !samePlace(found.value.place, place)) {
    return refuse({ code: "not_found", what: "message", given: typedIn(ref) });
  }
  return found;
}

export const pinCommands: CommandRows<"pin"> = {
  "pin.add": {
    by: "session",
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: (context, body) => {
      const found = pinnable(context, body);
      if (!found.ok) return found;
      return accept({ type: "pin.added", ...about(found.value), byId: context.asker.actor.userId });
    },
  },
  "pin.remove": {
    by: "session",
    needs: (state, { message, place }, command) => messageNeed(state, command, message, place),
    decide: (context, body) => {
      const found = pinnable(context, body);
      if (!found.ok) return found;
      return accept({
        type: "pin.removed",
        ...about(found.value),
        byId: context.asker.actor.userId,
      });
    },
  },
};

export const pinEvents: EventRows<"pin"> = {
  "pin.added": (state, { messageId }, { position }) =>
    touch(state, messageId, { kind: "pinned", pinned: true }, position.seq),
  "pin.removed": (state, { messageId }, { position }) =>
    touch(state, messageId, { kind: "pinned", pinned: false }, position.seq),
};
