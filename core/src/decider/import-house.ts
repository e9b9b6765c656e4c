/**
 * What a community is made of that moves in: roles, channels, threads, files, emoji and webhooks. Where people have talked
 * already, nobody gets more by it than either side meant (docs/decisions/import.md).
 */
import type { CommandOf, Event, Role, RoleId } from "@dragoman/bus-schema";
import { holdersOf, roleByName } from "../state/find.ts";
import { hasLived, isUntouched } from "../state/lived.ts";
import type { Reading, State } from "../state/shape.ts";
import { sharedFile } from "./attachment.ts";
import { checkName as checkChannelName, slugFor } from "./channel-name.ts";
import { update } from "./channel-update.ts";
import type { Decision } from "./contract.ts";
import { memberRole, missing, stored } from "./import-event.ts";
import { unique } from "./name.ts";
import { accept, type DecisionContext, type OperatorAsker, refuse } from "./row.ts";

type Context = DecisionContext<OperatorAsker>;
type ImportedRole = CommandOf<"import.roles">["roles"][number];

// ---- roles --------------------------------------------------------------------------------------------------

const roleNameMax = 64;
/** Held by whoever the operator says, and by everybody: these are one on both sides. */
const oneOnBothSides: ReadonlySet<string> = new Set(["owner", memberRole]);

/**
 * Decides `import.roles`. In a house in which nothing was said yet, a role of the same name becomes as it was there, unless
 * somebody here holds it; in one that has lived none does, and what comes has no rights over the house. A role that does not
 * become one of the house's gets a name that is free.
 */
export function roles({ state }: Context, body: CommandOf<"import.roles">): Decision {
  const ids = new Set(body.roles.map(({ roleId }) => roleId));
  const names = new Set(body.roles.map(({ name }) => name));
  if (ids.size < body.roles.length || names.size < body.roles.length) {
    return refuse({ code: "invalid", field: "roles", why: "twice" });
  }
  const odd = body.roles.find(({ name }) => name.startsWith("!") || name === "banned");
  if (odd !== undefined) return refuse({ code: "invalid", field: "name", why: "alphabet" });
  const order = hasLived(state) ? besides(state, body.roles) : joined(state, body.roles);
  const all = order.map((role, position) => ({ ...role, position }));
  const isSame = JSON.stringify(all) === JSON.stringify([...state.roles.values()]);
  return isSame ? accept() : accept({ type: "role.reordered", roles: all });
}

type Placed = Omit<Role, "position">;

/** The roles as they were there, the highest first; then those of the house that are none of them. */
function joined(state: Reading<State>, given: readonly ImportedRole[]): readonly Placed[] {
  const names = namesOf(state, given);
  const taken = new Set<RoleId>();
  const order = given.map((role): Placed => {
    const known = state.roles.get(role.roleId) ?? joinable(state, role);
    const roleId = known?.roleId ?? role.roleId;
    taken.add(roleId);
    return { ...role, roleId, name: known?.name ?? freeName(names, role.name) };
  });
  return [...order, ...[...state.roles.values()].filter(({ roleId }) => !taken.has(roleId))];
}

/** A role of the house that becomes as one of the same name was. */
function joinable(state: Reading<State>, { name }: ImportedRole): Role | undefined {
  const known = roleByName(state, name);
  if (known === undefined || oneOnBothSides.has(name)) return known;
  return holdersOf(state, known.roleId).next().done === true ? known : undefined;
}

/** The roles of the house as they are, and those that are new above what everybody has: names and colours alone. */
function besides(state: Reading<State>, given: readonly ImportedRole[]): readonly Placed[] {
  const own = [...state.roles.values()];
  const names = namesOf(state, []);
  const rankMax = roleByName(state, memberRole)?.rank ?? 0;
  const added = given
    .filter(({ roleId, name }) => name !== memberRole && !state.roles.has(roleId))
    .map(
      (role): Placed => ({
        ...role,
        name: freeName(names, role.name),
        permissions: [],
        selfAssignable: false,
        rank: Math.min(role.rank, rankMax),
      }),
    );
  const at = own.findIndex(({ name }) => name === memberRole);
  const below = at === -1 ? own.length : at;
  return [...own.slice(0, below), ...added, ...own.slice(below)];
}

/** Names that no further role gets: those of the house, but for what comes in under its own id. */
function namesOf(state: Reading<State>, given: readonly ImportedRole[]): Set<string> {
  const own = new Set(given.map(({ roleId }) => roleId));
  return new Set(
    [...state.roles.values()].flatMap(({ roleId, name }) => (own.has(roleId) ? [] : [name])),
  );
}

