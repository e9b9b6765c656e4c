/**
 * The message budget, one per person over both protocols (OriginChats part 1, 7.1: its numbers and the order
 * of its tests). Accepted posts and edits are charged; refusals cost nothing and prolong nothing.
 */

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

const minuteMs = 60_000;
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

/** Posts within the last minute. */
export function minuteOf(spends: readonly number[], nowMs: number): number {
  return spends.length - firstWithin(spends, nowMs - minuteMs);
}

/** Posts within the last 10 s, which a burst is counted by. */
export function burstOf(spends: readonly number[], nowMs: number): number {
  return spends.length - firstWithin(spends, nowMs - burstMs);
}

/** Counts an accepted post at `atMs`, and forgets what is a minute old. Changes `spends`. */
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
