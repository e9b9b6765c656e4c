/** What a draw means at a moment: who does what to what. */
import type { Act, Draw } from "./house-act.ts";
import { choices } from "./house-polls.ts";
import {
  aboveOf,
  isIn,
  type Line,
  type Name,
  nameOf,
  type Place,
  people,
  placeOf,
  roomsOf,
  type Seat,
  type State,
  type Style,
  seats,
  sideOf,
  styles,
  type View,
} from "./house-state.ts";

const nicks = [null, "red", "green", "blue"];
const emojis = ["👍", "🎉"];
const statuses = [
  ["online", ""],
  ["idle", "out now"],
  ["dnd", ""],
  ["invisible", ""],
  ["online", ""],
] as const;
const views: readonly View[] = ["crew", "moderator", "crew"];
const passwords = ["p1", "p2", null];
const ranks = [5, 0, 1, 5];
/** What becomes of a thread. */
const alterations = [
  { locked: true },
  { archived: true },
  { locked: false },
  { archived: false },
] as const;
/** Wrong passwords of one person for one place. */
const guessesMax = 3;
const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % from.length];

/** Notices about messages of a place that are told of at most: one more is not. */
const noticesMax = 6;
/** Lines of a place behind which an edit is told in another form. */
const recentMax = 18;

interface Found {
  readonly place: string;
  readonly line: Line;
}

/** Lines that a connection may mean, of polls or of words: on Sock Chat of where it stands, on OriginChats of all channels. */
function linesFor(state: State, who: Seat, isPoll = false): readonly Found[] {
  const here = state.people[nameOf(who)].sc;
  return state.places
    .filter(
      ({ id, pair }) =>
        pair === undefined && id !== "general" && (sideOf(who) === "oc" || id === here),
    )
    .filter(({ lines }) => lines.length < recentMax)
    .flatMap(({ id, lines }) => lines.map((line) => ({ place: id, line })))
    .filter(({ line }) => isPoll || line.poll === undefined);
}

/** Whether somebody has done enough to messages of a place. */
const isTold = (state: State, id: string): boolean =>
  (placeOf(state, id)?.notices ?? 0) > noticesMax;

/** A place to go into, mostly with what it takes. Who guesses too often in a place waits, so nobody does. */
function given(
  state: State,
  place: Place,
  who: Seat,
  n: number,
): { place: string; password?: string } {
  const above = aboveOf(state, place);
  const guesses = above.guesses.filter((name) => name === nameOf(who)).length;
  const password = n % 4 === 1 && guesses < guessesMax ? "wrong" : above.password;
  return password === undefined || n % 4 === 2
    ? { place: place.id }
    : { place: place.id, password };
}

const isNewer = (a: Found, b: Found): number => b.line.at - a.line.at;

/** A poll where somebody stands, or in one of those places. */
function asking(
  state: State,
  who: Seat,
  places: readonly Place[],
  b: number,
  c: number,
  word: () => string,
): Act | undefined {
  const here = state.people[nameOf(who)].sc ?? "general";
  const place = sideOf(who) === "sc" ? here : pick(places, b)?.id;
  const isFull = (placeOf(state, place ?? "")?.lines.length ?? 0) >= recentMax;
  if (place === undefined || place === "general" || isFull) return undefined;
  return {
    do: "poll",
    who,
    place,
    words: word(),
    multi: sideOf(who) === "oc" && c % 2 === 0,
  };
}

