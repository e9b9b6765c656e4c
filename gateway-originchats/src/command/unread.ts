/** Read marks (part 2, section 11). */
import { type Channel, MessageId, type Place } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, send, thenReply } from "../answer.ts";
import { unreadsUpdate } from "../packet.ts";
import { shownName } from "../place.ts";
import { refuse } from "../rejection.ts";
import { encode } from "../wire.ts";
import {
  type CommandRows,
  findPlace,
  findReadable,
  hasRoles,
  noFields,
  optionalText,
  placeFields,
  row,
} from "./row.ts";

/** `unreads_count` stops counting here (11.2). */
const countMax = 200;
const noPlace = "Channel or thread_id is required";
const noRoles = "User roles not found";

const AckShape = z.object({ ...placeFields, message_id: optionalText });

/** A mark on an id that is not in the place moves nothing; the answer tells where it stands. */
function markRead(packet: z.infer<typeof AckShape>, ask: Ask): readonly Step[] {
  if (!packet.channel && !packet.thread_id) return fail(ask, noPlace);
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findPlace(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { channel } = found;
  const place: Place = { channelId: channel.channelId };
  const asked = packet.message_id ? MessageId.safeParse(packet.message_id) : undefined;
  if (asked?.success === false) return [tellMark(ask, channel)];
  const { userId } = ask.session;
  return [
    {
      do: "command",
      body: {
        type: "unread.mark",
        place,
        ...(asked === undefined ? {} : { messageId: asked.data }),
      },
      settle: thenReply(ask, (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "unread.marked");
        return acked(shownName(channel, userId, roster), event?.messageId ?? null);
      }),
      unchanged: ({ roster }) => {
        const newest = roster.lastMessage(channel.channelId)?.messageId;
        if (newest === undefined || asked?.data !== newest) return [tellMark(ask, channel)];
        const name = shownName(channel, userId, roster);
        return [send(encode(unreadsUpdate(newest, name))), reply(ask, acked(name, newest))];
      },
      refuse: refuse(ask),
    },
  ];
}

const acked = (channel: string, lastRead: string | null): object => ({
  cmd: "unreads_ack",
  channel,
  last_read: lastRead,
});

/** Answers with the mark as it stands, and the update that goes with it. */
function tellMark(ask: Ask, channel: Channel): Step {
  return query({
    body: { type: "unread.counts" },
    answer: ({ places }, { roster }) => {
      const state = places.find((each) => each.place.channelId === channel.channelId);
      const name = shownName(channel, ask.session.userId, roster);
      const mark = state?.lastReadId ?? null;
      const update = mark === null ? [] : [send(encode(unreadsUpdate(mark, name)))];
      return [...update, reply(ask, acked(name, mark))];
    },
    refuse: refuse(ask),
  });
}

/** The name of a place that the asker may view now; undefined otherwise. */
function nameOfPlace(place: Place, ask: Ask, roster: Roster): string | undefined {
  const channel = roster.channel(place.channelId);
  if (channel === undefined || !roster.sees(ask.session.userId, channel)) return undefined;
  return shownName(channel, ask.session.userId, roster);
}

function getCounts(ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  return [
    query({
      body: { type: "unread.counts" },
      answer: ({ places }, { roster }) => {
        const entries: [string, object][] = [];
        for (const { place, lastReadId, unread, total } of places) {
          const name = nameOfPlace(place, ask, roster);
          if (name === undefined || place.threadId !== undefined) continue;
          const counts = { last_read: lastReadId, unread_count: unread, total_messages: total };
          entries.push([name, counts]);
        }
        return [reply(ask, { cmd: "unreads_get", unreads: Object.fromEntries(entries) })];
      },
      refuse: refuse(ask),
    }),
  ];
}

const CountShape = z.object(placeFields);

function getCount(packet: z.infer<typeof CountShape>, ask: Ask): readonly Step[] {
  if (!packet.channel && !packet.thread_id) return fail(ask, noPlace);
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findReadable(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { channelId } = found.channel;
  return [
    query({
      body: { type: "unread.counts" },
      answer: ({ places }, { roster }) => {
        const state = places.find((each) => each.place.channelId === channelId);
        return [
          reply(ask, {
            cmd: "unreads_count",
            channel: shownName(found.channel, ask.session.userId, roster),
            unread_count: Math.min(countMax, state?.unread ?? 0),
            last_read: state?.lastReadId ?? null,
            total_messages: Math.min(countMax, state?.total ?? 0),
          }),
        ];
      },
      refuse: refuse(ask),
    }),
  ];
}

export const unreadCommands = {
  unreads_ack: row({ shape: AckShape, translate: markRead }),
  unreads_get: row({ shape: noFields, translate: (_, ask) => getCounts(ask) }),
  unreads_count: row({ shape: CountShape, translate: getCount }),
} as const satisfies CommandRows;
