/** What a session of Sock Chat is like. */
import type { OpeningTraits } from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import { section, settings } from "./settings.ts";

/**
 * It stands in one channel; a flood is the person's (reference, part 7); who comes back is given what was missed,
 * the whispers too, for the client has them nowhere else (bridge table, history on entry).
 */
export function traits(config: Config): OpeningTraits {
  return {
    stands: "one place",
    flood: "kick",
    sessionsMax: section.limitsOf(config).sockchatSessionsPerPerson,
    returnMs: settings(config).returnMs,
    toldMissedWhispers: true,
  };
}
