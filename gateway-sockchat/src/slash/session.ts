/** Commands about where one stands and who else is there (reference, parts 4.2 and 5.2). */
import { clipped, type Rejection, type RosterUser, sees } from "@dragoman/bus-schema";
import type { Roster, Step, View } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { channelUserSwitchPacket } from "../packet.ts";
import { peopleIn, peopleOnline } from "../presence.ts";
import { type Refusals, refusal } from "../rejection.ts";
import { type Room, roomBySlug } from "../room.ts";
import { empty, escapeTyped, type Html, safe, vouch } from "../text.ts";
import { channelOf, nameOf, slugOf } from "../view.ts";
import { arrive } from "./arrive.ts";
import { afterFirst, type Call, command, type SlashRow, targetMax } from "./row.ts";

const noChannel = (typed: string): Html => notice("nochan", escapeTyped(typed));

const refusedMove: Partial<Refusals> = {
  not_found: (_rejection, { given }) => noChannel(given),
  already_exists: (_rejection, { given }) => notice("samechan", escapeTyped(given)),
};

function join(call: Call): readonly Step[] {
  const { session } = call;
  const typed = call.words[0] ?? "";
  const password = afterFirst(call.rest);
  if (typed === "") return [];
  /** The client's drop-down goes back to where the session stands. */
  const back = (view: View): readonly string[] => {
    const channel = channelOf(session, view.roster);
    return channel === undefined ? [] : [channelUserSwitchPacket(slugOf(channel))];
  };
  if (typed.length > targetMax) {
    const packets = [noticePacket(noChannel(typed), call.view), ...back(call.view)];
    return [{ do: "send", packets }];
  }
  const attempt = { command: call.name, given: typed };
  return [
    {
      ...command(
        call,
        {
          type: "session.move",
          channel: typed,
          ...(password === "" ? {} : { password: clipped(password, 1000) }),
        },
        typed,
      ),
      settle: (own, _commit, view) => arrive(session, own, view),
      unchanged: (view) => [{ do: "send", packets: back(view) }],
      refuse: (rejection: Rejection, view: View) => {
        const failure = noticePacket(refusal(rejection, attempt, refusedMove), view);
        return [{ do: "send", packets: [failure, ...back(view)] }];
      },
    },
  ];
}

/** The list's exact form: the original client lets a click on a name insert it. */
function whoList(people: readonly RosterUser[], self: RosterUser, roster: Roster): Html {
  const inVoice = roster.inVoiceFor(self.userId);
  const entries = people.map((user) => {
    const style = vouch(user.userId === self.userId ? ' style="font-weight: bold;"' : "");
    const mark = inVoice.has(user.userId) ? vouch(" (voice)") : empty;
    return safe`<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${style}>${nameOf(user)}</a>${mark}`;
  });
  return vouch(entries.join(", "));
}

/** The room of that name, or the notice why the caller may not look into it. */
function lookUp(call: Call, typed: string): Room | Html {
  const { roster } = call.view;
  const channel = roomBySlug(typed, roster);
  const isListed = channel?.kind === "text" && sees(channel, roster.actor(call.user.userId));
  if (!isListed) return noChannel(typed);
  return roster.sees(call.user.userId, channel) ? channel : notice("whoerr", slugOf(channel));
}

function who(call: Call): readonly Step[] {
  const { roster } = call.view;
  const typed = call.words[0] ?? "";
  if (typed === "") {
    return [sendNotice(notice("who", whoList(peopleOnline(roster), call.user, roster)), call.view)];
  }
  const found = lookUp(call, typed);
  if (typeof found === "string") return [sendNotice(found, call.view)];
  const list = whoList(peopleIn(found, roster), call.user, roster);
  return [sendNotice(notice("whochan", slugOf(found), list), call.view)];
}

export const sessionSlash: readonly SlashRow[] = [
  {
    names: ["join"],
    usage: "/join channel [password]",
    help: "go to a channel",
    evenSilenced: true,
    run: join,
  },
  { names: ["who"], usage: "/who [channel]", help: "who is here, or in a channel", run: who },
];
