/** The channels of a source, as channels of the house: of the same name they are one only where nothing was said here. */
import type { ChannelId, Command } from "@dragoman/bus-schema";
import { looksOf } from "./channel-looks.ts";
import type { Furnishing } from "./furnishing.ts";
import { type Outcome, type Present, sayRefusal } from "./house.ts";
import { derivedId } from "./id.ts";
import { permissionsHere, type Roles } from "./role.ts";
import type { SourceChannel } from "./source.ts";

const nameMax = 64;
/** Names that are tried one after the other, should somebody take them meanwhile. */
const triesMax = 20;

/** What of a channel of the source is known here. */
interface Known {
  readonly ids: ReadonlySet<string>;
  /** By names in small letters. */
  readonly names: Map<string, ChannelId>;
  readonly untouched: ReadonlySet<ChannelId>;
}

export async function bringChannels(of: Furnishing, present: Present, roles: Roles): Promise<void> {
  const { source, report, places, isFirst, house } = of;
  const { lived, untouched } = await house.words();
  const known: Known = {
    ids: new Set(present.channels.map(({ channelId }) => channelId)),
    names: new Map(present.channels.map((each) => [each.name.toLowerCase(), each.channelId])),
    untouched: new Set(untouched),
  };
  for (const [index, given] of source.channels.entries()) {
    report.count("channel", "read");
    const permissions = permissionsHere(of, roles, present.roles, given.permissions);
    const there = await bringChannel(of, { ...given, permissions }, known);
    if (there === undefined) continue;
    places.channels.set(given.key, there);
    if (isFirst && !lived) await house.command({ type: "channel.move", channel: there, index });
  }
}

const joinedKey = (own: ChannelId): string => `joined channel ${own}`;

async function bringChannel(
  of: Furnishing,
  channel: SourceChannel,
  known: Known,
): Promise<ChannelId | undefined> {
  const { source, report, isFirst, cursors } = of;
  const own = derivedId(source.name, "channel", channel.key) as ChannelId;
  const joined = cursors.get(joinedKey(own));
  if (known.ids.has(own) || (joined !== undefined && known.ids.has(joined))) {
    report.count("channel", "there");
    return known.ids.has(own) ? own : (joined as ChannelId);
  }
  const same = known.names.get(channel.name.toLowerCase());
  if (isFirst && same !== undefined && known.untouched.has(same)) {
    if (await join(of, channel, own, same)) return same;
  }
  return make(of, channel, own, known);
}

/** Whether it has become the channel of that name. */
async function join(
  { house, source, report }: Furnishing,
  channel: SourceChannel,
  own: ChannelId,
  same: ChannelId,
): Promise<boolean> {
  const progress = { source: source.name, key: joinedKey(own), cursor: same };
  const result = await house.command({
    ...makingOf(channel, own, channel.name),
    joins: { channelId: same, progress },
  });
  if (result.ok) report.count("channel", "brought");
  else report.say("channel", channel.name, `is not that of the house: ${sayRefusal(result)}`);
  return result.ok;
}

/** Makes it under its own name, or under one like it that is free. */
async function make(
  of: Furnishing,
  channel: SourceChannel,
  own: ChannelId,
  { names }: Known,
): Promise<ChannelId | undefined> {
  for (let n = 1, tries = 0; ; n += 1) {
    const suffix = n === 1 ? "" : `-${n}`;
    const name = [...channel.name].slice(0, nameMax - suffix.length).join("") + suffix;
    if (names.has(name.toLowerCase())) continue;
    names.set(name.toLowerCase(), own);
    const result = await of.house.command(makingOf(channel, own, name));
    tries += 1;
    if (isTaken(result) && tries < triesMax) continue;
    if (!result.ok) {
      of.report.leave("channel", channel.name, sayRefusal(result));
      return undefined;
    }
    of.report.count("channel", "brought");
    if (name !== channel.name) of.report.renamed("channel", channel.name, name);
    return own;
  }
}

const isTaken = (result: Outcome): boolean =>
  !result.ok && result.rejection.code === "already_exists";

function makingOf(
  channel: SourceChannel,
  channelId: ChannelId,
  name: string,
): Extract<Command, { type: "import.channel" }> {
  const { kind, permissions, minRank } = channel;
  return {
    type: "import.channel",
    channel: {
      channelId,
      kind,
      name,
      ...looksOf(channel),
      permissions,
      minRank,
      hasPassword: false,
      temporary: false,
    },
  };
}
