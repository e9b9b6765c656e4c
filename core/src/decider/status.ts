/** What people say of being there, and `/afk`, which ends by itself (bridge table, away). */
import {
  type CommandOf,
  type Event,
  isLonger,
  type Status,
  statusTextMax,
  type UserId,
} from "@dragoman/bus-schema";
import type { Person, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";

function isHidden({ status }: Status): boolean {
  return status === "invisible" || status === "offline";
}

/** The status after the command. `/afk` does not show somebody who has chosen to be hidden. */
function chosenStatus(body: CommandOf<"status.set">, before: Status): Status {
  const { text } = body;
  if (body.afk !== true) return { status: body.status, text };
  const { afk, ...plain } = before;
  const status = isHidden(before) ? before.status : body.status;
  return { status, text, afk: afk ?? plain };
}

function isSame(a: Status, b: Status): boolean {
  const bothAway = (a.afk === undefined) === (b.afk === undefined);
  return a.status === b.status && a.text === b.text && bothAway;
}

function set({ asker }: SessionContext, body: CommandOf<"status.set">): Decision {
  if (isLonger(body.text, statusTextMax)) {
    return refuse({ code: "too_long", field: "text", max: statusTextMax });
  }
  const { userId, status: before } = asker.person.user;
  const status = chosenStatus(body, before);
  if (isSame(status, before)) return accept();
  return accept({ type: "status.changed", userId, status, before });
}

/** `status.changed` at the end of `/afk`, back to what the person had chosen before; none where it is not set. */
export function backEvents({ user }: Person): readonly Event[] {
  const { userId, status: before } = user;
  return before.afk === undefined
    ? []
    : [{ type: "status.changed", userId, status: before.afk, before }];
}

export const statusCommands: CommandRows<"status"> = {
  "status.set": {
    by: "session",
    // Being away is no speech: of its reason lists show five letters (Sock Chat reference, 5).
    speaks: ({ asker }, { text, afk }) =>
      afk !== true && text !== "" && text !== asker.person.user.status.text,
    decide: set,
  },
  "status.back": {
    by: "session",
    decide: ({ asker }) => accept(...backEvents(asker.person)),
  },
};

function change(state: State, userId: UserId, to: (before: Status) => Status): void {
  const person = state.people.get(userId);
  if (person === undefined) return;
  const status = to(person.user.status);
  state.people.set(userId, { ...person, user: { ...person.user, status } });
}

/** Ends `/afk` of somebody whose last session closed, without an event: nobody is shown the difference. */
export function endAway(state: State, userId: UserId): void {
  if (state.people.get(userId)?.user.status.afk === undefined) return;
  change(state, userId, (before) => before.afk ?? before);
}

export const statusEvents: EventRows<"status"> = {
  "status.changed": (state, { userId, status }) => change(state, userId, () => status),
};
