/** The lines of one channel as messages, in their order, behind a cursor. */
import type { ImportedMessage, MessageId } from "@dragoman/bus-schema";
import { channelIdOf, messageIdOf, namedUserId, siteUserId } from "./ids.ts";
import { type Family, families } from "./item.ts";
import type { Stage, StagedChannel } from "./stage.ts";

export interface SourceMessage {
  readonly message: ImportedMessage;
  /** Of its channel: what follows comes behind it. */
  readonly cursor: string;
}

/** Lines that are read at once. */
const page = 500;

type LineRow = [
  ord: bigint,
  face: bigint | null,
  text: string,
  isAction: bigint,
  atMs: bigint | null,
  editedMs: bigint | null,
  ident: string | null,
];

const familyAt: ReadonlyMap<number, Family> = new Map(
  Object.entries(families).map(([name, at]) => [at, name as Family]),
);

/**
 * @param after the cursor of the last one that is there already; null: from the beginning. One that is not of this source as
 *   it is now, such as a log that was begun anew, begins at the beginning too: ids say what is there.
 */
export function* messagesOf(
  stage: Stage,
  source: string,
  channel: StagedChannel,
  after: string | null,
): Generator<SourceMessage> {
  for (const messages of pagesOf(stage, source, channel, startOf(stage, source, after)))
    yield* messages;
}

/** The messages behind a place, many at once. */
export function* pagesOf(
  stage: Stage,
  source: string,
  channel: StagedChannel,
  from: bigint,
): Generator<readonly SourceMessage[]> {
  const rows = stage.db
    .prepare(
      `SELECT ord, face, text, is_action, at_ms, edited_ms, ident
       FROM said WHERE channel = ? AND ord > ? AND is_deleted = 0 ORDER BY ord LIMIT ${page}`,
    )
    .raw()
    .safeIntegers(true);
  const authors = new Authors(stage, source);
  const place = { channelId: channelIdOf(source, channel.key) };
  let ord = from;
  let lastMs = timeBefore(stage, channel, ord);
  for (;;) {
    const lines = rows.all(channel.id, ord) as LineRow[];
    yield lines.map((line) => {
      const [at, face, text, isAction, atMs, editedMs, ident] = line;
      ord = at;
      lastMs = atMs === null ? lastMs : Number(atMs);
      const messageId = messageIdOf(source, identOf(at, ident));
      return {
        message: {
          messageId,
          place,
          author: face === null ? { kind: "system" } : authors.of(face),
          kind: isAction === 1n ? "action" : "text",
          content: { text, markup: "bbcode" },
          createdAtUs: lastMs * 1_000,
          ...(editedMs === null ? {} : { editedAtUs: Math.max(Number(editedMs), lastMs) * 1_000 }),
        },
        cursor: cursorOf(at, ident, messageId),
      };
    });
    if (lines.length < page) return;
  }
}

/** The ids of messages, with the place before the first of them. */
export interface IdPage {
  readonly behind: bigint;
  readonly ids: readonly MessageId[];
}

/** The ids of a channel's messages, in their order. */
export function* idPagesOf(stage: Stage, source: string, { id }: StagedChannel): Generator<IdPage> {
  const rows = stage.db
    .prepare(
      `SELECT ord, ident FROM said
       WHERE channel = ? AND ord > ? AND is_deleted = 0 ORDER BY ord LIMIT ${page}`,
    )
    .raw()
    .safeIntegers(true);
  for (let behind = -1n; ; ) {
    const lines = rows.all(id, behind) as [ord: bigint, ident: string | null][];
    yield { behind, ids: lines.map((line) => messageIdOf(source, identOf(...line))) };
    const [last] = lines.at(-1) ?? [];
    if (last === undefined || lines.length < page) return;
    behind = last;
  }
}

/** Authors that are known by their faces without the database. */
const authorsMax = 50_000;

/** Whom lines are by. */
class Authors {
  readonly #source: string;
  readonly #row: ReturnType<Stage["db"]["prepare"]>;
  readonly #known = new Map<bigint, ImportedMessage["author"]>();

  constructor(stage: Stage, source: string) {
    this.#source = source;
    this.#row = stage.db.prepare("SELECT person, number FROM faces WHERE face = ?").raw();
  }

  of(face: bigint): ImportedMessage["author"] {
    const known = this.#known.get(face);
    if (known !== undefined) return known;
    const [person, number] = this.#row.get(face) as [person: string, number: number | null];
    const name = person.slice("name ".length);
    const userId = number === null ? namedUserId(this.#source, name) : siteUserId(number);
    const author = { kind: "user", userId } as const;
    if (this.#known.size >= authorsMax) this.#known.clear();
    this.#known.set(face, author);
    return author;
  }
}

/** What a line is known by from run to run: its table's id, or its words where it has none. */
function identOf(ord: bigint, ident: string | null): string {
  return ident ?? `${familyAt.get(Number(ord >> 60n))} ${ord & ((1n << 60n) - 1n)}`;
}

/** A line's place; of one without an id also which line it was, for a file may be another one by the next run. */
const cursorOf = (ord: bigint, ident: string | null, messageId: string): string =>
  ident === null ? ord.toString() : `${ord}.${messageId}`;

function startOf(stage: Stage, source: string, after: string | null): bigint {
  const [, digits, messageId] = /^([0-9]{1,19})(?:\.([0-9a-f-]{36}))?$/.exec(after ?? "") ?? [];
  if (digits === undefined) return -1n;
  const ord = BigInt(digits);
  if (messageId === undefined) return ord;
  const [ident] = (stage.db.prepare("SELECT ident FROM said WHERE ord = ?").raw().get(ord) ??
    []) as (string | null)[];
  const isSame = typeof ident === "string" && messageIdOf(source, ident) === messageId;
  return isSame ? ord : -1n;
}

/** The time of who has none: that of the line before, or of the first one that has one. */
function timeBefore(stage: Stage, { id }: StagedChannel, ord: bigint): number {
  const ask = (condition: string): number | undefined =>
    (
      stage.db
        .prepare(`SELECT at_ms FROM said WHERE at_ms IS NOT NULL AND ${condition} LIMIT 1`)
        .raw()
        .get(id, ord) as [number] | undefined
    )?.[0];
  return (
    ask("channel = ? AND ord <= ? ORDER BY ord DESC") ??
    ask("channel = ? AND ord > ? ORDER BY ord") ??
    0
  );
}
