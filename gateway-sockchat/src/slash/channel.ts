/** Commands that make, change and end channels (reference, part 4.2). */
import { type Commit, holds, rankOf } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { notAllowed, type Refusals, tooLong } from "../rejection.ts";
import { clean, escapeTyped, type Html, vouch } from "../text.ts";
import { slugOf } from "../view.ts";
import { settle } from "./arrive.ts";
import { type Call, command, holding, isNumber, type SlashRow, targetMax } from "./row.ts";

/** The alphabet of channel names (reference, section 1). */
const alphabet = /^[A-Za-z0-9_-]{1,30}$/;
const passwordMax = 1000;
const rankMax = 255;

/** A rank as typed, or undefined: no number, or above the caller's own. */
function readRank(typed: string, call: Call): number | undefined {
  const rank = isNumber(typed) ? Number(typed) : Number.NaN;
  const own = rankOf(call.view.roster.actor(call.user.userId));
  return rank <= Math.min(own, rankMax) ? rank : undefined;
}

function mayMake(call: Call): boolean {
  return holds(call.view.roster.actor(call.user.userId), "createChannel");
}

/** Settles a command: what the commit gave the caller like everybody else, then the notice that it is done. */
const settleWithNotice =
  (call: Call, body: Html) =>
  (own: readonly Packet[], commit: Commit, view: View): readonly Step[] => [
    ...settle(call.session, own, commit, view),
    { do: "send", packets: [noticePacket(body, view)] },
  ];

// ---- /create ------------------------------------------------------------------------------------------

const refusedName: Partial<Refusals> = {
  rank_too_low: () => notice("rankerr"),
  invalid: () => notice("inchan"),
  already_exists: (_rejection, { given }) => notice("nischan", escapeTyped(given)),
};

function create(call: Call): readonly Step[] {
  if (!mayMake(call)) return [sendNotice(notAllowed(call.name), call.view)];
  const [first = "", ...rest] = call.words;
  const ranked = isNumber(first) && rest.length > 0;
  const name = (ranked ? rest : call.words).join("_");
  if (name === "" || (isNumber(first) && rest.length === 0)) {
    return [sendNotice(notice("cmderr"), call.view)];
  }
  const minRank = ranked ? readRank(first, call) : 0;
  if (minRank === undefined) return [sendNotice(notice("rankerr"), call.view)];
  if (!alphabet.test(name)) return [sendNotice(notice("inchan"), call.view)];
  return [
    {
      ...command(
        call,
        {
          type: "channel.create",
          kind: "text",
          name,
          permissions: { view: ["user"], send: ["user"] },
          minRank,
        },
        name,
        refusedName,
      ),
      settle: settleWithNotice(call, notice("crchan", vouch(name))),
    },
  ];
}

// ---- /password, /rank ---------------------------------------------------------------------------------

/** Not one's own, or the default channel, which stays open to everybody. */
const refusedChange = (call: Call): Partial<Refusals> => ({
  rank_too_low: () => notice("rankerr"),
  not_permitted: ({ need }) =>
    need === "createChannel" ? notAllowed(call.name) : notice("namchan", slugOf(call.channel)),
  protected: () => notice("namchan", slugOf(call.channel)),
});

/** A change of the channel that the caller stands in; it may be allowed for its own alone. */
function change(
  call: Call,
  fields: { readonly password?: string | null; readonly minRank?: number },
  body: Html,
): readonly Step[] {
  const { channel } = call;
  return [
    {
      ...command(
        call,
        { type: "channel.update", channel: channel.channelId, ...fields },
        channel.slug,
        refusedChange(call),
      ),
      settle: settleWithNotice(call, body),
    },
  ];
}

/** Whether the channel where the caller stands is theirs to change. */
const ownsOrManages = (call: Call): boolean =>
  call.channel.ownerId === call.user.userId || holding("manageChannels")(call);

