/** What people say, in channels and to one person alone, and what they do to it afterwards. */
import type { Act, Outcome } from "./house-act.ts";
import { Marks } from "./house-marks.ts";
import {
  bareName,
  isIn,
  type Line,
  type Name,
  nameOf,
  newestOf,
  newPlace,
  ocText,
  type Place,
  people,
  placeOf,
  rankOf,
  type Seat,
  type State,
  seats,
  sideOf,
  titleOf,
  views,
} from "./house-state.ts";
import { push } from "./house-told.ts";

/** Whom a line names. */
export const mentionedIn = ({ words }: Pick<Line, "words">): Name | undefined =>
  people.find((name) => words.includes(`@${name}`));

export class Lines extends Marks {
  /** Whether what is typed on Sock Chat comes to its gateway only when that knows what its author may do, and where, now. */
  isLate = true;
  /** How everything was before all that happens at once. */
  readonly #before: State;

  constructor(state: State) {
    super(state);
    this.#before = state;
  }

  /** Whether whoever is silenced is held back by the gateway: on Sock Chat, but not who may silence others. */
  protected isHeldBack(who: Seat): boolean {
    if (sideOf(who) === "oc") return false;
    const { silenced, moderator } = (this.isLate ? this.state : this.#before).people[nameOf(who)];
    return silenced && !moderator;
  }

  /** Whoever was away is back. */
  protected back(name: Name): void {
    const me = this.state.people[name];
    const { afk } = me;
    if (afk === undefined) return;
    this.step(() => {
      Object.assign(me, afk);
      delete me.afk;
    });
  }

  protected say(act: Extract<Act, { do: "say" }>): Outcome {
    const { state } = this;
    const name = nameOf(act.who);
    const me = state.people[name];
    const onSockchat = sideOf(act.who) === "sc";
    const place = placeOf(state, this.isLate && onSockchat ? String(me.sc) : act.place);
    if (place === undefined || !views(state, name, place) || me.silenced) return "refused";
    if (place.isForum === true || place.thread?.locked === true) return "refused";
    const original = place.lines.find(({ key }) => key === act.replyTo);
    if (act.replyTo !== undefined && original === undefined) return "refused";
    this.partake(act.who, place);
    this.back(name);
    this.post(place, {
      key: act.words.split(" ")[0] ?? "",
      author: name,
      style: act.style,
      words: act.words,
      ...(original === undefined
        ? {}
        : { replyTo: { key: original.key, author: original.author }, quoted: original.words }),
    });
    return "done";
  }

  /** Words open a thread again; whoever writes there on Sock Chat is one of those who talk in it. */
  protected partake(who: Seat, place: Place): void {
    const { thread } = place;
    const name = nameOf(who);
    if (thread === undefined) return;
    if (thread.archived)
      this.step(() => {
        thread.archived = false;
      });
    if (sideOf(who) === "oc" || thread.partakers.includes(name)) return;
    thread.partakers.push(name);
    this.tellViewers(place, `partake ${titleOf(this.state, place)} ${name}`);
  }

  /** News of a thread, to all who list it on OriginChats. */
  protected tellViewers(place: Place, told: string): void {
    for (const seat of seats) {
      const isHere = sideOf(seat) === "oc" && isIn(this.state, seat);
      if (isHere && views(this.state, nameOf(seat), place)) push(this.folk, seat, told);
    }
  }

  protected post(
    place: Place,
    said: Pick<Line, "key" | "author" | "style" | "words" | "replyTo" | "quoted" | "poll">,
  ): void {
    this.state.said += 1;
    const at = this.state.said;
    const line: Line = { ...said, at, edits: 0, pinned: false, reactions: [], told: [] };
    const hadRead = this.hasReadAll(line.author, place);
    place.lines.push(line);
    place.readers = [];
    if (hadRead) this.mark(line.author, place, { key: line.key, at });
    if (line.replyTo !== undefined) {
      const original = place.lines.find(({ key }) => key === line.replyTo?.key);
      original?.told.push(`re:${line.key}`);
    }
    const answers = line.replyTo === undefined ? "" : ` re ${line.replyTo.key}`;
    const pings = `${mentionedIn(line) ?? ""};${line.replyTo?.author ?? ""}`;
    this.tell(
      place,
      (viewer) =>
        `new ${this.called(place, viewer)} ${line.author} ${ocText(line)}${answers} ${pings}`,
      (seat) => this.shown(seat, place, line),
    );
  }

  protected touch(
    act: Extract<Act, { do: "edit" | "delete" | "pin" | "unpin" | "react" | "unreact" }>,
  ): Outcome {
    const { state } = this;
    const name = nameOf(act.who);
    const me = state.people[name];
    const place = placeOf(state, act.place);
    const line = place?.lines.find(({ key }) => key === act.key);
    if (place === undefined || line === undefined || !views(state, name, place)) return "refused";
    const onSockchat = sideOf(act.who) === "sc";
    if (onSockchat && me.sc !== place.id && act.do !== "delete") return "refused";
    const isWords = act.do === "edit" || act.do.endsWith("react");
    if (isWords ? me.silenced : this.isHeldBack(act.who)) return "refused";
    const isPin = act.do.endsWith("pin");
    const { thread } = place;
    if (thread !== undefined && (isPin || thread.locked || thread.archived)) return "refused";
    const isOwn = line.author === name;
    switch (act.do) {
      case "edit": {
        if (!isOwn) return "refused";
        line.words = act.words;
        line.edits += 1;
        this.#quote(place, line);
        for (const reply of place.lines) if (reply.replyTo?.key === line.key) delete reply.quoted;
        this.tell(
          place,
          (viewer) => `edit ${this.called(place, viewer)} ${line.key} ${ocText(line)}`,
          (seat) => {
            this.take(seat, line);
            this.shown(seat, place, line);
          },
        );
        line.told = [];
        return "done";
      }
      case "delete": {
        const outranks = rankOf(state.people[line.author]) <= rankOf(me);
        // Who makes a channel there gives it lists for everybody's words alone.
        if (!isOwn && (!me.moderator || !outranks || place.owner !== undefined)) return "refused";
        // Whoever had read everything has read to the end no longer: what is the newest now may not be what they read.
        if (newestOf(place) === line) place.readers = [];
        place.lines.splice(place.lines.indexOf(line), 1);
        for (const reply of place.lines) if (reply.replyTo?.key === line.key) delete reply.quoted;
        this.tell(
          place,
          (viewer) => `delete ${this.called(place, viewer)} ${line.key}`,
          (seat) => this.take(seat, line),
        );
        return "done";
      }
      case "pin":
      case "unpin":
        return this.#pin(place, line, name, act.do);
      default:
        return this.#react(place, line, `${act.emoji} ${name}`, act.do);
    }
  }

  /** An edit says again what the line answers, with the words that this has now. */
  #quote(place: Place, line: Line): void {
    const original = place.lines.find(({ key }) => key === line.replyTo?.key);
    if (original === undefined) return;
    line.quoted = original.words;
    if (!original.told.includes(`re:${line.key}`)) original.told.push(`re:${line.key}`);
  }

