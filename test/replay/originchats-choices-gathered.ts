/** Choices about slash commands of bots, voice and notifications (part 3, sections 7, 10 and 11). */

import type { Json, JsonObject } from "./originchats.ts";
import { account, both, type Choice, list, object, without } from "./originchats-choice.ts";

/** Who is where in recording 29, by lines of the clients' frames. */
const calls: readonly (readonly [who: string, channel: string, from: number, until: number])[] = [
  ["ada", "lounge", 32, 115],
  ["bob", "lounge", 37, 70],
  ["bob", "attic", 71, 78],
  ["bob", "lounge", 94, 99],
  ["bob#2", "lounge", 100, 105],
];

const isInside = (name: string, channel: Json | undefined, line: number): boolean =>
  calls.some(
    ([who, where, from, until]) =>
      who === name && where === channel && line >= from && line <= until,
  );

const isOwnName = (command: Json): boolean => {
  const { name, registeredBy } = object(command);
  return name === "nick" && registeredBy !== "originChats";
};

/** What 26 registers under a name of the server's own is not registered here (`originchats-rewrites.ts`). */
function ownNameless(frame: JsonObject): JsonObject | undefined {
  const { cmd, commands, val } = frame;
  if (cmd === "slash_register" && val === "4 commands registered successfully") {
    return { ...frame, val: "3 commands registered successfully" };
  }
  if (!Array.isArray(commands)) return undefined;
  if (cmd === "slash_remove") {
    return { ...frame, commands: list(commands).filter((name) => name !== "nick") };
  }
  return cmd === "slash_add" || cmd === "slash_list"
    ? { ...frame, commands: list(commands).filter((command) => !isOwnName(command)) }
    : undefined;
}

const isVoice = ({ cmd }: JsonObject): boolean => /^voice_user_/.test(String(cmd));

export const gatheredChoices: readonly Choice[] = [
  {
    section: "part 3, 7.1",
    what: "a command with the name of one of the server's own is refused",
    files: /^26/,
    theirs: ownNameless,
  },
  both("part 1, 4.1", "the caller of a slash command is named by an id", (frame) =>
    frame["cmd"] === "slash_call" ? without(frame, "invoker") : undefined,
  ),
  both("part 1, 4.1", "whoever is in a voice channel is named by an id", (frame) => {
    if (isVoice(frame) && frame["user"] !== undefined) {
      return { ...frame, user: without(object(frame["user"]), "id") };
    }
    if (frame["cmd"] !== "voice_state") return undefined;
    const present = list(frame["participants"]).map((each) => without(object(each), "id"));
    return { ...frame, participants: present };
  }),
  {
    section: "part 3, 10",
    what: "who comes, goes and is muted is told with global",
    ours: (frame) => (isVoice(frame) ? without(frame, "global") : undefined),
  },
  {
    section: "part 3, 10",
    what: "whoever joins is not told of it as the others are",
    theirs: (frame, at) =>
      frame["cmd"] === "voice_user_joined" && at.who === at.step.who ? null : undefined,
  },
  {
    section: "part 3, 10",
    what: "peer ids are for those in the channel",
    files: /^29/,
    theirs: (frame, { who, step }) =>
      isVoice(frame) && frame["user"] !== undefined && !isInside(who, frame["channel"], step.line)
        ? { ...frame, user: without(object(frame["user"]), "peer_id") }
        : undefined,
  },
  {
    section: "part 3, 10",
    what: "a session is in the channel that it has entered itself",
    files: /^29/,
    theirs: (frame, { who }) =>
      frame["val"] === "You are not in this voice channel" && account(who) === "bob"
        ? { ...frame, val: "You are not in a voice channel" }
        : undefined,
  },
];
