/** Choices about threads (part 2, section 12). */
import type { Json, JsonObject } from "./originchats.ts";
import type { At, Choice } from "./originchats-choices.ts";

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** What the client of a step sent. */
export function sent({ step }: At): JsonObject {
  return step.action.do === "send" ? (JSON.parse(step.action.text) as JsonObject) : {};
}

const members = /^thread_(join|leave|update)$/;

/** Steps of the recording that change nothing: joined twice, left twice, updated to the same. */
const nothings: ReadonlySet<number> = new Set([128, 136, 140, 156, 164]);
const isNothing = ({ step, who }: At): boolean => nothings.has(step.line) && who !== step.who;

export const threadChoices: readonly Choice[] = [
  {
    section: "part 2, 12, do",
    what: "joins, leaves and updates name the channel",
    files: /^13/,
    theirs: (frame) =>
      members.test(String(frame["cmd"]))
        ? { ...frame, channel: object(frame["thread"])["parent_channel"] ?? null }
        : undefined,
  },
  {
    section: "part 2, 12, do",
    what: "what changes nothing is told to its asker alone",
    files: /^13/,
    theirs: (frame, at) => (members.test(String(frame["cmd"])) && isNothing(at) ? null : undefined),
  },
  {
    section: "part 2, 3, do",
    what: "a message in a thread is the forum's, whatever channel was named",
    files: /^13/,
    theirs: (frame) =>
      frame["cmd"] === "message_new" && frame["thread_id"] !== null
        ? { ...frame, channel: "forum" }
        : undefined,
  },
  {
    section: "part 2, 11.1, do",
    what: "the author's mark moves with the own message",
    files: /^13/,
    ours: (frame, at) =>
      frame["cmd"] === "unreads_update" && sent(at)["cmd"] === "message_new" ? null : undefined,
  },
  {
    section: "part 2, 9.2, do",
    what: "messages_around gives the newest message as well",
    files: /^13/,
    theirs: (frame) =>
      frame["cmd"] === "messages_around" ? { cmd: "messages_around" } : undefined,
    ours: (frame) => (frame["cmd"] === "messages_around" ? { cmd: "messages_around" } : undefined),
  },
  {
    section: "part 2, 9.0, do",
    what: "a locked or archived thread is readable",
    files: /^13/,
    theirs: (frame, at) => (isBarred(at) && frame["cmd"] === "error" ? null : undefined),
    ours: (_, at) => (isBarred(at) ? null : undefined),
  },
  {
    section: "part 2, 3, 9t, do",
    what: "the message that opens an archived thread again tells so",
    files: /^13/,
    ours: (frame, at) =>
      frame["cmd"] === "thread_update" && sent(at)["cmd"] === "message_new" ? null : undefined,
  },
  {
    section: "part 1, 5.3, G",
    what: "a channel that may not be viewed is not there",
    files: /^13/,
    theirs: (frame, at) =>
      sent(at)["channel"] === "vault" && frame["cmd"] === "error" ? null : undefined,
    ours: (frame, at) =>
      sent(at)["channel"] === "vault" && frame["cmd"] === "error" ? null : undefined,
  },
];

/** Reading where the original refuses it. */
function isBarred(at: At): boolean {
  const refusals = [...(at.step.received.get(at.step.who) ?? [])];
  return (
    sent(at)["cmd"] === "messages_get" &&
    refusals.some((text) => /This thread is (locked|archived)/.test(text))
  );
}
