/** What an operator is told of one person. */
import type { UserNumber } from "@dragoman/bus-schema";
import { banOf, personCalled, sessionsOf, silenceOf } from "../state/find.ts";
import { rosterUser } from "../state/snapshot.ts";
import { operating, type Row, refuse } from "./row.ts";

export const userAnswers: {
  readonly [T in "user.record" | "user.erasures"]: Row<T>;
} = {
  "user.erasures": operating(async (_query, { replica, stored }) => {
    const { state, position } = replica;
    const people = [...state.erasures].map(([userId, { ended, lowest, top }]) => ({
      userId,
      number: state.people.get(userId)?.user.number ?? (0 as UserNumber),
      ended,
      left: lowest - 1,
      of: top,
    }));
    const { erasedThrough } = state;
    const isStored = erasedThrough > 1 && (await stored(erasedThrough - 1)) !== null;
    return { ok: true, value: { through: position.seq, answer: { people, stored: isStored } } };
  }),

  "user.record": operating(async ({ target }, { replica, secrets, nowMs }) => {
    const { state } = replica;
    const person = personCalled(state, target);
    if (person === undefined) return refuse({ code: "not_found", what: "user", given: target });
    const { userId, local } = person.user;
    const live = sessionsOf(state, userId);
    const through = replica.position.seq;
    const ban = banOf(state, userId, nowMs);
    const silence = silenceOf(state, userId, nowMs);
    const addresses = await secrets.addresses.of(live.map(({ session }) => session.sessionId));
    const answer = {
      user: rosterUser(state, person),
      hasPassword: local,
      epoch: person.epoch,
      identities: [...(person.identities ?? [])],
      ban: ban === undefined ? null : { kind: ban.kind, untilMs: ban.untilMs, reason: ban.reason },
      silence: silence === undefined ? null : { untilMs: silence.untilMs },
      sessions: live.map(({ session: { sessionId, protocol, gatewayId }, droppedUntilMs }) => ({
        sessionId,
        protocol,
        gatewayId,
        dropped: droppedUntilMs !== null,
      })),
      addresses: [...addresses],
    };
    return { ok: true, value: { through, answer } };
  }),
};