/** What a draw means in a state; undefined: nothing. `word` makes words that occur nowhere else. */
export function resolve(draw: Draw, state: State, word: () => string): Act | undefined {
  const [kind, a, b, c] = draw;
  const inside = seats.filter((seat) => isIn(state, seat));
  const who = pick(inside, a);
  const standing = pick(
    inside.filter((seat) => sideOf(seat) === "sc"),
    a,
  );
  const web = pick(
    inside.filter((seat) => sideOf(seat) === "oc"),
    a,
  );
  /** Mostly who may: of what was refused nothing follows. */
  const keeperOf = (place: Place | undefined, n: number): Seat | undefined =>
    pick(
      inside.filter(
        (seat) =>
          sideOf(seat) === "oc" &&
          (n % 3 === 0 ||
            state.people[nameOf(seat)].moderator ||
            place?.thread?.creator === nameOf(seat)),
      ),
      a,
    );
  const target = pick(people, b) as Name;
  const rooms = roomsOf(state).filter(({ id }) => id !== "general");
  const channels = state.places.filter(
    ({ id, pair, thread }) => pair === undefined && thread === undefined && id !== "general",
  );
  const threads = state.places.filter(({ thread }) => thread !== undefined);
  const closed = channels.filter(({ password }) => password !== undefined);
  switch (kind) {
    case "promote":
      return { do: kind, target, moderator: c % 2 === 0 };
    case "permit": {
      const place = pick(
        channels.filter(({ view }) => view !== "user"),
        b,
      );
      return place && { do: kind, place: place.id, view: pick(views, c) as View };
    }
    case "rename": {
      const place = pick(channels, b);
      return place && { do: kind, place: place.id, name: word() };
    }
    case "remove": {
      const place = pick(
        channels.filter(({ id }) => id !== "c1"),
        b,
      );
      return place && { do: kind, place: place.id };
    }
    case "seal": {
      const place = pick(channels, b);
      return place && { do: "password", place: place.id, password: pick(passwords, c) ?? null };
    }
    case "raise": {
      const place = pick(channels, b);
      return place && { do: "rank", place: place.id, rank: pick(ranks, c) ?? 0 };
    }
    case "come": {
      const out = seats.filter((seat) => !isIn(state, seat));
      const who = pick(out, a);
      return who && { do: kind, who, door: b };
    }
    default:
  }
  if (who === undefined) return undefined;
  const here = state.people[nameOf(who)].sc ?? "general";
  switch (kind) {
    case "say":
    case "mention":
    case "reply": {
      const found = kind === "reply" ? pick(linesFor(state, who), b) : undefined;
      if (kind === "reply" && found === undefined) return undefined;
      const chosen = sideOf(who) === "sc" ? here : pick([...rooms, ...threads], b)?.id;
      const place = found?.place ?? chosen;
      // What `/me` says on OriginChats is in no thread.
      const isPlain = found !== undefined || threads.some(({ id }) => id === place);
      const style = pick(styles, isPlain ? c % 4 : Math.max(0, c - 10)) as Style;
      if (place === undefined || (placeOf(state, place)?.lines.length ?? 0) >= recentMax)
        return undefined;
      return {
        do: "say",
        who,
        place,
        words: kind === "mention" ? `${word()} @${target}` : word(),
        style: kind === "mention" ? "plain" : style,
        ...(found === undefined ? {} : { replyTo: found.line.key }),
      };
    }
    case "edit": {
      const own = linesFor(state, who).filter(
        ({ line }) => line.edits < 2 && (c % 5 === 0 || line.author === nameOf(who)),
      );
      const found = pick(own, b);
      if (found === undefined) return undefined;
      const { key, style } = found.line;
      return { do: kind, who, place: found.place, key, style, words: word() };
    }
    case "delete":
    case "pin":
    case "unpin": {
      const found = pick(linesFor(state, who), b);
      if (found === undefined || (kind !== "delete" && isTold(state, found.place)))
        return undefined;
      return { do: kind, who, place: found.place, key: found.line.key };
    }
    case "react":
    case "unreact": {
      const found = pick(linesFor(state, who), b);
      if (found === undefined) return undefined;
      return {
        do: kind,
        who,
        place: found.place,
        key: found.line.key,
        emoji: pick(emojis, c) ?? "",
      };
    }
    case "poll":
      return asking(state, who, [...rooms, ...threads], b, c, word);
    case "vote":
    case "close": {
      const polls = linesFor(state, who, true).filter(({ line }) => line.poll !== undefined);
      // Mostly of the newest: of one vote alone little can be seen, and of what nobody asked nothing.
      const found = b % 3 === 0 ? pick(polls, b) : polls.toSorted(isNewer)[0];
      if (found === undefined)
        return kind === "vote" ? asking(state, who, [...rooms, ...threads], b, c, word) : undefined;
      if (isTold(state, found.place)) return undefined;
      const about = { place: found.place, key: found.line.key };
      if (kind === "close") return web && { do: kind, who: web, ...about };
      const choice = c % 3 === 0 ? [0, 1] : [c % 2 === 0 ? 0 : c % choices.length];
      return sideOf(who) === "sc"
        ? { do: kind, who, place: found.place, choice }
        : { do: kind, who, ...about, choice };
    }
    case "read":
    case "ack": {
      const place = pick([...channels, ...threads], b);
      const up = place?.lines[c]?.key;
      if (web === undefined || place === undefined) return undefined;
      return kind === "read" || up === undefined
        ? { do: kind, who: web, place: place.id }
        : { do: kind, who: web, place: place.id, up };
    }
    case "whisper":
      // What waits for somebody is told at another time, and is shown elsewhere (test/crossing/whisper).
      return target === nameOf(who) ||
        !seats.some((seat) => nameOf(seat) === target && isIn(state, seat))
        ? undefined
        : { do: kind, who, to: target, words: word() };
    case "nick":
      return { do: kind, who, nick: pick(nicks, b) ?? null };
    case "afk":
      return { do: kind, who, text: pick(["", "lunch time"], b) ?? "" };
    case "status": {
      if (sideOf(who) === "sc") return undefined;
      const [status, text] = pick(statuses, b) ?? ["online", ""];
      return { do: kind, who, status, text };
    }
    case "move": {
      const place = pick([...roomsOf(state), ...threads], b);
      return standing && place && { do: kind, who: standing, ...given(state, place, standing, c) };
    }
    case "enter": {
      const place = pick(c % 4 === 0 ? channels : closed, b);
      return web && place && { do: kind, who: web, ...given(state, place, web, c) };
    }
    case "quit": {
      const place = pick(c % 3 === 0 ? channels : closed, b);
      return web && place && { do: kind, who: web, place: place.id };
    }
    case "password":
    case "rank": {
      // Mostly of one's own: of what was refused nothing follows.
      const own = inside.filter((seat) => channels.some(({ owner }) => owner === nameOf(seat)));
      const by = c % 4 === 0 ? who : pick(own, a);
      if (by === undefined) return undefined;
      const place =
        sideOf(by) === "sc"
          ? state.people[nameOf(by)].sc
          : pick(c % 4 === 0 ? channels : channels.filter(({ owner }) => owner === nameOf(by)), b)
              ?.id;
      if (place === undefined || place === "general") return undefined;
      return kind === "rank"
        ? { do: kind, who: by, place, rank: pick(ranks, b) ?? 0 }
        : { do: kind, who: by, place, password: pick(passwords, b) ?? null };
    }
    case "make":
      return standing && { do: kind, who: standing, id: word() };
    case "unmake": {
      const place = pick(
        channels.filter(({ isForum }) => isForum !== true),
        b,
      );
      return standing && place && { do: kind, who: standing, place: place.id };
    }
    case "open": {
      const forum = pick(
        channels.filter(({ isForum }) => isForum === true),
        b,
      );
      return forum && { do: kind, who, forum: forum.id, id: word() };
    }
    case "alter": {
      const place = pick(threads, b);
      const keeper = keeperOf(place, c) ?? web;
      const isTitle = c % 5 === 4;
      return (
        keeper &&
        place && {
          do: kind,
          who: keeper,
          place: place.id,
          ...(isTitle ? { title: word() } : alterations[c % 5]),
        }
      );
    }
    case "erase":
    case "partake":
    case "part": {
      const place = pick(threads, b);
      return web && place && { do: kind, who: web, place: place.id };
    }
    case "leave":
      return { do: kind, who };
    default: {
      // Mostly by those who may: of what was refused nothing follows.
      const keepers = inside.filter((seat) => c % 4 === 0 || state.people[nameOf(seat)].moderator);
      const keeper = pick(keepers, a);
      return keeper && { do: kind, who: keeper, target };
    }
  }
}
