/**
 * The `guest` provider: a name and nothing else (`Guest\t<name>`: Sock Chat reference, 3.1). Off by default. A guest
 * who comes back from the same address under the same name is the same person.
 */
import { createHmac } from "node:crypto";
import type { AddressTag, Result } from "@dragoman/bus-schema";
import type { OutsideAccount } from "../decider/contract.ts";
import { checkName } from "../decider/name.ts";
import { refused } from "./refusal.ts";
import type { Secrets } from "./secrets.ts";

export function guestAccount(
  secrets: Secrets,
  typed: string,
  addressTag: AddressTag,
): Result<OutsideAccount> {
  const name = typed.trim();
  const unfit = checkName(name);
  if (unfit !== null) return refused(unfit);
  const id = createHmac("sha256", secrets.keys.address)
    .update(`guest ${addressTag} ${name.toLowerCase()}`)
    .digest("base64url");
  return { ok: true, value: { kind: "outside", provider: "guest", id, name, color: null } };
}
