/** What a rule comes to for a role of a fresh community: `yes`, or the refusal. */
import {
  type Channel,
  type ChannelRight,
  channelList,
  type Right,
  rights,
} from "@dragoman/bus-schema";
import { freshRoles } from "@dragoman/core/decider";
import { type DefaultRole, defaultRoles, type PlaceKind } from "./place.ts";
import type { Ask, KindOfPlace, Rule } from "./rule.ts";

const fresh = new Map(
  freshRoles(() => "").flatMap(({ roles }) => roles.map((role) => [role.name, role] as const)),
);

/** The names that somebody of a default role goes by: all have `user` too. */
function namesOf(role: DefaultRole): readonly string[] {
  return role === "user" ? ["user"] : [role, "user"];
}

/** Whether a default role has a right, by the list of a fresh community. */
export function hasRight(role: DefaultRole, right: Right): boolean {
  const enough: readonly string[] = ["administrator", ...rights[right]];
  return namesOf(role).some((name) =>
    fresh.get(name)?.permissions.some((each) => enough.includes(each)),
  );
}

function kindOf({ kind, thread }: PlaceKind): KindOfPlace {
  return thread ? "thread" : (kind as KindOfPlace);
}

const whispering: ReadonlySet<ChannelRight> = new Set([
  "view",
  "send",
  "delete_own",
  "edit_own",
  "react",
]);

function isListed(place: PlaceKind, list: ChannelRight, role: DefaultRole): boolean {
  if (place.kind === "whisper") return place.own === true && whispering.has(list);
  const names = channelList({ permissions: place.permissions } as Channel, list);
  return namesOf(role).some((name) => names.includes(name));
}

const rankOf = (role: DefaultRole): number => defaultRoles.length - defaultRoles.indexOf(role);

/** Whom and where a command is about, as far as it is about anybody. */
export interface About {
  readonly place?: PlaceKind;
  readonly other?: DefaultRole;
}

function refusal(ask: Ask, role: DefaultRole, { place, other }: About): string | null {
  const no = (holds: boolean, code: string) => (holds ? null : code);
  switch (ask.ask) {
    case "right":
      return no(hasRight(role, ask.right), "not_permitted");
    case "role":
      return no(
        ask.names.some((name) => namesOf(role).includes(name)),
        "not_permitted",
      );
    case "view":
      return no(place !== undefined && isListed(place, "view", role), "not_found");
    case "view or manage": {
      const manages = place?.kind !== "whisper" && hasRight(role, "manageChannels");
      const sees = place !== undefined && place.kind !== "whisper" && isListed(place, "view", role);
      return no(sees || manages, "not_found");
    }
    case "list":
      return no(place !== undefined && isListed(place, ask.list, role), "not_permitted");
    case "kind":
      return no(place !== undefined && ask.kinds.includes(kindOf(place)), ask.else);
    case "outranks":
      return no(other !== undefined && rankOf(role) > rankOf(other), "rank_too_low");
    case "no owner":
      return no(other !== "owner" || role === "owner", "protected");
    case "manages role":
      return no(
        role === "owner" || (other !== undefined && rankOf(role) > rankOf(other)),
        "rank_too_low",
      );
    case "never":
      return ask.else;
  }
}

/** `yes`, or the code of the first refusal. */
export function outcomeOf(rule: Rule, role: DefaultRole, about: About): string {
  for (const ask of rule.asks) {
    const code = refusal(ask, role, about);
    if (code !== null) return code;
  }
  return "yes";
}

/** The places where a rule can be asked. */
export function isAskedIn({ only }: Rule, place: PlaceKind): boolean {
  return only === undefined || only.includes(kindOf(place));
}
