/** `typing` (part 2, section 8). Over its own limit it is dropped without a word (bridge table, message budget). */
import { allows } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply } from "../answer.ts";
import { count, typingMax } from "../client.ts";
import { typing } from "../packet.ts";
import { shownName } from "../place.ts";
import { refuse, timeoutLimit } from "../rejection.ts";
import { nameOf } from "../view.ts";
import { type CommandRows, type Found, findReadable, placeFields, row } from "./row.ts";

const unsendable = "You do not have permission to send messages in this thread";
const shape = z.object(placeFields);

/** In a thread the right to send is asked, in a channel that to view. */
function findTypable(ask: Ask, packet: z.infer<typeof shape>): Found {
  const found = findReadable(ask, packet);
  if (!found.ok || found.thread === undefined) return found;
  const maySend = allows(found.channel, "send", ask.view.roster.actor(ask.session.userId));
  return maySend ? found : { ok: false, error: unsendable };
}

function start(packet: z.infer<typeof shape>, ask: Ask): readonly Step[] {
  if (count(ask.client.own.typing, ask.view.steadyMs) > typingMax) return [];
  if (!packet.channel && !packet.thread_id) {
    return fail(ask, "Channel name or thread_id not provided");
  }
  const found = findTypable(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { channel, place } = found;
  const { userId } = ask.session;
  const rejected = refuse(ask);
  return [
    {
      do: "command",
      body: { type: "typing.start", place },
      // The signal passes the typist over: this copy, with the listener, is the one of theirs.
      unchanged: ({ roster }) => [
        reply(
          ask,
          typing(shownName(channel, userId, roster), nameOf(userId, roster), place.threadId),
        ),
      ],
      refuse: (rejection, view) => {
        // The words for it are shown where something was to be said: whoever types `/move` is not refused.
        if (rejection.code === "rate_limited" || rejection.code === "leaving") return [];
        if (rejection.code !== "silenced") return rejected(rejection, view);
        return [reply(ask, timeoutLimit(rejection, view.nowMs))];
      },
    },
  ];
}

export const typingCommands = {
  typing: row({ shape, translate: start }),
} as const satisfies CommandRows;
