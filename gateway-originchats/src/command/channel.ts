/** Requests about channels (part 3, section 1). The checks stand in the reference's order. */
import {
  type Channel,
  type ChannelPermissions,
  type CommandOf,
  channelRights,
  holds,
  isLonger,
} from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply, thenReply } from "../answer.ts";
import { channelsStep } from "../channel-list.ts";
import { channelUpdate } from "../packet.ts";
import { findChannel } from "../place.ts";
import type { OwnTexts } from "../rejection.ts";
import { refuse } from "../rejection.ts";
import { storedChannel } from "../view.ts";
import { isTruthy, type JsonObject } from "../wire.ts";
import { type CommandRows, noFields, row } from "./row.ts";
import { openWhisper } from "./unbegun.ts";

const denied = "Access denied: 'manage_channels' permission required";
const nameRequired = "Channel name is required";
const kinds: ReadonlySet<unknown> = new Set(["text", "voice", "forum", "separator"]);
type Kind = CommandOf<"channel.create">["kind"];

function mayManage(ask: Ask): boolean {
  return holds(ask.view.roster.actor(ask.session.userId), "manageChannels");
}

/** A channel by its exact name; whispers have none of their own. */
function findByName(name: unknown, ask: Ask): Channel | undefined {
  for (const channel of ask.view.roster.channels) {
    if (channel.kind !== "whisper" && channel.name === name) return channel;
  }
  return undefined;
}

const isPrivate = "You do not have permission to change a private channel";

/** Whether somebody names a whisper of their own, which stands in the same list as what may be changed. */
function isWhisper(name: unknown, ask: Ask): boolean {
  return (
    typeof name === "string" &&
    findChannel(name, ask.session.userId, ask.view.roster)?.kind === "whisper"
  );
}

/** What core refuses of a name is answered like no name. */
const nameTexts: OwnTexts = {
  invalid: ({ field }) => (field === "name" ? nameRequired : undefined),
  not_found: () => "Channel not found",
  not_permitted: () => denied,
};

// ---- fields -------------------------------------------------------------------------------------------

/** A field as core takes it; undefined: of the wrong form. */
type Reader<T> = (value: unknown) => T | undefined;

const nameMax = 64;

/** Part 3, 1.4 `do:`; the alphabet is core's to judge. */
function readName(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.trim();
  return name === "" || isLonger(name, nameMax) ? undefined : name;
}

const readText =
  (max: number): Reader<string | null> =>
  (value) => {
    if (!isTruthy(value)) return null;
    return typeof value === "string" && value.length <= max ? value.trim() : undefined;
  };

const readDescription = readText(2000);
const readDisplayName = readText(100);

/** Clients draw it as a picture: an address of the web, or of this server. */
const readIcon: Reader<string | null> = (value) => {
  if (!isTruthy(value)) return null;
  if (typeof value !== "string" || value.length > 2000) return undefined;
  return /^(?:https?:\/\/|\/)[^\s"'<>]+$/i.test(value) ? value : undefined;
};

const sizeMax = 10_000;
const readSize: Reader<number | null> = (value) => {
  if (!isTruthy(value)) return null;
  return typeof value === "number" && value > 0 && value <= sizeMax ? value : undefined;
};

const Lists = z.record(z.string(), z.unknown());
const Names = z.array(z.string().max(65)).max(100);

/** Keys that no channel has a use for are left out (part 3, 1.2). */
const readPermissions: Reader<ChannelPermissions> = (value) => {
  if (value === undefined || value === null) return {};
  const lists = Lists.safeParse(value);
  if (!lists.success) return undefined;
  const read: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = lists.data[right];
    if (list === undefined || list === null) continue;
    const names = Names.safeParse(list);
    if (!names.success) return undefined;
    read[right] = names.data;
  }
  return read;
};

// ---- channel_create -----------------------------------------------------------------------------------

const CreateShape = z.object({
  name: z.unknown().exactOptional(),
  type: z.unknown().exactOptional(),
  description: z.unknown().exactOptional(),
  display_name: z.unknown().exactOptional(),
  permissions: z.unknown().exactOptional(),
  size: z.unknown().exactOptional(),
  user: z.unknown().exactOptional(),
});

