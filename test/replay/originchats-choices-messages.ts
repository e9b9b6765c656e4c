/** Choices about messages, threads, polls and read marks (part 2 of the reference). */

import type { Json, JsonObject } from "./originchats.ts";
import { account, both, type Choice, list, object, sent, without } from "./originchats-choice.ts";

const pollExtras = ["id", "results", "voted", "total_votes", "ended", "ended_at", "user_votes"];

/** Embeds of polls without what shows their state. */
function plainEmbeds(value: Json): Json {
  if (Array.isArray(value)) return value.map((each: Json) => plainEmbeds(each));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).map(([key, inner]) => [
    key,
    key === "poll" ? without(object(inner), ...pollExtras) : plainEmbeds(inner),
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/** Results without who voted. */
function unnamed(results: JsonObject): JsonObject {
  return {
    ...results,
    results: list(results["results"]).map((each) => without(object(each), "voters")),
  };
}

const isFirstLine = (value: Json | undefined): boolean =>
  /^#.* was created( by .*)?\.$/.test(String(object(value)["content"]));
const isWelcome = (value: Json | undefined): boolean =>
  /^Welcome .* Thanks for joining the server\.$/.test(String(object(value)["content"]));

const refusal =
  /^(Channel not found|Message not found|Access denied to this channel|You do not have permission to .*)$/;
const hiding = new Set(["staff", "bunker", "vault"]);

export const messageChoices: readonly Choice[] = [
  {
    section: "part 2, 11.1",
    what: "who posts has read the place so far",
    ours: (frame, at) => {
      if (frame["cmd"] !== "unreads_update" || account(at.who) !== account(at.step.who)) return;
      const recorded = [...at.step.received.values()].flat();
      return recorded.some((text) => text.includes('"unreads_update"')) ? undefined : null;
    },
  },
  {
    section: "part 2, 11.2",
    what: "unreads_get has the threads of forums",
    ours: (frame) => {
      if (frame["cmd"] !== "unreads_get") return undefined;
      const places = Object.entries(object(frame["unreads"]));
      const unreads = places.filter(([key]) => !key.startsWith("thread/"));
      return { ...frame, unreads: Object.fromEntries(unreads) };
    },
  },
  {
    section: "part 2, 12 and 19.4",
    what: "thread_update, thread_join and thread_leave name the channel",
    ours: (frame) =>
      /^thread_(update|join|leave)$/.test(String(frame["cmd"])) && "global" in frame
        ? without(frame, "channel")
        : undefined,
  },
  both("part 2, 19.3", "the channel of a thread is always its parent", (frame) =>
    typeof frame["thread_id"] === "string" && /^(poll_|message_new)/.test(String(frame["cmd"]))
      ? without(frame, "channel")
      : undefined,
  ),
  both("part 2, 13.6 and 19.9", "embeds of polls carry their state", (frame) =>
    JSON.stringify(frame).includes('"poll"') ? (plainEmbeds(frame) as JsonObject) : undefined,
  ),
  both("part 2, 19.9", "voters are hidden until the end, and named by their names", (frame) =>
    /^poll_/.test(String(frame["cmd"])) && frame["results"] !== undefined
      ? { ...frame, results: unnamed(object(frame["results"])) }
      : undefined,
  ),
  both(
    "part 3, 6; bridge table, first message of a channel",
    "channels begin with a line of their own, the original's welcome is a plugin's",
    (frame) => {
      if (frame["cmd"] === "message_new") {
        return isFirstLine(frame["message"]) || isWelcome(frame["message"]) ? null : undefined;
      }
      const messages = frame["messages"];
      if (!Array.isArray(messages)) return undefined;
      const kept = messages.filter((each: Json) => !isFirstLine(each) && !isWelcome(each));
      return { ...frame, messages: kept };
    },
  ),
  {
    section: "part 2, 0",
    what: "rate_limit is followed by an error that people see, once in five seconds",
    ours: (frame) =>
      frame["cmd"] === "error" &&
      /^(You are timed out for|Rate limited: )/.test(String(frame["val"]))
        ? null
        : undefined,
  },
  both(
    "part 2, 19.12; bridge table, channels that may not be viewed",
    "whoever may not view a channel is told that there is none, or has no access",
    (frame, at) => {
      const { channel } = sent(at);
      if (frame["cmd"] !== "error" || !hiding.has(String(channel)) || at.who === "ada") return;
      return refusal.test(String(frame["val"])) ? { ...frame, val: "<hidden>" } : undefined;
    },
  ),
  both("part 1, 10; part 2, 19.1", "every message_new has thread_id", (frame) =>
    frame["cmd"] === "message_new" && frame["thread_id"] === null
      ? without(frame, "thread_id")
      : undefined,
  ),
  {
    section: "part 2, 19.1",
    what: "a poll is told in the form of every message, with the flat fields besides",
    ours: (frame) =>
      frame["cmd"] === "message_new" && frame["poll_id"] !== undefined
        ? without(frame, "message", "global")
        : undefined,
  },
  {
    section: "part 2, 15; part 1, 6.5",
    what: "validation errors are one plain sentence with the path of the field",
    theirs: (frame) =>
      frame["cmd"] === "error" ? { ...frame, val: plainSentence(String(frame["val"])) } : undefined,
    ours: (frame) =>
      frame["cmd"] === "error" ? { ...frame, val: plainSentence(String(frame["val"])) } : undefined,
  },
];

const ownSentences =
  /Poll embeds must have 'poll' data|Link embeds must have 'url'|Image embeds must have 'image'|Embed total characters cannot exceed 6000/;

/** Without the validator's own words: the four sentences of embeds, else what is refused and which field. */
function plainSentence(text: string): string {
  const [, embed] = /^(Embed \d+): /.exec(text) ?? [];
  if (embed !== undefined) return `${embed}: ${ownSentences.exec(text)?.[0] ?? "<schema>"}`;
  if (!/\d+ validation errors? for /.test(text)) return text;
  // The rest is read by nobody (part 3, 7.1).
  if (text.startsWith("Invalid command schema: ")) {
    const [, field = ""] = text.split("\n");
    return `Invalid command schema: ${field}`;
  }
  const [head = "", field = "", complaint = ""] = text.split("\n");
  const plain = complaint.trim().replace(/ \[type=.*$/, "");
  return `${head.replace(/\d+ validation errors?/, "invalid")} ${field} ${plain}`;
}
