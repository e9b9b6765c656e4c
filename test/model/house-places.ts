/** Where people stand on Sock Chat, what is listed for them on OriginChats, and who makes, closes and ends places. */
import type { Act, Outcome } from "./house-act.ts";
import { Polls } from "./house-polls.ts";
import {
  aboveOf,
  isIn,
  isOpenTo,
  type Name,
  nameOf,
  newChannel,
  type Place,
  people,
  placeOf,
  rankOf,
  roomsOf,
  type Seat,
  seats,
  sees,
  sideOf,
} from "./house-state.ts";
import { push } from "./house-told.ts";

/** What an owner does who is in no list of the model. */
export type Ruling = Exclude<Act, { who: Seat }>;

export class Places extends Polls {
  protected move(who: Seat, place: Place | undefined, password: string | undefined): Outcome {
    const name = nameOf(who);
    const me = this.state.people[name];
    if (place === undefined || !roomsOf(this.state).includes(place)) return "refused";
    if (!sees(this.state, name, place)) return "refused";
    if (me.sc === place.id || !this.#knows(name, place, password)) return "refused";
    this.leaveRead(name);
    const left = me.sc;
    return this.step(() => {
      if (!isOpenTo(this.state, name, place)) aboveOf(this.state, place).admitted.push(name);
      this.stand(name, place.id);
      this.abandon(name, left);
    });
  }

  /** Whether somebody is in a place on Sock Chat, or in a thread of it. */
  protected standsIn(name: Name, place: Place): boolean {
    const here = placeOf(this.state, this.state.people[name].sc ?? "");
    return here !== undefined && aboveOf(this.state, here) === place;
  }

  /** Whether somebody gives the password of a place, or need not; a wrong one is remembered. */
  #knows(name: Name, place: Place, password: string | undefined): boolean {
    const above = aboveOf(this.state, place);
    if (isOpenTo(this.state, name, place) || above.password === password) return true;
    if (password !== undefined) above.guesses.push(name);
    return false;
  }

  /** `/join` on OriginChats, which lists the place from now on. */
  protected enterOnOriginchats(
    who: Seat,
    place: Place | undefined,
    password: string | undefined,
  ): Outcome {
    const name = nameOf(who);
    if (place === undefined || !sees(this.state, name, place)) return "refused";
    if (!this.#knows(name, place, password)) return "refused";
    if (!isOpenTo(this.state, name, place)) this.step(() => place.admitted.push(name));
    push(this.talk, who, `said general join ${name}`);
    return "done";
  }

  /** `/leave` on OriginChats. Whoever stands there on Sock Chat is put out. */
  protected quit(who: Seat, place: Place | undefined): Outcome {
    const name = nameOf(who);
    if (place === undefined || !sees(this.state, name, place)) return "refused";
    if (!place.admitted.includes(name)) return "refused";
    this.step(() => {
      place.admitted = place.admitted.filter((each) => each !== name);
      if (this.standsIn(name, place)) this.stand(name, "general");
    });
    push(this.talk, who, `said general leave ${name}`);
    return "done";
  }

  protected make(who: Seat, id: string): Outcome {
    const name = nameOf(who);
    if (this.state.people[name].silenced) return "refused";
    this.leaveRead(name);
    const left = this.state.people[name].sc;
    return this.step(() => {
      this.state.places.push(newChannel(id, { view: "user", owner: name }));
      this.stand(name, id);
      this.abandon(name, left);
    });
  }

  protected unmake(who: Seat, place: Place | undefined): Outcome {
    if (this.isHeldBack(who) || place?.owner !== nameOf(who)) return "refused";
    if (!sees(this.state, nameOf(who), place)) return "refused";
    return this.step(() => this.end(place));
  }

  /** `/password` and `/rank`, of a place of one's own: on Sock Chat of the one where one stands. */
  protected guard(act: Extract<Act, { do: "password" | "rank"; who: Seat }>): Outcome {
    const name = nameOf(act.who);
    const me = this.state.people[name];
    const onSockchat = sideOf(act.who) === "sc";
    const place = placeOf(this.state, onSockchat && this.isLate ? String(me.sc) : act.place);
    if (me.silenced || place?.owner !== name || !sees(this.state, name, place)) return "refused";
    if (act.do === "rank" && act.rank > rankOf(me)) return "refused";
    const { name: title } = place;
    this.#guarded(place, act);
    if (!onSockchat) push(this.talk, act.who, `said ${title} ${act.do} ${name}`);
    return "done";
  }

  #guarded(place: Place, act: Extract<Act, { do: "password" | "rank" }>): void {
    this.step(() => {
      if (act.do === "rank") {
        place.rank = act.rank;
        this.#expel();
        return;
      }
      delete place.password;
      // Whoever stands there need not give it.
      const inside = people.filter((name) => place.owner !== name && this.standsIn(name, place));
      place.admitted = act.password === null ? [] : inside;
      if (act.password !== null) place.password = act.password;
    });
  }

  /** What the owner does. */
  protected rule(act: Ruling): Outcome {
    const { state } = this;
    if (act.do === "promote") {
      this.step(() => {
        state.people[act.target].moderator = act.moderator;
        this.#expel();
      });
      const told = `roles ${act.target} ${rankOf(state.people[act.target])}`;
      for (const seat of seats) {
        if (sideOf(seat) === "oc" && isIn(state, seat)) push(this.folk, seat, told);
      }
      return "done";
    }
    const place = placeOf(state, act.place);
    if (place === undefined) return "refused";
    if (act.do === "remove") return this.step(() => this.end(place));
    if (act.do === "rename") {
      place.name = act.name;
      return "done";
    }
    if (act.do === "permit")
      return this.step(() => {
        place.view = act.view;
        this.#expel();
      });
    this.#guarded(place, act);
    return "done";
  }

  /** Nobody stands where they may not look. Who is put out of a place of their own has not left it. */
  #expel(): void {
    const { state } = this;
    for (const name of people) {
      const { sc } = state.people[name];
      const place = placeOf(state, sc ?? "general") as Place;
      if (!sees(state, name, place)) this.stand(name, "general");
    }
  }
}
