/**
 * One row per query: who may ask it, and what it is answered from. `through` is the journal sequence that an
 * answer covers, of the state or of the projection. Entitlement is judged on the state of the asking moment.
 */
import { type Actor, type QueryOf, type QueryType, rowsByType } from "@dragoman/bus-schema";
import { rosterDigest } from "@dragoman/service-kit";
import { viewsNow } from "../state/find.ts";
import { placeOfThread } from "../state/place.ts";
import { peopleFrom, snapshotOf } from "../state/snapshot.ts";
import { fileAnswers } from "./file.ts";
import { journalAnswers } from "./journal.ts";
import { messageAnswers } from "./message.ts";
import { moderationAnswers } from "./moderation.ts";
import { pollAnswers } from "./poll.ts";
import { type Answered, busy, type Row, refuse, type Sources, signedIn } from "./row.ts";

const table: { readonly [T in QueryType]: Row<T> } = {
  "roster.snapshot": (_query, _asker, { replica }) => {
    const snapshot = snapshotOf(replica.state);
    if (snapshot === null) return refuse(busy);
    const { seq, id, at, term } = replica.position;
    const answer = { ...snapshot, lastId: id, lastAt: at, term };
    return { ok: true, value: { through: seq, answer } };
  },

  "roster.people": ({ from, digest }, _asker, { replica }) => {
    const users = peopleFrom(replica.state, from);
    const isKnown = digest !== undefined && digest === rosterDigest(users);
    const answer = isKnown ? {} : { users };
    return { ok: true, value: { through: replica.position.seq, answer } };
  },

  ...journalAnswers,
  ...messageAnswers,
  ...fileAnswers,
  ...pollAnswers,

  "unread.counts": signedIn(async (_query, asker, { replica, history, projected }) => {
    const { channels, threads } = replica.state;
    const viewed = [...channels.values()].filter((channel) =>
      viewsNow(replica.state, channel, asker),
    );
    const forums = new Set(
      viewed.filter(({ kind }) => kind === "forum").map(({ channelId }) => channelId),
    );
    const places = [
      ...viewed
        .filter(({ kind }) => kind === "text" || kind === "whisper")
        .map(({ channelId }) => ({ channelId })),
      ...[...threads.values()].filter((thread) => forums.has(thread.channelId)).map(placeOfThread),
    ];
    if (!(await projected())) return refuse(busy);
    return { ok: true, value: await history.counts(asker.userId, places) };
  }),

  ...moderationAnswers,

  "push.key": signedIn(async (_query, _asker, { replica, secrets }) => {
    const through = replica.position.seq;
    return { ok: true, value: { through, answer: { key: (await secrets.push.keys()).publicKey } } };
  }),
};

const rows = rowsByType<Row<QueryType>>(table);

/** Answers a question of a person, or of a gateway for itself (`asker` null). */
export async function answer(
  query: QueryOf<QueryType>,
  asker: Actor | null,
  from: Sources,
): Promise<Answered<QueryType>> {
  const row = rows.get(query.type);
  if (row === undefined) return refuse({ code: "invalid", field: "query", why: "unknown" });
  return row(query, asker, from);
}
