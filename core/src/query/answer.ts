/**
 * One row per query: who may ask it, and what it is answered from. `through` is the journal sequence that an
 * answer covers, of the state or of the projection. Entitlement is judged on the state of the asking moment.
 */
import {
  type Actor,
  type AnswerOf,
  type QueryOf,
  type QueryType,
  rowsByType,
} from "@dragoman/bus-schema";
import { packedForm, rosterDigest } from "@dragoman/service-kit";
import { viewsNow } from "../state/find.ts";
import { placeOfThread } from "../state/place.ts";
import type { Reading, State } from "../state/shape.ts";
import { everybody, packedPeopleFrom, peopleFrom, snapshotOf } from "../state/snapshot.ts";
import { adoptionAnswers } from "./adoption.ts";
import { exportAnswers } from "./export.ts";
import { fileAnswers } from "./file.ts";
import { importAnswers } from "./import.ts";
import { inviteAnswers } from "./invite.ts";
import { journalAnswers } from "./journal.ts";
import { messageAnswers } from "./message.ts";
import { moderationAnswers } from "./moderation.ts";
import { pollAnswers } from "./poll.ts";
import { type Answered, busy, type Row, refuse, type Sources, signedIn } from "./row.ts";
import { sessionAnswers } from "./session.ts";
import { tokenAnswers } from "./token.ts";
import { traceAnswers } from "./trace.ts";
import { userAnswers } from "./user.ts";

const table: { readonly [T in QueryType]: Row<T> } = {
  "roster.snapshot": ({ paged = false }, _asker, { replica }) => {
    const snapshot = snapshotOf(replica.state);
    if (snapshot === null) return refuse(busy);
    const { seq, id, at, term } = replica.position;
    const users = paged ? {} : { users: everybody(replica.state) };
    const answer = { ...snapshot, ...users, lastId: id, lastAt: at, term };
    return { ok: true, value: { through: seq, answer } };
  },

  "roster.people": (query, _asker, { replica }) => {
    const answer = pageOfPeople(query, replica.state);
    return { ok: true, value: { through: replica.position.seq, answer } };
  },

  ...journalAnswers,
  ...importAnswers,
  ...exportAnswers,
  ...adoptionAnswers,
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
  ...userAnswers,
  ...sessionAnswers,
  ...inviteAnswers,
  ...tokenAnswers,
  ...traceAnswers,

  "push.key": signedIn(async (_query, _asker, { replica, secrets }) => {
    const through = replica.position.seq;
    return { ok: true, value: { through, answer: { key: (await secrets.push.keys()).publicKey } } };
  }),
};

function pageOfPeople(
  { from, digest, form }: QueryOf<"roster.people">,
  state: Reading<State>,
): AnswerOf<"roster.people"> {
  if (digest !== undefined && digest === rosterDigest(peopleFrom(state, from))) return {};
  if (form !== packedForm) return { users: peopleFrom(state, from) };
  const { shapes, bytes } = packedPeopleFrom(state, from);
  return {
    packed: { shapes: shapes.map(([n, keys]) => [n, [...keys]]), bytes: bytes.toString("base64") },
  };
}

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
