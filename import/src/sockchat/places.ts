/**
 * The channels of a source. None is open to more people than before: what had a password, what was deleted there and of
 * what nothing says who might enter it comes closed, for the owner to open (docs/decisions/import-sockchat.md).
 */
import { type Channel, isSeen, withoutUnseen } from "@dragoman/bus-schema";
import { channelIdOf } from "./ids.ts";
import { defaultChannel, type Remark } from "./item.ts";
import type { Stage, StagedChannel } from "./stage.ts";
import { typedText } from "./typed.ts";

export interface SourceChannel {
  /** Of the source, for `messagesOf`. */
  readonly key: string;
  readonly channel: Omit<Channel, "slug">;
  readonly isDefault: boolean;
  /** Lines that come along. */
  readonly lines: number;
}

export interface PlacesOptions {
  readonly source: string;
  /** What the default channel is called; null: as the server's own configuration calls it. */
  readonly defaultName: string | null;
  /** Channels that are opened to everybody of their rank, in small letters. */
  readonly open: ReadonlySet<string> | "all";
  readonly onRemark: (remark: Remark) => void;
}

/** Whom a closed channel is left to. */
const owners = ["owner", "admin"];
const closed = { view: owners, send: owners };
const everybody = { view: ["user"], send: ["user"] };

/** All channels: the default one, then those with lines or in a list, by name. */
export function channelsOf(stage: Stage, options: PlacesOptions): readonly SourceChannel[] {
  const kept = [...stage.channels.values()].filter(
    ({ listed, lines }) => listed !== null || lines > 0,
  );
  const sorted = kept.sort(
    (a, b) => orderOf(a).localeCompare(orderOf(b), "en") || (a.key < b.key ? -1 : 1),
  );
  const taken = new Set<string>();
  return sorted.map((channel) => {
    const name = freeName(channel, taken, options);
    return sourceChannel(channel, name, options);
  });
}

const orderOf = ({ key, name }: StagedChannel): string => (key === defaultChannel ? "" : name);

function sourceChannel(
  channel: StagedChannel,
  name: string,
  options: PlacesOptions,
): SourceChannel {
  const isDefault = channel.key === defaultChannel;
  const isOpened = options.open === "all" || options.open.has(name.toLowerCase());
  const why = isDefault ? null : whyClosed(channel);
  if (why !== null && !isOpened) {
    options.onRemark({ why, where: { part: "channels" }, what: name });
  }
  return {
    key: channel.key,
    isDefault,
    lines: channel.lines,
    channel: {
      channelId: channelIdOf(options.source, channel.key),
      kind: "text",
      name,
      permissions: why === null || isOpened ? everybody : closed,
      minRank: isDefault ? 0 : rankOf(channel),
      hasPassword: false,
      temporary: false,
    },
  };
}

function whyClosed({ listed, hasList }: StagedChannel): "password" | "closed" | null {
  if (listed?.hasPassword === true) return "password";
  return listed !== null && hasList ? null : "closed";
}

/** Never below what was asked for there; where nothing says it, nobody of a lower rank has ever spoken in it. */
function rankOf({ listed, channelRank, speakerRank }: StagedChannel): number {
  if (listed !== null) return listed.rank;
  return channelRank >= 0 ? Math.min(255, channelRank) : (speakerRank ?? 0);
}

/** Code points that no channel's name has, and how many it has at most. */
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/gu;
const nameMax = 64;

/** The name of the source as a channel may be called, another than those before it whatever the case. */
function freeName(channel: StagedChannel, taken: Set<string>, options: PlacesOptions): string {
  const given =
    channel.key === defaultChannel ? (options.defaultName ?? fallbackName(channel)) : channel.name;
  const fit = fitName(typedText(given));
  let name = fit;
  for (let count = 2; taken.has(name.toLowerCase()); count += 1)
    name = `${fit.slice(0, 58)}-${count}`;
  taken.add(name.toLowerCase());
  if (name !== given)
    options.onRemark({ why: "name", where: { part: "channels" }, what: `${given} → ${name}` });
  return name;
}

/** As the configurations that the servers come with call it. */
const fallbackName = ({ hasList }: StagedChannel): string => (hasList ? "Lobby" : "Lounge");

function fitName(given: string): string {
  const plain = withoutUnseen(given.normalize("NFC").replace(barred, "_"))
    .trim()
    .replace(/^[.@＠﹫]+/u, "_");
  const cut = [...plain].slice(0, nameMax).join("");
  return isSeen(cut) ? cut : "channel";
}
