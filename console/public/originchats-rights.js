/**
 * What this client makes of roles, channel lists and members: who is shown how, and which buttons are offered. The
 * server decides in any case; this only keeps a button away that would be refused (part 1, section 5).
 */
import { colourOf } from "./client.js";

/** @import { Person } from "./client.js" */

/**
 * The fields that any packet of the server has here; each handler reads those of its own packet. `val`, `user` and
 * `channel` mean different things by `cmd`.
 * @typedef {object} Packet
 * @property {string} cmd
 * @property {unknown} val
 * @property {unknown} user
 * @property {unknown} channel
 * @property {string} username
 * @property {string | null} [nickname]
 * @property {readonly Member[]} users
 * @property {Record<string, Role>} [roles]
 * @property {readonly SlashCommand[]} [commands]
 * @property {readonly Message[]} messages
 * @property {Message} message
 * @property {string | null} [thread_id]
 * @property {string} id
 * @property {string} content
 * @property {string} [current_name]
 * @property {boolean} [banned]
 * @property {boolean} [unbanned]
 * @property {string} [reason]
 * @property {number} [length]
 * @property {string} [src]
 */
/** @typedef {{ username: string, nickname?: string | null, roles?: string[], color?: string | null, status?: { status: string, text: string } }} Member */
/** @typedef {{ id: string, user: string, content: string, timestamp: number, edited?: boolean, kind?: string }} Message `kind` is this bridge's own */
/** @typedef {{ name: string, type: string, display_name?: string, permissions?: Record<string, string[] | undefined> }} OcChannel */
/** @typedef {{ permissions?: unknown, position?: number }} Role */
/** @typedef {{ name: string, options?: { name: string }[], whitelistRoles?: string[] | null }} SlashCommand */

/**
 * @typedef {object} State
 * @property {string} me
 * @property {Set<string>} capabilities
 * @property {readonly OcChannel[]} channels
 * @property {string} current name of the channel on screen
 * @property {Map<string, Member>} members by lower-case name
 * @property {Record<string, Role>} roles by name
 * @property {readonly SlashCommand[]} slash
 * @property {Map<string, number>} unread by channel
 * @property {Map<string, Message>} lines of the channel on screen, oldest first
 * @property {string} limited the reason of the last `rate_limit`; the `error` that repeats it is not shown twice
 */

/** Lowest of all, for a person without a known role. */
const noPosition = 9_999;

/** @param {State} state @returns {readonly string[]} */
function ownRoles(state) {
  return state.members.get(state.me.toLowerCase())?.roles ?? [];
}

/** Whether a channel's list admits one's own roles; any `!role` match refuses. @param {State} state @param {readonly string[]} list */
export function isAllowed(state, list) {
  const roles = ownRoles(state);
  return (
    roles.some((role) => list.includes(role)) && !roles.some((role) => list.includes(`!${role}`))
  );
}

/** @param {State} state @param {readonly string[]} roles */
function position(state, roles) {
  const positions = roles.map((name) => roleOf(state, name)?.position ?? noPosition);
  return Math.min(noPosition, ...positions);
}

/** @param {State} state @param {string} name @returns {Role | undefined} */
function roleOf(state, name) {
  return Object.hasOwn(state.roles, name) ? state.roles[name] : undefined;
}

/** @param {State} state @param {readonly string[]} permissions */
function holdsAny(state, permissions) {
  return ownRoles(state).some((name) => {
    const granted = roleOf(state, name)?.permissions;
    if (name === "owner") return true;
    return Array.isArray(granted) && permissions.some((permission) => granted.includes(permission));
  });
}

/**
 * Whether one may do this to the person, or to somebody at all when no person is given.
 * @param {State} state @param {Member | undefined} member @param {"kick" | "ban"} act
 */
export function mayActOn(state, member, act) {
  const opens =
    act === "ban"
      ? holdsAny(state, ["administrator", "manage_users", "ban_members"])
      : state.slash.some(
          ({ name, whitelistRoles }) =>
            name === "kick" &&
            (whitelistRoles ?? []).some((role) => ownRoles(state).includes(role)),
        );
  if (member === undefined || !opens) return opens;
  return position(state, member.roles ?? []) > position(state, ownRoles(state));
}

/** Those who are here first, then by name. @param {State} state @returns {readonly Person[]} */
export function peopleOf(state) {
  return [...state.members]
    .map(([key, member]) => ({
      key,
      name: member.nickname ?? member.username,
      account: member.username,
      colour: colourOf(member.color),
      present: member.status !== undefined && member.status.status !== "offline",
      detail: (member.roles ?? []).find((role) => role !== "user") ?? "",
      acts: /** @type {const} */ (["kick", "ban"]).filter((act) => mayActOn(state, member, act)),
    }))
    .sort((a, b) => Number(b.present) - Number(a.present) || a.name.localeCompare(b.name));
}