/** The notice if the caller may not change the channel where they stand; undefined: they may. */
function faultOf(call: Call): Html | undefined {
  if (!mayMake(call)) return notAllowed(call.name);
  return ownsOrManages(call) ? undefined : notice("namchan", slugOf(call.channel));
}

function setPassword(call: Call): readonly Step[] {
  const fault = faultOf(call);
  if (fault !== undefined) return [sendNotice(fault, call.view)];
  const password = clean(call.rest);
  if (password.length > passwordMax) return [sendNotice(notice("cmderr"), call.view)];
  return change(call, { password: password === "" ? null : password }, notice("cpwdchan"));
}

function setRank(call: Call): readonly Step[] {
  const fault = faultOf(call);
  if (fault !== undefined) return [sendNotice(fault, call.view)];
  const minRank = readRank(call.words[0] ?? "", call);
  if (minRank === undefined) return [sendNotice(notice("rankerr"), call.view)];
  return change(call, { minRank }, notice("cprivchan"));
}

// ---- /topic -------------------------------------------------------------------------------------------

const topicMax = 2_000;

/** What the channel is about, on one line; `-` takes it away. */
function topic(call: Call): readonly Step[] {
  const typed = clean(call.rest).replace(/\s+/gu, " ");
  const { channel, view } = call;
  if (typed === "") {
    const { description = "" } = channel;
    return [sendNotice(textNotice(description.trim() || "This channel has no topic."), view)];
  }
  if (channel.threadId !== undefined) {
    return [sendNotice(textNotice("A thread has no topic."), view)];
  }
  if (typed.length > topicMax) return [sendNotice(tooLong(topicMax), view)];
  const description = typed === "-" ? null : typed;
  return [
    command(
      call,
      { type: "channel.update", channel: channel.channelId, description },
      channel.slug,
      refusedChange(call),
    ),
  ];
}

// ---- /delchan -----------------------------------------------------------------------------------------

const refusedEnd: Partial<Refusals> = {
  not_permitted: (_rejection, { given }) => notice("ndchan", escapeTyped(given)),
  protected: (_rejection, { given }) => notice("ndchan", escapeTyped(given)),
};

/** Deletes a channel by its typed name; spaces in it were joined when it was made. */
export function deleteChannel(call: Call, typed: string): readonly Step[] {
  const name = typed.split(" ").join("_");
  if (name.length > targetMax) return [sendNotice(notice("nochan", escapeTyped(name)), call.view)];
  return [
    {
      ...command(call, { type: "channel.delete", channel: name }, name, refusedEnd),
      settle: (own, commit, view) => {
        const event = commit.events.find(({ type }) => type === "channel.deleted");
        const slug = event?.type === "channel.deleted" ? slugOf(event.channel) : escapeTyped(name);
        return settleWithNotice(call, notice("delchan", slug))(own, commit, view);
      },
    },
  ];
}

function remove(call: Call): readonly Step[] {
  const typed = clean(call.rest);
  return typed === "" ? [sendNotice(notice("cmderr"), call.view)] : deleteChannel(call, typed);
}

export const channelSlash: readonly SlashRow[] = [
  {
    names: ["create"],
    usage: "/create [rank] name",
    help: "make a channel and go there",
    offered: holding("createChannel"),
    run: create,
  },
  {
    names: ["password", "pwd"],
    usage: "/password [password]",
    help: "give this channel a password, or take it away",
    offered: ownsOrManages,
    run: setPassword,
  },
  {
    names: ["rank", "privilege", "priv"],
    usage: "/rank number",
    help: "from which rank on people see this channel",
    offered: ownsOrManages,
    run: setRank,
  },
  {
    names: ["topic"],
    usage: "/topic [text|-]",
    help: "what this channel is about; with a text for those who manage it",
    run: topic,
  },
  {
    names: ["delchan"],
    usage: "/delchan channel",
    help: "delete a channel",
    offered: holding("createChannel"),
    run: remove,
  },
];
