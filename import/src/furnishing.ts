/** What bringing a source's things into the house goes by. */
import type { ChannelId, Command, Place } from "@dragoman/bus-schema";
import { type House, sayRefusal } from "./house.ts";
import type { Report } from "./report.ts";
import type { Source, SourcePlace } from "./source.ts";

/** Where the places of a source are in the house. */
export class Places {
  readonly channels = new Map<string, ChannelId>();
  readonly threads = new Map<string, Place>();

  of(place: SourcePlace): Place | undefined {
    if ("thread" in place) return this.threads.get(place.thread);
    const channelId = this.channels.get(place.channel);
    return channelId === undefined ? undefined : { channelId };
  }
}

export interface Furnishing {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  readonly places: Places;
  /** Whether it is the first time: the house takes over what server and channels are like. */
  readonly isFirst: boolean;
  /** How far it came before. */
  readonly cursors: ReadonlyMap<string, string>;
}

/** Gives a command, and counts what came of it. */
export async function give(
  { house, report }: Furnishing,
  kind: string,
  what: string,
  body: Command,
): Promise<boolean> {
  const result = await house.command(body);
  if (result.ok) report.count(kind, result.value === null ? "there" : "brought");
  else report.leave(kind, what, sayRefusal(result));
  return result.ok;
}
