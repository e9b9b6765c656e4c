import { z } from "zod";
import { Nickname, PictureUrl, User } from "../community.ts";
import { formerNamesMax } from "../former.ts";
import {
  AddressTag,
  CredentialId,
  InviteId,
  MessageNumber,
  PushId,
  RoleId,
  UserId,
} from "../id.ts";

/** Accounts that became one person's, and are forgotten at once. */
export const erasedMax = 50;
/** Names of all of them: present and former ones, handles, nicknames. */
const calledMax = erasedMax * (formerNamesMax + 4);
const subscriptionsMax = erasedMax * 20;
/** Quotes that one event takes away. */
const quotesMax = 500;

export const userEvents = {
  /**
   * An account was made; or one that had ended is there again, for somebody whom a provider knows, and has the
   * `userId` and number of before. `credentialId` names the password hash; gateways pass over it. `addressTag`: of
   * whoever registered
   * without an invite. `inviteId`: by which (never below level 6).
   */
  "user.joined": z.object({
    type: z.literal("user.joined"),
    user: User,
    credentialId: CredentialId.exactOptional(),
    addressTag: AddressTag.exactOptional(),
    inviteId: InviteId.exactOptional(),
  }),
  /** The account is gone. Its name and ids stay taken; its messages keep the name. */
  "user.departed": z.object({
    type: z.literal("user.departed"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
  /**
   * `lasting` is there while the nickname is temporary: what returns after it. `byId` null: nobody's act, as at
   * the end of the last session.
   */
  "user.nicknamed": z.object({
    type: z.literal("user.nicknamed"),
    userId: UserId,
    nickname: Nickname.nullable(),
    before: Nickname.nullable(),
    lasting: Nickname.nullable().exactOptional(),
    byId: UserId.nullable(),
  }),
  /**
   * `before` is the name that the person had. It stays theirs: it finds them, and nobody else may take it.
   * `byId`: who did it, if somebody did.
   */
  "user.renamed": z.object({
    type: z.literal("user.renamed"),
    userId: UserId,
    name: User.shape.name,
    handle: User.shape.handle,
    before: User.shape.name,
    /** The handle that the person had, where that was another than `before`. */
    handleBefore: User.shape.handle.exactOptional(),
    byId: UserId.exactOptional(),
  }),
  "user.pictured": z.object({
    type: z.literal("user.pictured"),
    userId: UserId,
    url: PictureUrl.nullable(),
  }),
  /** All roles that the person has now, in their order. `byId`: who gave them, if somebody else did. */
  "user.assigned": z.object({
    type: z.literal("user.assigned"),
    userId: UserId,
    roleIds: User.shape.roleIds,
    before: z.array(RoleId).max(100),
    byId: UserId.exactOptional(),
  }),
  /**
   * Two accounts are one person's. `fromId` is gone; its names, numbers and identities lead to `intoId`, whose
   * roles and colour these are.
   */
  "user.merged": z.object({
    type: z.literal("user.merged"),
    intoId: UserId,
    fromId: UserId,
    roleIds: User.shape.roleIds,
    color: z.string().max(32).nullable(),
  }),
  /**
   * A person is forgotten from here on (docs/decisions/erase.md): the accounts are called so and have nothing of their
   * own any more; the messages go by and by. `called`: all names that they had, the present one first, which are free
   * now. `credentialIds` and `subscriptionIds`: password hashes and subscriptions that go.
   */
  "user.erased": z.object({
    type: z.literal("user.erased"),
    userId: UserId,
    accounts: z
      .array(z.object({ userId: UserId, name: User.shape.name }))
      .min(1)
      .max(erasedMax),
    called: z.array(z.string().max(100)).max(calledMax),
    credentialIds: z.array(CredentialId).max(erasedMax),
    subscriptionIds: z.array(PushId).max(subscriptionsMax),
  }),
  /**
   * These messages of others quote the person's words no more. `done`: nothing that the person said is left, so that
   * what the journal holds before this record may go at once.
   */
  "user.forgotten": z.object({
    type: z.literal("user.forgotten"),
    userIds: z.array(UserId).min(1).max(erasedMax),
    quotedIn: z.array(MessageNumber).max(quotesMax),
    done: z.literal(true).exactOptional(),
  }),
  /** Login tokens issued before are void: they carry a lower epoch than `epoch`. */
  "user.revoked": z.object({
    type: z.literal("user.revoked"),
    userId: UserId,
    epoch: z.int(),
    /** The person has another password: its hash, and those that are of no more use. */
    credential: z
      .object({ credentialId: CredentialId, former: z.array(CredentialId).max(100) })
      .exactOptional(),
    /** It is the first that the person has, who came in by others' word before (never below level 4). */
    first: z.literal(true).exactOptional(),
  }),
} as const;
