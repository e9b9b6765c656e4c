/** What the model of the house knows: who is where and may do what, and the lines of each place. */

export const people = ["ada", "ben", "cem", "dee", "eve"] as const;
export type Name = (typeof people)[number];
export type Side = "oc" | "sc";
/** One connection of a person. */
export type Seat = `${Name}@${Side}`;
/** Three speak OriginChats and three Sock Chat; eve is on both. */
export const seats: readonly Seat[] = ["ada@oc", "ben@oc", "cem@sc", "dee@sc", "eve@oc", "eve@sc"];
export const nameOf = (seat: Seat): Name => seat.slice(0, 3) as Name;
export const sideOf = (seat: Seat): Side => seat.slice(4) as Side;

export const styles = ["plain", "bold", "italic", "code", "action"] as const;
export type Style = (typeof styles)[number];

/** A message, and the place of it among all. */
export interface Mark {
  readonly key: string;
  readonly at: number;
}

export interface Poll {
  readonly options: readonly string[];
  /** Whether one may choose several. */
  readonly multi: boolean;
  /** Who chose what, counted from 0. */
  votes: Partial<Record<Name, readonly number[]>>;
  ended: boolean;
}

/** `key`: its first words, by which everybody means it. */
export interface Line extends Mark {
  readonly author: Name;
  readonly style: Style;
  /** What it says; of a poll the question. */
  words: string;
  readonly poll?: Poll;
  edits: number;
  /** What it answers, and whose; `quoted`: its words, as they are told. */
  readonly replyTo?: { readonly key: string; readonly author: Name };
  quoted?: string;
  pinned: boolean;
  /** Emoji and who gave it, in order. */
  reactions: string[];
  /** Ids of what Sock Chat tells of it besides: quotes of it, its own quote, notices of pins. */
  told: string[];
}

/** Who may see a place. */
export type View = "crew" | "moderator" | "user";
export interface Place {
  readonly id: string;
  name: string;
  view: View;
  /** Whoever ranks lower does not see it. */
  rank: number;
  /** What it takes to read it, and who has given that; those who have given a wrong one. */
  password?: string;
  admitted: Name[];
  guesses: Name[];
  /** It goes when this person leaves it. */
  readonly owner?: Name;
  /** Of what two people say to each other alone. */
  readonly pair?: readonly Name[];
  /** It holds threads alone. */
  readonly isForum?: boolean;
  readonly thread?: Thread;
  /** What the server says there: when it is made, and who is put out or silenced. */
  server: Mark[];
  lines: Line[];
  /** What each has read. */
  marks: Partial<Record<Name, Mark>>;
  /** Who has read it to its end. */
  readers: Name[];
  /** How often something was told of its messages: pins, votes. */
  notices: number;
}

/** Of a place in a forum, whose name, rights, rank and password count there. */
export interface Thread {
  readonly forum: string;
  /** What the forum was called when the thread got its name: on Sock Chat it is called so. */
  under: string;
  readonly creator: Name;
  locked: boolean;
  archived: boolean;
  partakers: Name[];
}

export interface Person {
  moderator: boolean;
  banned: boolean;
  silenced: boolean;
  nick: string | null;
  /** The nickname that returns when the person is gone. */
  lasting?: string | null;
  status: string;
  text: string;
  /** What returns when the person writes. */
  afk?: { readonly status: string; readonly text: string };
  oc: boolean;
  /** The place where the person stands on Sock Chat. */
  sc?: string;
}

export interface State {
  people: Record<Name, Person>;
  places: Place[];
  /** What stands on the screen of each of Sock Chat, by id. */
  screens: Record<string, string[]>;
  /** How many messages there were. */
  said: number;
  /** Whether who goes may come back, as if never gone; and the connections that are lost meanwhile. */
  readonly hasGrace: boolean;
  lost: Seat[];
}

const fresh = (moderator: boolean): Person => ({
  moderator,
  banned: false,
  silenced: false,
  nick: null,
  status: "online",
  text: "",
  oc: false,
});

/** A place that nobody has written in yet. */
export const newPlace = (id: string, more: Partial<Place> = {}): Place => ({
  id,
  name: id,
  view: "crew",
  rank: 0,
  admitted: [],
  guesses: [],
  server: [],
  lines: [],
  marks: {},
  readers: [],
  notices: 0,
  ...more,
});

/** A channel, in which the server says that it was made. */
export const newChannel = (id: string, more: Partial<Place> = {}): Place =>
  newPlace(id, { server: [{ key: `#${id}`, at: 0 }], ...more });

/** The messages of a place, those of the server too. */
export const messagesOf = ({ lines, server }: Place): readonly Mark[] =>
  [...server, ...lines].sort((a, b) => a.at - b.at);

/** The newest message of a place. */
export const newestOf = (place: Place): Mark | undefined => messagesOf(place).at(-1);

/** The community as each sequence finds it: everybody in, on Sock Chat in the first place; ben and dee are moderators. */
export function beginning(hasGrace = false): State {
  const state: State = {
    people: {
      ada: { ...fresh(false), oc: true },
      ben: { ...fresh(true), oc: true },
      cem: { ...fresh(false), sc: "c1" },
      dee: { ...fresh(true), sc: "c1" },
      eve: { ...fresh(false), oc: true, sc: "c1" },
    },
    places: [
      newPlace("general", { view: "user" }),
      newChannel("c1"),
      newChannel("c2"),
      newChannel("mod", { view: "moderator" }),
      newPlace("forum", { isForum: true }),
    ],
    screens: {},
    said: 0,
    hasGrace,
    lost: [],
  };
  for (const seat of seats) state.screens[seat] = [];
  return state;
}

