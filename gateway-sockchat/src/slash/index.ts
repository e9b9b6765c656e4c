/** Inbound table 2: command name → row, and how a typed line is taken apart (reference, part 4.2). */
import { holds, isLonger } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { sendNotice } from "../entry.ts";
import { silenceSteps } from "../refuse.ts";
import { tooLong } from "../rejection.ts";
import type { Speaker } from "../speaker.ts";
import { announceSlash } from "./announce.ts";
import { banSlash } from "./ban.ts";
import { channelSlash } from "./channel.ts";
import { helpFor } from "./help.ts";
import { linkSlash } from "./link.ts";
import { messageSlash } from "./message.ts";
import { moderationSlash } from "./moderation.ts";
import { moveSlash } from "./move.ts";
import { pinSlash } from "./pin.ts";
import { pollSlash } from "./poll.ts";
import { reactSlash } from "./react.ts";
import { callRegistered } from "./registered.ts";
import { roleSlash } from "./role.ts";
import type { SlashRow } from "./row.ts";
import { searchSlash } from "./search.ts";
import { sessionSlash } from "./session.ts";
import { silenceSlash } from "./silence.ts";
import { threadSlash } from "./thread.ts";
import { userSlash } from "./user.ts";

export const slashRows: readonly SlashRow[] = [
  helpFor(() => slashRows),
  ...messageSlash,
  ...reactSlash,
  ...pinSlash,
  ...searchSlash,
  ...moderationSlash,
  ...silenceSlash,
  ...banSlash,
  ...announceSlash,
  ...pollSlash,
  ...sessionSlash,
  ...threadSlash,
  ...channelSlash,
  ...userSlash,
  ...roleSlash,
  ...linkSlash,
  ...moveSlash,
];

const rows = new Map(slashRows.flatMap((row) => row.names.map((name) => [name, row] as const)));

/** All names that commands go by. */
export const commandNames: readonly string[] = [...rows.keys()];

/** A command's own words may stand beside a text of full length. */
const wordsMax = 256;

/** UTF-16 units of the longest line that is looked at, for texts of at most so many code points. */
export const typedLengthMax = (max: number): number => 2 * (max + wordsMax);

/** Name and arguments of a line that begins with `/`. */
export function parseSlash(text: string): {
  readonly name: string;
  readonly rest: string;
  readonly words: readonly string[];
} {
  const end = text.search(/[ \n]/);
  const head = end < 0 ? text.slice(1) : text.slice(1, end);
  const rest = end < 0 ? "" : text.slice(end + 1);
  return { name: head.replaceAll(".", "").toLowerCase(), rest, words: rest.split(" ") };
}

/** Whoever may silence others goes on doing what moderators do, silenced or not. */
function isBarred({ user }: Speaker, { roster, nowMs }: View): boolean {
  return roster.isSilenced(user.userId, nowMs) && !holds(roster.actor(user.userId), "silence");
}

/** What a line that begins with `/` becomes. */
export function runSlash(text: string, speaker: Speaker, view: View): readonly Step[] {
  const max = view.roster.server.postContentMax;
  if (isLonger(text, max + wordsMax)) return [sendNotice(tooLong(max), view)];
  const { name, rest, words } = parseSlash(text);
  const row = rows.get(name);
  if (row?.evenSilenced !== true && isBarred(speaker, view)) {
    return silenceSteps(speaker.user.silencedUntilMs ?? null, view);
  }
  const call = { ...speaker, name, rest, words, view };
  return row === undefined ? callRegistered(call) : row.run(call);
}
