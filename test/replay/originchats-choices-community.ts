/** Choices about channels, roles, people and the server (part 3 of the reference). */

import type { Json, JsonObject } from "./originchats.ts";
import { both, type Choice, list, object, sent, without } from "./originchats-choice.ts";

/** Who has registered the server's own commands. */
const serverName = "originChats";
/** The original's commands; ours have more beside them. */
const offered = new Set(["nick", "mute", "help", "ban", "unmute", "unban"]);

/** Beyond the original's, in one of them or another. */
const ownRights = new Set(["see_addresses", "ban_members", "create_channel"]);
const firstRoles = new Set(["owner", "admin", "moderator", "user"]);

export const communityChoices: readonly Choice[] = [
  both("part 3, 11", "every server has a key of its own for notifications", ({ cmd }) =>
    cmd === "push_vapid" ? { cmd } : undefined,
  ),
  {
    section: "recordings, 21",
    what: "its timeouts are given longer, so that a slow replay stays within them",
    files: /^21/,
    ours: (frame) => (frame["timeout"] === 3_000 ? { ...frame, timeout: 3 } : undefined),
  },
  {
    section: "part 3, 2.1",
    what: "roles carry their names",
    ours: (frame) => {
      if (frame["cmd"] !== "roles_list") return undefined;
      const roles = Object.entries(object(frame["roles"]));
      const plain = roles.map(([name, role]) => [name, without(object(role), "name")]);
      return { ...frame, roles: Object.fromEntries(plain) as JsonObject };
    },
  },
  both(
    "bridge table, People, roles",
    "roles of a fresh server have no texts, and rights that Sock Chat's ranks have",
    (frame) => {
      if (frame["cmd"] !== "roles_list") return undefined;
      const roles = Object.entries(object(frame["roles"])).map(([name, value]) => {
        const role = object(value);
        if (!firstRoles.has(name)) return [name, role];
        const permissions = role["permissions"];
        const known = Array.isArray(permissions)
          ? permissions.filter((right: Json) => !ownRights.has(String(right)))
          : (permissions ?? null);
        return [name, { ...without(role, "description"), permissions: known }];
      });
      return { ...frame, roles: Object.fromEntries(roles) as JsonObject };
    },
  ),
  {
    section: "part 3, 1.3",
    what: "channels_get comes unasked to those whose list changes",
    ours: (frame, at) =>
      frame["cmd"] === "channels_get" &&
      (sent(at)["cmd"] !== "channels_get" || at.who !== at.step.who)
        ? null
        : undefined,
  },
  {
    section: "part 3, 1.3 and 1.5; part 1, 9.3",
    what: "a changed channel is told to those who see it, by its old name",
    ours: (frame, at) => {
      if (frame["cmd"] !== "channel_update") return undefined;
      if (at.who !== at.step.who) return null;
      const channel = without(object(frame["channel"]), "last_message", "last_message_id");
      return { ...without(frame, "current_name"), channel };
    },
  },
  both("part 1, 4.1", "ids of people are ids, not names", (frame) => {
    if (/^nickname_(update|remove)$/.test(String(frame["cmd"]))) return without(frame, "user");
    if (frame["cmd"] === "user_updated") return without(frame, "user_id");
    if (!/^webhook_/.test(String(frame["cmd"]))) return undefined;
    const plain = (hook: Json): JsonObject => without(object(hook), "created_by");
    return frame["webhooks"] !== undefined
      ? { ...frame, webhooks: list(frame["webhooks"]).map(plain) }
      : frame["webhook"] !== undefined
        ? { ...frame, webhook: plain(frame["webhook"]) }
        : frame;
  }),
  both(
    "part 3, 7.4",
    "slash_list has commands of our own too; the order of the server's has no meaning",
    (frame) => {
      if (frame["cmd"] !== "slash_list" || !Array.isArray(frame["commands"])) return undefined;
      const commands = frame["commands"].map(object);
      const own = commands
        .filter(
          ({ registeredBy, name }) => registeredBy === serverName && offered.has(String(name)),
        )
        .sort((one, other) => (String(one["name"]) < String(other["name"]) ? -1 : 1))
        // Whoever holds the right may call them (7.4): the roles that do are more. `/help` is for its caller.
        .map((command) => without(command, "whitelistRoles"))
        .map((command) => (command["name"] === "help" ? without(command, "ephemeral") : command));
      return {
        ...frame,
        commands: [...own, ...commands.filter(({ registeredBy }) => registeredBy !== serverName)],
      };
    },
  ),
  {
    section: "part 3, 8",
    what: "changes of emoji are told to all, with name and file",
    ours: (frame, at) => {
      if (!/^emoji_(add|update|delete)$/.test(String(frame["cmd"]))) return undefined;
      return at.who === at.step.who ? without(frame, "name", "fileName") : null;
    },
  },
  {
    section: "part 1, 8.1",
    what: "a timeout is told to every session of the person",
    ours: (frame) =>
      frame["cmd"] === "rate_limit" && /^(User timeout set|Muted: )/.test(String(frame["reason"]))
        ? null
        : undefined,
    theirs: (frame) =>
      frame["cmd"] === "rate_limit" && /^(User timeout set|Muted: )/.test(String(frame["reason"]))
        ? null
        : undefined,
  },
  both(
    "part 3, 12",
    "entries of the log have ids of ours, and say empty fields in full",
    (frame) => {
      if (frame["cmd"] !== "modlog_get" || !Array.isArray(frame["entries"])) return undefined;
      const plain = (entry: Json): JsonObject => {
        const details = Object.entries(object(object(entry)["details"]));
        const told = details.filter(
          ([, value]) => value !== null && list(value).length + Number(!Array.isArray(value)) > 0,
        );
        const kept = without(object(entry), "id", "actor_id", "target_id");
        return { ...kept, details: Object.fromEntries(told) as JsonObject };
      };
      return { ...frame, entries: frame["entries"].map(plain) };
    },
  ),
  both("part 3, 2.3", "who names a role by its id is answered with its name", (frame) =>
    /^role_/.test(String(frame["cmd"])) && frame["id"] !== undefined
      ? without(frame, "name")
      : undefined,
  ),
  both("part 3, 2.1", "an empty category is none", (frame) =>
    frame["cmd"] === "roles_list" ? withRoles(frame, categorised) : undefined,
  ),
  both(
    "part 1, 6.4; part 3, 2.3",
    "roles of wrong types are not made, so that ranks differ",
    (frame) => {
      if (frame["cmd"] !== "roles_list") return undefined;
      const roles = without(object(frame["roles"]), "5", "bad", "owner2");
      return withRoles({ ...frame, roles }, (role) => without(role, "position", "self_assignable"));
    },
    /^17/,
  ),
  both("part 3, 9", "a webhook's avatar is taken at creation", hookless, /^28/),
];

function withRoles(frame: JsonObject, change: (role: JsonObject) => JsonObject): JsonObject {
  const roles = Object.entries(object(frame["roles"]));
  const changed = roles.map(([name, role]) => [name, change(object(role))]);
  return { ...frame, roles: Object.fromEntries(changed) as JsonObject };
}

const categorised = (role: JsonObject): JsonObject => ({
  ...role,
  category: role["category"] === "" ? null : (role["category"] ?? null),
});

/** Webhooks and what they posted, without avatars. */
function hookless(frame: JsonObject): JsonObject | undefined {
  if (!JSON.stringify(frame).includes('"avatar"')) return undefined;
  return bare(frame) as JsonObject;
}

function bare(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => bare(each));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).filter(([key]) => key !== "avatar");
  return Object.fromEntries(entries.map(([key, inner]) => [key, bare(inner)])) as JsonObject;
}
