/** The canary: accepted by a leader that can store and speak, and told as a signal; it is in no state and no history. */
import { canaryLevel } from "@dragoman/bus-schema";
import { accept, type CommandRows, refuse } from "./row.ts";

export const canaryCommands: CommandRows<"canary"> = {
  "canary.cross": {
    by: "gateway",
    // A gateway of an older version would complain of each.
    decide: ({ state }, { type }) =>
      state.level < canaryLevel ? refuse({ code: "disabled", feature: type }) : accept(),
  },
};
