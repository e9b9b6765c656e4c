/**
 * A source moves into a house: who and what there is first, then what was said, then who has read it. Whatever is there
 * already is left as it is, so that a run goes on where another ended.
 */
import type { UserId } from "@dragoman/bus-schema";
import { bringChannels } from "./channel.ts";
import {
  bringAttachments,
  bringEmojis,
  bringServer,
  bringThreads,
  bringWebhooks,
} from "./furnish.ts";
import { type Furnishing, Places } from "./furnishing.ts";
import { History } from "./history.ts";
import { type House, mark, stopping } from "./house.ts";
import { People } from "./people.ts";
import { bringPushes } from "./push.ts";
import type { Report } from "./report.ts";
import { bringRoles } from "./role.ts";
import type { Source } from "./source.ts";

export type { House } from "./house.ts";

export interface MoveIn {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  /** Who of the source is whom of the house, by the owner's word: by their ids there, an account's here. */
  readonly map: ReadonlyMap<string, UserId>;
  /** Told of bytes of messages that were read, and of messages that were stored. */
  readonly progress: (bytes: number, messages: number) => void;
}

/** The part of every source that says that the house has been furnished with it. */
const furnished = "furnished";

/** @throws ImportStopped when the house takes nothing more, or not this; what was stored is, and the next run goes on */
export async function moveIn({
  source,
  house: given,
  report,
  map,
  progress,
}: MoveIn): Promise<void> {
  const house = stopping(given);
  const cursors = await house.cursors(source.name);
  const isFirst = !cursors.has(furnished);
  const places = new Places();
  const of: Furnishing = { source, house, report, places, isFirst, cursors };
  await bringServer(of);
  const roles = await bringRoles(of);
  const present = await house.present();
  await bringChannels(of, present, roles);
  const people = new People({ source, house, report, present, roles, map });
  await people.bring();
  await bringEmojis(of, present);
  await bringThreads(of, people);
  await bringAttachments(of, people);
  await bringWebhooks(of, people);
  await bringPushes(of, people);
  await mark(house, { source: source.name, key: furnished, cursor: "1" }, cursors);
  const history = new History({ source, house, report, people, places, cursors, progress });
  await history.bring();
  await history.marks();
  await tellNames(of, people, map);
}

/** Whose name is another here than it was there. */
async function tellNames(
  { source, house, report }: Furnishing,
  people: People,
  map: MoveIn["map"],
): Promise<void> {
  const users = new Map((await house.present()).users.map((user) => [user.userId as string, user]));
  for (const { id, name, nickname } of source.people) {
    const now = users.get(people.of({ kind: "person", id }) ?? "");
    // Who is somebody of the house is called as that.
    if (now === undefined || map.has(id)) continue;
    if (now.name !== name) report.renamed("person", name, now.name);
    if (nickname !== undefined && now.nickname === undefined)
      report.say("person", name, `has no nickname here: that is somebody's, looks so, or is none`);
  }
}
