/**
 * What is said of the journal itself. What operators do about it: whoever leads and decides has met no record that cannot be applied: a skip
 * is taken where it has halted (`leader/halted.ts`).
 */
import { ignored } from "@dragoman/bus-schema";
import { noteFilled } from "../state/erase.ts";
import { accept, type CommandRows, type EventRows, refuse } from "./row.ts";

export const journalCommands: CommandRows<"journal"> = {
  "journal.skip": {
    by: "operator",
    decide: () => refuse({ code: "invalid", field: "seq", why: "the journal has not halted" }),
  },
  "journal.level": {
    by: "core",
    decide: ({ state }, { level, version }) =>
      level <= state.level ? accept() : accept({ type: "journal.levelled", level, version }),
  },
  "journal.fill": {
    by: "core",
    decide: (_, { bytes }) => accept({ type: "journal.filled", bytes }),
  },
};

export const journalEvents: EventRows<"journal"> = {
  "journal.skipped": ignored("the feed has passed the record over"),
  "journal.filled": (state, { bytes }) => noteFilled(state, bytes.length),
  "journal.levelled": (state, { level, version }) => {
    state.level = Math.max(state.level, level);
    state.levelledBy = version;
  },
};
