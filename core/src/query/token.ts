/** What an operator is told of login tokens: which there are. */
import { tokenPageMax } from "@dragoman/bus-schema";
import { personCalled } from "../state/find.ts";
import type { Person } from "../state/shape.ts";
import { goodTokens } from "../state/token.ts";
import { operating, type Row, refuse } from "./row.ts";

export const tokenAnswers: { readonly "token.list": Row<"token.list"> } = {
  "token.list": operating(({ target, from = 0 }, { replica, nowMs }) => {
    const { state } = replica;
    const told = (person: Person) => ({
      userId: person.user.userId,
      name: person.user.name,
      tokens: goodTokens(person, nowMs).map(({ seq: _, ...token }) => token),
    });
    const through = replica.position.seq;
    if (target !== undefined) {
      const person = personCalled(state, target);
      if (person === undefined) return refuse({ code: "not_found", what: "user", given: target });
      return { ok: true, value: { through, answer: { people: [told(person)], next: null } } };
    }
    const page = [...state.people.slice(from, tokenPageMax)];
    const people = page.map(([, person]) => told(person)).filter(({ tokens }) => tokens.length > 0);
    const next = page.length < tokenPageMax ? null : from + page.length;
    return { ok: true, value: { through, answer: { people, next } } };
  }),
};
