/** The codes of invites: of each the journal has a digest by a key that core alone has. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type InviteId, readInviteCode } from "@dragoman/bus-schema";
import type { Reading, State } from "../state/shape.ts";
import type { Secrets } from "./secrets.ts";

function digestOf(secrets: Secrets, letters: string): Buffer {
  return createHmac("sha256", secrets.keys.link).update(`invite ${letters}`).digest();
}

/** The digest of a code, however it is typed; null: it has not the form of one. */
export function inviteDigest(secrets: Secrets, typed: string): string | null {
  const letters = readInviteCode(typed);
  return letters === undefined ? null : digestOf(secrets, letters).toString("base64url");
}

/** Whose code it is. Every invite is compared, each in the same time, whichever it is. */
export function inviteByCode(
  { invites }: Reading<State>,
  secrets: Secrets,
  typed: string,
): InviteId | undefined {
  const letters = readInviteCode(typed);
  if (letters === undefined) return undefined;
  const digest = digestOf(secrets, letters);
  let found: InviteId | undefined;
  for (const [inviteId, { invite }] of invites) {
    const known = Buffer.from(invite.digest, "base64url");
    if (known.length === digest.length && timingSafeEqual(known, digest)) found = inviteId;
  }
  return found;
}
