/** Rules about roles, emoji, webhooks, slash commands and the log (part 3). */
import { colorOrNone } from "@dragoman/bus-schema";
import { mapReceived } from "../outcome.ts";
import { type Frame, type Json, type JsonObject, list, object, text } from "./frame.ts";
import { ownCommands } from "./own-commands.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { changeObjects, frameRule, ruleFor, sentIn } from "./rule.ts";

/** Rights that the roles of a fresh server have here besides, and where in the list. */
const besides: ReadonlyMap<string, (permissions: readonly Json[]) => readonly Json[]> = new Map([
  ["admin", (permissions) => [...permissions, "see_addresses"]],
  ["user", (permissions) => [...permissions, "create_channel"]],
  [
    "moderator",
    (permissions) =>
      permissions.flatMap((right) => (right === "kick_members" ? [right, "ban_members"] : [right])),
  ],
]);

/** How many rights the roles of a fresh server have there, by which it is known that nobody changed them. */
const fresh: ReadonlyMap<string, number> = new Map([
  ["admin", 14],
  ["user", 13],
  ["moderator", 9],
]);

/** Roles that nobody can take by oneself. */
const ruling = new Set(["owner", "admin", "moderator"]);

const rightsOf = (name: string, permissions: readonly Json[]): readonly Json[] =>
  fresh.get(name) === permissions.length
    ? (besides.get(name)?.(permissions) ?? permissions)
    : permissions;

const roleOf = (name: string, role: JsonObject): JsonObject => ({
  ...role,
  name,
  ...(ruling.has(name) ? { self_assignable: false } : {}),
  category: role["category"] === "" ? null : (role["category"] ?? null),
  permissions: rightsOf(name, list(role["permissions"])),
});

const ownNames = new Set(ownCommands.map(({ name }) => text(name)));

/** Whether it is a command of somebody else's under a name of the server's own. */
const isOwnNamed = (command: Json): boolean =>
  typeof command === "string"
    ? ownNames.has(command)
    : ownNames.has(text(object(command)["name"])) &&
      object(command)["registeredBy"] !== "originChats";

/** The recorded id of a webhook's token, once the token is another one. */
const renewed = (token: Json | undefined): string => `${text(token)}-again`;

/** With a colour in place of what is none. */
const coloured = (value: JsonObject): JsonObject =>
  changeObjects(value, (each) =>
    typeof each["color"] === "string" && colorOrNone(each["color"]) === null && each["color"] !== ""
      ? { ...each, color: "#010101" }
      : each,
  ) as JsonObject;