/** Whether a person counts as here by a connection, lost or not. */
export const isHere = (state: State, seat: Seat): boolean => {
  const person = state.people[nameOf(seat)];
  return sideOf(seat) === "oc" ? person.oc : person.sc !== undefined;
};

export const isIn = (state: State, seat: Seat): boolean =>
  isHere(state, seat) && !state.lost.includes(seat);

export const isOnline = ({ oc, sc }: Person): boolean => oc || sc !== undefined;
export const isHidden = ({ status }: Person): boolean => status === "invisible";
export const rankOf = ({ moderator }: Person): number => (moderator ? 5 : 1);

export const placeOf = (state: State, id: string): Place | undefined =>
  state.places.find((place) => place.id === id);

/** The place whose rights count in one: of a thread its forum. */
export const aboveOf = (state: State, place: Place): Place =>
  place.thread === undefined ? place : (placeOf(state, place.thread.forum) ?? place);

/** What a place is called: of a thread its forum's name and its own. */
export const titleOf = (state: State, place: Place): string =>
  place.thread === undefined ? place.name : `${aboveOf(state, place).name}-${place.name}`;

/** What a place is called on Sock Chat. */
export const slugOf = ({ name, thread }: Place): string =>
  thread === undefined ? name : `${thread.under}-${name}`;

/** The places in which one may stand. */
export const roomsOf = (state: State): readonly Place[] =>
  state.places.filter(
    ({ pair, isForum, thread }) =>
      pair === undefined && isForum !== true && thread?.archived !== true,
  );

/** Whether somebody may know of a place: it is listed for them on Sock Chat. */
export function sees(state: State, name: Name, place: Place): boolean {
  const { pair, view, rank } = aboveOf(state, place);
  if (pair !== undefined) return pair.includes(name);
  const person = state.people[name];
  return (view !== "moderator" || person.moderator) && rankOf(person) >= rank;
}

/** Whether somebody need not give the password of a place. */
export function isOpenTo(state: State, name: Name, place: Place): boolean {
  const { password, admitted, owner } = aboveOf(state, place);
  return password === undefined || owner === name || admitted.includes(name);
}

/** Whether somebody may read a place: it is listed for them on OriginChats. */
export const views = (state: State, name: Name, place: Place): boolean =>
  sees(state, name, place) && isOpenTo(state, name, place);

/** Who hears what is said in a place. */
export function hearers(state: State, place: Place): readonly Seat[] {
  return seats.filter((seat) => {
    if (!isIn(state, seat) || !views(state, nameOf(seat), place)) return false;
    const everywhere = sideOf(seat) === "oc" || place.pair !== undefined;
    return everywhere || state.people[nameOf(seat)].sc === place.id;
  });
}

/** Whom lists of Sock Chat show in a place. */
export function isPresent(state: State, name: Name, place: Place): boolean {
  const person = state.people[name];
  if (isHidden(person) || place.pair !== undefined) return false;
  return person.sc === place.id || (person.oc && views(state, name, place));
}

/** What Sock Chat calls a person. */
export function bareName(state: State, name: Name): string {
  const { nick } = state.people[name];
  return nick === null ? name : `~${nick}`;
}

export function shownName(state: State, name: Name): string {
  const { afk, status, text } = state.people[name];
  const isAway = afk !== undefined || (text !== "" && (status === "idle" || status === "dnd"));
  if (!isAway) return bareName(state, name);
  const tag = text.split(" ")[0]?.slice(0, 5).toUpperCase() || "AFK";
  return `&lt;${tag}&gt;_${bareName(state, name)}`;
}

const onOriginchats: Record<Style, (words: string) => string> = {
  plain: (w) => w,
  bold: (w) => `**${w}**`,
  italic: (w) => `_${w}_`,
  code: (w) => `\`${w}\``,
  action: (w) => `_${w}_`,
};
const onSockchat: Record<Style, (words: string, mark: string) => string> = {
  plain: (w, mark) => w + mark,
  bold: (w, mark) => `[b]${w}[/b]${mark}`,
  italic: (w, mark) => `[i]${w}[/i]${mark}`,
  code: (w, mark) => `[code]${w}[/code]${mark}`,
  action: (w, mark) => `<i>${w}${mark}</i>`,
};

/** The votes of each option. */
export const countsOf = ({ options, votes }: Poll): readonly number[] =>
  options.map((_, n) => Object.values(votes).filter((chosen) => chosen.includes(n)).length);

/** A line's text as OriginChats shows it. */
export function ocText({ style, words, poll }: Pick<Line, "style" | "words" | "poll">): string {
  if (poll === undefined) return onOriginchats[style](words);
  return `poll ${words} ${poll.options} ${countsOf(poll)}${poll.ended ? " ended" : ""}`;
}

/** A line's text as Sock Chat shows it. */
export const scText = ({ style, words, edits }: Pick<Line, "style" | "words" | "edits">): string =>
  onSockchat[style](words, edits > 0 ? " (edited)" : "");

/** A poll's options with their votes, as Sock Chat shows them. */
export function optionsText(poll: Poll): readonly string[] {
  const counts = countsOf(poll);
  return poll.options.map((text, n) => `${n + 1}. ${text} (${counts[n]})`);
}
