/** Rules about messages, pings, pins and read marks (part 2). */
import { mapReceived } from "../outcome.ts";
import {
  type Frame,
  idOfFirstLine,
  type Json,
  type JsonObject,
  list,
  object,
  text,
} from "./frame.ts";
import { placeOf } from "./places.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { frameRule, ruleFor } from "./rule.ts";
import type { Community } from "./state.ts";

const isWelcome = (message: Json | undefined): boolean =>
  /^Welcome .* Thanks for joining the server\.$/.test(text(object(message)["content"]));

/** Whom plugins of the original write as. */
const plugins = new Set(["OriginChats", "AutoMod"]);

/** The people and roles that a text names, in its order, and no others. */
function pingsOf(pings: JsonObject, content: string, state: Community): JsonObject {
  const named = (value: Json | undefined, exists: (name: string) => boolean): readonly Json[] =>
    list(value)
      .map(String)
      .filter(exists)
      .sort((one, other) => content.indexOf(one) - content.indexOf(other));
  const long = [...content.matchAll(/@USR:local_([a-z0-9_-]+)/g)].map(([, name = ""]) => name);
  const users = [...list(pings["users"]), ...long];
  const roles = new Set(["owner", "admin", "moderator", "user", ...state.roles.values()]);
  return {
    ...pings,
    users: [...new Set(named(users, (name) => state.people.has(name)))],
    roles: named(pings["roles"], (name) => roles.has(name)),
  };
}

/** The place that a poll or message is in, with the mark that its author gets. */
function markFrame(frame: Frame): Frame {
  const { id } = object(frame["message"]);
  const place = frame["thread_id"] === null ? "channel" : "thread_id";
  return { cmd: "unreads_update", last_read: id ?? null, [place]: frame[place] ?? null };
}

/** The line that a channel begins with here, as history shows it. */
const firstLine = (channel: string): JsonObject => ({
  user: "originChats",
  content: `#${channel} was created.`,
  timestamp: "<time>",
  id: idOfFirstLine(channel),
  pinned: false,
  type: "message",
  interaction: null,
});

/** Whether the channel's first line is there, and has been from the beginning. */
const hasFirstLine = (state: Community, channel: string): boolean =>
  state.places.messagesOf(channel)[0] === idOfFirstLine(channel);

/** How many messages a page holds when nobody says. */
const pageSize = 100;

