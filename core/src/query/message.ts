/** Answers about messages: all from the history projection, for whoever may see the place. */
import {
  type AnswerOf,
  type Place,
  type QueryOf,
  type QueryType,
  rolesOf,
} from "@dragoman/bus-schema";
import type { Covered, History } from "../history/history.ts";
import { personToken, replyToken, roleToken, userToken } from "../history/mention.ts";
import { mergedInto, viewsNow } from "../state/find.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import { placeNotFound, seenChannel, sightOf } from "../state/sight.ts";
import { inEyes } from "./poll.ts";
import { busy, operating, type Row, refuse, signedIn } from "./row.ts";

type PlaceQuery = {
  [T in QueryType]: QueryOf<T> extends { readonly place: Place } ? T : never;
}[QueryType];

type Read<T extends PlaceQuery> = (
  history: History,
  query: QueryOf<T>,
) => Promise<Covered<AnswerOf<T>>>;

/** Whether an operator reads a place: every one but whispers. */
function isOperators({ channels }: Reading<State>, { channelId }: Place): boolean {
  const channel = channels.get(channelId);
  return channel !== undefined && channel.kind !== "whisper";
}

/** A row that reads one place. */
function inPlace<T extends PlaceQuery>(read: Read<T>): Row<T> {
  return signedIn(async (query, asker, from) => {
    const { place } = query as { readonly place: Place };
    const { state } = from.replica;
    if (seenChannel(state, place, sightOf(state, asker)) === undefined) {
      return refuse(placeNotFound(place));
    }
    if (!(await from.projected())) return refuse(busy);
    const { through, answer } = await read(from.history, query);
    const shown = await inEyes(answer, asker, from);
    return shown === null ? refuse(busy) : { ok: true, value: { through, answer: shown } };
  });
}

/** What finds messages that mention an account, by each name that it has or had, and replies to its own. */
const tokensOfAccount = ({ user, formerNames = [] }: Person): readonly string[] => [
  ...[user.name, ...formerNames].map(userToken),
  personToken(user.userId),
  replyToken(user.userId),
];

type MessageRows = {
  readonly [T in QueryType as T extends `message.${string}` ? T : never]: Row<T>;
};

export const messageAnswers: MessageRows = {
  "message.page": inPlace((history, query) => history.page(query)),
  "message.around": inPlace((history, query) => history.around(query)),
  "message.one": inPlace((history, query) => history.one(query)),
  "message.replies": inPlace((history, query) => history.list({ ask: "replies", query })),
  "message.search": inPlace((history, query) => history.list({ ask: "search", query })),
  "message.pinned": inPlace((history, query) => history.list({ ask: "pinned", query })),

  // Polls are as nobody has voted in them.
  "message.matches": operating(async (query, { replica, history, projected }) => {
    if (!(await projected())) return refuse(busy);
    const isSearched = query.places.map((place) => isOperators(replica.state, place));
    return { ok: true, value: await history.matches(query, isSearched) };
  }),

  "message.record": operating(async ({ message: ref }, { replica, history, projected }) => {
    if (!(await projected())) return refuse(busy);
    const { through, message } = await history.lookup(ref);
    const isShown = message !== null && isOperators(replica.state, message.place);
    return { ok: true, value: { through, answer: { message: isShown ? message : null } } };
  }),

  "message.pings": signedIn(async (query, asker, from) => {
    const { replica, history, projected } = from;
    const { channels, people, roles } = replica.state;
    const person = people.get(asker.userId);
    if (person === undefined) return refuse({ code: "not_authenticated" });
    const tokens = [
      ...[person, ...mergedInto(replica.state, asker.userId)].flatMap(tokensOfAccount),
      ...rolesOf(person.user.roleIds, roles).map(({ name }) => roleToken(name)),
    ];
    const seen = [...channels.values()].filter((channel) =>
      viewsNow(replica.state, channel, asker),
    );
    if (!(await projected())) return refuse(busy);
    const ids = seen.map(({ channelId }) => channelId);
    const { through, answer } = await history.pings(query, tokens, ids);
    const shown = await inEyes(answer, asker, from);
    return shown === null ? refuse(busy) : { ok: true, value: { through, answer: shown } };
  }),
};
