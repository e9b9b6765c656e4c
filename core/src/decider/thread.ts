/** Threads of forum channels (OriginChats part 2, section 12). */
import {
  allows,
  type CommandOf,
  type Event,
  holds,
  isLonger,
  isSeen,
  type Rejection,
  type Thread,
  type ThreadId,
  type ThreadState,
  threadNameMax,
  trimmed,
  withoutUnseen,
} from "@dragoman/bus-schema";
import { endAttachmentsOf } from "../state/file.ts";
import { dropThread, placeOfThread, setThread } from "../state/place.ts";
import type { State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import { slugFor } from "./channel-name.ts";
import type { Decision } from "./contract.ts";
import { notPermitted } from "./guard.ts";
import { chargeFor } from "./message.ts";
import { visible, visibleThread } from "./place.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";
import { emptiedThreadEvents, movedAtOnceMax } from "./session/place.ts";

/** Threads of one person at most that are open at once, managers of threads apart: each is a place that all are shown. */
const openThreadsMax = 50;

/** Whether somebody may have one more open thread. */
function overThreads({ asker, state }: SessionContext): Rejection | null {
  const { actor } = asker;
  if (holds(actor, "manageThreads")) return null;
  let open = 0;
  for (const thread of state.threads.values()) {
    if (thread.creatorId === actor.userId && !thread.archived) open += 1;
  }
  return open < openThreadsMax
    ? null
    : { code: "limit_reached", what: "threads", max: openThreadsMax };
}

const controls = /\p{Cc}/gu;

/** A name as it is kept: on one line, and without what shows as nothing or turns what stands beside it. */
const cleanName = (typed: string): string =>
  trimmed(withoutUnseen(trimmed(typed).replace(controls, " ")));

function nameFault(name: string): Rejection | null {
  if (!isSeen(name)) return { code: "invalid", field: "name", why: "empty" };
  return isLonger(name, threadNameMax)
    ? { code: "too_long", field: "name", max: threadNameMax }
    : null;
}

function create(context: SessionContext, body: CommandOf<"thread.create">): Decision {
  const { channelId } = body;
  const { actor } = context.asker;
  const channel = visible(context, { channelId });
  if (channel === undefined) return refuse(placeNotFound({ channelId }));
  if (channel.kind !== "forum") {
    return refuse({ code: "invalid", field: "channel", why: "no forum" });
  }
  if (!allows(channel, "create_thread", actor)) return notPermitted("create_thread");
  const name = cleanName(body.name);
  const fault = nameFault(name) ?? overThreads(context);
  if (fault !== null) return refuse(fault);
  const thread: Thread = {
    threadId: context.inputs.newUuid() as ThreadId,
    channelId,
    name,
    slug: slugFor(context.state, { name, kind: "thread", above: channel.slug }),
    creatorId: actor.userId,
    createdAtUs: context.inputs.clockMs * 1000,
    locked: false,
    archived: false,
    participantIds: [actor.userId],
  };
  return accept({ type: "thread.created", thread });
}

/** Whether somebody may change a thread: its creator and whoever manages threads. */
function mayModify(context: SessionContext, thread: Thread): boolean {
  const { actor } = context.asker;
  return thread.creatorId === actor.userId || holds(actor, "manageThreads");
}

function stateOf({ name, slug, locked, archived }: Thread): ThreadState {
  return { name, slug, locked, archived };
}

/** `thread.updated` from one state to another. */
function updatedEvent(thread: Thread, change: Partial<ThreadState>): Event {
  const before = stateOf(thread);
  const { threadId, channelId } = thread;
  return { type: "thread.updated", threadId, channelId, after: { ...before, ...change }, before };
}

function update(context: SessionContext, body: CommandOf<"thread.update">): Decision {
  const found = visibleThread(context, body.threadId);
  if (!found.ok) return found;
  const thread = found.value;
  if (!mayModify(context, thread)) return notPermitted("modify_thread");
  const name = body.name === undefined ? thread.name : cleanName(body.name);
  const fault = name === thread.name ? null : nameFault(name);
  if (fault !== null) return refuse(fault);
  const { archived = thread.archived } = body;
  const full = thread.archived && !archived ? overThreads(context) : null;
  if (full !== null) return refuse(full);
  const mayLock = holds(context.asker.actor, "manageThreads");
  const locked = mayLock ? (body.locked ?? thread.locked) : thread.locked;
  const renamed = name !== thread.name;
  if (!renamed && archived === thread.archived && locked === thread.locked) return accept();
  const slug = renamed ? renewedSlug(context, thread, name) : thread.slug;
  const change = updatedEvent(thread, { name, slug, locked, archived });
  return archived && !thread.archived ? closeThread(context, thread, change) : accept(change);
}

/** The event `end`, behind `session.moved` of all who stand in the thread; refused where they are too many. */
function closeThread(context: SessionContext, thread: Thread, end: Event): Decision {
  const moves = emptiedThreadEvents(context.state, placeOfThread(thread));
  return moves === null
    ? refuse({ code: "limit_reached", what: "people", max: movedAtOnceMax })
    : accept(...moves, end);
}

function renewedSlug(context: SessionContext, thread: Thread, name: string): string {
  const forum = context.state.channels.get(thread.channelId);
  const above = forum?.slug ?? "";
  return slugFor(context.state, { name, kind: "thread", above }, thread.threadId);
}

function remove(context: SessionContext, { threadId }: CommandOf<"thread.delete">): Decision {
  const found = visibleThread(context, threadId);
  if (!found.ok) return found;
  const thread = found.value;
  if (!mayModify(context, thread)) return notPermitted("modify_thread");
  const { channelId } = thread;
  const before = stateOf(thread);
  return closeThread(context, thread, { type: "thread.deleted", threadId, channelId, before });
}

function join(context: SessionContext, { threadId }: CommandOf<"thread.join">): Decision {
  const found = visibleThread(context, threadId);
  if (!found.ok) return found;
  const thread = found.value;
  if (thread.locked) return refuse({ code: "locked", archived: false });
  const { userId } = context.asker.actor;
  if (thread.participantIds.includes(userId)) return accept();
  return accept({ type: "thread.joined", threadId, channelId: thread.channelId, userId });
}

/** Decides `thread.leave`. For the creator nothing changes: he stays a member. */
function leave(context: SessionContext, { threadId }: CommandOf<"thread.leave">): Decision {
  const found = visibleThread(context, threadId);
  if (!found.ok) return found;
  const thread = found.value;
  const { userId } = context.asker.actor;
  const stays = userId === thread.creatorId || !thread.participantIds.includes(userId);
  if (stays) return accept();
  return accept({ type: "thread.left", threadId, channelId: thread.channelId, userId });
}

export const threadCommands: CommandRows<"thread"> = {
  "thread.create": { by: "session", speaks: () => true, decide: create },
  "thread.update": {
    by: "session",
    speaks: ({ asker }, { name }) => name !== undefined && !holds(asker.actor, "manageThreads"),
    decide: update,
  },
  "thread.delete": { by: "session", decide: remove },
  "thread.join": { by: "session", decide: join },
  "thread.leave": { by: "session", decide: leave },
};

function change(state: State, threadId: ThreadId, by: (thread: Thread) => Partial<Thread>): void {
  const thread = state.threads.get(threadId);
  if (thread !== undefined) setThread(state, { ...thread, ...by(thread) });
}

export const threadEvents: EventRows<"thread"> = {
  "thread.created": (state, { thread }, { position }) => {
    setThread(state, thread);
    chargeFor(state, thread.creatorId, position.at);
  },
  "thread.updated": (state, { threadId, after }) => change(state, threadId, () => after),
  "thread.deleted": (state, { threadId, channelId }, { position }) => {
    endAttachmentsOf(state, { channelId, threadId }, position.at);
    dropThread(state, threadId);
  },
  "thread.joined": (state, { threadId, userId }) =>
    change(state, threadId, ({ participantIds }) => ({
      participantIds: [...participantIds, userId],
    })),
  "thread.left": (state, { threadId, userId }) =>
    change(state, threadId, ({ participantIds }) => ({
      participantIds: participantIds.filter((id) => id !== userId),
    })),
};
