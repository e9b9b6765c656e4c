/**
 * `/join`, `/leave` and `/create` (bridge table, Channels): the ways into and out of a channel with a password, and
 * to a channel of one's own. What is typed and answered stays with the caller.
 */
import { type Channel, clipped } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail, send } from "../answer.ts";
import { channelRefOf, findChannel } from "../place.ts";
import { refuse } from "../rejection.ts";
import type { JsonObject } from "../wire.ts";
import { type BuiltIn, integerArgument, textArgument } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

const nameMax = 100;
const passwordMax = 1000;

/** The typed name of a channel, with or without its sign; or the error's text. */
function readName(args: JsonObject) {
  const name = textArgument(args, "name");
  if (!name.ok) return name;
  const value = (name.value ?? "").trim().replace(/^#/, "");
  return value === ""
    ? { ok: false as const, error: "Channel name is required" }
    : { ok: true as const, value: clipped(value, nameMax) };
}

/** The answer, behind what the commit gave the caller like everybody else. */
const settleWith = (ask: Ask, command: string, channel: Channel, text: string) => ({
  settle: (own: readonly string[], _commit: unknown, view: View): readonly Step[] => [
    send(...own),
    replyUnsaved(ask, command, channel, text, view),
  ],
});

const nameOption = (what: string) =>
  ({ name: "name", description: what, type: "str", required: true }) as const;

export const join: BuiltIn = {
  name: "join",
  description: "Enter a channel that has a password",
  options: [
    nameOption("The channel to enter"),
    { name: "password", description: "Its password", type: "str", required: false },
  ],
  ephemeral: true,
  run: (args, ask, channel) => {
    const name = readName(args);
    if (!name.ok) return fail(ask, name.error);
    const password = textArgument(args, "password");
    if (!password.ok) return fail(ask, password.error);
    const given = password.value === undefined ? undefined : clipped(password.value, passwordMax);
    return [
      {
        do: "command",
        body: {
          type: "session.move",
          channel: channelRefOf(name.value, ask),
          ...(given === undefined ? {} : { password: given }),
        },
        ...settleWith(ask, "join", channel, `You have entered #${name.value}.`),
        unchanged: (view) => [
          replyUnsaved(ask, "join", channel, `#${name.value} is open to you.`, view),
        ],
        refuse: refuse(ask, {
          not_found: () => `Channel '${name.value}' not found`,
          wrong_password: (rejection) =>
            rejection.given ? "Wrong password" : `#${name.value} needs a password`,
        }),
      },
    ];
  },
};

export const leave: BuiltIn = {
  name: "leave",
  description: "Leave a channel that has a password, or put away a private one",
  options: [nameOption("The channel to leave, or @ and a person's name")],
  ephemeral: true,
  run: (args, ask, channel) => {
    const name = readName(args);
    if (!name.ok) return fail(ask, name.error);
    const notEntered = `You have not entered #${name.value}`;
    const named = findChannel(name.value, ask.session.userId, ask.view.roster);
    const whisper = named?.kind === "whisper" ? named : undefined;
    const left =
      whisper === undefined
        ? `You have left #${name.value}.`
        : `${name.value} is put away until one of you writes there.`;
    return [
      {
        do: "command",
        body: { type: "channel.leave", channel: channelRefOf(name.value, ask) },
        ...settleWith(ask, "leave", channel, left),
        unchanged: (view) => [replyUnsaved(ask, "leave", channel, left, view)],
        refuse: refuse(ask, {
          not_found: () => `Channel '${name.value}' not found`,
          not_permitted: () => notEntered,
        }),
      },
    ];
  },
};

export const create: BuiltIn = {
  name: "create",
  description: "Make a channel; without the right to make lasting ones it goes when you leave",
  options: [
    nameOption("The channel's name"),
    { name: "rank", description: "The lowest rank that sees it", type: "int", required: false },
  ],
  right: "createChannel",
  ephemeral: true,
  run: (args, ask, channel) => {
    const name = readName(args);
    if (!name.ok) return fail(ask, name.error);
    const rank = integerArgument(args, "rank");
    if (!rank.ok) return fail(ask, rank.error);
    const minRank = rank.value ?? 0;
    if (minRank < 0 || minRank > 255) return fail(ask, "Rank must be between 0 and 255");
    return [
      {
        do: "command",
        body: {
          type: "channel.create",
          kind: "text",
          name: clipped(name.value, 80),
          permissions: { view: ["user"], send: ["user"] },
          minRank,
        },
        ...settleWith(ask, "create", channel, `#${name.value} was created.`),
        refuse: refuse(ask, {
          invalid: () => "Invalid channel name",
          already_exists: () => "Channel already exists",
          rank_too_low: () => "Rank is above your own",
        }),
      },
    ];
  },
};