function create(packet: z.infer<typeof CreateShape>, ask: Ask): readonly Step[] {
  const { user } = packet;
  if (typeof user === "string" && packet.name === undefined) return openWhisper(user, ask);
  if (!mayManage(ask)) return fail(ask, denied);
  const name = readName(packet.name);
  if (name === undefined) return fail(ask, nameRequired);
  const { type } = packet;
  if (!isTruthy(type)) return fail(ask, "Channel type is required (text, voice, or separator)");
  if (!kinds.has(type)) {
    return fail(ask, "Invalid channel type, must be text, voice, or separator");
  }
  const description = readDescription(packet.description);
  if (description === undefined) return fail(ask, "Invalid request: description");
  const displayName = readDisplayName(packet.display_name);
  if (displayName === undefined) return fail(ask, "Invalid request: display_name");
  const permissions = readPermissions(packet.permissions);
  if (permissions === undefined) return fail(ask, "Invalid request: permissions");
  const size = readSize(packet.size);
  if (size === undefined) return fail(ask, "Invalid request: size");
  return [
    {
      do: "command",
      body: {
        type: "channel.create",
        kind: type as Kind,
        name,
        permissions,
        ...(description === null ? {} : { description }),
        ...(displayName === null ? {} : { displayName }),
        ...(size === null ? {} : { size }),
      },
      settle: thenReply(ask, ({ events }, { roster }) => {
        const event = events.find((each) => each.type === "channel.created");
        const channel = event && storedChannel(event.channel, roster);
        return { cmd: "channel_create", channel, created: true };
      }),
      refuse: refuse(ask, nameTexts),
    },
  ];
}

// ---- channel_update -----------------------------------------------------------------------------------

const UpdateShape = z.object({
  current_name: z.unknown().exactOptional(),
  updates: z.unknown().exactOptional(),
});

/** Wire key → field of the command and how it is read. Other keys are passed over. */
const updateFields: ReadonlyMap<string, readonly [field: string, read: Reader<unknown>]> = new Map<
  string,
  readonly [string, Reader<unknown>]
>([
  ["description", ["description", readDescription]],
  ["display_name", ["displayName", readDisplayName]],
  ["icon", ["icon", readIcon]],
  ["size", ["size", readSize]],
  ["permissions", ["permissions", readPermissions]],
]);

type Fields = Omit<CommandOf<"channel.update">, "type" | "channel">;
type Read =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly error: string };

/** Nothing becomes a forum that was none. */
function readUpdates(updates: JsonObject, channel: Channel): Read {
  const fields: Record<string, unknown> = {};
  const type = updates["type"];
  if (type !== undefined) {
    if (!kinds.has(type) || (type === "forum" && channel.kind !== "forum"))
      return { ok: false, error: "Invalid channel type" };
    fields["kind"] = type;
  }
  if (updates["name"] !== undefined) {
    const name = readName(updates["name"]);
    if (name === undefined) return { ok: false, error: nameRequired };
    fields["name"] = name;
  }
  for (const [key, [field, read]] of updateFields) {
    if (!Object.hasOwn(updates, key)) continue;
    const value = read(updates[key]);
    if (value === undefined) return { ok: false, error: `Invalid request: ${key}` };
    fields[field] = value;
  }
  return { ok: true, fields: fields as Fields };
}

/** The reply stands in for the copy that everybody else gets. */
function update(packet: z.infer<typeof UpdateShape>, ask: Ask): readonly Step[] {
  if (!mayManage(ask)) return fail(ask, denied);
  const { current_name: name, updates } = packet;
  if (!isTruthy(name)) return fail(ask, "current_name is required");
  const isObject = typeof updates === "object" && updates !== null && !Array.isArray(updates);
  if (!isObject || !isTruthy(updates)) return fail(ask, "updates object is required");
  if (isWhisper(name, ask)) return fail(ask, isPrivate);
  const channel = findByName(name, ask);
  if (channel === undefined) return fail(ask, "Channel not found");
  const read = readUpdates(updates as JsonObject, channel);
  if (!read.ok) return fail(ask, read.error);
  const { channelId } = channel;
  const told = (now: Channel, roster: typeof ask.view.roster): object => ({
    ...channelUpdate(now, channel.name, roster),
    updated: true,
  });
  if (Object.keys(read.fields).length === 0) return [reply(ask, told(channel, ask.view.roster))];
  return [
    {
      do: "command",
      body: { type: "channel.update", channel: channelId, ...read.fields },
      settle: (own, commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "channel.updated");
        const others = own.filter((packet) => !packet.startsWith('{"cmd":"channel_update",'));
        return [
          { do: "send", packets: others },
          reply(ask, told(event?.channel ?? channel, roster)),
        ];
      },
      refuse: refuse(ask, {
        ...nameTexts,
        already_exists: () => "Channel with new name already exists",
        protected: () => "Cannot hide the default channel",
      }),
    },
  ];
}

