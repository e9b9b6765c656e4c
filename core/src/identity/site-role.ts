/** Roles by rank on the site, as the configuration lists them. */
import type { Context } from "../decider/contract.ts";

/** Reads `<rank>=<role>`; the configuration's schema has checked the form. */
export function siteRolesOf(entries: readonly string[]): Context["siteRoles"] {
  return entries.map((entry) => {
    const equals = entry.indexOf("=");
    return { rank: Number(entry.slice(0, equals)), role: entry.slice(equals + 1) };
  });
}
