/** Threads of forums: who opens, changes and ends them, and who talks in them. */
import type { Act, Outcome } from "./house-act.ts";
import { Places } from "./house-places.ts";
import {
  aboveOf,
  type Name,
  nameOf,
  newPlace,
  type Place,
  people,
  placeOf,
  type Seat,
  sideOf,
  type Thread,
  titleOf,
  views,
} from "./house-state.ts";
import { push } from "./house-told.ts";

type InThread = Extract<Act, { do: "alter" | "erase" | "partake" | "part" }>;

export class Threads extends Places {
  /** Whoever opens one on Sock Chat goes there. */
  protected open(who: Seat, forum: Place | undefined, id: string): Outcome {
    const name = nameOf(who);
    if (forum?.isForum !== true || !views(this.state, name, forum)) return "refused";
    if (this.state.people[name].silenced) return "refused";
    this.step(() => {
      const made = { creator: name, locked: false, archived: false, partakers: [name] };
      this.state.places.push(
        newPlace(id, { thread: { ...made, forum: forum.id, under: forum.name } }),
      );
    });
    if (sideOf(who) === "sc") this.move(who, placeOf(this.state, id), undefined);
    return "done";
  }

  /** What is done to a thread, on OriginChats alone. */
  protected inThread(act: InThread): Outcome {
    const name = nameOf(act.who);
    const place = placeOf(this.state, act.place);
    const thread = place?.thread;
    if (thread === undefined || !views(this.state, name, place as Place)) return "refused";
    switch (act.do) {
      case "partake":
      case "part":
        return this.#join(act.who, place as Place, thread, act.do);
      case "erase":
        if (!this.#rules(name, thread)) return "refused";
        return this.step(() => this.end(place as Place));
      default:
        return this.#alter(name, place as Place, thread, act);
    }
  }

  /** Whether a thread is somebody's to change. */
  #rules(name: Name, thread: Thread): boolean {
    return thread.creator === name || this.state.people[name].moderator;
  }

  #alter(
    name: Name,
    place: Place,
    thread: Thread,
    { locked, archived, title }: Extract<Act, { do: "alter" }>,
  ): Outcome {
    const me = this.state.people[name];
    if (!this.#rules(name, thread)) return "refused";
    if (title !== undefined && me.silenced && !me.moderator) return "refused";
    return this.step(() => {
      if (title !== undefined) {
        place.name = title;
        thread.under = aboveOf(this.state, place).name;
      }
      // A creator cannot lock.
      if (me.moderator) thread.locked = locked ?? thread.locked;
      thread.archived = archived ?? thread.archived;
      const inside = people.filter((each) => this.state.people[each].sc === place.id);
      if (thread.archived) for (const each of inside) this.stand(each, "general");
    });
  }

  #join(who: Seat, place: Place, thread: Thread, act: "partake" | "part"): Outcome {
    const name = nameOf(who);
    const has = thread.partakers.includes(name);
    if (act === "partake" && thread.locked) return "refused";
    const told = `${act} ${titleOf(this.state, place)} ${name}`;
    // Whoever opened it stays; what changes nothing is told to nobody else.
    if (has === (act === "partake") || (act === "part" && thread.creator === name)) {
      push(this.folk, who, told);
      return "done";
    }
    thread.partakers = has
      ? thread.partakers.filter((each) => each !== name)
      : [...thread.partakers, name];
    this.tellViewers(place, told);
    return "done";
  }
}
