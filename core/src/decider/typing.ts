/** Typing: accepted or not; what the others see is a signal, not an event. */
import { placeNotFound } from "../state/sight.ts";
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
