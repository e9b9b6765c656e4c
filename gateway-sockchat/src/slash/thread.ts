/** `/thread` (bridge table, forum and threads): opens a thread of a forum and moves into it. */
import { allows, type Channel, clipped } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import type { Refusals } from "../rejection.ts";
import { clean, escapeText, escapeTyped, join, safe } from "../text.ts";
import { slugOf } from "../view.ts";
import { arrive } from "./arrive.ts";
import { afterFirst, type Call, command, type SlashRow, targetMax } from "./row.ts";

/** The forums that the caller may view. */
function forumsSeenBy({ view: { roster }, user }: Call): readonly Channel[] {
  return [...roster.channels].filter(
    (channel) => channel.kind === "forum" && roster.sees(user.userId, channel),
  );
}

/** Those of them in which the caller may open a thread. */
function forumsFor(call: Call): readonly Channel[] {
  const actor = call.view.roster.actor(call.user.userId);
  return forumsSeenBy(call).filter((forum) => allows(forum, "create_thread", actor));
}

const refusals = (forum: Channel): Partial<Refusals> => ({
  not_found: () => notice("nochan", slugOf(forum)),
  not_permitted: () => textNotice(`You do not have permission to open threads in ${forum.slug}`),
  too_long: ({ max }) => textNotice(`A thread's name has at most ${max} characters.`),
  invalid: () => notice("cmderr"),
});

function open(call: Call): readonly Step[] {
  const { session, view } = call;
  const [typed = ""] = call.words;
  if (typed === "") {
    const forums = forumsFor(call);
    const names = join(forums.map(slugOf), ", ");
    const text =
      forums.length === 0
        ? escapeText("There is no forum here that you may write in.")
        : safe`Forums: ${names}`;
    return [sendNotice(notice("say", text), view)];
  }
  const lower = typed.toLowerCase();
  const forum = forumsSeenBy(call).find(({ slug, name }) =>
    [slug, name].some((each) => each.toLowerCase() === lower),
  );
  if (forum === undefined)
    return [sendNotice(notice("nochan", escapeTyped(clipped(typed, targetMax))), view)];
  const name = clean(afterFirst(call.rest)).replace(/\s+/gu, " ");
  if (name === "") return [sendNotice(notice("cmderr"), view)];
  const { channelId } = forum;
  return [
    {
      ...command(
        call,
        { type: "thread.create", channelId, name: clipped(name, 400) },
        typed,
        refusals(forum),
      ),
      settle: (own, commit) => {
        const made = commit.events.find(({ type }) => type === "thread.created");
        if (made?.type !== "thread.created") return [{ do: "send", packets: own }];
        const move = { type: "session.move", channel: made.thread.slug } as const;
        return [
          { do: "send", packets: own },
          {
            ...command(call, move, made.thread.slug),
            settle: (packets, _commit, then) => arrive(session, packets, then),
            unchanged: () => [],
          },
        ];
      },
    },
  ];
}

export const threadSlash: readonly SlashRow[] = [
  {
    names: ["thread"],
    usage: "/thread forum name",
    help: "open a thread in a forum and go there; without words: the forums",
    offered: (call) => forumsFor(call).length > 0,
    run: open,
  },
];
