/** What each connection is told when people and lines change. Talk keeps its order; people are told of apart from it. */
import {
  aboveOf,
  bareName,
  hearers,
  isHidden,
  isIn,
  isOnline,
  isPresent,
  type Line,
  type Name,
  nameOf,
  optionsText,
  type Place,
  people,
  placeOf,
  rankOf,
  type Seat,
  type State,
  scText,
  seats,
  shownName,
  sideOf,
  slugOf,
  titleOf,
  views,
} from "./house-state.ts";

/** What each connection is told, in order. */
export type Told = Map<Seat, string[]>;

export function push(to: Told, seat: Seat, what: string): void {
  const list = to.get(seat);
  if (list === undefined) to.set(seat, [what]);
  else list.push(what);
}

/** What a person is to others at a moment. */
interface Look {
  readonly name: string;
  readonly rank: number;
  readonly isOnline: boolean;
  readonly isHidden: boolean;
  readonly status: string;
  readonly nick: string | null;
  readonly banned: boolean;
  readonly present: ReadonlySet<string>;
}

const lookOf = (state: State, name: Name): Look => {
  const person = state.people[name];
  return {
    name: shownName(state, name),
    rank: rankOf(person),
    isOnline: isOnline(person),
    isHidden: isHidden(person),
    status: `${person.status} ${person.text}`,
    nick: person.nick,
    banned: person.banned,
    present: new Set(
      state.places.filter((place) => isPresent(state, name, place)).map(({ id }) => id),
    ),
  };
};

export class Teller {
  readonly state: State;
  readonly talk: Told = new Map();
  readonly folk: Told = new Map();
  /** Places that lists of OriginChats have lost. */
  readonly #lost = new Map<Seat, Set<string>>();

  constructor(state: State) {
    this.state = structuredClone(state);
  }

  /** Changes people, and tells those who have them in a list. */
  protected step(change: () => void): "done" {
    const { state } = this;
    const was = new Map(people.map((name) => [name, lookOf(state, name)]));
    const listed = new Map(seats.map((seat) => [seat, this.#listing(seat)]));
    const stood = new Map(
      seats.map((seat) => [seat, [isIn(state, seat), state.people[nameOf(seat)].sc]]),
    );
    change();
    for (const seat of seats) {
      const [wasIn, place] = stood.get(seat) ?? [];
      if (wasIn !== true || !isIn(state, seat)) continue;
      const moved = state.people[nameOf(seat)].sc !== place;
      this.#tellListing(seat, listed.get(seat) ?? []);
      for (const name of people) {
        const before = was.get(name) as Look;
        const now = lookOf(state, name);
        if (sideOf(seat) === "oc") this.#tellOriginchats(seat, name, before, now);
        else if (name === nameOf(seat)) this.tellSelf(seat, before, now);
        else if (!moved) this.tellSockchat(seat, name, before, now, String(place));
      }
    }
    for (const seat of seats) {
      const [wasIn, place] = stood.get(seat) ?? [];
      // Whoever signs in is told of itself as all others are.
      const name = nameOf(seat);
      if (sideOf(seat) === "oc" && wasIn !== true && isIn(state, seat)) {
        this.#tellOriginchats(seat, name, was.get(name) as Look, lookOf(state, name));
      }
      const here = state.people[nameOf(seat)].sc;
      if (sideOf(seat) === "sc" && here !== undefined && (wasIn !== true || here !== place)) {
        this.enter(seat, here);
      }
    }
    return "done";
  }

  /** The places that a connection of OriginChats lists. */
  #listing(seat: Seat): readonly string[] {
    if (sideOf(seat) === "sc") return [];
    const { places } = this.state;
    return places
      .filter((place) => place.thread === undefined && views(this.state, nameOf(seat), place))
      .map(({ id }) => id);
  }

  /** Who loses a place from the list, and has it again. */
  #tellListing(seat: Seat, before: readonly string[]): void {
    const now = this.#listing(seat);
    const lost = this.#lost.get(seat) ?? new Set();
    this.#lost.set(seat, lost);
    for (const id of now)
      if (lost.has(id)) push(this.folk, seat, `back ${placeOf(this.state, id)?.name}`);
    for (const id of before) if (!now.includes(id)) lost.add(id);
  }

  #tellOriginchats(seat: Seat, name: Name, before: Look, now: Look): void {
    const tell = (what: string): void => push(this.folk, seat, what);
    const [was, is] = [before, now].map((look) => look.isOnline && !look.isHidden);
    if (is && !was) tell(`on ${name}`);
    if (was && !is) tell(`off ${name}`);
    if (now.banned && !before.banned) tell(`out ${name}`);
    if (before.banned && !now.banned) tell(`join ${name}`);
    if (before.nick !== now.nick) tell(`nick ${name} ${now.nick}`);
    if (name === nameOf(seat) && now.isHidden) {
      if (now.status !== before.status) tell(`status ${name} ${now.status}`);
    } else if (
      is &&
      (was ? now.status !== before.status : !before.isOnline ? now.status !== "online " : true)
    ) {
      tell(`status ${name} ${now.status}`);
    }
  }

