/**
 * The budgets of a person, over both protocols: of messages (OriginChats part 1, 7.1: its numbers and the order of its
 * tests), of acts, which is everything else that others are shown, and of read marks. What is accepted is charged; refusals cost
 * nothing and prolong nothing.
 */

import type { UserId } from "@dragoman/bus-schema";
import { minuteMs, type Spent } from "./shape.ts";

export const unspent: { readonly [K in keyof Spent]: readonly number[] } = {
  messages: [],
  acts: [],
  marks: [],
};

export interface BudgetLimits {
  /** 0: no such test. */
  readonly messagesPerMinute: number;
  /** Within 10 s. 0: no such test. */
  readonly burstLimit: number;
  readonly cooldownMs: number;
}

/** Why a post is refused, how long to wait, and for a burst the end of the pause that it starts. */
export interface OverBudget {
  readonly why: "burst" | "cooldown" | "minute";
  readonly waitMs: number;
  readonly cooldownUntilMs?: number;
}

const burstMs = 10_000;

/**
 * Tests a post at `nowMs`. `spends` are the times of earlier accepted ones, rising; `cooldownEndMs` is the end
 * of the pause that a burst started, if any. Null: within the budget.
 */
export function overBudget(
  spends: readonly number[],
  cooldownEndMs: number | undefined,
  limits: BudgetLimits,
  nowMs: number,
): OverBudget | null {
  if (cooldownEndMs !== undefined && cooldownEndMs > nowMs) {
    return { why: "cooldown", waitMs: cooldownEndMs - nowMs };
  }
  const first = firstWithin(spends, nowMs - minuteMs);
  const oldest = spends[first];
  if (limits.messagesPerMinute > 0 && spends.length - first >= limits.messagesPerMinute) {
    return { why: "minute", waitMs: (oldest ?? nowMs) + minuteMs - nowMs };
  }
  const burst = burstOf(spends, nowMs);
  if (limits.burstLimit > 0 && burst >= limits.burstLimit) {
    return {
      why: "burst",
      waitMs: limits.cooldownMs,
      cooldownUntilMs: nowMs + limits.cooldownMs,
    };
  }
  return null;
}

export interface ActLimits {
  /** 0: no such test. */
  readonly actsPerMinute: number;
  /** Within 10 s. 0: no such test. */
  readonly actsBurst: number;
}

/** Tests an act of that cost at `nowMs`. No pause follows: it is free again as soon as enough of the others are old. */
export function overActs(
  acts: readonly number[],
  cost: number,
  { actsPerMinute, actsBurst }: ActLimits,
  nowMs: number,
): OverBudget | null {
  const waitMs = Math.max(
    untilRoom(acts, cost, actsPerMinute, minuteMs, nowMs),
    untilRoom(acts, cost, actsBurst, burstMs, nowMs),
  );
  return waitMs > 0 ? { why: "minute", waitMs } : null;
}

/** Tests whether a read mark may move at `nowMs`; `perMinute` 0: no such test. */
export function overMarks(
  marks: readonly number[],
  perMinute: number,
  nowMs: number,
): OverBudget | null {
  const waitMs = untilRoom(marks, 1, perMinute, minuteMs, nowMs);
  return waitMs > 0 ? { why: "minute", waitMs } : null;
}

/** How long until a window of `spanMs` has room for `cost` more; 0: it has. */
function untilRoom(
  spends: readonly number[],
  cost: number,
  max: number,
  spanMs: number,
  nowMs: number,
): number {
  if (max === 0) return 0;
  // What must be old by then; where the cost alone is too much, all.
  const last = spends[spends.length - Math.max(1, max - cost + 1)];
  return last === undefined ? 0 : Math.max(0, last + spanMs - nowMs);
}

/** Posts within the last minute. */
export function minuteOf(spends: readonly number[], nowMs: number): number {
  return spends.length - firstWithin(spends, nowMs - minuteMs);
}

/** Posts within the last 10 s, which a burst is counted by. */
export function burstOf(spends: readonly number[], nowMs: number): number {
  return spends.length - firstWithin(spends, nowMs - burstMs);
}

/** What a person has spent, to be charged. Adds to `spends` somebody who had spent nothing. */
export function spentBy(spends: Map<UserId, Spent>, userId: UserId): Spent {
  const spent = spends.get(userId) ?? { messages: [], acts: [], marks: [] };
  spends.set(userId, spent);
  return spent;
}

/** Counts what was accepted at `atMs`, and forgets what is a minute old. Changes `spends`. */
export function charge(spends: number[], atMs: number): void {
  spends.splice(0, firstWithin(spends, atMs - minuteMs));
  spends.push(atMs);
}

/** Index of the first time after `sinceMs`: an entry exactly as old as the window has left it. */
function firstWithin(spends: readonly number[], sinceMs: number): number {
  let low = 0;
  let high = spends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spends[middle] ?? 0) > sinceMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
