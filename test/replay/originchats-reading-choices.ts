/** Choices about reading, reacting and pinning (part 2). */

import type { Json, JsonObject } from "./originchats.ts";
import type { At, Choice } from "./originchats-choices.ts";

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** What the client of a step sent. */
function sent({ step }: At): JsonObject {
  return step.action.do === "send" ? (JSON.parse(step.action.text) as JsonObject) : {};
}

/** A message without whom it mentions. */
function unmentioned(frame: JsonObject): JsonObject | undefined {
  const message = object(frame["message"]);
  if (message["pings"] === undefined || !String(message["content"]).includes("@")) return undefined;
  const pings = { ...object(message["pings"]), users: [], roles: [] };
  return { ...frame, message: { ...message, pings } };
}

const isFirstLine = (message: Json): boolean =>
  /^#.+ was created\.$/.test(String(object(message)["content"]));

/** A page without the line that a channel begins with; positions count from behind it. */
function headless(frame: JsonObject): JsonObject | undefined {
  const { cmd, messages, range } = frame;
  if (!Array.isArray(messages)) return undefined;
  const kept = messages.filter((message) => !isFirstLine(message));
  if (cmd !== "messages_around") return { ...frame, messages: kept };
  const { start, end } = object(range);
  const from = kept.length < messages.length ? 0 : Number(start) - 1;
  return { ...frame, messages: kept, range: { start: from, end: Number(end) - 1 } };
}

/** Commands about what stands in a channel that the client may not view. */
const hidden = /^(embeds_list|message_react_|message_edit|message_delete|unreads_ack|message_new)/;
const isHidden = (at: At): boolean =>
  hidden.test(String(sent(at)["cmd"])) && sent(at)["channel"] === "staff" && at.who !== "cyd";

export const readingChoices: readonly Choice[] = [
  {
    section: "part 2, 2, do",
    what: "pings hold known names only, and a local account by its plain name",
    theirs: unmentioned,
    ours: unmentioned,
  },
  {
    section: "bridge table, first message of a channel",
    what: "a channel begins with a line of the system",
    ours: headless,
  },
  {
    section: "part 2, 9.2, do",
    what: "messages_around gives the newest message as well",
    files: /^(09|42)/,
    theirs: (frame) =>
      frame["cmd"] === "messages_around" ? { cmd: "messages_around" } : undefined,
    ours: (frame) => (frame["cmd"] === "messages_around" ? { cmd: "messages_around" } : undefined),
  },
  {
    section: "part 2, 6, do",
    what: "an unpin says that nothing is pinned, and an unknown id is an error",
    files: /^07/,
    theirs: (frame, at) => {
      if (frame["cmd"] !== "message_pin" && frame["cmd"] !== "message_unpin") return undefined;
      if (sent(at)["id"] === "nope") return null;
      return frame["cmd"] === "message_unpin" ? { ...frame, pinned: false } : undefined;
    },
    ours: (frame, at) =>
      sent(at)["id"] === "nope" && frame["val"] === "Message not found" ? null : undefined,
  },
  {
    section: "part 2, 19, 12",
    what: "what stands in a channel that may not be viewed is not touched",
    files: /^(05|06|37|38)/,
    theirs: (frame, at) => (isHidden(at) && frame["cmd"] !== "messages_get" ? null : undefined),
    ours: (frame, at) => (isHidden(at) && frame["val"] === "Channel not found" ? null : undefined),
  },
  {
    section: "part 2, 4, do",
    what: "an edit is trimmed and has the limit of a new message",
    files: /^05/,
    theirs: (frame, at) =>
      sent(at)["cmd"] === "message_edit" && isOddEdit(sent(at)["content"]) ? null : undefined,
    ours: (frame, at) =>
      sent(at)["cmd"] === "message_edit" && isOddEdit(sent(at)["content"]) ? null : undefined,
  },
  {
    section: "part 2, 15, do",
    what: "what is wrong with an embed is said in one sentence",
    theirs: (frame) => embedError(frame),
    ours: (frame) => embedError(frame),
  },
];

function isOddEdit(content: Json | undefined): boolean {
  return typeof content === "string" && (content.trim() === "" || content.length > 2_000);
}

function embedError(frame: JsonObject): JsonObject | undefined {
  const [prefix] = /^Embed \d+: /.exec(String(frame["val"])) ?? [];
  return prefix === undefined ? undefined : { ...frame, val: prefix };
}
