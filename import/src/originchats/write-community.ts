/** Configuration, roles, channels and threads of a data folder that is written (OriginChats part 3, 1.1, 2.1, 15 and 16). */
import type { ChannelPermissions } from "@dragoman/bus-schema";
import { channelRights, freshChannelPermissions } from "@dragoman/bus-schema";
import type { Leaving, LeavingChannel } from "../move-out/leaving.ts";
import type { Report } from "../report.ts";
import type { SourceRole, SourceThread } from "../source.ts";
import { bannedRole } from "./community.ts";
import type { WrittenNames } from "./write-names.ts";

export interface ConfigFacts {
  readonly server: Readonly<Record<string, unknown>>;
  readonly postContentMax: number;
  /** Kinds of files that emoji are. */
  readonly emojiTypes: readonly string[];
  readonly authMode: "rotur" | "cracked" | "cracked-only";
}

/** What the original's own set-up writes, with what the house says of itself. */
export function configOf({ server, postContentMax, emojiTypes, authMode }: ConfigFacts): object {
  return {
    limits: { post_content: postContentMax, search_results: 30 },
    uploads: { emoji_allowed_file_types: emojiTypes },
    attachments: {
      enabled: true,
      max_size: 104_857_600,
      permanent_expiration_days: 365,
      permanent_tiers: ["pro", "max"],
      allowed_types: ["image/*", "video/*", "audio/*", "application/pdf"],
      uploads_per_minute: 10,
      subscription_cache_ttl: 300,
      max_attachments_per_user: -1,
      free_tier_max_expiration_days: 7,
      compression: {
        enabled: true,
        max_width: 1920,
        max_height: 1920,
        jpeg_quality: 85,
        webp_quality: 85,
        png_compression: 6,
      },
    },
    rate_limiting: {
      enabled: true,
      messages_per_minute: 60,
      burst_limit: 10,
      cooldown_seconds: 30,
    },
    modlog: {
      enabled: true,
      retention: {
        default: 90,
        user_moderation: 365,
        role_management: 365,
        channel_management: 180,
        message_moderation: 90,
        server_management: 180,
      },
    },
    DB: {
      channels: "db/channels.json",
      users: { file: "db/users.json", default: { roles: ["user"] } },
    },
    websocket: { host: "127.0.0.1", port: 5613 },
    service: { name: "OriginChats", version: "1.0.0" },
    server,
    auth_mode: authMode,
    cracked: { allow_registration: true },
  };
}

/** Roles by their names. Whoever has one of the original's name for bans would be banned there: that one stays. */
export function rolesFile({ roles, roleIds }: Leaving, report: Report): object {
  const file: Record<string, object> = Object.create(null);
  report.count("role", "read", roles.length);
  for (const [position, role] of roles.entries()) {
    if (role.name === bannedRole) {
      report.leave("role", role.name, "has the name by which the original knows who is banned");
      continue;
    }
    file[role.name] = {
      id: roleIds.get(role.name),
      description: role.description ?? "",
      color: role.color,
      hoisted: role.hoisted,
      permissions: role.permissions,
      self_assignable: role.selfAssignable,
      category: role.category,
      position,
    };
    report.count("role", "brought");
  }
  return file;
}

/** The channels in their order, each as it is listed. */
export function channelsFile(
  { channels, roles }: Leaving,
  names: WrittenNames,
  report: Report,
): readonly object[] {
  report.count("channel", "read", channels.length);
  report.count("channel", "brought", channels.length);
  return channels.map((channel) => {
    const { key, name, kind, description, displayName, icon, size, temporary } = channel;
    if (temporary) report.say("channel", name, "was to go with its owner, and stays");
    return {
      type: kind,
      name: names.channels.get(key),
      ...(description === undefined ? {} : { description }),
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(icon === undefined ? {} : { icon }),
      ...(size === undefined ? {} : { size }),
      permissions: listsOf(channel, roles, report),
    };
  });
}

/** Whom a channel is left to that only some may enter. */
const keepers = ["owner", "admin"];
const everybody = "user";

/** The lists, such that nobody sees a channel who did not: the original knows neither passwords nor a lowest rank. */
function listsOf(
  { name, permissions, minRank, hasPassword }: LeavingChannel,
  roles: readonly SourceRole[],
  report: Report,
): ChannelPermissions {
  if (hasPassword) {
    report.say("channel", name, "has a password: there owners and admins alone see it");
    return { ...permissions, view: keepers, send: keepers };
  }
  if (minRank === 0) return permissions;
  report.say(
    "channel",
    name,
    `is for a rank of ${minRank} and above: there for roles of that rank`,
  );
  const given = Object.keys(permissions).length === 0 ? freshChannelPermissions : permissions;
  const narrowed: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = given[right];
    if (list === undefined) continue;
    narrowed[right] =
      right === "view" || right === "send" ? ofRank(list, roles, minRank) : [...list];
  }
  return narrowed;
}

function ofRank(list: readonly string[], roles: readonly SourceRole[], minRank: number): string[] {
  const isForAll = list.includes(everybody);
  const high = roles.filter(({ rank, name }) => rank >= minRank && name !== bannedRole);
  const kept = high.filter(({ name }) => isForAll || list.includes(name)).map(({ name }) => name);
  const barred = list.filter((entry) => entry.startsWith("!"));
  return kept.length === 0 ? ["owner"] : [...kept, ...barred];
}

export function threadFile(thread: SourceThread, names: WrittenNames): object {
  return {
    id: thread.id,
    name: thread.name,
    parent_channel: names.channels.get(thread.channel),
    created_by: names.key(thread.creator),
    created_at: thread.createdAtUs / 1e6,
    locked: thread.locked,
    archived: thread.archived,
    participants: thread.participants.map((who) => names.key(who)),
  };
}
