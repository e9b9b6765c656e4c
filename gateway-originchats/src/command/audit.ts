/** The moderation log (part 3, section 12). Filters combine; `actor` and `target` are ids. */
import { clipped, holds } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply } from "../answer.ts";
import { actsBehind, modlogCounts, modlogEntry } from "../audit.ts";
import { findUser, plainName } from "../place.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, noFields, optionalText, row } from "./row.ts";

const denied = "Access denied: 'view_audit_log' or 'manage_users' permission required";
const limitMax = 200;
const limitDefault = 100;

/** The numbers are tested by hand: each has a text of its own. */
const GetShape = z.object({
  limit: z.unknown().exactOptional(),
  offset: z.unknown().exactOptional(),
  after: z.unknown().exactOptional(),
  category: optionalText,
  actor: optionalText,
  target: optionalText,
  action: optionalText,
});

const mayRead = (ask: Ask): boolean =>
  holds(ask.view.roster.actor(ask.session.userId), "viewAuditLog");

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** Epoch seconds, also as text; undefined: none given; null: neither. */
function readAfter(after: unknown): number | null | undefined {
  if (after === undefined || after === null) return undefined;
  const seconds =
    typeof after === "string" && /^\s*[+-]?\d{1,15}(?:\.\d{1,9})?\s*$/.test(after)
      ? Number(after)
      : after;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : null;
}

/** An id of the original's, which is the long form of a local account's name, as one of ours; else as it is. */
function idOf(given: string, { view }: Ask): string {
  const cut = clipped(given, 64);
  if (plainName(cut) === cut) return cut;
  return findUser(cut, view.roster)?.userId ?? cut;
}

/** An id as it stands in the log. A present channel's moves are filed under the id of its own. */
function targetIds(target: string, ask: Ask): readonly string[] {
  const channel = ask.view.roster.channelByName(target);
  return channel === undefined ? [idOf(target, ask)] : [target, channel.channelId];
}

function get(packet: z.infer<typeof GetShape>, ask: Ask): readonly Step[] {
  if (!mayRead(ask)) return fail(ask, denied);
  const { limit = limitDefault, offset = 0, category, action, actor, target } = packet;
  if (!isWhole(limit) || limit < 1 || limit > limitMax) {
    return fail(ask, "Limit must be between 1 and 200");
  }
  if (!isWhole(offset) || offset < 0) return fail(ask, "Offset must be a non-negative integer");
  const after = readAfter(packet.after);
  if (after === null) return fail(ask, "After must be a valid Unix timestamp");
  const acts = actsBehind(category || undefined, action || undefined);
  return [
    query({
      body: {
        type: "audit.entries",
        limit,
        offset,
        ...(after === undefined ? {} : { afterMs: after * 1000 }),
        ...(acts === undefined ? {} : { acts: [...acts] }),
        ...(actor ? { actorId: idOf(actor, ask) } : {}),
        ...(target ? { targetIds: [...targetIds(clipped(target, 100), ask)] } : {}),
      },
      answer: ({ entries, total }, { roster }) => [
        reply(ask, {
          cmd: "modlog_get",
          entries: entries.map((entry) => modlogEntry(entry, roster)),
          total,
          offset,
          limit,
        }),
      ],
      refuse: refuse(ask),
    }),
  ];
}

function summary(ask: Ask): readonly Step[] {
  if (!mayRead(ask)) return fail(ask, denied);
  return [
    query({
      body: { type: "audit.summary" },
      answer: ({ counts, total }) => [
        reply(ask, { cmd: "modlog_summary", ...modlogCounts(counts), total }),
      ],
      refuse: refuse(ask),
    }),
  ];
}

export const auditCommands = {
  modlog_get: row({ shape: GetShape, translate: get }),
  modlog_summary: row({ shape: noFields, translate: (_, ask) => summary(ask) }),
} as const satisfies CommandRows;
