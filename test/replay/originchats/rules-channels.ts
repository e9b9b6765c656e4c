/** Rules about channels: to whom their changes are told (part 3, 1). */
import type { Outcome } from "../outcome.ts";
import type { At } from "../rule.ts";
import type { Channels } from "./channels.ts";
import {
  type Frame,
  idOfFirstLine,
  type JsonObject,
  list,
  object,
  text,
  without,
} from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { frameRule, sentIn } from "./rule.ts";
import type { Community } from "./state.ts";

/** What a channel consists of. */
const fields = new Set([
  "type",
  "name",
  "description",
  "display_name",
  "icon",
  "permissions",
  "size",
  "last_message",
  "last_message_id",
  "voice_state",
  "threads",
]);

/** A channel as `channels_get` and `channel_update` show it: with its last message, calls and threads. */
function entryOf(channel: JsonObject, state: Community): JsonObject {
  const name = text(channel["name"]);
  if (channel["type"] === "text") {
    const last = state.places.messagesOf(name).at(-1) ?? null;
    return {
      ...channel,
      last_message: last === null ? null : "<time>",
      last_message_id: last,
    };
  }
  if (channel["type"] === "voice") return { ...channel, voice_state: [] };
  if (channel["type"] !== "forum") return channel;
  const threads = [...state.threads.values()].filter((each) => each["parent_channel"] === name);
  return { ...channel, threads };
}

function listFor(name: string, channels: Channels, state: Community): Frame {
  const seen = channels.all.filter((channel) =>
    channels.mayView(text(channel["name"]), state.rolesOf(name)),
  );
  return { cmd: "channels_get", val: seen.map((channel) => entryOf(channel, state)) };
}

const firstLine = (channel: string, creator: string): Frame => ({
  cmd: "message_new",
  channel,
  thread_id: null,
  global: true,
  message: {
    user: "originChats",
    content: `#${channel} was created by ${creator}.`,
    timestamp: "<time>",
    id: idOfFirstLine(channel),
    pinned: false,
    type: "message",
    interaction: null,
  },
});

/** A change of the channels: the frame that answers it, and the channel by its name before and after. */
interface Change {
  readonly answer: Frame;
  readonly channel: JsonObject;
  readonly name: string;
  readonly old: string;
  readonly now: Channels;
}

/** The change that a step makes; undefined: none. */
function changeOf(outcome: Outcome<Frame>, { step, state }: At<Community>, sent: JsonObject) {
  const answer = (outcome.received.get(step.who) ?? []).find(
    (frame) => state.channels.after(frame, sent) !== state.channels.all,
  );
  if (answer === undefined) return undefined;
  const channel = without(object(answer["channel"]), "last_message", "last_message_id");
  const name = text(channel["name"]);
  const old = text(sent["current_name"]) || name;
  return { answer, channel, name, old, now: state.channels.behind(answer, sent) } satisfies Change;
}

/** Names of the channels that somebody with these roles sees, as one text. */
const listOf = (channels: Channels, roles: readonly string[]): string =>
  JSON.stringify(channels.names.filter((name) => channels.mayView(name, roles)));

/** Whether a person's list gains, loses or reorders an entry: a new name of one is no such thing. */
function isListChanged({ answer, name, old, now }: Change, person: string, state: Community) {
  const roles = state.rolesOf(person);
  const before = listOf(state.channels, roles).replaceAll(
    JSON.stringify(old),
    JSON.stringify(name),
  );
  const isMade = answer["cmd"] === "channel_create";
  return before !== listOf(now, roles) || (isMade && now.mayView(name, roles));
}

export const channelRules: readonly OriginchatsRule[] = [
  frameRule("part 3, 1.5", "keys of a channel that nobody knows are not kept", (frame) => {
    const odd = (channel: JsonObject): readonly string[] =>
      Object.keys(channel).filter((key) => !fields.has(key));
    const channel = object(frame["channel"]);
    if (frame["cmd"] === "channel_update" && odd(channel).length > 0) {
      return { ...frame, channel: without(channel, ...odd(channel)) };
    }
    const val = list(frame["val"]).map(object);
    return frame["cmd"] === "channels_get" && val.some((each) => odd(each).length > 0)
      ? { ...frame, val: val.map((each) => without(each, ...odd(each))) }
      : undefined;
  }),
  {
    section: "part 3, 1.3 and 1.5; bridge table, Channels",
    what: "changes of channels are told to those who see them, the list where it changes, and a first line",
    expect(outcome, at) {
      const { state, step } = at;
      const change = changeOf(outcome, at, sentIn(at));
      if (change === undefined) return outcome;
      const { answer, channel, name, old, now } = change;
      state.places.rename(old, name);
      const isUpdate = answer["cmd"] === "channel_update";
      const hasLine = answer["cmd"] === "channel_create" && channel["type"] === "text";
      const shown = entryOf(channel, state);
      const told: Frame = { cmd: "channel_update", channel: shown, current_name: old };
      const received = new Map(outcome.received);
      for (const [client, person] of state.sessions) {
        const isSeen = now.mayView(name, state.rolesOf(person));
        const frames: Frame[] = [];
        if (isListChanged(change, person, state)) frames.push(listFor(person, now, state));
        else if (isUpdate && client !== step.who && isSeen) frames.push(told);
        if (hasLine && isSeen) frames.push(firstLine(name, state.nameOf(step.who)));
        const rest = (received.get(client) ?? []).map((frame) =>
          frame === answer && isUpdate ? { ...told, updated: true } : frame,
        );
        if (frames.length > 0 || client === step.who) received.set(client, [...frames, ...rest]);
      }
      // The line comes behind the list.
      if (hasLine) state.places.post(name, idOfFirstLine(name));
      return { received, closed: outcome.closed };
    },
  },
];
