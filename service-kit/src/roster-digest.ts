/** What a page of the roster is known by, for core and gateways to tell whether they have the same. */
import { createHash } from "node:crypto";
import type { RosterUser } from "@dragoman/bus-schema";

/** The same for people of whom the same is so, whatever the order in which it was written down. */
export function rosterDigest(users: readonly RosterUser[]): string {
  const hash = createHash("sha256");
  for (const user of users) hash.update(JSON.stringify(Object.entries(user).sort(byName)));
  return hash.digest("base64url");
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;
