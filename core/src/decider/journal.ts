/**
 * What operators do about the journal. Whoever leads and decides has met no record that cannot be applied: a skip
 * is taken where it has halted (`leader/halted.ts`).
 */
import { ignored } from "@dragoman/bus-schema";
import { type CommandRows, type EventRows, refuse } from "./row.ts";

export const journalCommands: CommandRows<"journal"> = {
  "journal.skip": {
    by: "operator",
    decide: () => refuse({ code: "invalid", field: "seq", why: "the journal has not halted" }),
  },
};

export const journalEvents: EventRows<"journal"> = {
  "journal.skipped": ignored("the feed has passed the record over"),
};