  #react(place: Place, line: Line, reaction: string, act: "react" | "unreact"): Outcome {
    const has = line.reactions.includes(reaction);
    if (has === (act === "react")) return "refused";
    line.reactions = has
      ? line.reactions.filter((each) => each !== reaction)
      : [...line.reactions, reaction];
    this.tell(
      place,
      (viewer) => `${act} ${this.called(place, viewer)} ${line.key} ${reaction}`,
      () => undefined,
    );
    return "done";
  }

  #pin(place: Place, line: Line, by: Name, act: "pin" | "unpin"): Outcome {
    if (!this.state.people[by].moderator || place.owner !== undefined) return "refused";
    // Pinning what is pinned is told again.
    line.pinned = act === "pin";
    const notice = `${bareName(this.state, by)} ${act}ned a message by ${bareName(this.state, line.author)}: ${line.words}`;
    line.told.push(notice);
    place.notices += 1;
    this.tell(
      place,
      (viewer) => `${act} ${this.called(place, viewer)} ${line.key}`,
      (seat) => this.show(seat, notice, "bot", notice),
    );
    return "done";
  }

  protected whisper(act: Extract<Act, { do: "whisper" }>): Outcome {
    const { state } = this;
    const name = nameOf(act.who);
    if (state.people[name].silenced || state.people[act.to].banned) return "refused";
    this.back(name);
    const pair = people.filter((each) => each === name || each === act.to);
    const id = pair.join("+");
    const known = placeOf(state, id);
    const place = known ?? newPlace(id, { view: "user", pair });
    if (known === undefined) state.places.push(place);
    this.post(place, { key: act.words, author: name, style: "plain", words: act.words });
    return "done";
  }
}
