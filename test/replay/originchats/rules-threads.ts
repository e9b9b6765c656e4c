/** Rules about threads and polls (part 2, 12 and 13). */
import { mapReceived } from "../outcome.ts";
import { type Frame, type Json, type JsonObject, list, object, text } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { changeObjects, frameRule, ruleFor } from "./rule.ts";

const isThreadChange = (frame: Frame): boolean =>
  /^thread_(update|join|leave)$/.test(text(frame["cmd"])) && "global" in frame;

/** What of a thread can be changed. */
const changeable = ({ name, locked, archived, participants }: JsonObject): string =>
  JSON.stringify([name, locked, archived, participants]);

/** Results without who voted, while the poll runs. */
const unnamed = (results: JsonObject): JsonObject =>
  results["ended"] === true
    ? results
    : {
        ...results,
        results: list(results["results"]).map((each) => ({ ...object(each), voters: [] })),
      };

/** The embed of a poll that has just begun, with its state. */
function begun(poll: JsonObject, id: Json): JsonObject {
  const options = list(poll["options"]).map(object);
  const results = options.map((option) => ({
    id: option["id"] ?? null,
    text: option["text"] ?? null,
    emoji: option["emoji"] ?? null,
    votes: 0,
  }));
  return { ...poll, id, results, total_votes: 0, ended: false, ended_at: null };
}

export const threadRules: readonly OriginchatsRule[] = [
  frameRule("part 2, 12 and 19.4", "changes of a thread name its channel", (frame) =>
    isThreadChange(frame) && frame["channel"] === undefined
      ? { ...frame, channel: object(frame["thread"])["parent_channel"] ?? null }
      : undefined,
  ),
  {
    section: "part 2, 12",
    what: "a change of a thread that changes nothing is told to its asker alone",
    expect: (outcome, { step, state }) =>
      mapReceived(outcome, (frames, who) =>
        frames.filter((frame) => {
          const thread = object(frame["thread"]);
          const known = state.threads.get(text(thread["id"]));
          if (!isThreadChange(frame) || who === step.who || known === undefined) return true;
          return changeable(known) !== changeable(thread);
        }),
      ),
  },
  frameRule("part 2, 19.3", "the channel of a thread is its parent", (frame, { state }) => {
    const thread = state.threads.get(text(frame["thread_id"]));
    if (thread === undefined || !/^(poll_|message_new)/.test(text(frame["cmd"]))) return undefined;
    if (frame["channel"] === undefined || frame["channel"] === thread["parent_channel"])
      return undefined;
    return { ...frame, channel: thread["parent_channel"] ?? null };
  }),
  frameRule("part 2, 13.3 and 19.9", "who voted is hidden until the end", (frame) =>
    /^poll_/.test(text(frame["cmd"])) && frame["results"] !== undefined
      ? { ...frame, results: unnamed(object(frame["results"])) }
      : undefined,
  ),
  ruleFor(
    ["message_new"],
    "part 2, 13.6 and 19.9",
    "the embed of a poll carries its state",
    (frame) => {
      const id = frame["poll_id"];
      if (id === undefined) return undefined;
      return changeObjects(frame, (each) =>
        each["poll"] !== undefined && each["type"] === "poll"
          ? { ...each, poll: begun(object(each["poll"]), id) }
          : each,
      ) as Frame;
    },
  ),
];
