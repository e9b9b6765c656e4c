/** Roles by rank on the site, as the configuration lists them. */
import type { Inputs } from "../decider/contract.ts";

/** Reads `<rank>=<role>`; the configuration's schema has checked the form. */
export function siteRolesOf(entries: readonly string[]): Inputs["siteRoles"] {
  return entries.map((entry) => {
    const equals = entry.indexOf("=");
    return { rank: Number(entry.slice(0, equals)), role: entry.slice(equals + 1) };
  });
}
