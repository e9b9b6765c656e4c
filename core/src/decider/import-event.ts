/** What decisions about imports share. */
import { type Carried, commitBytesMax, type EventOf, importBytesMax } from "@dragoman/bus-schema";
import type { Admitted, Decision } from "./contract.ts";
import { refuse } from "./row.ts";

/** The role that everybody has. */
export const memberRole = "user";

export const stored = (...events: readonly Carried[]): EventOf<"import.stored"> => ({
  type: "import.stored",
  events: [...events],
});

export const missing = (what: "user" | "channel" | "thread" | "role", given: string): Decision =>
  refuse({ code: "not_found", what, given });

/** Bytes that what a command stores may have (docs/journal.md 1.2). */
export const bytesMaxOf = ({ body }: Pick<Admitted, "body">): number =>
  body.type === "import.messages" || body.type === "import.marks" ? importBytesMax : commitBytesMax;
