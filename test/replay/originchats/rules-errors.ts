/** Rules about what is refused, and in which words. */
import { addFrames } from "../outcome.ts";
import type { At } from "../rule.ts";
import { type Frame, type Json, text } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { frameRule, ruleFor, sentIn } from "./rule.ts";
import type { Community } from "./state.ts";

/** What Python calls a JSON value; what is no JSON at all is taken for a text. */
function pythonType(sent: string): string {
  try {
    const value = JSON.parse(sent) as Json;
    if (value === null) return "NoneType";
    if (Array.isArray(value)) return "list";
    if (typeof value === "boolean") return "bool";
    if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
    return "str";
  } catch {
    return "str";
  }
}

/** The type that a field of a packet has. */
const types: ReadonlyMap<string, (value: Json) => boolean> = new Map(
  Object.entries({
    text: [
      "channel",
      "content",
      "reply_to",
      "emoji",
      "query",
      "name",
      "text",
      "url",
      "user",
      "nickname",
      "option_id",
    ],
    number: ["limit", "start", "offset", "timeout"],
    list: ["roles", "options"],
    object: ["bounds", "updates", "permissions"],
  }).flatMap(([type, fields]) => fields.map((field) => [field, typed(type)] as const)),
);

function typed(type: string): (value: Json) => boolean {
  if (type === "text") return (value) => typeof value === "string";
  if (type === "number") return (value) => Number.isInteger(value);
  if (type === "list") return (value) => Array.isArray(value);
  return (value) => typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first field of a packet that has a wrong type. */
function wrongField(at: At<Community>): string | undefined {
  // Names of channels are looked at one by one.
  if (/^channel_(create|delete)$/.test(text(sentIn(at)["cmd"])) && "name" in sentIn(at)) {
    if (typeof sentIn(at)["name"] !== "string") return undefined;
  }
  const fields = Object.entries(sentIn(at)).filter(([field]) => field !== "cmd");
  return fields.find(([field, value]) => types.get(field)?.(value) === false)?.[0];
}

const isSilent = ({ step }: At<Community>): boolean =>
  step.failed.some((line) => line.includes("Error processing message")) &&
  ![...step.received.values()].flat().some((frame) => frame.includes('error"'));

/** The original's validator speaks of everything; one complaint and its field are left. */
function plainSentence(val: string): string {
  if (!/\d+ validation errors? for /.test(val) || val.startsWith("Embed ")) return val;
  const [head = "", field = "", complaint = ""] = val.split("\n");
  const plain = complaint.replace(/ \[type=.*$/, "");
  return `${head.replace(/\d+ validation errors?/, "1 validation error")}\n${field}\n${plain}`;
}

/** Sentences of embeds that are told without the validator's words around them. */
const plainEmbed =
  /Poll embeds must have 'poll' data|Link embeds must have 'url'|Image embeds must have 'image'|Embed total characters cannot exceed 6000/;

/** Complaints about fields of embeds and commands, in the validator's words and in ours. */
const complaints: readonly (readonly [RegExp, string])[] = [
  [/^String should have at most (\d+) characters$/, "must have at most $1 characters"],
  [
    /^Input should be (?:less|greater) than or equal to (?:0|16777215)$/,
    "must be between 0 and 16777215",
  ],
  [
    /^List should have at most (\d+) items after validation, not \d+$/,
    "Too big: expected array to have <=$1 items",
  ],
  [
    /^Input should be a valid dictionary or instance of Embed$/,
    "Invalid input: expected object, received number",
  ],
  [
    /^Input should be 'rich', .*$/,
    'Invalid option: expected one of "rich"|"poll"|"link"|"image"|"video"|"article"',
  ],
];

function embedSentence(val: string): string {
  const [, embed = "", field = "", complaint = ""] =
    /^(Embed \d+): \d+ validation errors? for Embed\n(\S[^\n]*)?\n? {2}([^\n]*?) \[type=/.exec(
      val,
    ) ?? [];
  const [own] = plainEmbed.exec(val) ?? [];
  if (own !== undefined) return `${/^Embed \d+/.exec(val)?.[0]}: ${own}`;
  if (embed === "") return val;
  const [found, words = complaint] = complaints.find(([there]) => there.test(complaint)) ?? [];
  const said = found === undefined ? complaint : complaint.replace(found, words);
  const path = field === "" ? "" : `${field}: `;
  return `${embed}: 1 validation error for Embed: ${path}${said}`;
}

/** Commands that say of a channel that is not there what they say of one that may not be read. */
const textCommands = new Set(["messages_search", "message_replies"]);

/** Commands for which a channel that is not seen is none. */
const silentCommands = new Set([
  "slash_register",
  "messages_pinned",
  "unreads_count",
  "voice_join",
  "message_pin",
]);

export const errorRules: readonly OriginchatsRule[] = [
  ruleFor(["error"], "part 1, 6.3", "every error has src", (frame, { sent }) => {
    const { cmd = null } = sent;
    return frame["src"] === undefined && cmd !== null ? { ...frame, src: cmd } : undefined;
  }),
  {
    section: "part 1, 6.4",
    what: "what is no JSON, or no object, is told so after the login",
    expect(outcome, at) {
      const { step, state } = at;
      const isUnread = step.failed.some((line) => line.includes("invalid JSON"));
      if (step.action.do !== "send" || !state.sessions.has(step.who)) return outcome;
      const type = pythonType(step.action.text);
      const isOdd = isUnread || !/^\s*\{/.test(step.action.text);
      if (!(isUnread || (isOdd && isSilent(at) && sentIn(at)["cmd"] === undefined))) return outcome;
      const val = `Invalid message format: expected a dictionary, got ${type}`;
      return addFrames(outcome, step.who, { cmd: "error", val });
    },
  },
  {
    section: "part 1, 2.4 and 2.5",
    what: "a log-in that the original fails at is refused",
    expect(outcome, at) {
      const { step, state } = at;
      const { cmd } = sentIn(at);
      if (!isSilent(at) || state.sessions.has(step.who)) return outcome;
      const isLocal = cmd === "login" || cmd === "register";
      if (!isLocal && cmd !== "auth") return outcome;
      const val = isLocal ? "Username and password required" : "Invalid authentication";
      return addFrames(outcome, step.who, { cmd: "auth_error", val });
    },
  },
  {
    section: "part 1, 6.4",
    what: "a field of a wrong type is refused by its name",
    expect(outcome, at) {
      const { step } = at;
      const field = wrongField(at);
      if (!isSilent(at) || field === undefined || !at.state.sessions.has(step.who)) return outcome;
      const val = `Invalid request: ${field}`;
      return addFrames(outcome, step.who, { cmd: "error", src: sentIn(at)["cmd"] ?? null, val });
    },
  },
  {
    section: "part 1, 5.3",
    what: "a thread that one may not view is none, to every command",
    expect(outcome, at) {
      const { step, state } = at;
      const { cmd, thread_id: id } = sentIn(at);
      const forum = state.threads.get(text(id))?.["parent_channel"];
      if (forum === undefined || state.mayView(state.nameOf(step.who), text(forum))) return outcome;
      const [told] = outcome.received.get(step.who) ?? [];
      if (!/^You do not have permission to (?:view|send)/.test(text(told?.["val"]))) return outcome;
      const frame: Frame = { cmd: "error", src: cmd ?? null, val: "Thread not found" };
      return { received: new Map([[step.who, [frame]]]), closed: outcome.closed };
    },
  },
  {
    section: "part 2, 19.12; bridge table, channels that may not be viewed",
    what: "a channel that one may not view is none, to every command",
    expect(outcome, at) {
      const { step, state } = at;
      const { channel, cmd, thread_id } = sentIn(at);
      if (typeof channel !== "string" || state.channels.of(channel) === undefined) return outcome;
      if (thread_id !== undefined || state.mayView(state.nameOf(step.who), channel)) return outcome;
      const [told] = outcome.received.get(step.who) ?? [];
      const val = text(told?.["val"]);
      if (val === "User roles not found") return outcome;
      if (val === "Access denied to this channel" && textCommands.has(text(cmd))) return outcome;
      if (outcome.received.size === 0 || silentCommands.has(text(cmd))) return outcome;
      const frame: Frame = { cmd: "error", src: cmd ?? null, val: "Channel not found" };
      return { received: new Map([[step.who, [frame]]]), closed: outcome.closed };
    },
  },
  ruleFor(["error"], "part 2, 15; part 1, 6.5", "embeds are refused in one sentence", (frame) => {
    const val = embedSentence(text(frame["val"]));
    return val === frame["val"] ? undefined : { ...frame, val };
  }),
  ruleFor(
    ["error"],
    "part 2, 15; part 1, 6.5",
    "validation errors name one field, without the validator's own words",
    (frame) => {
      const val = plainSentence(text(frame["val"]));
      return val === frame["val"] ? undefined : { ...frame, val };
    },
  ),
  frameRule("part 3, 7.1", "a command that is registered is refused in our words", (frame) => {
    const val = text(frame["val"]);
    if (!val.startsWith("Invalid command schema: ")) return undefined;
    return {
      ...frame,
      val: val
        .replace(/Field required$/, "Invalid input: expected string, received undefined")
        .replace(
          /Input should be 'str', .*$/,
          'Invalid option: expected one of "str"|"int"|"float"|"bool"|"enum"',
        ),
    };
  }),
];
