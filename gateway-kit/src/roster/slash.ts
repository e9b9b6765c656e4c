import { ignored } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";

/** What the events of slash commands of bots change in the roster. */
export const slashRows: Family<"slash"> = {
  "slash.registered": (state, { type: _, ...set }) => {
    state.slashes.set(set.sessionId, set);
    return "nothing";
  },
  "slash.removed": (state, { sessionId, names }) => {
    const known = state.slashes.get(sessionId);
    if (known === undefined) return "nothing";
    const commands = known.commands.filter(({ name }) => !names.includes(name));
    if (commands.length === 0) state.slashes.delete(sessionId);
    else state.slashes.set(sessionId, { ...known, commands });
    return "nothing";
  },
  "slash.called": ignored("calls are the state of core alone"),
  "slash.answered": ignored("an answer is held nowhere"),
};
