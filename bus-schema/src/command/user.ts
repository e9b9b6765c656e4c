/** Commands about people. Targets are typed names, ids or user numbers; `user.add` is the operator's. */
import { z } from "zod";
import { Nickname, PictureUrl } from "../community.ts";
import { CredentialId } from "../id.ts";
import { Place } from "../place.ts";

const passwordMax = 4096;
const target = z.string().min(1).max(100);
/** The answer of a slash command: a message in the same commit (OriginChats part 3, 7.4). */
const said = z
  .object({ place: Place, command: z.string().max(64), text: z.string().max(2000) })
  .exactOptional();

export const userCommands = {
  /** Makes a local account whose password hash already lies in the secret bucket under `credentialId`. */
  "user.add": z.object({
    type: z.literal("user.add"),
    name: z.string().min(1).max(64),
    credentialId: CredentialId,
    roles: z.array(z.string().max(64)).max(20),
    demo: z.boolean(),
  }),
  /** Oneself; another by an owner. */
  "user.depart": z.object({ type: z.literal("user.depart"), target }),
  /** Forgets a person and all that the person said and gave; an operator's alone. It goes on by itself. */
  "user.erase": z.object({ type: z.literal("user.erase"), target }),
  /**
   * Null takes the nickname away. Absent target: one's own. `temporary`: until the person's last session ends,
   * then the one that lasts returns.
   */
  "user.nick": z.object({
    type: z.literal("user.nick"),
    target: target.exactOptional(),
    nickname: Nickname.nullable(),
    temporary: z.boolean(),
    said,
  }),
  /** Another account name, with its rules. `nickname`: in the same act, as `user.nick` has it. */
  "user.rename": z.object({
    type: z.literal("user.rename"),
    target,
    name: z.string().min(1).max(64),
    nickname: Nickname.nullable().exactOptional(),
  }),
  /** Of one's own local account; null: none. */
  "user.picture": z.object({ type: z.literal("user.picture"), url: PictureUrl.nullable() }),
  /** Roles by id or name: `set` are all that the person has from now on, in that order. */
  "user.assign": z.object({
    type: z.literal("user.assign"),
    target,
    how: z.enum(["set", "add", "remove"]),
    roles: z.array(z.string().min(1).max(100)).min(1).max(100),
  }),
  /** Gives a login token (`grant.ts`). */
  "user.token": z.object({ type: z.literal("user.token") }),
  /**
   * Ends every login token issued to the person before (`/token revoke`). `target`: an operator's alone, else one's own;
   * `tokenId` likewise: that one alone.
   */
  "user.revoke": z.object({
    type: z.literal("user.revoke"),
    target: target.exactOptional(),
    tokenId: z.int().min(1).exactOptional(),
  }),
  /**
   * Another password for one's own account; ends every token and every other session of the person. Whoever has none yet
   * (who came by a site or by Rotur) says anything as `current`.
   */
  "user.password": z.object({
    type: z.literal("user.password"),
    current: z.string().min(1).max(passwordMax),
    wanted: z.string().min(1).max(passwordMax),
  }),
  /** The same by the operator: the hash already lies in the secret bucket, and every session ends. */
  "user.reset": z.object({ type: z.literal("user.reset"), target, credentialId: CredentialId }),
} as const;