  protected tellSelf(seat: Seat, before: Look, now: Look): void {
    const same =
      before.name === now.name && before.rank === now.rank && before.isHidden === now.isHidden;
    if (!same) push(this.folk, seat, `is ${nameOf(seat)} ${now.name}/${now.rank}`);
  }

  protected tellSockchat(seat: Seat, name: Name, before: Look, now: Look, place: string): void {
    const [was, is] = [before.present.has(place), now.present.has(place)];
    const look = `${now.name}/${now.rank}`;
    if (is && !was) push(this.folk, seat, `come ${name} ${look}`);
    if (was && !is) push(this.folk, seat, `go ${name}`);
    if (was && is && look !== `${before.name}/${before.rank}`)
      push(this.folk, seat, `is ${name} ${look}`);
  }

  /** A connection that is in a place now: who is there, and its lines. */
  protected enter(seat: Seat, id: string): void {
    const { state } = this;
    const place = placeOf(state, id) as Place;
    const there = people
      .filter((name) => name !== nameOf(seat) && isPresent(state, name, place))
      .map((name) => `${name}=${shownName(state, name)}/${rankOf(state.people[name])}`);
    push(this.folk, seat, `enter ${slugOf(place)} ${there.join(" ")}`);
    push(this.talk, seat, `enter ${slugOf(place)}`);
    state.screens[seat] = [];
    // In the channel that is everybody's stand the lines of others too, and no more than twenty.
    if (id !== "general") for (const line of place.lines) this.shown(seat, place, line);
  }

  /** Takes a connection out; what the person made goes with it, and what lasts as long as the person is here. */
  protected put(seat: Seat): void {
    const me = this.state.people[nameOf(seat)];
    this.state.lost = this.state.lost.filter((each) => each !== seat);
    const left = sideOf(seat) === "sc" ? me.sc : undefined;
    if (sideOf(seat) === "oc") me.oc = false;
    else this.stand(nameOf(seat), undefined);
    if (!isOnline(me)) {
      if (me.afk !== undefined) Object.assign(me, me.afk);
      delete me.afk;
      if (me.lasting !== undefined) me.nick = me.lasting;
      delete me.lasting;
    }
    this.abandon(nameOf(seat), left);
  }

  /** Somebody stands elsewhere on Sock Chat: a password is given again, but by who is on OriginChats. */
  protected stand(name: Name, id: string | undefined): void {
    const { state } = this;
    const me = state.people[name];
    const [left, to] = [me.sc, id].map((each) => {
      const place = each === undefined ? undefined : placeOf(state, each);
      return place && aboveOf(state, place);
    });
    if (left !== undefined && left !== to && !me.oc)
      left.admitted = left.admitted.filter((each) => each !== name);
    if (id === undefined) delete me.sc;
    else me.sc = id;
  }

