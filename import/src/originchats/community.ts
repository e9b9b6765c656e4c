/** Roles and channels of a data folder (OriginChats part 3, 2.1, 15 and 16). */
import {
  type ChannelPermissions,
  channelRights,
  freshChannelPermissions,
  isSeen,
  withoutUnseen,
} from "@dragoman/bus-schema";
import type { Report } from "../report.ts";
import type { Source, SourceChannel, SourceRole } from "../source.ts";
import { fieldsOf, isFields, listOf, numberOf, textOf, textsOf } from "./value.ts";

/** Ranks of the roles of a fresh community (bridge table, roles and rank). */
const freshRanks: Readonly<Record<string, number>> = { owner: 10, admin: 8, moderator: 5, user: 1 };
/** What the bridge table adds to these. */
const added: Readonly<Record<string, readonly string[]>> = {
  admin: ["see_addresses"],
  moderator: ["ban_members"],
  user: ["create_channel"],
};
/** The role by which bans are kept. */
export const bannedRole = "banned";
const rolesMax = 500;

export function rolesOf(
  given: unknown,
  report: Report,
): { readonly roles: Source["roles"]; readonly ids: ReadonlyMap<string, string> } {
  const ids = new Map<string, string>();
  const found: { readonly position: number; readonly role: Omit<SourceRole, "rank"> }[] = [];
  for (const [index, [name, fields]] of Object.entries(fieldsOf(given)).entries()) {
    if (name === bannedRole) continue;
    const isName = textOf(name, 64) === name && !name.startsWith("!");
    if (!isFields(fields) || !isName || found.length >= rolesMax) {
      report.leave("role", name, "is no role");
      continue;
    }
    const id = textOf(fields["id"], 64);
    if (id !== undefined) ids.set(name, id);
    if (Object.keys(fieldsOf(fields["permissions"])).length > 0)
      report.say("role", name, "has permissions of an older form");
    const permissions = new Set([
      ...textsOf(fields["permissions"], 64).slice(0, 90),
      ...(added[name] ?? []),
    ]);
    found.push({
      position: numberOf(fields["position"]) ?? index,
      role: {
        name,
        description: textOf(fields["description"], 1000) ?? null,
        color: textOf(fields["color"], 32) ?? null,
        hoisted: fields["hoisted"] === true,
        permissions: [...permissions],
        selfAssignable: fields["self_assignable"] === true,
        category: textOf(fields["category"], 64) ?? null,
      },
    });
  }
  const order = found.sort((a, b) => a.position - b.position).map(({ role }) => role);
  return { roles: ranked(order), ids };
}

/** Ranks that never rise along the list: known roles have theirs, others one above what stands below them. */
function ranked(order: readonly Omit<SourceRole, "rank">[]): Source["roles"] {
  const ranks: number[] = [];
  let below = 0;
  for (const { name } of [...order].reverse()) {
    const fresh = freshRanks[name];
    const rank = fresh === undefined ? Math.max(1, below) : Math.max(fresh, below);
    ranks.unshift(rank);
    below = rank;
  }
  // A rank of its own where there is room to the next role above.
  return order.map((role, index) => {
    const own = ranks[index] ?? 1;
    const above = ranks[index - 1] ?? 255;
    const hasRoom = freshRanks[role.name] === undefined && above > own + 1;
    return { ...role, rank: hasRoom ? own + 1 : own };
  });
}

const kinds = new Set(["text", "voice", "forum", "separator"]);
const nameMax = 64;
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/gu;

export function channelsOf(given: unknown, report: Report): readonly SourceChannel[] {
  const channels: SourceChannel[] = [];
  const taken = new Set<string>();
  const keys = new Set<string>();
  for (const [index, fields] of listOf(given).entries()) {
    if (!isFields(fields)) {
      report.leave("channel", String(index), "is no channel");
      continue;
    }
    const type = textOf(fields["type"], 20) ?? "text";
    const kind = kinds.has(type) ? (type as SourceChannel["kind"]) : "text";
    const key = textOf(fields["name"], 200) ?? (kind === "separator" ? `separator-${index}` : "");
    if (key === "" || keys.has(key)) {
      report.leave("channel", key, key === "" ? "has no name" : "stands there twice");
      continue;
    }
    keys.add(key);
    const name = freeName(key, taken);
    if (name !== key) report.say("channel", key, `is called ${name}`);
    channels.push({
      key,
      name,
      kind,
      ...optional("description", textOf(fields["description"], 2000)),
      ...optional("displayName", textOf(fields["display_name"], 100)),
      ...optional("icon", textOf(fields["icon"], 2000)),
      ...(kind === "separator" ? optional("size", sizeOf(fields["size"])) : {}),
      permissions: permissionsOf(fields["permissions"]),
      minRank: 0,
    });
  }
  return channels;
}

function sizeOf(value: unknown): number | undefined {
  const size = numberOf(value);
  return size !== undefined && size > 0 && size <= 10_000 ? size : undefined;
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [k in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [k in K]?: T };
}

/** The name as channels may have it, and as no other has it. */
function freeName(given: string, taken: Set<string>): string {
  const fit = withoutUnseen(given.replace(barred, "-"))
    .replace(/^[.@\uff20\ufe6b]+/, "")
    .trim();
  const plain = isSeen(fit) ? fit : "channel";
  const base = [...plain].slice(0, nameMax - 4).join("");
  const first = [...plain].length <= nameMax ? plain : base;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? first : `${base}-${n}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

function permissionsOf(given: unknown): ChannelPermissions {
  const lists = fieldsOf(given);
  const kept = channelRights.flatMap((right) => {
    const names = textsOf(lists[right], 65).slice(0, 100);
    return names.length === 0 ? [] : [[right, [...names]] as const];
  });
  if (kept.length > 0) return Object.fromEntries(kept);
  return Object.fromEntries(
    channelRights.map((right) => [right, [...freshChannelPermissions[right]]]),
  );
}
