import type { Thread, ThreadId } from "@dragoman/bus-schema";
import type { Family } from "./row.ts";
import type { RosterState } from "./state.ts";

/** What the events of threads change in the roster. */
export const threadRows: Family<"thread"> = {
  "thread.created": (state, { thread }) => {
    addThread(state, thread);
    return "audience";
  },
  "thread.updated": (state, { threadId, after }) => {
    change(state, threadId, () => after);
    return "audience";
  },
  "thread.deleted": (state, { threadId, channelId }) => {
    dropThread(state, threadId);
    state.threadsOf.get(channelId)?.delete(threadId);
    state.lastMessages.delete(threadId);
    return "audience";
  },
  "thread.joined": (state, { threadId, userId }) => {
    change(state, threadId, ({ participantIds }) => ({
      participantIds: [...participantIds, userId],
    }));
    return "nothing";
  },
  "thread.left": (state, { threadId, userId }) => {
    change(state, threadId, ({ participantIds }) => ({
      participantIds: participantIds.filter((id) => id !== userId),
    }));
    return "nothing";
  },
};

export function addThread(state: RosterState, thread: Thread): void {
  const { threadId, channelId } = thread;
  setThread(state, thread);
  const inForum = state.threadsOf.get(channelId) ?? new Set<ThreadId>();
  state.threadsOf.set(channelId, inForum.add(threadId));
}

function setThread(state: RosterState, thread: Thread): void {
  dropThread(state, thread.threadId);
  state.threads.set(thread.threadId, thread);
  state.threadSlugs.set(thread.slug.toLowerCase(), thread.threadId);
}

function dropThread(state: RosterState, threadId: ThreadId): void {
  const slug = state.threads.get(threadId)?.slug.toLowerCase();
  if (slug !== undefined) state.threadSlugs.delete(slug);
  state.threads.delete(threadId);
}

function change(
  state: RosterState,
  threadId: ThreadId,
  by: (thread: Thread) => Partial<Thread>,
): void {
  const thread = state.threads.get(threadId);
  if (thread !== undefined) setThread(state, { ...thread, ...by(thread) });
}
