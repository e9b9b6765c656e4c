/** What people do in the house, as the model's sequences have it: resolved, so that it means one thing. */
import {
  isIn,
  type Name,
  nameOf,
  placeOf,
  type Seat,
  type State,
  type Style,
  seats,
  sideOf,
  type View,
} from "./house-state.ts";

/** `who` is the connection that does it; what has none is done by an owner who is in no list of the model. */
export type Act =
  | {
      do: "say";
      who: Seat;
      place: string;
      words: string;
      style: Style;
      replyTo?: string;
    }
  | { do: "edit"; who: Seat; place: string; key: string; style: Style; words: string }
  | { do: "delete" | "pin" | "unpin"; who: Seat; place: string; key: string }
  | { do: "react" | "unreact"; who: Seat; place: string; key: string; emoji: string }
  | { do: "poll"; who: Seat; place: string; words: string; multi: boolean }
  | { do: "vote"; who: Seat; place: string; choice: readonly number[] }
  | { do: "vote"; who: Seat; place: string; key: string; choice: readonly number[] }
  | { do: "close"; who: Seat; place: string; key: string }
  | { do: "read"; who: Seat; place: string }
  | { do: "ack"; who: Seat; place: string; up?: string }
  | { do: "whisper"; who: Seat; to: Name; words: string }
  | { do: "nick"; who: Seat; nick: string | null }
  | { do: "afk"; who: Seat; text: string }
  | { do: "status"; who: Seat; status: string; text: string }
  | { do: "move" | "enter"; who: Seat; place: string; password?: string }
  | { do: "quit"; who: Seat; place: string }
  | { do: "make"; who: Seat; id: string }
  | { do: "unmake"; who: Seat; place: string }
  | { do: "kick" | "ban" | "unban" | "silence" | "unsilence"; who: Seat; target: Name }
  | { do: "password"; who: Seat; place: string; password: string | null }
  | { do: "rank"; who: Seat; place: string; rank: number }
  | { do: "open"; who: Seat; forum: string; id: string }
  | {
      do: "alter";
      who: Seat;
      place: string;
      locked?: boolean;
      archived?: boolean;
      title?: string;
    }
  | { do: "erase" | "partake" | "part"; who: Seat; place: string }
  | { do: "leave"; who: Seat }
  | { do: "come"; who: Seat; door: number }
  | { do: "promote"; target: Name; moderator: boolean }
  | { do: "permit"; place: string; view: View }
  | { do: "password"; place: string; password: string | null }
  | { do: "rank"; place: string; rank: number }
  | { do: "rename"; place: string; name: string }
  | { do: "remove"; place: string };

/** What an act came to: done, refused, or nobody was there to do it. */
export type Outcome = "done" | "refused" | "gone";

/** `seal`, `raise`: a password and a rank that an owner gives. */
export type Kind = Act["do"] | "reply" | "mention" | "seal" | "raise";

/** What is drawn: a kind of act, and numbers that choose among what there is. */
export type Draw = readonly [kind: Kind, a: number, b: number, c: number];

/** How often each is drawn. */
export const weights: Readonly<Record<Kind, number>> = {
  say: 20,
  reply: 6,
  edit: 6,
  delete: 4,
  react: 5,
  unreact: 2,
  pin: 2,
  unpin: 1,
  whisper: 5,
  nick: 3,
  afk: 3,
  status: 3,
  move: 8,
  make: 2,
  unmake: 1,
  kick: 2,
  ban: 2,
  unban: 3,
  silence: 3,
  unsilence: 2,
  leave: 3,
  come: 6,
  promote: 2,
  permit: 2,
  rename: 1,
  remove: 1,
  mention: 4,
  poll: 4,
  vote: 16,
  close: 1,
  read: 4,
  ack: 3,
  open: 4,
  alter: 4,
  erase: 1,
  partake: 2,
  part: 1,
  enter: 4,
  quit: 1,
  password: 2,
  rank: 1,
  seal: 3,
  raise: 1,
};

/** Nobody else acts while these happen: what comes of both at once is another thing on each machine. */
const alone: ReadonlySet<Kind> = new Set(["leave", "come", "kick", "ban", "read", "ack", "rename"]);
/** So a thread's new name; on Sock Chat opening one is two things, and a second edit is told when some time is over. */
export const isAlone = (act: Act, state: State): boolean =>
  alone.has(act.do) ||
  (act.do === "open" && sideOf(act.who) === "sc") ||
  (act.do === "alter" && act.title !== undefined) ||
  (act.do === "edit" &&
    placeOf(state, act.place)?.lines.some(({ key, edits }) => key === act.key && edits > 0) ===
      true);

/** The message that an act is about, so that no two acts at once are about the same. */
export const aboutOf = (act: Act): string | undefined => ("key" in act ? act.key : undefined);

/** Whether an act that was resolved in another state means something in this one. */
export function isPossible(act: Act, state: State): boolean {
  switch (act.do) {
    case "come":
      return !isIn(state, act.who);
    case "say":
      return (
        act.replyTo === undefined ||
        placeOf(state, act.place)?.lines.some(({ key }) => key === act.replyTo) === true
      );
    case "whisper":
      return seats.some((seat) => nameOf(seat) === act.to && isIn(state, seat));
    case "permit":
    case "password":
    case "rank":
    case "rename":
    case "remove":
      return "who" in act || placeOf(state, act.place) !== undefined;
    default:
      return true;
  }
}
