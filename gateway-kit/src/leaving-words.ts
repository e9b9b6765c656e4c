/** What people are told while the community leaves their protocol (bridge table, leaving a protocol): the same on each side, but for names. */
import type { Phase, Protocol } from "@dragoman/bus-schema";
import { isWebAddress, type Leaving, leavingOf } from "./leaving.ts";
import type { View } from "./view.ts";

export interface LeavingTerms {
  /** The protocol that is left. */
  readonly protocol: Protocol;
  /** What its people call the place where they are, as in `this chat`. */
  readonly here: string;
  /** Where the community goes, as its clients are called. */
  readonly there: string;
  /** How one comes along, a sentence; to who is signed in. */
  readonly bid: string;
}

export interface LeavingWords {
  /** To who is signed in. */
  leavingText(view: View): string;
  /** To who does not come in, or goes: whoever has no account here, and nobody types a command. */
  leftText(view: View): string;
  /** To who is there when the protocol comes to another phase. */
  newsText(view: View): string;
}

/** The words of a protocol that is left. */
export function leavingWords({ protocol, here, there, bid }: LeavingTerms): LeavingWords {
  const capitalized = here.charAt(0).toUpperCase() + here.slice(1);
  const leads: Readonly<Record<Phase, string>> = {
    open: `The move is called off: ${here} goes on as before.`,
    announced: `This community moves to ${there}.`,
    invited: `This community moves to ${there}. New people come in there.`,
    "read-only": `This community has moved to ${there}. Here it can be read, and nothing said.`,
    closed: `This community has moved to ${there}. ${capitalized} is closed.`,
  };
  // What a phase means, behind the operator's own words.
  const facts: { readonly [P in Phase]?: string } = {
    invited: `New people come in at ${there}.`,
    "read-only": "Here it can only be read now.",
    closed: `${capitalized} is closed.`,
  };
  const comes: Readonly<Record<Phase, string>> = {
    open: "all is as before",
    announced: "it moves",
    invited: "new people come in there alone",
    "read-only": "it can only be read here",
    closed: `${here} is closed`,
  };

  /** The words of the operator with what the phase means, else ours; then what comes, and when. */
  const saidOf = ({ phase, text, next }: Leaving): readonly string[] => {
    const fact = facts[phase];
    const own = fact === undefined ? [text] : [text, fact];
    const said = text === "" || phase === "open" ? [leads[phase]] : own;
    if (next !== undefined) said.push(`From ${next.date} on ${comes[next.phase]}.`);
    return said;
  };
  const leavingText = (view: View): string => [...saidOf(leavingOf(protocol, view)), bid].join(" ");
  const leftText = (view: View): string => {
    const leaving = leavingOf(protocol, view);
    const { phase, addresses } = leaving;
    const isShown = phase !== "open" && addresses.length > 0;
    // What is no page opens in no browser.
    const places = addresses.map((address) =>
      isWebAddress(address) ? address : `the server ${address} in a client of ${there}`,
    );
    const way = isShown ? [`Go on at ${places.join(" or ")}`] : [];
    return [...saidOf(leaving), ...way].join(" ");
  };
  return {
    leavingText,
    leftText,
    newsText: (view) => {
      const { phase } = leavingOf(protocol, view);
      return phase === "open" || phase === "closed" ? leftText(view) : leavingText(view);
    },
  };
}
