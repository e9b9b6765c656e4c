/** Read marks (part 2, section 11). */
import { type Channel, MessageId, type Place } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, send, thenReply } from "../answer.ts";
import { unreadsUpdate, whereOf } from "../packet.ts";
import { shownName } from "../place.ts";
import { refuse } from "../rejection.ts";
import { encode } from "../wire.ts";
import {
  type CommandRows,
  findPlace,
  findReadable,
  hasRoles,
  holdsText,
  noFields,
  noRoles,
  optionalText,
  placeFields,
  row,
} from "./row.ts";

const noPlace = "Channel or thread_id is required";
const denied = "Access denied to this channel";

const AckShape = z.object({ ...placeFields, message_id: optionalText });

/** A mark on an id that is not in the place moves nothing; the answer tells where it stands. */
function markRead(packet: z.infer<typeof AckShape>, ask: Ask): readonly Step[] {
  if (!packet.channel && !packet.thread_id) return fail(ask, noPlace);
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findPlace(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { channel, place } = found;
  const asked = packet.message_id ? MessageId.safeParse(packet.message_id) : undefined;
  if (asked?.success === false) return [tellMark(ask, channel, place)];
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
        const name = shownName(channel, userId, roster);
        return unreadsAck(name, place, event?.messageId ?? null);
      }),
      unchanged: ({ roster }) => {
        const newest = roster.lastMessage(place.threadId ?? place.channelId)?.messageId;
        if (newest === undefined || asked?.data !== newest) return [tellMark(ask, channel, place)];
        const name = shownName(channel, userId, roster);
        return [
          send(encode(unreadsUpdate(newest, name, place.threadId))),
          reply(ask, unreadsAck(name, place, newest)),
        ];
      },
      refuse: refuse(ask),
    },
  ];
}

const unreadsAck = (channel: string, { threadId }: Place, lastRead: string | null): object => ({
  cmd: "unreads_ack",
  ...whereOf(channel, threadId),
  last_read: lastRead,
});

/** Answers with the mark as it stands, and the update that goes with it. */
function tellMark(ask: Ask, channel: Channel, at: Place): Step {
  return query({
    body: { type: "unread.counts" },
    answer: ({ places }, { roster }) => {
      const state = places.find(({ place }) => isSame(place, at));
      const name = shownName(channel, ask.session.userId, roster);
      const mark = state?.lastReadId ?? null;
      const update = mark === null ? [] : [send(encode(unreadsUpdate(mark, name, at.threadId)))];
      return [...update, reply(ask, unreadsAck(name, at, mark))];
    },
    refuse: refuse(ask),
  });
}

const isSame = (a: Place, b: Place): boolean =>
  a.channelId === b.channelId && a.threadId === b.threadId;

/** The key of a place that the asker may view now, and what its entry says besides; undefined otherwise. */
function entryOf(
  { channelId, threadId }: Place,
  ask: Ask,
  roster: Roster,
): { readonly key: string; readonly parent: object } | undefined {
  const channel = roster.channel(channelId);
  if (channel === undefined || !roster.sees(ask.session.userId, channel)) return undefined;
  const name = shownName(channel, ask.session.userId, roster);
  if (threadId !== undefined)
    return { key: `thread/${threadId}`, parent: { parent_channel: name } };
  return holdsText(channel) ? { key: name, parent: {} } : undefined;
}

function getCounts(ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  return [
    query({
      body: { type: "unread.counts" },
      answer: ({ places }, { roster }) => {
        const entries: [string, object][] = [];
        for (const { place, lastReadId, unread, total } of places) {
          const entry = entryOf(place, ask, roster);
          if (entry === undefined) continue;
          const counts = { last_read: lastReadId, unread_count: unread, total_messages: total };
          entries.push([entry.key, { ...counts, ...entry.parent }]);
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
  // Text access alone (9.0): a channel that is not there is refused like one that may not be viewed.
  if (!found.ok) return fail(ask, packet.thread_id ? found.error : denied);
  const { channel, place: at } = found;
  return [
    query({
      body: { type: "unread.counts" },
      answer: ({ places }, { roster }) => {
        const state = places.find(({ place }) => isSame(place, at));
        return [
          reply(ask, {
            cmd: "unreads_count",
            ...whereOf(shownName(channel, ask.session.userId, roster), at.threadId),
            unread_count: state?.unread ?? 0,
            last_read: state?.lastReadId ?? null,
            total_messages: state?.total ?? 0,
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
