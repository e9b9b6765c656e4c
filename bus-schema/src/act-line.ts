/**
 * What the server says in a channel of an act that somebody has commanded, in Markdown, from whichever side the command
 * came (OriginChats part 3, 7.4). A protocol that has packets for these acts leaves the line out.
 */

import { literal } from "./markup/literal.ts";

/** The commands whose answers such lines are. */
export const actCommands = [
  "ban",
  "kick",
  "mute",
  "nick",
  "silence",
  "unban",
  "unmute",
  "unsilence",
] as const;

/** The reason where none was given. */
export const noReason = "No reason provided";
/** Code units of a reason at most. */
export const reasonMax = 500;

/** ` for 20 seconds`; empty without an end, and where there is no time. */
const lasting = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? "" : ` for ${seconds} seconds`;

const because = (reason: string | undefined): string => `\n**Reason:** ${reason ?? noReason}`;

/** @param seconds how long the person may not return; null: for ever, undefined: not at all */
export const kickedLine = (
  name: string,
  seconds: number | null | undefined,
  reason: string | undefined,
): string => `👢 **${literal(name)}** has been kicked${lasting(seconds)}.${because(reason)}`;

/** @param seconds null: for ever */
export const bannedLine = (
  name: string,
  seconds: number | null,
  reason: string | undefined,
): string => `🚫 **${literal(name)}** has been banned${lasting(seconds)}.${because(reason)}`;

export const unbannedLine = (name: string): string => `✅ **${literal(name)}** has been unbanned.`;

/** @param done `muted` or `silenced`; @param seconds null: for ever */
export const silencedLine = (
  name: string,
  done: string,
  seconds: number | null,
  reason: string | undefined,
): string => `🔇 **${literal(name)}** has been ${done}${lasting(seconds)}.${because(reason)}`;

/** @param done `unmuted` or `unsilenced` */
export const unsilencedLine = (name: string, done: string): string =>
  `🔊 **${literal(name)}** has been ${done}.`;