// ---- channel_move -------------------------------------------------------------------------------------

const MoveShape = z.object({
  name: z.unknown().exactOptional(),
  position: z.unknown().exactOptional(),
});

/** A position as the original counts: `true` is one of its numbers. */
function readPosition(value: unknown): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Clients count in the list that they were given: what the asker does not see keeps its neighbours. */
function indexOf(channel: Channel, position: number, ask: Ask): number {
  const { roster } = ask.view;
  const others = [...roster.channels].filter((each) => each !== channel);
  const seen = others.filter(
    (each) => each.kind !== "whisper" && roster.sees(ask.session.userId, each),
  );
  const behind = seen[position];
  return behind === undefined ? others.length : others.indexOf(behind);
}

function move(packet: z.infer<typeof MoveShape>, ask: Ask): readonly Step[] {
  if (!mayManage(ask)) return fail(ask, denied);
  const { name, position: asked } = packet;
  if (!isTruthy(name)) return fail(ask, nameRequired);
  if (asked === undefined || asked === null) return fail(ask, "Position is required");
  const position = readPosition(asked);
  if (position === undefined) return fail(ask, "Position must be a non-negative integer");
  if (isWhisper(name, ask)) return fail(ask, isPrivate);
  const channel = findByName(name, ask);
  const told = (moved: boolean) => ({ cmd: "channel_move", name, position: asked, moved });
  if (channel === undefined) return [reply(ask, told(false))];
  return [
    {
      do: "command",
      body: {
        type: "channel.move",
        channel: channel.channelId,
        index: indexOf(channel, position, ask),
      },
      settle: thenReply(ask, () => told(true)),
      unchanged: () => [reply(ask, told(true))],
      refuse: refuse(ask, nameTexts),
    },
  ];
}

// ---- channel_delete -----------------------------------------------------------------------------------

const DeleteShape = z.object({ name: z.unknown().exactOptional() });

/** The exact name first, then whatever the case. */
function namedAnyhow(name: unknown, ask: Ask): Channel | undefined {
  const exact = findByName(name, ask);
  if (exact !== undefined || typeof name !== "string") return exact;
  const lower = name.toLowerCase();
  return [...ask.view.roster.channels].find(
    (channel) => channel.kind !== "whisper" && channel.name.toLowerCase() === lower,
  );
}

/** Owners may end their own channel too (bridge table, Rights). */
function remove(packet: z.infer<typeof DeleteShape>, ask: Ask): readonly Step[] {
  if (isWhisper(packet.name, ask)) return fail(ask, isPrivate);
  const channel = namedAnyhow(packet.name, ask);
  if (!mayManage(ask) && channel?.ownerId !== ask.session.userId) return fail(ask, denied);
  if (!isTruthy(packet.name)) return fail(ask, nameRequired);
  if (channel === undefined) return fail(ask, "Channel not found");
  return [
    {
      do: "command",
      body: { type: "channel.delete", channel: channel.channelId },
      settle: thenReply(ask, () => ({
        cmd: "channel_delete",
        name: channel.name,
        deleted: true,
      })),
      refuse: refuse(ask, {
        ...nameTexts,
        protected: () => "Cannot delete the default channel",
      }),
    },
  ];
}

export const channelCommands = {
  channels_get: row({
    shape: noFields,
    translate: (_, ask) => [channelsStep(ask.session.userId, ask.listener)],
  }),
  channel_create: row({ shape: CreateShape, translate: create }),
  channel_update: row({ shape: UpdateShape, translate: update }),
  channel_move: row({ shape: MoveShape, translate: move }),
  channel_delete: row({ shape: DeleteShape, translate: remove }),
} as const satisfies CommandRows;
