/** The roles of a source, as roles of the house. Which of the house's they become decides the leader. */
import type { ChannelPermissions, Role, RoleId } from "@dragoman/bus-schema";
import { channelRights } from "@dragoman/bus-schema";
import type { Furnishing } from "./furnishing.ts";
import { mark, sayRefusal } from "./house.ts";
import { derivedId, keptId } from "./id.ts";
import type { SourceRole } from "./source.ts";

/** Everybody's, on both sides. */
const memberRole = "user";

/** What a role of the source is here, by its name there. */
export type Roles = ReadonlyMap<string, Role>;

/** Brings roles that are not here. */
export async function bringRoles(of: Furnishing): Promise<Roles> {
  const { source, house, report } = of;
  const own = (await house.present()).roles;
  const before = rolesHere(of, own, new Map());
  report.count("role", "read", source.roles.length);
  const wanted = of.isFirst ? source.roles : source.roles.filter(({ name }) => !before.has(name));
  const isNew = wanted.some(({ name }) => !before.has(name));
  if (wanted.length === 0 || !(isNew || of.isFirst)) {
    report.count("role", "there", source.roles.length);
    return before;
  }
  const { lived } = await house.words();
  const ids = await ownIds(of, wanted, own);
  const roles = wanted.map((role) => ({ ...role, roleId: ids.get(role.name) ?? ("" as RoleId) }));
  const result = await house.command({ type: "import.roles", roles });
  if (!result.ok) {
    report.leave("role", roles.map(({ name }) => name).join(", "), sayRefusal(result));
    return before;
  }
  const present = (await house.present()).roles;
  const here = rolesHere(of, present, ids);
  // What did not come under its own id has become one of the house's.
  const found = new Map(here);
  for (const role of wanted) {
    const joined = here.has(role.name) ? undefined : present.find(({ name }) => name === role.name);
    if (joined !== undefined) found.set(role.name, joined);
    const isJoined = found.get(role.name)?.roleId !== ids.get(role.name);
    await tell(of, role, {
      role: found.get(role.name),
      isOld: before.has(role.name),
      isJoined,
      lived,
    });
  }
  report.count("role", "there", source.roles.length - wanted.length);
  return found;
}

const ownKey = (name: string): string => `own role ${name}`;
const joinedKey = (name: string): string => `joined role ${name}`;

/**
 * Under which ids roles come in: those that they had there, where nothing of the house has such a one. Whoever made the
 * source can know the ids of the house's roles, and is to get none of these by naming them. They are stored before the roles
 * are, so that a run which goes on knows its own.
 */
async function ownIds(
  { source, house, cursors }: Furnishing,
  wanted: readonly SourceRole[],
  present: readonly Role[],
): Promise<ReadonlyMap<string, RoleId>> {
  const taken = new Set<string>(present.map(({ roleId }) => roleId));
  const ids = new Map<string, RoleId>();
  for (const { name } of wanted) {
    const kept = keptId(source.name, "role", source.roleIds.get(name) ?? name);
    const free = taken.has(kept) ? derivedId(source.name, "role by name", name) : kept;
    const id = (cursors.get(ownKey(name)) ?? free) as RoleId;
    taken.add(id);
    ids.set(name, id);
    await mark(house, { source: source.name, key: ownKey(name), cursor: id }, cursors);
  }
  return ids;
}

/** Which roles of the source are known to be here; `ids`: what just came in, which no cursor says yet. */
function rolesHere(
  of: Furnishing,
  present: readonly Role[],
  ids: ReadonlyMap<string, RoleId>,
): Map<string, Role> {
  const byId = new Map(present.map((role) => [role.roleId as string, role]));
  const found = new Map<string, Role>();
  for (const role of of.source.roles) {
    const joined = byId.get(of.cursors.get(joinedKey(role.name)) ?? "");
    const member =
      role.name === memberRole ? present.find(({ name }) => name === memberRole) : undefined;
    const own = ids.get(role.name) ?? of.cursors.get(ownKey(role.name)) ?? "";
    const here = byId.get(own) ?? joined ?? member;
    if (here !== undefined) found.set(role.name, here);
  }
  return found;
}

interface Came {
  readonly role: Role | undefined;
  readonly isOld: boolean;
  readonly isJoined: boolean;
  readonly lived: boolean;
}

async function tell(
  of: Furnishing,
  given: SourceRole,
  { role, isOld, isJoined, lived }: Came,
): Promise<void> {
  const { report, house, source, cursors } = of;
  const { name } = given;
  if (role === undefined) {
    report.leave("role", name, "is not there");
    return;
  }
  report.count("role", isOld ? "there" : "brought");
  if (role.name !== name) report.renamed("role", name, role.name);
  if (isJoined) {
    await mark(house, { source: source.name, key: joinedKey(name), cursor: role.roleId }, cursors);
  }
  if (!lived) return;
  const why = isJoined
    ? "stays as it is here, for the house has lived"
    : "comes without rights over the house, for that has lived";
  report.say("role", name, why);
}

/** A list of the source in the words of the house. What names no role of the source names none here either. */
export function permissionsHere(
  { source }: Furnishing,
  roles: Roles,
  house: readonly Role[],
  permissions: ChannelPermissions,
): ChannelPermissions {
  if (source.listsOf === "house") return permissions;
  const names = new Set(house.map(({ name }) => name));
  const here = (entry: string): readonly string[] => {
    const barred = entry.startsWith("!") ? "!" : "";
    const name = entry.slice(barred.length);
    const role = roles.get(name);
    if (role !== undefined) return [`${barred}${role.name}`];
    return names.has(name) && barred === "" ? [] : [entry];
  };
  const lists: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = permissions[right];
    if (list === undefined) continue;
    const kept = list.flatMap(here);
    lists[right] = kept.length === 0 ? [nobody] : kept;
  }
  return lists;
}

/** An empty list would be as none. */
const nobody = "owner";