export const communityRules: readonly OriginchatsRule[] = [
  {
    section: "part 3, 2.3",
    what: "a role's colour is a colour",
    act(action, at) {
      const sent = sentIn(at);
      if (action.do !== "send" || !/^role_/.test(text(sent["cmd"]))) return action;
      const changed = coloured(sent);
      return changed === sent ? action : { do: "send", text: JSON.stringify(changed) };
    },
    expect: (outcome) =>
      mapReceived(outcome, (frames) =>
        frames.map((frame) =>
          /^(?:role|user_|modlog_)/.test(text(frame["cmd"])) ? (coloured(frame) as Frame) : frame,
        ),
      ),
  },
  {
    section: "part 3, 7.1",
    what: "a command with the name of one of the server's own is not registered",
    act(action, at) {
      const { cmd, commands } = sentIn(at);
      if (action.do !== "send" || cmd !== "slash_register" || !Array.isArray(commands))
        return action;
      const kept = list(commands).filter((command) => !isOwnNamed(command));
      if (kept.length === list(commands).length) return action;
      return { do: "send", text: JSON.stringify({ ...sentIn(at), commands: kept }) };
    },
    expect: (outcome, at) =>
      mapReceived(outcome, (frames) =>
        frames.map((frame) => {
          const left = list(sentIn(at)["commands"]).filter((command) => !isOwnNamed(command));
          if (
            frame["cmd"] === "slash_register" &&
            /^\d+ commands registered/.test(text(frame["val"]))
          ) {
            const val = `${left.length} commands registered successfully`;
            return val === frame["val"] ? frame : { ...frame, val };
          }
          if (!/^slash_(add|remove|list)$/.test(text(frame["cmd"]))) return frame;
          const commands = list(frame["commands"]);
          const kept = commands.filter((command) => !isOwnNamed(command));
          return kept.length === commands.length ? frame : { ...frame, commands: kept };
        }),
      ),
  },
  ruleFor(
    ["slash_list"],
    "part 3, 7.4",
    "slash_list has our own commands in our order",
    (frame) => ({
      ...frame,
      commands: [
        ...ownCommands,
        ...list(frame["commands"]).filter((each) => object(each)["registeredBy"] !== "originChats"),
      ],
    }),
  ),
  {
    section: "part 1, 6.4; part 3, 2.3",
    what: "a role of wrong types is not made",
    expect(outcome, at) {
      const { state, step } = at;
      const sent = sentIn(at);
      const { cmd, name, permissions } = sent;
      const made = (outcome.received.get(step.who) ?? []).some((frame) => frame["cmd"] === cmd);
      if (cmd !== "role_create" || !made) return outcome;
      const isOdd = permissions !== undefined && !Array.isArray(permissions);
      const field = typeof name !== "string" ? "name" : isOdd ? "permissions" : undefined;
      if (field === undefined) return outcome;
      state.unmade.add(String(name));
      const error = { cmd: "error", src: "role_create", val: `Invalid request: ${field}` };
      return { received: new Map([[step.who, [error]]]), closed: outcome.closed };
    },
  },
  {
    section: "part 3, 2.3",
    what: "roles that rule cannot be taken by oneself",
    expect(outcome, at) {
      const sent = sentIn(at);
      const [changed] = (outcome.received.get(at.step.who) ?? []).filter(
        ({ cmd, updated }) => cmd === "role_update" && updated === true,
      );
      const name = text(changed?.["name"]);
      if (sent["self_assignable"] !== true || !ruling.has(name)) return outcome;
      const val = `Role '${name}' cannot be made self-assignable`;
      const error = { cmd: "error", src: "role_update", val };
      return { received: new Map([[at.step.who, [error]]]), closed: outcome.closed };
    },
  },
  ruleFor(
    ["roles_list"],
    "part 3, 2.1; bridge table, Rights",
    "roles carry their names, and fresh ones the rights of ours",
    (frame, { state }) => {
      const all = Object.entries(object(frame["roles"])).map(
        ([name, role]) => [name, object(role)] as const,
      );
      const away = all.filter(([name]) => state.unmade.has(name));
      const kept = all.filter(([name]) => !state.unmade.has(name));
      const roles = kept.map(([name, role]) => {
        const below = away.filter(
          ([, other]) => Number(other["position"]) < Number(role["position"]),
        );
        const position = Number(role["position"]) - below.length;
        return [name, { ...roleOf(name, role), position }] as const;
      });
      return { ...frame, roles: Object.fromEntries(roles) };
    },
  ),
  frameRule("part 3, 2.3", "an answer about a role has its name", (frame, { state, sent }) =>
    /^role_/.test(text(frame["cmd"])) && frame["name"] === null
      ? { ...frame, name: state.roles.get(text(frame["id"])) ?? sent["name"] ?? null }
      : undefined,
  ),
  ruleFor(
    ["role_permissions_get"],
    "bridge table, Rights",
    "fresh roles have rights of ours",
    (frame, { sent }) => ({
      ...frame,
      permissions: rightsOf(text(sent["name"] ?? frame["name"]), list(frame["permissions"])),
    }),
  ),
  {
    section: "part 3, 8",
    what: "changes of emoji are told to all, with name and file",
    expect(outcome, at) {
      const { state, step } = at;
      const [frame] = (outcome.received.get(step.who) ?? []).filter(
        ({ cmd, added, updated, deleted }) =>
          /^emoji_(add|update|delete)$/.test(text(cmd)) &&
          (added === true || updated === true || deleted === true),
      );
      if (frame === undefined) return outcome;
      const id = String(frame["id"]);
      const { name = state.emojis.get(id)?.["name"], image } = sentIn(at);
      const [, ending] = /^data:image\/(\w+);/.exec(text(image)) ?? [];
      const fileName =
        ending === undefined ? state.emojis.get(id)?.["fileName"] : `${id}.${ending}`;
      const shown = { name: name ?? null, fileName: fileName ?? null };
      const told: Frame = frame["cmd"] === "emoji_delete" ? frame : { ...frame, ...shown };
      state.emojis.set(id, shown);
      const received = new Map(outcome.received);
      for (const client of state.sessions.keys()) {
        const rest = (received.get(client) ?? []).filter((each) => each !== frame);
        received.set(client, [told, ...rest]);
      }
      return { received, closed: outcome.closed };
    },
  },
  frameRule("part 3, 9, do", "a webhook's avatar is taken at creation", (frame, place) => {
    const { state, sent } = place;
    const { id } = object(frame["webhook"]);
    if (frame["cmd"] === "webhook_create") state.avatars.set(text(id), sent["avatar"] ?? null);
    if (frame["cmd"] === "webhook_update" && sent["avatar"] !== undefined) {
      state.avatars.set(text(id), sent["avatar"]);
    }
    const changed = changeObjects(frame, (each) => {
      const avatar = state.avatars.get(text(each["id"])) ?? null;
      return each["avatar"] === null && avatar !== null ? { ...each, avatar } : each;
    }) as Frame;
    return changed === frame ? undefined : changed;
  }),
  {
    section: "part 3, 9, do",
    what: "a webhook's token is really renewed",
    act(action, { state }) {
      const [old] = [...state.renewed];
      if (action.do !== "http" || old === undefined) return action;
      const request = JSON.stringify(action.request).replaceAll(old, renewed(old));
      return { ...action, request: JSON.parse(request) };
    },
    expect(outcome, { state }) {
      return mapReceived(outcome, (frames) =>
        frames.map((frame) => {
          if (frame["cmd"] === "webhook_regenerate") {
            state.renewed.add(text(object(frame["webhook"])["token"]));
          }
          if (state.renewed.size === 0) return frame;
          return changeObjects(frame, (each) =>
            state.renewed.has(text(each["token"]))
              ? { ...each, token: renewed(each["token"]) }
              : each,
          ) as Frame;
        }),
      );
    },
  },
  ruleFor(["modlog_get"], "part 3, 12", "the log says from which side it was done", (frame) => ({
    ...frame,
    entries: list(frame["entries"]).map((each) => {
      const entry = object(each);
      return { ...entry, details: { ...object(entry["details"]), protocol: "originchats" } };
    }),
  })),
  ruleFor(["modlog_get"], "part 3, 12", "the log says empty fields in full", (frame) => ({
    ...frame,
    entries: list(frame["entries"]).map((each) => entryOf(object(each))),
  })),
];

function entryOf(entry: JsonObject): JsonObject {
  const details = object(entry["details"]);
  if (entry["action"] === "server_update") {
    return { ...entry, details: { icon: null, banner: null, ...details } };
  }
  return entry["action"] === "role_create"
    ? { ...entry, details: { ...details, permissions: details["permissions"] ?? [] } }
    : entry;
}
