/** `/me`, `/msg`, `/say`: Sock Chat's ways of speaking, offered here (bridge table, SC command typed on OC). */
import { echoPosted, fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { readTarget } from "./target.ts";

const noText = "Text is required";

export const me: BuiltIn = {
  name: "me",
  description: "Say what you are doing",
  options: [{ name: "text", description: "What you do", type: "str", required: true }],
  ephemeral: false,
  run: (args, ask, channel) => {
    const text = textArgument(args, "text");
    if (!text.ok) return fail(ask, text.error);
    if (text.value === undefined) return fail(ask, noText);
    return [
      {
        do: "command",
        body: {
          type: "message.post",
          place: { channelId: channel.channelId },
          kind: "action",
          content: { text: text.value, markup: "markdown" },
        },
        settle: echoPosted(ask),
        refuse: refuse(ask),
      },
    ];
  },
};

export const msg: BuiltIn = {
  name: "msg",
  description: "Send a private message to one person",
  options: [
    { name: "username", description: "The person to write to", type: "str", required: true },
    { name: "text", description: "Your message", type: "str", required: true },
  ],
  ephemeral: true,
  run: (args, ask) => {
    const target = readTarget(args, ask);
    if (!target.ok) return fail(ask, target.error);
    const text = textArgument(args, "text");
    if (!text.ok) return fail(ask, text.error);
    if (text.value === undefined) return fail(ask, noText);
    return [
      {
        do: "command",
        body: {
          type: "message.whisper",
          target: target.user.userId,
          content: { text: text.value, markup: "markdown" },
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, {
          not_found: () => `User '${target.given}' not found`,
          self_target: () => "Not to yourself",
        }),
      },
    ];
  },
};

/** The announcement is the answer: it stands in the default channel, wherever it was given. */
export const say: BuiltIn = {
  name: "say",
  description: "Announce something to everybody",
  options: [{ name: "text", description: "The announcement", type: "str", required: true }],
  right: "announce",
  ephemeral: false,
  run: (args, ask) => {
    const text = textArgument(args, "text");
    if (!text.ok) return fail(ask, text.error);
    if (text.value === undefined) return fail(ask, noText);
    return [
      {
        do: "command",
        body: {
          type: "message.announce",
          content: { text: text.value, markup: "markdown" },
          command: "say",
        },
        settle: echoPosted(ask),
        refuse: refuse(ask),
      },
    ];
  },
};
