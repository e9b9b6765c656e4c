/**
 * The things that a community consists of, as events carry them and as both gateways' rosters hold them.
 * Shapes are designed for the ideal chat; each gateway turns them into its protocol's objects.
 */
import { z } from "zod";
import { ServerAsset } from "./file.ts";
import { ChannelId, CredentialId, RoleId, UserId, UserNumber } from "./id.ts";

/** A role. `position` 0 is the highest; `rank` (0-255, higher is more): who may act upon whom. */
export const Role = z.object({
  roleId: RoleId,
  name: z.string().min(1).max(64),
  description: z.string().max(1000).nullable(),
  color: z.string().max(32).nullable(),
  hoisted: z.boolean(),
  permissions: z.array(z.string().max(64)).max(100),
  selfAssignable: z.boolean(),
  category: z.string().max(64).nullable(),
  position: z.int().min(0),
  rank: z.int().min(0).max(255),
});
export type Role = z.infer<typeof Role>;

/** The eight lists of a channel (OriginChats part 1, 5.3). */
export const channelRights = [
  "view",
  "send",
  "delete",
  "delete_own",
  "edit_own",
  "react",
  "pin",
  "create_thread",
] as const;
export type ChannelRight = (typeof channelRights)[number];

/** Per right the names of roles; `!name` excludes. A list that is absent has a default (`permission.ts`). */
export const ChannelPermissions = z.partialRecord(
  z.enum(channelRights),
  z.array(z.string().max(65)).max(100),
);
export type ChannelPermissions = z.infer<typeof ChannelPermissions>;

/**
 * A channel. `slug` is its name in letters, digits, `-` and `_`, for clients that know no others. A `whisper` channel
 * belongs to exactly the two people in `peopleIds`, whose view and send rights follow from that alone; who is in
 * `closedBy` has put it away until something new is said there.
 * `passwordId` is there exactly with `hasPassword`: it names the digest in core's secret bucket, and is another
 * one with every new password. `size` belongs to separators. `formerId`: the account of one of the two that became part of
 * another, which has a whisper of its own with the same person.
 */
export const Channel = z.object({
  channelId: ChannelId,
  kind: z.enum(["text", "voice", "forum", "separator", "whisper"]),
  name: z.string().min(1).max(80),
  slug: z.string().regex(/^[A-Za-z0-9_-]{1,30}$/),
  description: z.string().max(2000).exactOptional(),
  displayName: z.string().max(100).exactOptional(),
  icon: z.string().max(2000).exactOptional(),
  size: z.number().exactOptional(),
  permissions: ChannelPermissions,
  minRank: z.int().min(0).max(255),
  hasPassword: z.boolean(),
  passwordId: CredentialId.exactOptional(),
  temporary: z.boolean(),
  ownerId: UserId.exactOptional(),
  peopleIds: z.tuple([UserId, UserId]).exactOptional(),
  closedBy: z.array(UserId).min(1).max(2).exactOptional(),
  formerId: UserId.exactOptional(),
});
export type Channel = z.infer<typeof Channel>;

/** Who may vouch for somebody besides us: an identity comes from one of these. */
export const Provider = z.enum(["site", "rotur", "guest"]);
export type Provider = z.infer<typeof Provider>;

/**
 * Whom a provider knows an account as. `id` is the provider's own and never changes; `name` and `color` are what
 * it says of the person, `roleId` the role that is held by its word.
 */
export const Identity = z.object({
  provider: Provider,
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  color: z.string().max(32).nullable(),
  roleId: RoleId.exactOptional(),
});
export type Identity = z.infer<typeof Identity>;

/** Code points of a status's words. */
export const statusTextMax = 100;
const status = {
  status: z.enum(["online", "idle", "dnd", "offline", "invisible"]),
  text: z.string().max(statusTextMax * 2),
};

/**
 * What a person says of being there. `offline` and `invisible` people are there and shown to nobody. `afk`: it
 * was set by `/afk`; what it holds returns when the person posts or leaves.
 */
export const Status = z.object({ ...status, afk: z.object(status).exactOptional() });
export type Status = z.infer<typeof Status>;

/** Code points of a nickname. */
export const nicknameMax = 20;
export const Nickname = z
  .string()
  .min(1)
  .max(nicknameMax * 2);
/** The address of a picture. */
export const PictureUrl = z.string().min(1).max(500);

/**
 * A person. `name` is the account name, `handle` the same without blanks and marks, both unique over the
 * community. `demo` marks the accounts that a first start makes. `local`: has a password of our own. `color`
 * goes before that of the roles; null or absent: none of one's own. A `nickname` lasts, unless
 * `lastingNickname` is there: then that one (null: none) returns when the person's last session ends.
 */
export const User = z.object({
  userId: UserId,
  number: UserNumber,
  name: z.string().min(1).max(64),
  handle: z.string().min(1).max(64),
  roleIds: z.array(RoleId).max(100),
  nickname: Nickname.exactOptional(),
  lastingNickname: Nickname.nullable().exactOptional(),
  pictureUrl: PictureUrl.exactOptional(),
  status: Status,
  local: z.boolean(),
  demo: z.boolean(),
  color: z.string().max(32).nullable().exactOptional(),
});
export type User = z.infer<typeof User>;

/** What the community says of itself. `postContentMax` is in code points. */
export const Server = z.object({
  name: z.string().max(100),
  ownerName: z.string().max(100),
  motd: z.string().max(1000),
  defaultChannelId: ChannelId,
  postContentMax: z.int().min(1).max(10_000),
  icon: ServerAsset.exactOptional(),
  banner: ServerAsset.exactOptional(),
});
export type Server = z.infer<typeof Server>;
