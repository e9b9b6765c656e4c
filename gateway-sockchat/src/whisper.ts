/** Whispers to somebody who was not there, told at the next sign-in (bridge table, whisper). */
import type { AnswerOf, EventOf, Session } from "@dragoman/bus-schema";
import type { QueryStep, Step, View } from "@dragoman/gateway-kit";
import { notice } from "./bot.ts";
import { coversOf } from "./covers.ts";
import { sendNotice } from "./entry.ts";
import { contextMessagePacket } from "./packet.ts";
import { authorOf, linesOf } from "./view.ts";

/** Lines of one person at most. */
const linesMax = 64;

/** For each channel of a pair what the other wrote meanwhile, with the author inline and a sound: 7.1. */
export function missedWhispers(
  { userId }: Session,
  missed: EventOf<"session.opened">["missed"],
): readonly Step[] {
  if (missed === undefined) return [];
  const { above, channelIds } = missed;
  return channelIds.map((channelId): QueryStep => {
    const place = { channelId };
    return {
      do: "query",
      body: { type: "message.page", place, limit: linesMax },
      covers: coversOf(place),
      answer: ({ messages }: AnswerOf<"message.page">, view: View): readonly Step[] => {
        const lines = messages
          .filter((message) => {
            const isOwn = authorOf(message, view.roster)?.userId === userId;
            return message.number > above && !isOwn;
          })
          .flatMap((message) => linesOf(message, view));
        if (lines.length === 0) return [];
        const packets = lines.map((line) =>
          contextMessagePacket({ ...line, flags: "10011" }, true),
        );
        return [{ do: "send", packets }];
      },
      refuse: (_rejection, view) => [sendNotice(notice("generr"), view)],
    };
  });
}
