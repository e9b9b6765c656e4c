/** A Sock Chat server's data as a source that moves into a house. */
import type { Identity, ImportedMessage } from "@dragoman/bus-schema";
import type { Report } from "../report.ts";
import type { Source, SourceMessage, SourcePart, SourcePerson, Who } from "../source.ts";
import type { Remark } from "./item.ts";
import { type SockChatOptions, SockChatSource } from "./source.ts";

/** What it goes by in every house, unless its owner has several. */
const sourceName = "sockchat";

export interface SockChatReading
  extends Omit<SockChatOptions, "source" | "onRemark" | "onProgress"> {
  readonly report: Report;
  /** Where the data are one of several servers'. */
  readonly name?: string;
}

/** Reads all of it; `close` once it has moved in. */
export async function readSockchat({
  report,
  name = sourceName,
  ...options
}: SockChatReading): Promise<Source & { close(): Promise<void> }> {
  const onRemark = (remark: Remark): void => tell(report, remark);
  const read = await SockChatSource.read({ ...options, source: name, onRemark });
  const people = [...read.people()].map(({ person, addresses, silencedUntilMs }): SourcePerson => {
    for (const address of addresses) report.say("ban", address, "addresses are not barred");
    const { userId, name: called, nickname, color, banned, number, identities } = person;
    return {
      id: userId,
      name: called,
      roles: [],
      ...(number === undefined ? {} : { number }),
      ...(identities === undefined ? {} : { identities: identities as readonly Identity[] }),
      ...(nickname === undefined ? {} : { nickname }),
      ...(color === undefined ? {} : { color }),
      ...(banned === undefined ? {} : { banned }),
      ...(silencedUntilMs === undefined ? {} : { silencedUntilMs }),
    };
  });
  const channels = read.channels();
  return {
    name,
    server: {},
    listsOf: "house",
    roles: [],
    roleIds: new Map(),
    channels: channels.map(({ key, channel: { name: called, permissions, minRank } }) => ({
      key,
      name: called,
      kind: "text",
      permissions,
      minRank,
    })),
    people,
    threads: [],
    attachments: [],
    emojis: [],
    webhooks: [],
    parts: channels
      .filter(({ lines }) => lines > 0)
      .map(({ key, lines, channel }) => partOf(read, { key, lines, id: channel.channelId })),
    marks: [],
    close: () => read.close(),
  };
}

/** Lines count as bytes: how long each is nobody knows before. A channel's name may be longer than the key of a part. */
function partOf(
  read: SockChatSource,
  { key, lines, id }: { readonly key: string; readonly lines: number; readonly id: string },
): SourcePart {
  return {
    key: `channel ${id}`,
    place: { channel: key },
    bytes: lines,
    messages: () => messagesIn(read, key),
    async *ids() {
      for (const { behind, ids } of read.ids(key))
        yield { ids, from: () => messagesIn(read, key, behind) };
    },
  };
}

async function* messagesIn(
  read: SockChatSource,
  key: string,
  behind?: bigint,
): AsyncGenerator<readonly SourceMessage[]> {
  for (const page of read.pages(key, behind)) yield page.map(({ message }) => messageOf(message));
}

function messageOf(message: ImportedMessage): SourceMessage {
  const { messageId, content, kind, createdAtUs, editedAtUs } = message;
  return {
    id: messageId,
    by: authorOf(message),
    text: content.text,
    markup: content.markup,
    kind,
    atUs: createdAtUs,
    ...(editedAtUs === undefined ? {} : { editedAtUs }),
  };
}

function authorOf({ author }: ImportedMessage): Who {
  return author.kind === "user" ? { kind: "person", id: author.userId } : { kind: "system" };
}

/** Of what kind a remark is, and what it says; what comes along all the same is told and not left. */
const words: Readonly<
  Record<Remark["why"], readonly [kind: string, why: string, isLeft: boolean]>
> = {
  notice: ["notice", "who came and went is not carried", true],
  private: ["message", "is private", true],
  deleted: ["message", "was deleted there", true],
  over: ["ban", "is over", true],
  cut: ["record", "is cut", true],
  unreadable: ["record", "cannot be read", true],
  columns: ["record", "has another number of values than its table", true],
  no_table: ["record", "is of a table that is not described", true],
  id: ["message", "has no id", true],
  id_twice: ["message", "its id occurs twice", true],
  time: ["message", "has no time that can be: that of the one before it", false],
  no_text: ["message", "has no text", true],
  too_long: ["message", "is too long, and cut", false],
  alphabet: ["message", "is not all text", false],
  no_author: ["message", "names no author", true],
  no_channel: ["message", "names no channel", true],
  channel_twice: ["channel", "occurs twice", true],
  too_many: ["record", "is one of too many", true],
  name: ["channel", "may not be called so", false],
  ban_of_nobody: ["ban", "is of nobody who is known", true],
  ban_of_address: ["ban", "is of an address alone", true],
  until: ["ban", "says no end", true],
  silence_over: ["silence", "is over", true],
  silence_of_nobody: ["silence", "is of nobody who is known", true],
  silence_until: ["silence", "says no end", true],
  password: ["channel", "had a password: it is closed until its owner opens it", false],
  closed: [
    "channel",
    "nothing says who might enter it: it is closed until its owner opens it",
    false,
  ],
};

function tell(report: Report, { why, where, what }: Remark): void {
  const [kind, said, isLeft] = words[why];
  const { part, line, row, id } = where;
  const place = [
    part,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(what === undefined ? [] : [what]),
  ].join(", ");
  if (isLeft) report.leave(kind, place, said);
  else report.say(kind, place, said);
}
