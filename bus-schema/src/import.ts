/**
 * What a community brings along that moves in from another server: canonical records with the ids and times that they
 * had there. Whoever reads another server's data makes these of it (docs/decisions/import.md); numbers, slugs and what
 * depends on the house is core's to add.
 */
import { z } from "zod";
import { Identity, Nickname, PictureUrl, Role, Status } from "./community.ts";
import { Message } from "./content.ts";
import { CredentialId, RoleId, UserId, UserNumber } from "./id.ts";
import { OptionId } from "./poll.ts";
import { Thread } from "./thread.ts";

/** Encoded bytes that one command of imported history, and the commit that becomes of it, may have (docs/journal.md 1.2). */
export const importBytesMax = 256 * 1024;
/** Votes of one poll at most that come along. */
const importedVotesMax = 2_000;
/** Numbers of people that a source may bring along: those of our own accounts begin above. */
export const importedNumberMax = 999_999_999;

/** What one person chose in an imported poll. */
const ImportedVote = z.object({ userId: UserId, optionIds: z.array(OptionId).min(1).max(10) });

/** A message without the number that core gives it; `votes`: of its poll, those that the poll counts. */
export const ImportedMessage = Message.omit({ number: true }).extend({
  votes: z.array(ImportedVote).max(importedVotesMax).exactOptional(),
});
export type ImportedMessage = z.infer<typeof ImportedMessage>;

/**
 * A person. `name` is what it was called there: the account's is the same where it is allowed and free, else one like it.
 * `credentialId` names the password hash, which lies in the secret bucket already. `departed`: only its messages are left.
 */
export const ImportedPerson = z.object({
  userId: UserId,
  name: z.string().min(1).max(200),
  number: UserNumber.max(importedNumberMax).exactOptional(),
  credentialId: CredentialId.exactOptional(),
  identities: z.array(Identity).max(3).exactOptional(),
  roleIds: z.array(RoleId).max(99),
  nickname: Nickname.exactOptional(),
  pictureUrl: PictureUrl.exactOptional(),
  status: Status.exactOptional(),
  color: z.string().max(32).exactOptional(),
  banned: z.object({ reason: z.string().max(500), untilMs: z.int().nullable() }).exactOptional(),
  departed: z.literal(true).exactOptional(),
});
export type ImportedPerson = z.infer<typeof ImportedPerson>;

/** A role; one of the house's that has its name becomes as it is. */
export const ImportedRole = Role.omit({ position: true });
export type ImportedRole = z.infer<typeof ImportedRole>;

/** A thread; its slug is made of its name. */
export const ImportedThread = Thread.omit({ slug: true });
export type ImportedThread = z.infer<typeof ImportedThread>;

const token = z.string().min(1).max(300);

/**
 * How far a part of a source has come: `cursor` is the importer's own, and stands in the commit of what it tells of.
 * `source` names the server that the history comes from, `key` a part of it, such as one channel.
 */
export const ImportProgress = z.object({
  source: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  key: token,
  cursor: token,
});
export type ImportProgress = z.infer<typeof ImportProgress>;
