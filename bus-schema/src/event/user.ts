import { z } from "zod";
import { User } from "../community.ts";
import { CredentialId, RoleId, UserId } from "../id.ts";

const roleIds = z.array(RoleId).max(100);

export const userEvents = {
  /** An account was made. `credentialId` names the password hash; gateways pass over it. */
  "user.joined": z.object({
    type: z.literal("user.joined"),
    user: User,
    credentialId: CredentialId.exactOptional(),
  }),
  /** The account is gone. Its name and ids stay taken for ever; its messages keep the name. */
  "user.departed": z.object({
    type: z.literal("user.departed"),
    userId: UserId,
    byId: UserId.nullable(),
  }),
  /** The account has another name; the one before stays taken. */
  "user.renamed": z.object({
    type: z.literal("user.renamed"),
    userId: UserId,
    name: z.string().min(1).max(64),
    handle: z.string().min(1).max(64),
    before: z.string().max(64),
  }),
  /** The person has these roles, in this order, and had those. */
  "user.assigned": z.object({
    type: z.literal("user.assigned"),
    userId: UserId,
    roleIds,
    before: roleIds,
  }),
  /**
   * Two accounts are one person's. `fromId` is gone; its names, numbers and identities lead to `intoId`, whose
   * roles and colour these are.
   */
  "user.merged": z.object({
    type: z.literal("user.merged"),
    intoId: UserId,
    fromId: UserId,
    roleIds,
    color: z.string().max(32).nullable(),
  }),
  /** Login tokens issued before are void: they carry a lower epoch than `epoch`. */
  "user.revoked": z.object({ type: z.literal("user.revoked"), userId: UserId, epoch: z.int() }),
} as const;
