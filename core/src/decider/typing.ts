/** Typing: accepted or not; what the others see is a signal, not an event. */
import type { Signal } from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import type { Admitted } from "./contract.ts";
import { visible } from "./place.ts";
import { accept, type CommandRows, refuse } from "./row.ts";

export const typingCommands: CommandRows<"typing"> = {
  "typing.start": {
    by: "session",
    speaks: () => true,
    decide: (context, { place }) =>
      visible(context, place) === undefined ? refuse(placeNotFound(place)) : accept(),
  },
};

/** The signal that an accepted command yields, or null: most yield none. */
export function signalOf(state: Reading<State>, command: Admitted): Signal | null {
  const { body, sessionId } = command;
  if (body.type !== "typing.start" || sessionId === undefined) return null;
  const live = state.sessions.get(sessionId);
  return live === undefined
    ? null
    : { type: "typing", place: body.place, userId: live.session.userId, sessionId };
}
