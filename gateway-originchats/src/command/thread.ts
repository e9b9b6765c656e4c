/** Threads (part 2, section 12). */
import { clipped, isLonger, type Thread, threadNameMax } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail, query, reply, told } from "../answer.ts";
import { threadDelete, threadPacket, threadPeople } from "../packet.ts";
import { findViewedChannel } from "../place.ts";
import { refuse } from "../rejection.ts";
import { forumName, messageObject, threadObject } from "../view.ts";
import { GetShape, pageOf } from "./message.ts";
import {
  type CommandRows,
  findPlace,
  hasRoles,
  noChannel,
  noRoles,
  noThread,
  optionalText,
  row,
} from "./row.ts";

const emptyName = "Thread name cannot be empty";
const longName = `Thread name cannot exceed ${threadNameMax} characters`;

/** What is wrong with a name, trimmed. */
function nameFault(name: string): string | undefined {
  if (name === "") return emptyName;
  return isLonger(name, threadNameMax) ? longName : undefined;
}

const CreateShape = z.object({ channel: optionalText, name: optionalText });

function create(packet: z.infer<typeof CreateShape>, ask: Ask): readonly Step[] {
  if (!packet.channel || !packet.name) return fail(ask, "Channel and thread name are required");
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const channel = findViewedChannel(packet.channel, ask.session.userId, ask.view.roster);
  if (channel === undefined) return fail(ask, noChannel);
  if (channel.kind !== "forum") {
    return fail(ask, "Threads can only be created in forum channels");
  }
  const name = packet.name.trim();
  const fault = nameFault(name);
  if (fault !== undefined) return fail(ask, fault);
  return [
    {
      do: "command",
      body: { type: "thread.create", channelId: channel.channelId, name },
      settle: echo(ask, "thread_create", (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "thread.created");
        return event && threadPacket("thread_create", event.thread, roster);
      }),
      refuse: refuse(ask),
    },
  ];
}

// ---- commands about one thread ----------------------------------------------------------------------------

const WhichShape = z.object({ thread_id: optionalText });
type Which = z.infer<typeof WhichShape>;

/** A thread whose forum the asker may view; or the error's text. */
function findThread(packet: Which, ask: Ask): Thread | string {
  if (!packet.thread_id) return "Thread ID is required";
  if (!hasRoles(ask)) return noRoles;
  const found = findPlace(ask, { thread_id: packet.thread_id });
  if (!found.ok) return found.error;
  return found.thread ?? noThread;
}

/** The same when the answer is there: by then the thread may have gone, or who asks may view it no longer. */
function findStill({ threadId }: Thread, ask: Ask, roster: Roster): Thread | string {
  return findThread({ thread_id: threadId }, { ...ask, view: { ...ask.view, roster } });
}

function get(packet: Which, ask: Ask): readonly Step[] {
  const thread = findThread(packet, ask);
  if (typeof thread === "string") return fail(ask, thread);
  const { roster } = ask.view;
  return [reply(ask, { cmd: "thread_get", thread: threadObject(thread, roster) })];
}

const MessagesShape = GetShape.extend({
  start: z.union([z.int(), z.string(), z.null()]).exactOptional(),
});

/** Nothing is marked as read. */
function getMessages(packet: z.infer<typeof MessagesShape>, ask: Ask): readonly Step[] {
  const thread = findThread(packet, ask);
  if (typeof thread === "string") return fail(ask, thread);
  const { threadId, channelId } = thread;
  const page = pageOf({ ...packet, start: packet.start ?? 0 });
  return [
    query({
      body: { type: "message.page", place: { channelId, threadId }, ...page },
      answer: ({ messages }, { roster }) => {
        const still = findStill(thread, ask, roster);
        if (typeof still === "string") return fail(ask, still);
        const shown = messages.map((message) => messageObject(message, roster));
        return [reply(ask, { cmd: "thread_messages", thread_id: threadId, messages: shown })];
      },
      refuse: refuse(ask),
    }),
  ];
}

const UpdateShape = WhichShape.extend({
  name: z.string().exactOptional(),
  locked: z.unknown().exactOptional(),
  archived: z.unknown().exactOptional(),
});

/** A given flag, made boolean as the original's language does. */
function flag<K extends string>(key: K, value: unknown): { readonly [P in K]?: boolean } {
  return (value === undefined ? {} : { [key]: Boolean(value) }) as { readonly [P in K]?: boolean };
}

function update(packet: z.infer<typeof UpdateShape>, ask: Ask): readonly Step[] {
  const thread = findThread(packet, ask);
  if (typeof thread === "string") return fail(ask, thread);
  const { threadId } = thread;
  const name = packet.name === undefined ? undefined : packet.name.trim();
  const fault = name === undefined ? undefined : nameFault(name);
  const answer = (roster: Roster): object | string => {
    const still = findStill(thread, ask, roster);
    return typeof still === "string" ? still : threadPacket("thread_update", still, roster);
  };
  return [
    {
      do: "command",
      body: {
        type: "thread.update",
        threadId,
        // A name that will not do still waits for core's word on who asks.
        ...(name === undefined ? {} : { name: fault === longName ? clipped(name, 202) : name }),
        ...flag("archived", packet.archived),
        ...flag("locked", packet.locked),
      },
      settle: echo(ask, "thread_update", (_, { roster }) => answer(roster)),
      unchanged: ({ roster }) => told(ask, answer(roster)),
      refuse: refuse(ask, {
        invalid: ({ field }) => (field === "name" ? emptyName : undefined),
        too_long: ({ field }) => (field === "name" ? longName : undefined),
      }),
    },
  ];
}

function remove(packet: Which, ask: Ask): readonly Step[] {
  const thread = findThread(packet, ask);
  if (typeof thread === "string") return fail(ask, thread);
  const { threadId } = thread;
  const name = forumName(thread, ask.view.roster);
  return [
    {
      do: "command",
      body: { type: "thread.delete", threadId },
      settle: echo(ask, "thread_delete", () => threadDelete(threadId, name)),
      refuse: refuse(ask),
    },
  ];
}

function joining(
  cmd: "thread_join" | "thread_leave",
  type: "thread.join" | "thread.leave",
  thread: Thread | string,
  ask: Ask,
): readonly Step[] {
  if (typeof thread === "string") return fail(ask, thread);
  const { threadId } = thread;
  const answer = (roster: Roster): object | string => {
    const still = findStill(thread, ask, roster);
    return typeof still === "string" ? still : threadPeople(cmd, still, ask.session.userId, roster);
  };
  return [
    {
      do: "command",
      body: { type, threadId },
      settle: echo(ask, cmd, (_, { roster }) => answer(roster)),
      unchanged: ({ roster }) => told(ask, answer(roster)),
      refuse: refuse(ask),
    },
  ];
}

export const threadCommands = {
  thread_create: row({ shape: CreateShape, translate: create }),
  thread_get: row({ shape: WhichShape, translate: get }),
  thread_messages: row({ shape: MessagesShape, translate: getMessages }),
  thread_update: row({ shape: UpdateShape, translate: update }),
  thread_delete: row({ shape: WhichShape, translate: remove }),
  thread_join: row({
    shape: WhichShape,
    translate: (packet, ask) => joining("thread_join", "thread.join", findThread(packet, ask), ask),
  }),
  thread_leave: row({
    shape: WhichShape,
    translate: (packet, ask) =>
      joining("thread_leave", "thread.leave", findThread(packet, ask), ask),
  }),
} as const satisfies CommandRows;
