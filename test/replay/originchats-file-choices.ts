/** Choices about files, webhooks and the server's own things (part 2, 14 and 15; part 3, 5, 8, 9 and 14). */
import type { Json, JsonObject } from "./originchats.ts";
import type { Choice } from "./originchats-choices.ts";

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** The validator's long tail: what it got, and where its makers explain it. */
const tail = / \[type=[\s\S]*$/;
/** The four sentences about embeds that are kept. */
const kept = /Value error, (.*?) \[type=/;

function without(frame: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(frame).filter(([key]) => !keys.includes(key)));
}

const emojiCommand = /^emoji_(add|update|delete)$/;
const given = "https://e.org/h.png";

/** A webhook, or a message's: its maker is an id, and its picture was taken at its creation. */
function plainHook(value: Json): Json {
  const hook = object(value);
  const avatar = hook["avatar"] === given ? null : (hook["avatar"] ?? null);
  return { ...hook, ...("created_by" in hook ? { created_by: "<id>" } : {}), avatar };
}

function plainHooks(frame: JsonObject): JsonObject {
  const message = object(frame["message"]);
  const { webhook, webhooks, messages } = frame;
  return {
    ...frame,
    ...(webhook === undefined ? {} : { webhook: plainHook(webhook) }),
    ...(Array.isArray(webhooks) ? { webhooks: webhooks.map(plainHook) } : {}),
    ...(Array.isArray(messages) ? { messages: messages.map(plainMessage) } : {}),
    ...(message["webhook"] === undefined ? {} : { message: plainMessage(message) }),
  };
}

function plainMessage(value: Json): Json {
  const message = object(value);
  const { webhook, embeds } = message;
  return {
    ...message,
    ...(webhook === undefined ? {} : { webhook: plainHook(webhook) }),
    ...(Array.isArray(embeds)
      ? { embeds: embeds.map((embed: Json) => without(object(embed), "timestamp")) }
      : {}),
  };
}

/** Posts of the recording that we refuse: bad embeds, too long, a number. */
const refusedPosts: ReadonlySet<number> = new Set([54, 60, 73]);

export const fileChoices: readonly Choice[] = [
  {
    section: "part 2, 14.4, do; part 3, 8",
    what: "a malformed request is told by the first part of the validator's text",
    files: /^(15|27)/,
    theirs: (frame) =>
      frame["cmd"] === "error" && tail.test(String(frame["val"]))
        ? { ...frame, val: String(frame["val"]).replace(tail, "") }
        : undefined,
  },
  {
    section: "part 2, 15, do",
    what: "a bad embed is told by its index and one of the four sentences, else by one of ours",
    files: /^37/,
    theirs: (frame) => {
      const text = String(frame["val"]);
      if (!text.startsWith("Embed 0: 1 validation")) return undefined;
      return { ...frame, val: `Embed 0: ${kept.exec(text)?.[1] ?? ""}` };
    },
    ours: (frame) =>
      String(frame["val"]).startsWith("Embed 0: 1 validation")
        ? { ...frame, val: "Embed 0: " }
        : undefined,
  },
  {
    section: "part 2, 19, 12",
    what: "view is required wherever a channel's content is touched",
    files: /^37/,
    theirs: (frame, { step }) =>
      step.line === 81 ? { ...frame, val: "Channel not found" } : undefined,
  },
  {
    section: "part 3, 8, do",
    what: "changes of emoji are told to everybody, with name and file",
    files: /^27/,
    ours: (frame, { step, who }) => {
      if (!emojiCommand.test(String(frame["cmd"]))) return undefined;
      return who === step.who ? without(frame, "name", "fileName") : null;
    },
  },
  {
    section: "part 3, 8, do",
    what: "emoji_update replaces the picture",
    files: /^27/,
    theirs: (frame, { step }) => (step.line === 73 ? { ...frame, updated: true } : undefined),
  },
  {
    section: "part 3, 5, do",
    what: "a null name is an empty one",
    files: /^30/,
    theirs: (frame, { step }) =>
      step.line === 22 && frame["cmd"] === "server_update" ? { ...frame, name: "" } : undefined,
  },
  {
    section: "part 3, 9, do",
    what: "a webhook has the picture that it was created with; a maker is an id",
    files: /^28/,
    theirs: plainHooks,
    ours: plainHooks,
  },
  {
    section: "part 3, 9, do",
    what: "tokens are for whoever manages the server, and hidden channels' webhooks nobody's",
    files: /^28/,
    theirs: (frame, { who }) => {
      const { webhooks } = frame;
      if (who !== "bob" || !Array.isArray(webhooks)) return undefined;
      const seen = webhooks.map(object).filter(({ channel }) => channel !== "staff");
      return { ...frame, webhooks: seen.map((hook) => without(hook, "token")) };
    },
  },
  {
    section: "part 3, 9.1, do",
    what: "embeds and lengths are checked, and a text is a text",
    files: /^28/,
    theirs: (_, { step }) => (refusedPosts.has(step.line) ? null : undefined),
  },
  {
    section: "part 2, 19, 1",
    what: "one form of message_new for all sources",
    files: /^28/,
    theirs: (frame) => (frame["cmd"] === "message_new" ? { ...frame, thread_id: null } : undefined),
  },
  {
    section: "part 3, 1.3, do",
    what: "who loses a channel gets the list",
    files: /^28/,
    ours: (frame, { step }) =>
      frame["cmd"] === "channels_get" && step.line === 123 ? null : undefined,
  },
  {
    section: "part 2, 11.1, do",
    what: "who had read to the end has read the own message too",
    files: /^(15|37)/,
    ours: (frame, { step }) =>
      frame["cmd"] === "unreads_update" &&
      step.action.do === "send" &&
      step.action.text.includes('"cmd":"message_new"')
        ? null
        : undefined,
  },
  {
    section: "part 3, 6",
    what: "the welcome line, a plugin's, is not in the history either",
    files: /^15/,
    theirs: (frame) => {
      const { messages } = frame;
      if (!Array.isArray(messages)) return undefined;
      return {
        ...frame,
        messages: messages.filter((each) => object(each)["user"] !== "originChats"),
      };
    },
  },
];

/** An answer over HTTP that differs on purpose: what it is instead. */
export interface HttpChoice {
  readonly files: RegExp;
  readonly lines: readonly number[];
  readonly section: string;
  readonly what: string;
  readonly status: number;
  readonly error?: string;
}

const uploads = { files: /^15/, section: "part 2, 14.1, do" };
const posts = { files: /^28/, section: "part 3, 9.1, do" };
const surface = { files: /^33/, section: "part 3, 14" };

export const httpChoices: readonly HttpChoice[] = [
  {
    ...uploads,
    lines: [18],
    what: "JSON that is no object is told so",
    status: 400,
    error: "Invalid JSON body",
  },
  {
    ...uploads,
    lines: [21, 22, 23],
    what: "the key must be a live connection's, before anybody else is asked",
    status: 401,
    error: "Invalid credentials",
  },
  {
    ...uploads,
    lines: [28],
    what: "base64 is read strictly",
    status: 400,
    error: "Invalid file data",
  },
  {
    ...uploads,
    lines: [29],
    what: "a body may be as long as the base64 of the longest file",
    status: 400,
    error: "Invalid JSON body",
  },
  {
    ...uploads,
    lines: [40],
    what: "the file is younger than the recording",
    status: 200,
  },
  {
    ...posts,
    lines: [54],
    what: "embeds are checked",
    status: 400,
    error: "Embeds must be an array",
  },
  {
    ...posts,
    lines: [60],
    what: "messages have their length",
    status: 400,
    error: "Message too long. Maximum length is 2000 characters",
  },
  {
    ...posts,
    lines: [70, 71],
    what: "JSON that is no object is told so",
    status: 400,
    error: "Invalid JSON body",
  },
  { ...posts, lines: [73], what: "a text is a text", status: 400, error: "No content provided" },
  { ...posts, lines: [94], what: "GitHub's ping is answered", status: 204 },
  {
    ...posts,
    lines: [125],
    what: "webhooks go with their channel",
    status: 401,
    error: "Invalid webhook token",
  },
  {
    files: /^30/,
    lines: [40],
    section: "part 3, 5, do",
    what: "/info has the present values",
    status: 200,
  },
  {
    ...surface,
    lines: [3, 4],
    what: "pictures are uploaded, no files of the settings",
    status: 200,
  },
  { ...surface, lines: [7, 10], what: "the index page is ours", status: 200 },
  { ...surface, lines: [8, 9], what: "a broken upgrade is told by our library", status: 400 },
  { ...surface, lines: [17], what: "pictures are uploaded, no files of the settings", status: 404 },
  { ...surface, lines: [30], what: "pictures are uploaded, no files of the settings", status: 200 },
];
