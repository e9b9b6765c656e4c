/**
 * Who may not speak (OriginChats part 1, 7.3). The original remembers it in memory alone; when it began and how long it was
 * to last stands in its moderation log, where that is kept.
 */
import { fieldsOf, listOf, millisecondsOf, numberOf, textOf } from "./value.ts";

/** Until when somebody may not speak, in epoch ms, by the account's id there. */
export type Timeouts = ReadonlyMap<string, number>;

/** Those timeouts that run, by `modlog.json`: a later one takes the place of one before, and `duration` 0 ends it. */
export function timeoutsIn(log: unknown, nowMs: number): Timeouts {
  const last = new Map<string, { readonly atMs: number; readonly untilMs: number }>();
  for (const entry of listOf(log)) {
    const { action, target_id, timestamp, details } = fieldsOf(entry);
    const target = textOf(target_id, 200);
    const atMs = millisecondsOf(timestamp);
    const { timeout, duration = timeout } = fieldsOf(details);
    const seconds = numberOf(duration);
    if (action !== "user_timeout" || target === undefined) continue;
    if (atMs === undefined || atMs > nowMs || seconds === undefined) continue;
    if (atMs < (last.get(target)?.atMs ?? 0)) continue;
    last.set(target, { atMs, untilMs: Math.ceil(atMs + seconds * 1_000) });
  }
  return new Map(
    [...last].flatMap(([target, { untilMs }]) =>
      untilMs > nowMs && Number.isSafeInteger(untilMs) ? [[target, untilMs] as const] : [],
    ),
  );
}
