/** Which places whoever asks may see. */
import type {
  Channel,
  Event,
  Place,
  Rejection,
  Result,
  Thread,
  ThreadId,
} from "@dragoman/bus-schema";
import { actorOf } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import { type Sight, seenChannel, seenThread, sightOf } from "../state/sight.ts";
import type { Admitted } from "./contract.ts";
import { type MemberContext, refuse, type SessionContext } from "./row.ts";

/** What whoever asks sees. Operators see all but whispers. */
export function sightIn({ asker, state }: MemberContext): Sight {
  return asker.kind === "operator" ? ({ kind }) => kind !== "whisper" : sightOf(state, asker.actor);
}

/**
 * What whoever gives a command sees, before it is known whether the command is theirs to give: what is hidden costs the
 * look-ups that what is not there costs.
 */
export function sightBehind(state: Reading<State>, { sessionId, actor }: Admitted): Sight {
  if (actor === "operator") return ({ kind }) => kind !== "whisper";
  const live = sessionId === undefined ? undefined : state.sessions.get(sessionId);
  return live === undefined ? () => false : sightOf(state, actorOf(state, live.session.userId));
}

/** The channel of a place, if whoever asks may see it. */
export function visible(context: MemberContext, place: Place): Channel | undefined {
  return seenChannel(context.state, place, sightIn(context));
}

/** A thread by its id; not found where whoever asks may not see it. */
export function visibleThread(context: MemberContext, threadId: ThreadId): Result<Thread> {
  const thread = seenThread(context.state, threadId, sightIn(context));
  return thread === undefined
    ? refuse({ code: "not_found", what: "thread", given: threadId })
    : { ok: true, value: thread };
}

/** Whether messages stand there at all: in a forum they stand in its threads. */
export function takesMessages({ kind }: Channel, { threadId }: Place): boolean {
  return threadId === undefined ? kind === "text" || kind === "whisper" : kind === "forum";
}

/** The rejection where a thread is locked or archived: nothing in it may be changed. Null: it is open, or no thread. */
export function closedBy(thread: Thread | undefined): Rejection | null {
  if (thread === undefined || !(thread.locked || thread.archived)) return null;
  return { code: "locked", archived: !thread.locked };
}

/** `thread.updated` that opens an archived thread again, as a new message does; none where it is open. */
export function reopenedEvents(thread: Thread | undefined): readonly Event[] {
  if (thread === undefined || !thread.archived) return [];
  const { threadId, channelId, name, slug, locked } = thread;
  const before = { name, slug, locked, archived: true };
  const after = { ...before, archived: false };
  return [{ type: "thread.updated", threadId, channelId, after, before }];
}

/**
 * `thread.joined` where somebody speaks in a thread in which they stand: who has all places at once joins by a command of
 * its own (bridge table, forum and threads). None where they take part already.
 */
export function partakingEvents(
  { asker: { live } }: SessionContext,
  thread: Thread | undefined,
): readonly Event[] {
  const { userId, traits } = live.session;
  if (thread === undefined || traits.stands === "everywhere") return [];
  if (thread.participantIds.includes(userId)) return [];
  return [
    { type: "thread.joined", threadId: thread.threadId, channelId: thread.channelId, userId },
  ];
}
