/**
 * The model of the house: what an act changes, and what each connection is told of it (docs/protocols/bridge.md): lines and
 * what becomes of them, in order; and people, where they are and what they are called.
 */
import type { Act, Outcome } from "./house-act.ts";
import {
  isHere,
  isHidden,
  isIn,
  isOnline,
  type Name,
  nameOf,
  type Person,
  people,
  placeOf,
  rankOf,
  type Seat,
  seats,
  sideOf,
} from "./house-state.ts";
import { Threads } from "./house-threads.ts";
import { push } from "./house-told.ts";

export class Model extends Threads {
  /** Carries an act out. */
  run(act: Act): Outcome {
    if (!("who" in act)) return this.rule(act);
    if (act.do === "come") return this.#come(act.who);
    if (!isIn(this.state, act.who)) return "gone";
    this.typed(act);
    return this.#act(act);
  }

  /** Whatever somebody types on Sock Chat says that they are back, before it is carried out. */
  typed(act: Act): void {
    if (!("who" in act) || sideOf(act.who) === "oc" || !isIn(this.state, act.who)) return;
    if (act.do !== "leave" && act.do !== "come") this.back(nameOf(act.who));
  }

  #act(act: Extract<Act, { who: Seat }>): Outcome {
    const { who } = act;
    const name = nameOf(who);
    const me = this.state.people[name];
    switch (act.do) {
      case "say":
        return this.say(act);
      case "edit":
      case "delete":
      case "react":
      case "unreact":
      case "pin":
      case "unpin":
        return this.touch(act);
      case "whisper":
        return this.whisper(act);
      case "nick":
        return this.#nick(name, act.nick, sideOf(who) === "sc");
      case "afk":
        this.#afk(me, act.text);
        if (sideOf(who) === "oc") push(this.talk, who, `said general afk ${name}`);
        return "done";
      case "status":
        if (me.silenced && act.text !== "" && act.text !== me.text) return "refused";
        return this.#status(who, act.status, act.text);
      case "move":
        return this.move(who, placeOf(this.state, act.place), act.password);
      case "enter":
        return this.enterOnOriginchats(who, placeOf(this.state, act.place), act.password);
      case "quit":
        return this.quit(who, placeOf(this.state, act.place));
      case "make":
        return this.make(who, act.id);
      case "unmake":
        return this.unmake(who, placeOf(this.state, act.place));
      case "password":
      case "rank":
        return this.guard(act);
      case "poll":
        return this.poll(act);
      case "vote":
        return this.vote(act);
      case "close":
        return this.close(act);
      case "read":
      case "ack": {
        const place = placeOf(this.state, act.place);
        // A forum has no page.
        if (act.do === "read" && place?.isForum === true) return "refused";
        return this.read(who, place, act.do === "ack" ? act.up : undefined);
      }
      case "open":
        return this.open(who, placeOf(this.state, act.forum), act.id);
      case "alter":
      case "erase":
      case "partake":
      case "part":
        return this.inThread(act);
      case "leave":
        if (sideOf(who) === "sc") this.leaveRead(name);
        if (!this.state.hasGrace) return this.step(() => this.put(who));
        this.state.lost.push(who);
        return "done";
      case "come":
        return "gone";
      default:
        return this.#keepOrder(act.do, who, act.target);
    }
  }

  // ---- people -------------------------------------------------------------------------------------------

  #come(who: Seat): Outcome {
    const me = this.state.people[nameOf(who)];
    if (me.banned) return "refused";
    if (this.state.lost.includes(who)) {
      this.state.lost = this.state.lost.filter((seat) => seat !== who);
      if (me.sc !== undefined && sideOf(who) === "sc") this.enter(who, me.sc);
      return "done";
    }
    return this.step(() => {
      if (sideOf(who) === "oc") me.oc = true;
      else me.sc = "general";
    });
  }

  #afk(me: Person, text: string): void {
    this.step(() => {
      me.afk ??= { status: me.status, text: me.text };
      me.text = text;
      if (!isHidden(me)) me.status = "idle";
    });
  }

  #status(who: Seat, status: string, text: string): Outcome {
    const me = this.state.people[nameOf(who)];
    if (me.afk === undefined && me.status === status && me.text === text) {
      push(this.folk, who, `status ${nameOf(who)} ${status} ${text}`);
      return "done";
    }
    return this.step(() => {
      Object.assign(me, { status, text });
      delete me.afk;
    });
  }

  #nick(name: Name, nick: string | null, temporary: boolean): Outcome {
    const { people: all } = this.state;
    const me = all[name];
    if (me.silenced) return "refused";
    const isTaken = people.some(
      (other) =>
        other !== name && nick !== null && [all[other].nick, all[other].lasting].includes(nick),
    );
    if (isTaken) return "refused";
    // What somebody is called already is in use there: by them.
    const lasts = me.lasting === undefined ? me.nick : me.lasting;
    const isTemporary = temporary && nick !== lasts;
    if (temporary && nick === me.nick && isTemporary === (me.lasting !== undefined))
      return "refused";
    this.step(() => {
      me.nick = nick;
      if (isTemporary) me.lasting = lasts;
      else delete me.lasting;
    });
    if (!temporary) this.said("nick", name);
    return "done";
  }

  #keepOrder(
    act: "kick" | "ban" | "unban" | "silence" | "unsilence",
    who: Seat,
    name: Name,
  ): Outcome {
    const me = this.state.people[nameOf(who)];
    const target = this.state.people[name];
    const onSockchat = sideOf(who) === "sc";
    if (!me.moderator) return "refused";
    if (act === "unban") {
      if (!target.banned) return "refused";
    } else {
      if (name === nameOf(who) || rankOf(target) >= rankOf(me)) return "refused";
      const wantsPresent = act === "kick" || (onSockchat && act.endsWith("silence"));
      if (wantsPresent && !isOnline(target)) return "refused";
    }
    if (act === "ban" && target.banned) return "refused";
    if (act === "silence" && onSockchat && target.silenced) return "refused";
    if (act === "unsilence" && !target.silenced) return "refused";
    this.step(() => {
      if (act.endsWith("silence")) target.silenced = act === "silence";
      else if (act !== "kick") target.banned = act === "ban";
      if (act === "kick" || act === "ban") {
        const own = seats.filter((seat) => nameOf(seat) === name && isHere(this.state, seat));
        for (const seat of own.reverse()) this.put(seat);
      }
    });
    this.said(act, nameOf(who), onSockchat ? me.sc : "general");
    return "done";
  }
}
