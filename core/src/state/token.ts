/** The login tokens of a person: those that are good still, at most `tokensMax`, and nothing that is secret. */
import { type LoginToken, tokensMax, type UserId } from "@dragoman/bus-schema";
import type { HeldToken, Person, State } from "./shape.ts";

const dayMs = 24 * 3_600_000;

/** Those that are good at `nowMs` (the journal's time), the oldest first. */
export function goodTokens(
  { tokens }: Pick<Person, "tokens">,
  nowMs: number,
): readonly HeldToken[] {
  return tokens?.held.filter(({ expiresAtMs }) => expiresAtMs > nowMs) ?? [];
}

export const isGoodToken = (person: Person, tokenId: number, nowMs: number): boolean =>
  goodTokens(person, nowMs).some((token) => token.tokenId === tokenId);

/** What the next token is counted as, and which end for it. */
export function nextToken(
  person: Person,
  nowMs: number,
): { readonly tokenId: number; readonly ended: readonly number[] } {
  const good = goodTokens(person, nowMs);
  const ended = good.slice(0, Math.max(0, good.length - tokensMax + 1));
  return { tokenId: (person.tokens?.last ?? 0) + 1, ended: ended.map(({ tokenId }) => tokenId) };
}

function change(
  state: State,
  userId: UserId,
  make: (held: readonly HeldToken[]) => readonly HeldToken[],
  last?: number,
): void {
  const person = state.people.get(userId);
  if (person === undefined) return;
  const before = person.tokens;
  const held = make(goodTokens(person, state.at));
  state.people.set(userId, { ...person, tokens: { last: last ?? before?.last ?? 0, held } });
}

/** @param seq of the record that gives it: a repeat of the command finds it by that */
export function addToken(
  state: State,
  userId: UserId,
  token: LoginToken,
  ended: readonly number[],
  seq: number,
): void {
  const stay = (held: readonly HeldToken[]): readonly HeldToken[] => [
    ...held.filter(({ tokenId }) => !ended.includes(tokenId)),
    { ...token, seq },
  ];
  change(state, userId, stay, token.tokenId);
}

/** The count stays, so that no number is given twice. */
export function endToken(state: State, userId: UserId, tokenId: number): void {
  change(state, userId, (held) => held.filter((token) => token.tokenId !== tokenId));
}

/** Remembers on which day (by `at`) a token was shown last. */
export function useToken(state: State, userId: UserId, tokenId: number): void {
  const usedDay = Math.floor(state.at / dayMs);
  const used = state.people.get(userId)?.tokens?.held.find((token) => token.tokenId === tokenId);
  if (used === undefined || used.usedDay === usedDay) return;
  change(state, userId, (held) =>
    held.map((token) => (token.tokenId === tokenId ? { ...token, usedDay } : token)),
  );
}

/** The person without tokens: their epoch is over, or the account. */
export function withoutTokens({ tokens: _, ...person }: Person): Person {
  return person;
}
