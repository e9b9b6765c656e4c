/** `/nick` (part 3, 7.4) and `/afk` of our own (bridge table, display name and away). */
import { isLonger, literal, nicknameMax, statusTextMax, withoutUnseen } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { echoPosted, fail, send } from "../answer.ts";
import { nicknameTexts, nicknameTooLong, refuse } from "../rejection.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { answerIn } from "./target.ts";
import { replyUnsaved } from "./unsaved.ts";

const none = "You don't have a nickname set. Use `/nick <name>` to set one.";

export const nick: BuiltIn = {
  name: "nick",
  description: "Set or clear your display nickname",
  options: [
    {
      name: "nickname",
      description: "Your new nickname (leave empty to clear)",
      type: "str",
      required: false,
    },
  ],
  right: "changeNickname",
  ephemeral: false,
  run: (args, ask, channel) => {
    const given = textArgument(args, "nickname");
    if (!given.ok) return fail(ask, given.error);
    // One that shows nothing is refused as it is.
    const nickname = withoutUnseen(given.value ?? "") || (given.value ?? null);
    if (nickname !== null && isLonger(nickname, nicknameMax)) return fail(ask, nicknameTooLong);
    const before = ask.view.roster.user(ask.session.userId)?.nickname;
    const cleared = before === undefined ? none : "Nickname cleared";
    const text = nickname === null ? cleared : `Nickname set to **${literal(nickname)}**`;
    return [
      {
        do: "command",
        body: {
          type: "user.nick",
          nickname,
          temporary: false,
          said: answerIn(channel, "nick", text),
        },
        settle: echoPosted(ask),
        refuse: refuse(ask, nicknameTexts),
      },
    ];
  },
};

export const afk: BuiltIn = {
  name: "afk",
  description: "Show that you are away, until you write again",
  options: [{ name: "reason", description: "Why you are away", type: "str", required: false }],
  ephemeral: true,
  run: (args, ask, channel) => {
    const reason = textArgument(args, "reason");
    if (!reason.ok) return fail(ask, reason.error);
    const text = reason.value ?? "";
    if (isLonger(text, statusTextMax)) {
      return fail(ask, `Reason too long (max ${statusTextMax} characters)`);
    }
    const answer = (view: View) =>
      replyUnsaved(
        ask,
        "afk",
        channel,
        text === "" ? "You are away." : `You are away: ${text}`,
        view,
      );
    return [
      {
        do: "command",
        body: { type: "status.set", status: "idle", text, afk: true },
        settle: (own, _commit, view) => [send(...own), answer(view)],
        unchanged: (view) => [answer(view)],
        refuse: refuse(ask),
      },
    ];
  },
};
