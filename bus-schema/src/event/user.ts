import { z } from "zod";
import { Nickname, PictureUrl, User } from "../community.ts";
import { AddressTag, CredentialId, RoleId, UserId } from "../id.ts";

export const userEvents = {
  /**
   * An account was made; or one that had ended is there again, for somebody whom a provider knows, and has the
   * `userId` and number of before. `credentialId` names the password hash; gateways pass over it. `addressTag`: of
   * whoever registered.
   */
  "user.joined": z.object({
    type: z.literal("user.joined"),
    user: User,
    credentialId: CredentialId.exactOptional(),
    addressTag: AddressTag.exactOptional(),
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
  /** Login tokens issued before are void: they carry a lower epoch than `epoch`. */
  "user.revoked": z.object({
    type: z.literal("user.revoked"),
    userId: UserId,
    epoch: z.int(),
    /** The person has another password: its hash, and those that are of no more use. */
    credential: z
      .object({ credentialId: CredentialId, former: z.array(CredentialId).max(100) })
      .exactOptional(),
  }),
} as const;
