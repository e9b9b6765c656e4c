/** Choices about polls (part 2, section 13). */
import type { Json, JsonObject } from "./originchats.ts";
import type { At, Choice } from "./originchats-choices.ts";
import { sent } from "./originchats-thread-choices.ts";

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function only(frame: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, frame[key] ?? null]));
}

/** An embed with what the original's holds. */
function bareEmbed(embed: Json): Json {
  const { poll, ...rest } = object(embed);
  if (poll === undefined) return embed;
  const body = only(object(poll), "question", "options", "allow_multiselect", "expires_at");
  return { ...rest, poll: body };
}

/** A new poll in the original's fields, in the forum where it names none. */
function flatPoll(frame: JsonObject): JsonObject | undefined {
  if (frame["cmd"] !== "message_new" || frame["poll_id"] === undefined) return undefined;
  const kept = only(frame, "cmd", "id", "thread_id", "user", "content", "timestamp", "poll_id");
  const embeds = list(frame["embeds"]).map(bareEmbed);
  return { ...kept, embeds, channel: frame["channel"] ?? "forum" };
}

/** A page whose polls say no more than the original's. */
function barePage(frame: JsonObject): JsonObject | undefined {
  const { messages } = frame;
  if (!Array.isArray(messages)) return undefined;
  const shown = messages.map((message: Json) => {
    const { embeds, ...rest } = object(message);
    return embeds === undefined ? rest : { ...rest, embeds: list(embeds).map(bareEmbed) };
  });
  return { ...frame, messages: shown };
}

/** Results without names, which are held back while the poll runs. */
function nameless(frame: JsonObject): JsonObject | undefined {
  const results = object(frame["results"]);
  if (!/^poll_vote/.test(String(frame["cmd"])) || results["ended"] !== false) return undefined;
  const options = list(results["results"]).map((each) => ({ ...object(each), voters: [] }));
  return { ...frame, results: { ...results, results: options } };
}

/** The step in which somebody chooses what was chosen already. */
const again = 85;
const isRefused = (at: At, channel: string): boolean => sent(at)["channel"] === channel;

export const pollChoices: readonly Choice[] = [
  {
    section: "part 1, 5.3, G",
    what: "a channel that may not be viewed is not there",
    files: /^14/,
    theirs: (_, at) => (isRefused(at, "staff") ? null : undefined),
    ours: (_, at) => (isRefused(at, "staff") ? null : undefined),
  },
  {
    section: "part 2, 0, do",
    what: "wrong types get an error instead of silence",
    files: /^14/,
    ours: (frame, { step }) =>
      frame["cmd"] === "error" && step.failed.length > 0 ? null : undefined,
  },
  {
    section: "part 2, 13.2, do",
    what: "questions, options and ids have the documented limits and types",
    files: /^43/,
    theirs: (_, at) => (sent(at)["cmd"] === "poll_create" ? null : undefined),
    ours: (_, at) => (sent(at)["cmd"] === "poll_create" ? null : undefined),
  },
  {
    section: "part 2, 13.2, do",
    what: "a new poll comes in the normal packet, with the original's fields beside",
    files: /^14/,
    theirs: flatPoll,
    ours: flatPoll,
  },
  {
    section: "part 2, 13.6, do",
    what: "embeds carry the id, the results and the own votes",
    files: /^14/,
    theirs: barePage,
    ours: barePage,
  },
  {
    section: "part 2, 13.3, do",
    what: "nobody is named before the end",
    files: /^14/,
    theirs: nameless,
    ours: nameless,
  },
  {
    section: "part 2, 11.1, do",
    what: "the author's mark moves with the own message",
    files: /^14/,
    ours: (frame, at) =>
      frame["cmd"] === "unreads_update" && sent(at)["cmd"] === "poll_create" ? null : undefined,
  },
  {
    section: "part 2, 13.4, G",
    what: "a poll ends by itself when its time is over",
    files: /^14/,
    ours: (frame, at) =>
      frame["cmd"] === "poll_end" && sent(at)["cmd"] === "poll_create" ? null : undefined,
  },
  {
    section: "part 2, 13.3, G",
    what: "a vote that changes nothing is answered to its asker alone",
    files: /^14/,
    theirs: (frame, { step }) =>
      frame["cmd"] === "poll_vote_update" && step.line === again ? null : undefined,
  },
  {
    section: "part 2, 13.3, do",
    what: "votes and the end of a thread's poll are told to the forum's viewers",
    files: /^14/,
    theirs: (frame) =>
      frame["channel"] === null && frame["cmd"] !== "message_new"
        ? { ...frame, channel: "forum" }
        : undefined,
    ours: (frame, { who }) =>
      frame["channel"] === "forum" && /^poll_(vote_update|end)$/.test(String(frame["cmd"]))
        ? who === "ada"
          ? undefined
          : null
        : undefined,
  },
];
