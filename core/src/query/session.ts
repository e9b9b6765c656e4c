/** What an operator is told of signed-in connections: which there are, and from where. */
import { sessionPageMax } from "@dragoman/bus-schema";
import { personCalled, sessionsOf } from "../state/find.ts";
import type { LiveSession } from "../state/shape.ts";
import { operating, type Row, refuse } from "./row.ts";

const cursorOf = ({ session: { sessionId }, openedMs = 0 }: LiveSession) => ({
  openedMs,
  sessionId,
});
type Cursor = ReturnType<typeof cursorOf>;

/** The oldest first. */
const compare = (a: Cursor, b: Cursor): number =>
  a.openedMs - b.openedMs || (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0);

export const sessionAnswers: { readonly "session.list": Row<"session.list"> } = {
  "session.list": operating(async ({ target, after }, { replica, secrets }) => {
    const { state } = replica;
    const person = target === undefined ? undefined : personCalled(state, target);
    if (target !== undefined && person === undefined) {
      return refuse({ code: "not_found", what: "user", given: target });
    }
    const all =
      person === undefined ? [...state.sessions.values()] : sessionsOf(state, person.user.userId);
    const left = all
      .filter((live) => after === undefined || compare(cursorOf(live), after) > 0)
      .sort((a, b) => compare(cursorOf(a), cursorOf(b)));
    const page = left.slice(0, sessionPageMax);
    const last = page.at(-1);
    const next = last === undefined || left.length === page.length ? null : cursorOf(last);
    const through = replica.position.seq;
    const told = page.map(({ session, droppedUntilMs, openedMs = null, client }) => ({
      sessionId: session.sessionId,
      userId: session.userId,
      name: state.people.get(session.userId)?.user.name ?? "",
      protocol: session.protocol,
      gatewayId: session.gatewayId,
      openedMs,
      ...(client === undefined ? {} : { client }),
      dropped: droppedUntilMs !== null,
    }));
    const addresses = await secrets.addresses.ofEach(told.map(({ sessionId }) => sessionId));
    const sessions = told.map((one, at) => ({ ...one, address: addresses[at] ?? null }));
    return { ok: true, value: { through, answer: { sessions, next } } };
  }),
};