function freeName(names: Set<string>, wanted: string): string {
  const name = unique(wanted, roleNameMax, (candidate) => names.has(candidate));
  names.add(name);
  return name;
}

// ---- channels and threads -----------------------------------------------------------------------------------

/**
 * Decides `import.channel`. Its history follows, so that it has no first line of its own. With `joins` it is a channel
 * that the house has, and which becomes as it was there: nothing was ever said in that.
 */
export function channel(context: Context, body: CommandOf<"import.channel">): Decision {
  const { state } = context;
  const { channel: given, joins } = body;
  if (state.channels.has(given.channelId)) return accept();
  const isOdd = given.hasPassword || given.peopleIds !== undefined;
  if (isOdd || given.kind === "whisper") {
    return refuse({ code: "invalid", field: "channel", why: "kind" });
  }
  if (joins !== undefined) return join(context, body, joins);
  const wrong = checkChannelName(state, given.name);
  if (wrong !== null) return refuse(wrong);
  const { name, kind } = given;
  return accept({
    type: "channel.created",
    channel: { ...given, slug: slugFor(state, { name, kind }) },
  });
}

function join(
  context: Context,
  { channel: given }: CommandOf<"import.channel">,
  { channelId, progress }: NonNullable<CommandOf<"import.channel">["joins"]>,
): Decision {
  const before = context.state.channels.get(channelId);
  if (before === undefined) return missing("channel", channelId);
  if (!isUntouched(context.state, before)) {
    return refuse({ code: "already_exists", what: "channel", given: before.name });
  }
  const { kind, permissions, minRank, description, displayName, icon, size } = given;
  if (kind === "whisper") return refuse({ code: "invalid", field: "channel", why: "kind" });
  const updated = update(context, {
    type: "channel.update",
    channel: channelId,
    kind,
    permissions,
    ...(minRank === 0 ? {} : { minRank }),
    ...(description === undefined ? {} : { description }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(icon === undefined ? {} : { icon }),
    ...(size === undefined ? {} : { size }),
  });
  return updated.ok ? accept(...updated.events, { ...stored(), progress }) : updated;
}
/** Decides `import.thread`. */
export function thread(
  { state }: Context,
  { thread: given }: CommandOf<"import.thread">,
): Decision {
  if (state.threads.has(given.threadId)) return accept();
  const forum = state.channels.get(given.channelId);
  if (forum?.kind !== "forum") return missing("channel", given.channelId);
  const people = [...new Set([given.creatorId, ...given.participantIds])];
  const stranger = people.find((userId) => !state.people.has(userId));
  if (stranger !== undefined) return missing("user", stranger);
  const slug = slugFor(state, { name: given.name, kind: "thread", above: forum.slug });
  return accept(
    stored({ type: "thread.created", thread: { ...given, slug, participantIds: people } }),
  );
}

/** Decides `import.attachment`. */
export function attachment(
  context: Context,
  { attachment: given }: CommandOf<"import.attachment">,
): Decision {
  const { state } = context;
  if (state.attachments.has(given.attachmentId)) return accept();
  if (!state.people.has(given.ownerId)) return missing("user", given.ownerId);
  if (!state.channels.has(given.channelId)) return missing("channel", given.channelId);
  const file = sharedFile(state, given.file);
  return accept(stored({ type: "attachment.added", attachment: { ...given, file } }));
}

/** Decides `import.emoji`. */
export function emoji({ state }: Context, { emoji: given }: CommandOf<"import.emoji">): Decision {
  const known = state.emojis.get(given.emojiId);
  if (known !== undefined) {
    return known.name === given.name
      ? accept()
      : refuse({ code: "already_exists", what: "emoji", given: given.emojiId });
  }
  for (const { name } of state.emojis.values()) {
    if (name.toLowerCase() === given.name.toLowerCase()) {
      return refuse({ code: "already_exists", what: "emoji", given: given.name });
    }
  }
  return accept({ type: "emoji.added", emoji: given });
}

/** Decides `import.webhook`: its address of before works on. */
export function webhook(
  { state }: Context,
  { webhook: given }: CommandOf<"import.webhook">,
): Decision {
  if (state.webhooks.has(given.webhookId)) return accept();
  for (const { tokenId } of state.webhooks.values()) {
    if (tokenId === given.tokenId) {
      return refuse({ code: "already_exists", what: "webhook", given: given.name });
    }
  }
  if (state.channels.get(given.channelId)?.kind !== "text") {
    return missing("channel", given.channelId);
  }
  if (!state.people.has(given.createdById)) return missing("user", given.createdById);
  return accept({ type: "webhook.created", webhook: given } satisfies Event);
}
