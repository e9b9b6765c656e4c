/** A journal of a named size, written as copies of real records. */
import { randomBytes, randomUUID } from "node:crypto";
import {
  type Batch,
  type ChannelId,
  type Event,
  encode,
  type Message,
  type Place,
  subject,
  type UserId,
} from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { readJournal } from "../support/journal.ts";
import type { Stack } from "../support/stack.ts";

export interface Size {
  readonly people: number;
  /** Channels, and threads of one forum: nine for each channel. */
  readonly places: number;
  /** Over all places by turns. */
  readonly messages: number;
}

/** Records on their way to the store at once. */
const inFlight = 256;
/** Accounts of one record. */
const peopleEach = 20;
const participants = 20;

type EventOf<T extends Event["type"]> = Extract<Event, { type: T }>;

/** Writes behind what is there. */
class Writer {
  readonly #stack: Stack;
  #last: Batch;
  #pending: Promise<unknown>[] = [];
  #n = 0;

  constructor(stack: Stack, last: Batch) {
    this.#stack = stack;
    this.#last = last;
  }

  async write(...events: Event[]): Promise<void> {
    this.#n += 1;
    const { id: prev, term, at } = this.#last;
    const cause = {
      commandId: `bench.${this.#n}`,
      actor: "operator",
    } as Batch["commits"][number]["cause"];
    this.#last = {
      v: 2,
      id: randomUUID(),
      term,
      prev,
      at: at + 1,
      commits: [{ cause, events }],
    };
    this.#pending.push(
      this.#stack.operator.coreBus.request(subject.journal(community), encode(this.#last), {
        timeoutMs: 60_000,
      }),
    );
    if (this.#pending.length >= inFlight) await this.settle();
  }

  async settle(): Promise<void> {
    await Promise.all(this.#pending);
    this.#pending = [];
  }
}

/** Fills the journal with copies of what it holds. Somebody of the stack has signed in and written something. */
export async function fill(stack: Stack, { people, places, messages }: Size): Promise<void> {
  const records = await readJournal(stack.operator.coreBus);
  const events = records.flatMap(({ batch }) => batch.commits).flatMap((commit) => commit.events);
  const find: Find = (type, isMeant = () => true) => {
    const found = events.findLast(
      (event) => event.type === type && isMeant(event as EventOf<typeof type>),
    );
    if (found === undefined) throw new Error(`the journal has no ${type}`);
    return found as EventOf<typeof type>;
  };
  const last = records.at(-1)?.batch;
  if (last === undefined) throw new Error("the journal is empty");
  const writer = new Writer(stack, last as Batch);
  const posted = find("message.posted");
  const general = posted.message.place;
  const ids = await writePeople(writer, find, general, people);
  const all = [general, ...(await writePlaces(writer, find, ids, places))];
  for (let n = 1; n <= messages; n += 1) {
    await writer.write({ ...posted, message: copyOf(posted.message, n, all[n % all.length]) });
  }
  await writer.settle();
}

type Find = <T extends Event["type"]>(
  type: T,
  isMeant?: (event: EventOf<T>) => boolean,
) => EventOf<T>;

/** Each was here once, for a moment. */
async function writePeople(
  writer: Writer,
  find: Find,
  place: Place,
  count: number,
): Promise<readonly UserId[]> {
  const joined = find("user.joined");
  const { session } = find("session.opened");
  const ids: UserId[] = [];
  const visit = (n: number): Event[] => {
    const name = `person${n}`;
    const number = (joined.user.number + n) as typeof joined.user.number;
    const userId = randomUUID() as UserId;
    ids.push(userId);
    const sessionId = randomBytes(24).toString("base64url") as typeof session.sessionId;
    const { keyTag: _, ...bare } = session;
    const own = { ...bare, sessionId, userId, place, traits: { ...session.traits } };
    const addressTag = randomBytes(32).toString(
      "base64url",
    ) as EventOf<"session.opened">["addressTag"];
    return [
      { ...joined, user: { ...joined.user, userId, name, handle: name, number } },
      { type: "session.opened", session: own, addressTag },
      { type: "session.closed", session: own, why: "leave", seen: 1 },
    ];
  };
  for (let n = 1; n <= count; n += peopleEach) {
    const some = Array.from({ length: Math.min(peopleEach, count - n + 1) }, (_, at) => n + at);
    await writer.write(...some.flatMap(visit));
  }
  return ids;
}

async function writePlaces(
  writer: Writer,
  find: Find,
  ids: readonly UserId[],
  count: number,
): Promise<readonly Place[]> {
  // Not the last one, which only staff sees.
  const { channel } = find(
    "channel.created",
    ({ channel: { permissions } }) => permissions.view?.includes("user") === true,
  );
  const places: Place[] = [];
  const create = async (kind: "text" | "forum", name: string): Promise<ChannelId> => {
    const channelId = randomUUID() as ChannelId;
    const made = { ...channel, channelId, kind, name, slug: name };
    await writer.write({ type: "channel.created", channel: made } as EventOf<"channel.created">);
    return channelId;
  };
  const channels = Math.round(count / 10);
  for (let n = 1; n <= channels; n += 1) {
    places.push({ channelId: await create("text", `channel-${n}`) });
  }
  const channelId = await create("forum", "forum");
  for (let n = channels + 1; n <= count; n += 1) {
    const threadId = randomUUID() as NonNullable<Place["threadId"]>;
    const own = Array.from({ length: participants }, (_, at) => ids[(n * 7 + at) % ids.length]);
    const thread = {
      threadId,
      channelId,
      name: `thread ${n}`,
      slug: `forum-thread-${n}`,
      creatorId: own[0],
      createdAtUs: 1,
      locked: false,
      archived: false,
      participantIds: own,
    };
    await writer.write({ type: "thread.created", thread } as EventOf<"thread.created">);
    places.push({ channelId, threadId });
  }
  return places;
}

function copyOf(message: Message, n: number, place: Place = message.place): Message {
  const text = `message ${n} of what years of talk have left behind them`;
  return {
    ...message,
    messageId: randomUUID() as Message["messageId"],
    number: (message.number + n) as Message["number"],
    createdAtUs: message.createdAtUs + n,
    place,
    content: { ...message.content, text },
  };
}
