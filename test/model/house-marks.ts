/** What is read: one mark of each person and place (OriginChats part 2, section 11), moved on either side. */
import type { Outcome } from "./house-act.ts";
import {
  isIn,
  type Mark,
  messagesOf,
  type Name,
  nameOf,
  newestOf,
  type Place,
  people,
  placeOf,
  type Seat,
  type State,
  titleOf,
  views,
} from "./house-state.ts";
import { push, Teller } from "./house-told.ts";

export class Marks extends Teller {
  /** Moves a mark, and tells all connections of the person. */
  protected mark(name: Name, place: Place, mark: Mark): void {
    place.marks[name] = mark;
    const isAtEnd = newestOf(place)?.key === mark.key;
    place.readers = people.filter((each) =>
      each === name ? isAtEnd : place.readers.includes(each),
    );
    this.#tellMark(`${name}@oc`, place, mark);
  }

  #tellMark(seat: Seat, place: Place, { key }: Mark): void {
    const isTold = isIn(this.state, seat) && views(this.state, nameOf(seat), place);
    if (isTold && place.pair === undefined && place.id !== "general")
      push(this.folk, seat, `read ${titleOf(this.state, place)} ${key}`);
  }

  /** Whether somebody has read a place to its end. */
  protected hasReadAll(name: Name, place: Place): boolean {
    return newestOf(place) === undefined || place.readers.includes(name);
  }

  /** What was shown on Sock Chat is read when its reader leaves it. */
  protected leaveRead(name: Name): void {
    const place = placeOf(this.state, this.state.people[name].sc ?? "");
    const newest = place && newestOf(place);
    if (place === undefined || place.id === "general" || newest === undefined) return;
    if (!this.hasReadAll(name, place)) this.mark(name, place, newest);
  }

  /** `messages_get` and `unreads_ack`: up to a message, or to the newest. What changes nothing is told to who asks alone. */
  protected read(who: Seat, place: Place | undefined, key: string | undefined): Outcome {
    const name = nameOf(who);
    if (place === undefined || !views(this.state, name, place)) return "refused";
    const given =
      key === undefined ? newestOf(place) : place.lines.find((line) => line.key === key);
    const mark = given ?? (key === undefined ? undefined : place.marks[name]);
    if (mark !== undefined) this.mark(name, place, { key: mark.key, at: mark.at });
    return "done";
  }
}

/** How much of a place somebody has not read, of how much, and the last that they have: as `unreads_get` counts. */
export function unreadOf(state: State, name: Name, place: Place): string {
  const mark = place.marks[name];
  const all = messagesOf(place);
  const unread = all.filter(({ at }) => at > (mark?.at ?? -1)).length;
  return `${titleOf(state, place)} ${unread}/${all.length} ${mark?.key ?? null}`;
}
