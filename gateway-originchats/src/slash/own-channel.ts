/**
 * `/topic`, `/password`, `/rank` and `/delchan` (bridge table, Channels): what Sock Chat's people type about a channel. All
 * but the last are about the one in which they are given. What is typed and answered stays with the caller.
 */
import { type Channel, type CommandOf, clipped } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail, send } from "../answer.ts";
import { channelRefOf, shownName } from "../place.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, integerArgument, textArgument } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

const rankMax = 255;
const topicMax = 2_000;
const passwordMax = 1_000;

/** The answer, behind what the commit gave the caller like everybody else. */
const settleWith = (ask: Ask, command: string, channel: Channel, text: string) => ({
  settle: (own: readonly string[], _commit: unknown, view: View): readonly Step[] => [
    send(...own),
    replyUnsaved(ask, command, channel, text, view),
  ],
  unchanged: (view: View): readonly Step[] => [replyUnsaved(ask, command, channel, text, view)],
});

/** A change of the channel in which the command is given; by whoever made a temporary one, too. */
function change(
  ask: Ask,
  command: string,
  channel: Channel,
  fields: Partial<CommandOf<"channel.update">>,
  text: string,
): readonly Step[] {
  return [
    {
      do: "command",
      body: { type: "channel.update", channel: channel.channelId, ...fields },
      ...settleWith(ask, command, channel, text),
      refuse: refuse(ask, {
        not_permitted: () => "You do not have permission to change this channel",
        protected: () => "The default channel stays open to everybody",
        rank_too_low: () => "Rank is above your own",
      }),
    },
  ];
}

const optionalText = (name: string, description: string) =>
  [{ name, description, type: "str", required: false }] as const;

export const topic: BuiltIn = {
  name: "topic",
  description: "Tell or change what this channel is about",
  options: optionalText("text", "The new topic; - takes it away"),
  ephemeral: true,
  run: (args, ask, channel) => {
    const text = textArgument(args, "text");
    if (!text.ok) return fail(ask, text.error);
    if (text.value === undefined) {
      const { description = "" } = channel;
      const told = description.trim() === "" ? "This channel has no topic." : description;
      return [replyUnsaved(ask, "topic", channel, told, ask.view)];
    }
    if (text.value.length > topicMax)
      return fail(ask, `Topic too long (max ${topicMax} characters)`);
    const description = text.value === "-" ? null : text.value;
    return change(ask, "topic", channel, { description }, "The topic is changed.");
  },
};

export const password: BuiltIn = {
  name: "password",
  description: "Give this channel a password, or take it away",
  options: optionalText("password", "The new password; none takes it away"),
  right: "createChannel",
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = textArgument(args, "password");
    if (!given.ok) return fail(ask, given.error);
    const value = given.value === undefined ? null : clipped(given.value, passwordMax);
    const done = value === null ? "has no password any more" : "has a password now";
    const name = shownName(channel, ask.session.userId, ask.view.roster);
    return change(ask, "password", channel, { password: value }, `#${name} ${done}.`);
  },
};

export const rank: BuiltIn = {
  name: "rank",
  description: "From which rank on people see this channel",
  options: [{ name: "rank", description: "The lowest rank", type: "int", required: true }],
  right: "createChannel",
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = integerArgument(args, "rank");
    if (!given.ok) return fail(ask, given.error);
    const minRank = given.value;
    if (minRank === undefined || minRank < 0 || minRank > rankMax) {
      return fail(ask, `Rank must be between 0 and ${rankMax}`);
    }
    const name = shownName(channel, ask.session.userId, ask.view.roster);
    return change(ask, "rank", channel, { minRank }, `#${name} is seen from rank ${minRank} on.`);
  },
};

export const delchan: BuiltIn = {
  name: "delchan",
  description: "Delete a channel that you made or manage",
  options: [{ name: "name", description: "The channel", type: "str", required: true }],
  right: "createChannel",
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = textArgument(args, "name");
    if (!given.ok) return fail(ask, given.error);
    const name = clipped((given.value ?? "").replace(/^#/, ""), 100);
    if (name === "") return fail(ask, "Channel name is required");
    return [
      {
        do: "command",
        body: { type: "channel.delete", channel: channelRefOf(name, ask) },
        ...settleWith(ask, "delchan", channel, `#${name} is deleted.`),
        refuse: refuse(ask, {
          not_found: () => `Channel '${name}' not found`,
          not_permitted: () => "You do not have permission to delete this channel",
          protected: () => "The default channel cannot be deleted",
        }),
      },
    ];
  },
};
