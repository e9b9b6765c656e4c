/**
 * Invites: codes by which somebody may register where registration is closed. A code is typed behind the account name, with
 * a blank between, for every client of either protocol has a field for the name and none has one for a code; no
 * account name holds a blank, so a client that shows both again at each log-in is understood.
 */
import { z } from "zod";
import { InviteId, RoleId } from "./id.ts";

/** Without letters and digits that are taken for one another; 15 of them are 74 bits. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const groups = 3;
const groupLength = 5;
const codeLength = groups * groupLength;

/** Characters of an invite's note. */
export const inviteNoteMax = 200;
/** How often one invite may be used at most, and how long it may be good. */
export const inviteUsesMax = 1_000;
export const inviteSecondsMax = 366 * 86_400;

/** An invite as the journal has it. `digest` is keyed: whoever reads it has no code. Times are the journal's. */
export const Invite = z.object({
  inviteId: InviteId,
  digest: z.string().max(64),
  uses: z.int().min(1).max(inviteUsesMax),
  expiresAtMs: z.int(),
  /** What whoever registers is given, beside the role that everybody has. */
  roleIds: z.array(RoleId).max(20),
  note: z.string().max(inviteNoteMax),
  createdAtMs: z.int(),
});
export type Invite = z.infer<typeof Invite>;

/** A code as it is shown, such as `k3mnp-7qrst-uv8wx`. @param chance numbers below 2^16, of which it takes 15 */
export function inviteCode(chance: readonly number[]): string {
  const letters = Array.from(
    { length: codeLength },
    (_, at) => alphabet[(chance[at] ?? 0) % alphabet.length],
  ).join("");
  const parts = Array.from({ length: groups }, (_, at) =>
    letters.slice(at * groupLength, (at + 1) * groupLength),
  );
  return parts.join("-");
}

/** A code without its dashes and capitals; undefined: the text has not the form of one. */
export function readInviteCode(typed: string): string | undefined {
  // Nothing longer is one, however many dashes it has.
  if (typed.length > codeLength + groups - 1) return undefined;
  const letters = typed.toLowerCase().replaceAll("-", "");
  const isCode =
    letters.length === codeLength && [...letters].every((one) => alphabet.includes(one));
  return isCode ? letters : undefined;
}

/** What was typed as a name, and the invite's code behind it, as `readInviteCode` gives it. */
export function splitInvite(typed: string): { readonly name: string; readonly code?: string } {
  const text = typed.trim();
  const blank = text.lastIndexOf(" ");
  const code = blank < 0 ? undefined : readInviteCode(text.slice(blank + 1));
  return code === undefined ? { name: text } : { name: text.slice(0, blank).trim(), code };
}
