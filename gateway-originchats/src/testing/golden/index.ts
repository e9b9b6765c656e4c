/** One of each event, with what it gives to whom. Personal rows are rendered for ada. */
import type { EventOf, EventType } from "@dragoman/bus-schema";
import type { Told } from "../edge.ts";
import { channelGolden } from "./channel.ts";
import { fileGolden } from "./file.ts";
import { messageGolden } from "./message.ts";
import { peopleGolden } from "./people.ts";
import { slashGolden } from "./slash.ts";

export const golden: {
  readonly [T in EventType]: readonly [event: EventOf<T>, told: readonly Told[]];
} = {
  ...peopleGolden,
  ...channelGolden,
  ...messageGolden,
  ...fileGolden,
  ...slashGolden,
};

export {
  ada,
  ben,
  forum,
  general,
  member,
  moderator,
  mona,
  nowMs,
  olga,
  owner,
  thread,
  whisper,
} from "../edge.ts";
