/**
 * Login tokens (bridge table, token): the journal says that there is one, so that it can be listed and ended; the token
 * itself is made for the answer alone (`identity/token.ts`).
 */
import { type CommandOf, type SessionId, tokenLevel } from "@dragoman/bus-schema";
import type { Person, Reading, State } from "../state/shape.ts";
import { addToken, endToken, isGoodToken, nextToken } from "../state/token.ts";
import type { Admitted, Decision, Grant } from "./contract.ts";
import { accept, type EventRows, grant, refuse, type SessionContext } from "./row.ts";

/** Decides `user.token`. Before every process knows of such events, a token is given without one. */
export function giveToken({ state, inputs, asker, nowMs }: SessionContext): Decision {
  const { person, live } = asker;
  const { user, epoch } = person;
  const { userId } = user;
  // In whole seconds, as the token itself says it.
  const expiresAtMs = Math.floor((nowMs + inputs.tokenMs) / 1_000) * 1_000;
  const made = { type: "user.token", userId, epoch, expiresAtMs } as const;
  if (state.level < tokenLevel) return grant(made);
  const { tokenId, ended } = nextToken(person, nowMs);
  const token = { tokenId, protocol: live.session.protocol, issuedAtMs: nowMs, expiresAtMs };
  return {
    ...accept({ type: "token.issued", userId, token, ended: [...ended] }),
    grant: { ...made, tokenId },
  } as Decision;
}

/** What a command that is repeated has given by the record at `seq` (docs/journal.md 3.1); undefined: nothing, or it is over. */
export function grantAgain(
  state: Reading<State>,
  { body, sessionId }: Admitted,
  seq: number,
): Grant | undefined {
  if (body.type !== "user.token") return undefined;
  const userId = state.sessions.get(sessionId as SessionId)?.session.userId;
  const person = userId === undefined ? undefined : state.people.get(userId);
  const token = person?.tokens?.held.find((each) => each.seq === seq);
  if (person === undefined || token === undefined) return undefined;
  const { tokenId, expiresAtMs } = token;
  const { epoch, user } = person;
  return { type: "user.token", userId: user.userId, epoch, tokenId, expiresAtMs };
}

/** One token of a person, by an operator. */
export function endOne(
  person: Person,
  { tokenId = 0 }: CommandOf<"user.revoke">,
  nowMs: number,
): Decision {
  return isGoodToken(person, tokenId, nowMs)
    ? accept({ type: "token.ended", userId: person.user.userId, tokenId })
    : refuse({ code: "invalid", field: "token", why: "not there" });
}

export const tokenEvents: EventRows<"token"> = {
  "token.issued": (state, { userId, token, ended }, { position }) => {
    addToken(state, userId, token, ended, position.seq);
  },
  "token.ended": (state, { userId, tokenId }) => endToken(state, userId, tokenId),
};