  /** What somebody made ends when they leave it, and what others made and have left when somebody leaves that. */
  protected abandon(name: Name, left?: string): void {
    const { state } = this;
    for (const place of state.places) {
      const { owner } = place;
      if (owner === undefined || (owner !== name && place.id !== left)) continue;
      if (!state.people[owner].oc && state.people[owner].sc !== place.id) this.end(place);
    }
  }

  protected end(place: Place): void {
    const { state } = this;
    state.places = state.places.filter((each) => each !== place && each.thread?.forum !== place.id);
    for (const name of people) {
      const { sc } = state.people[name];
      if (sc !== undefined && placeOf(state, sc) === undefined) state.people[name].sc = "general";
    }
  }

  /** The answer to a command of OriginChats, which is a line there and nothing on Sock Chat. */
  protected said(command: string, by: Name, at = "general"): void {
    const place = placeOf(this.state, at) as Place;
    this.state.said += 1;
    place.server.push({ key: "said", at: this.state.said });
    place.readers = [];
    for (const seat of hearers(this.state, place)) {
      if (sideOf(seat) === "oc")
        push(this.talk, seat, `said ${titleOf(this.state, place)} ${command} ${by}`);
    }
  }

  protected tell(place: Place, oc: (viewer: Name) => string, sc: (seat: Seat) => void): void {
    for (const seat of hearers(this.state, place)) {
      if (sideOf(seat) === "sc") sc(seat);
      else push(this.talk, seat, oc(nameOf(seat)));
    }
  }

  /** A place's name as the person sees it on OriginChats. */
  protected called(place: Place, viewer: Name): string {
    const other = place.pair?.find((name) => name !== viewer);
    return other === undefined ? titleOf(this.state, place) : `@${other}`;
  }

  /** A line comes to a screen of Sock Chat: above it what it answers. */
  protected shown(seat: Seat, place: Place, line: Line): void {
    if (line.replyTo !== undefined) {
      const name = bareName(this.state, line.replyTo.author);
      const words = line.quoted === undefined ? "" : `: ${line.quoted}`;
      this.show(seat, `re:${line.key}`, "bot", `» ${name}${words}`);
    }
    if (line.poll !== undefined) {
      const how = line.poll.ended ? "The poll has ended" : "Vote with /vote number";
      const asked = `${bareName(this.state, line.author)}: ${line.words}`;
      this.show(seat, line.key, "bot", [asked, ...optionsText(line.poll), how].join(" <br/> "));
      return;
    }
    const other = place.pair?.find((name) => name !== line.author);
    const isOwn = other !== undefined && nameOf(seat) === line.author;
    const text = isOwn ? `${shownName(this.state, other)} ${scText(line)}` : scText(line);
    this.show(seat, line.key, line.author, text);
  }

  protected show(seat: Seat, id: string, author: string, text: string): void {
    const screen = this.state.screens[seat] ?? [];
    this.state.screens[seat] = screen;
    screen.push(id);
    push(this.talk, seat, `line ${id} ${author} ${text}`);
  }

  /** A line, and what is told of it, goes from a screen. */
  protected take(seat: Seat, { key, told }: Line): void {
    const screen = this.state.screens[seat] ?? [];
    const ids = new Set([key, `re:${key}`, ...told]);
    for (const id of screen) if (ids.has(id)) push(this.talk, seat, `gone ${id}`);
    this.state.screens[seat] = screen.filter((id) => !ids.has(id));
  }

  /** What somebody who comes into a place now is shown of it on Sock Chat. */
  page(id: string): readonly string[] {
    const place = placeOf(this.state, id);
    for (const line of place?.lines ?? []) this.shown("cem@sc", place as Place, line);
    return this.talk.get("cem@sc") ?? [];
  }
}
