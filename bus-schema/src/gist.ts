/**
 * The gist of a journal record (docs/journal.md 4.9): what of another server's history concerns a roster, which is the newest
 * message of each place, without its words. It travels as a header beside the record, so that a gateway need not read
 * hundreds of messages of which it shows none.
 */
import { type Decoded, type DecodedBatch, decodeText } from "./codec.ts";
import { Batch } from "./envelope.ts";
import type { Carried, Event } from "./event/index.ts";

export const gistHeader = "Dragoman-Gist";

/** A gist that is longer saves nothing worth having. */
const gistCharactersMax = 8 * 1024;

type Posted = Extract<Carried, { type: "message.posted" }>;

/** The gist of a record; undefined: it has none, and is read whole. */
export function gistOf(batch: Batch): string | undefined {
  if (!batch.commits.some(({ events }) => events.some(hasMany))) return undefined;
  const commits = batch.commits.map(({ cause, events }) => ({ cause, events: events.map(short) }));
  const text = JSON.stringify({ ...batch, commits }).replace(beyondAscii, escaped);
  return text.length > gistCharactersMax ? undefined : text;
}

/** Reads a gist as `decodeBatch` reads a record. Never throws. */
export function decodeGist(text: string): Decoded<DecodedBatch> {
  const read = decodeText(Batch, text);
  return read.ok ? { ok: true, value: { batch: read.value, unknown: [] } } : read;
}

/** A header is of one line and of one alphabet. */
const beyondAscii = /[^ -~]/g;
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

const isPosted = (event: Carried): event is Posted => event.type === "message.posted";

/** Neither what was said nor who has read it is a roster's. */
const isOfRoster = (event: Carried): boolean => !isPosted(event) && event.type !== "unread.marked";

const hasMany = (event: Event): boolean =>
  event.type === "import.stored" && event.events.filter((each) => !isOfRoster(each)).length > 1;

function short(event: Event): Event {
  if (event.type !== "import.stored") return event;
  const newest = new Map(
    event.events
      .filter(isPosted)
      .map(({ message }) => [message.place.threadId ?? message.place.channelId, message]),
  );
  return {
    type: "import.stored",
    events: [...event.events.filter(isOfRoster), ...[...newest.values()].map(wordless)],
  };
}

/** The message where it stands, and no word of it. */
const wordless = ({ messageId, number, place, createdAtUs }: Posted["message"]): Posted => ({
  type: "message.posted",
  message: {
    messageId,
    number,
    place,
    author: { kind: "system" },
    kind: "text",
    content: { text: "", markup: "markdown" },
    createdAtUs,
  },
});