export const messageRules: readonly OriginchatsRule[] = [
  ruleFor(["messages_get"], "part 3, 6", "the welcome stands in no history", (frame, { state }) => {
    const messages = list(frame["messages"]);
    const kept = messages.filter((message) => !isWelcome(message));
    if (kept.length === messages.length) return undefined;
    for (const message of messages) {
      if (isWelcome(message)) state.welcomes.add(text(object(message)["id"]));
    }
    return { ...frame, messages: kept };
  }),
  ruleFor(
    ["unreads_update", "unreads_ack"],
    "part 3, 6",
    "no mark stands at a welcome, but at the message before",
    (frame, { state }) =>
      state.welcomes.has(text(frame["last_read"]))
        ? { ...frame, last_read: state.places.messagesOf(placeOf(frame)).at(-1) ?? null }
        : undefined,
  ),
  ruleFor(
    ["messages_get"],
    "bridge table, first message of a channel",
    "history begins with the first line of the channel",
    (frame, { sent, state }) => {
      const channel = text(frame["channel"]);
      const messages = list(frame["messages"]);
      const isWhole = messages.length < Number(sent["limit"] ?? pageSize);
      if (!hasFirstLine(state, channel) || !isWhole || sent["thread_id"] !== undefined)
        return undefined;
      return { ...frame, messages: [firstLine(channel), ...messages] };
    },
  ),
  ruleFor(
    ["channels_get"],
    "bridge table, first message of a channel",
    "the first line is the last message of a channel that has no other",
    (frame, { state }) => {
      const val = list(frame["val"]).map(object);
      const bare = val.filter(
        ({ name }) => state.places.messagesOf(text(name)).at(-1) === idOfFirstLine(text(name)),
      );
      if (bare.length === 0) return undefined;
      const line = (name: Json | undefined): JsonObject => ({
        last_message: "<time>",
        last_message_id: idOfFirstLine(text(name)),
      });
      const filled = val.map((each) =>
        bare.includes(each) ? { ...each, ...line(each["name"]) } : each,
      );
      return { ...frame, val: filled };
    },
  ),
  ruleFor(
    ["unreads_get"],
    "bridge table, first message of a channel",
    "the first line counts, and the welcome does not",
    (frame, { state, who }) => {
      const name = state.nameOf(who);
      const counts = Object.entries(object(frame["unreads"])).map(([place, count]) => {
        if (!hasFirstLine(state, place)) return [place, count] as const;
        const total = state.places.messagesOf(place).length;
        const unread = state.places.unreadOf(name, place);
        return [place, { ...object(count), total_messages: total, unread_count: unread }] as const;
      });
      return { ...frame, unreads: Object.fromEntries(counts) };
    },
  ),
  ruleFor(["message_new"], "part 3, 6", "the welcome is a plugin of the original's own", (frame) =>
    isWelcome(frame["message"]) ? null : undefined,
  ),
  ruleFor(
    ["message_new"],
    "part 3, 6",
    "plugins are the original's own, they say nothing",
    (frame) => (plugins.has(text(object(frame["message"])["user"])) ? null : undefined),
  ),
  ruleFor(["plugins_list"], "part 3, 6", "there are no plugins", (frame) => ({
    ...frame,
    plugins: {},
  })),
  ruleFor(
    ["message_new"],
    "part 2, 19.1; 13.6",
    "a poll is told in the form of every message, with the flat fields besides",
    (frame) => {
      if (frame["poll_id"] === undefined || frame["message"] !== undefined) return undefined;
      const { user, content, timestamp, id, embeds } = frame;
      return {
        ...frame,
        global: true,
        message: {
          user: user ?? null,
          content: content ?? null,
          timestamp: timestamp ?? null,
          id: id ?? null,
          embeds: embeds ?? [],
          pinned: false,
          type: "message",
          interaction: null,
          pings: { users: [], roles: [], replies: [] },
        },
      };
    },
  ),
  ruleFor(
    ["message_new"],
    "part 1, 10; part 2, 19.1",
    "every message_new but a slash answer has thread_id",
    (frame) =>
      "thread_id" in frame || object(frame["message"])["interaction"] !== null
        ? undefined
        : { ...frame, thread_id: null },
  ),
  ruleFor(
    ["message_new", "message_edit"],
    "part 2, 2",
    "a ping names accounts and roles that there are, in the order of the text",
    (frame, { state }) => {
      const message = object(frame["message"]);
      const { pings } = message;
      if (pings === undefined) return undefined;
      const named = pingsOf(object(pings), text(message["content"]), state);
      return JSON.stringify(named) === JSON.stringify(pings)
        ? undefined
        : { ...frame, message: { ...message, pings: named } };
    },
  ),
  ruleFor(["message_unpin"], "part 2, 6", "an unpin says pinned:false", (frame) =>
    frame["pinned"] === true ? { ...frame, pinned: false } : undefined,
  ),
  {
    section: "part 2, 6",
    what: "pinning what is not there is an error",
    expect(outcome, { step, state }) {
      const frames = outcome.received.get(step.who) ?? [];
      const lost = frames.find(
        (frame) =>
          /^message_(un)?pin$/.test(text(frame["cmd"])) &&
          !state.places.messagesOf(placeOf(frame)).includes(text(frame["id"])),
      );
      if (lost === undefined) return outcome;
      const error = { cmd: "error", src: lost["cmd"] ?? null, val: "Message not found" };
      return { received: new Map([[step.who, [error]]]), closed: outcome.closed };
    },
  },
  {
    section: "part 2, 11.1",
    what: "who posts, and had read the place so far, has read it again",
    expect(outcome, { step, state }) {
      const news = (outcome.received.get(step.who) ?? []).find(
        (frame) => frame["cmd"] === "message_new" && step.action.do === "send",
      );
      if (news === undefined) return outcome;
      const message = object(news["message"]);
      const author = state.nameOf(step.who);
      const place = placeOf(news);
      if (message["user"] !== author || message["interaction"] !== null) return outcome;
      if (state.places.unreadOf(author, place) > 0) return outcome;
      const mark = markFrame(news);
      const received = new Map(outcome.received);
      for (const client of state.clientsOf(author)) {
        const frames = received.get(client) ?? [];
        const at = frames.findIndex((frame) => frame["cmd"] === "message_new");
        // To whoever posted in front of the message, unless it is a poll; to the other sessions behind it.
        const behind = news["poll_id"] === undefined && client === step.who ? 0 : 1;
        const before = frames.slice(0, Math.max(0, at) + behind);
        received.set(client, [...before, mark, ...frames.slice(before.length)]);
      }
      return { received, closed: outcome.closed };
    },
  },
  {
    section: "part 2, 11.3",
    what: "a mark that stands where it stood is told to the asking session alone",
    expect: (outcome, { step, state }) =>
      mapReceived(outcome, (frames, who) =>
        frames.filter(
          (frame) =>
            frame["cmd"] !== "unreads_update" ||
            who === step.who ||
            state.places.markOf(state.nameOf(who), placeOf(frame)) !== frame["last_read"],
        ),
      ),
  },
  ruleFor(
    ["unreads_get"],
    "part 2, 11.2",
    "unreads_get has the threads of forums",
    (frame, { state, who }) => {
      const name = state.nameOf(who);
      const threads = [...state.threads.values()].filter((thread) =>
        state.mayView(name, text(thread["parent_channel"])),
      );
      if (threads.length === 0) return undefined;
      const unreads = threads.map((thread) => {
        const place = `thread/${thread["id"]}`;
        return [
          place,
          {
            last_read: state.places.markOf(name, place) ?? null,
            unread_count: state.places.unreadOf(name, place),
            total_messages: state.places.messagesOf(place).length,
            parent_channel: thread["parent_channel"] ?? null,
          },
        ] as const;
      });
      return { ...frame, unreads: { ...object(frame["unreads"]), ...Object.fromEntries(unreads) } };
    },
  ),
  frameRule("part 2, 17", "who left is shown by the last name", (frame, { seed }) => {
    const left = seed.people.filter((person) => person.left === true);
    const written = JSON.stringify(frame);
    const known = left.filter(({ name }) => written.includes(`"USR:${name}"`));
    if (known.length === 0) return undefined;
    return JSON.parse(
      known.reduce((text, { name }) => text.replaceAll(`"USR:${name}"`, `"${name}"`), written),
    ) as Frame;
  }),
];
