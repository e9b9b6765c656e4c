/** Polls: who asks, who votes, who ends one. */
import type { Act, Outcome } from "./house-act.ts";
import { Lines } from "./house-lines.ts";
import {
  countsOf,
  type Line,
  nameOf,
  optionsText,
  type Place,
  type Poll,
  placeOf,
  sideOf,
  views,
} from "./house-state.ts";

type About = Extract<Act, { do: "vote" | "close" }>;

/** What can be chosen in each. */
export const choices = ["yes", "no", "maybe"];

export class Polls extends Lines {
  protected poll(act: Extract<Act, { do: "poll" }>): Outcome {
    const name = nameOf(act.who);
    const place = this.#placeOf(act);
    if (place === undefined || this.state.people[name].silenced) return "refused";
    if (place.isForum === true || place.thread?.locked === true) return "refused";
    this.partake(act.who, place);
    this.back(name);
    const poll: Poll = { options: choices, multi: act.multi, votes: {}, ended: false };
    this.post(place, { key: act.words, author: name, style: "plain", words: act.words, poll });
    return "done";
  }

  /** Where it happens, if whoever does it sees that: on Sock Chat where they stand. */
  #placeOf({ who, place }: About | Extract<Act, { do: "poll" }>): Place | undefined {
    const name = nameOf(who);
    const isHere = sideOf(who) === "sc" && this.isLate;
    const found = placeOf(this.state, isHere ? String(this.state.people[name].sc) : place);
    return found !== undefined && views(this.state, name, found) ? found : undefined;
  }

  /** On Sock Chat one votes in the newest open poll of the place. */
  protected vote(act: Extract<Act, { do: "vote" }>): Outcome {
    const name = nameOf(act.who);
    const place = this.#placeOf(act);
    const isNamed = "key" in act;
    const line = place?.lines.findLast(({ key, poll }) =>
      isNamed ? key === act.key : poll?.ended === false,
    );
    const poll = line?.poll;
    if (this.state.people[name].silenced || poll === undefined || poll.ended) return "refused";
    const chosen = poll.multi ? [...new Set(act.choice)].sort() : act.choice.slice(-1);
    // What changes nothing is told to nobody; Sock Chat says so in words.
    if (String(poll.votes[name] ?? []) === String(chosen))
      return sideOf(act.who) === "sc" ? "refused" : "done";
    poll.votes[name] = chosen;
    this.#told(place as Place, line as Line, poll, `${name} ${chosen}`);
    return "done";
  }

  protected close(act: Extract<Act, { do: "close" }>): Outcome {
    const name = nameOf(act.who);
    const place = this.#placeOf(act);
    const line = place?.lines.find(({ key }) => key === act.key);
    if (line?.poll === undefined || line.poll.ended) return "refused";
    if (line.author !== name && !this.state.people[name].moderator) return "refused";
    line.poll.ended = true;
    this.#told(place as Place, line, line.poll, "over");
    return "done";
  }

  #told(place: Place, line: Line, poll: Poll, what: string): void {
    const over = poll.ended ? " has ended" : "";
    const notice = `Poll "${line.words}"${over}: ${optionsText(poll).join(", ")}`;
    line.told.push(notice);
    place.notices += 1;
    this.tell(
      place,
      (viewer) => `vote ${this.called(place, viewer)} ${line.key} ${what} ${countsOf(poll)}`,
      (seat) => this.show(seat, notice, "bot", notice),
    );
  }
}
