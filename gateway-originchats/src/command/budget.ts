/** What is left of a message budget (part 1, 7.2 and 7.3; part 3, section 6). */
import { holds } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, thenReply } from "../answer.ts";
import { findUser } from "../place.ts";
import { refuse } from "../rejection.ts";
import { nameOf, roleNames } from "../view.ts";
import { type CommandRows, optionalText, row } from "./row.ts";

const notAvailable = "Rate limiter not available or disabled";
const onlyOwn = "Access denied: can only check your own rate limit status";

/** Both tests switched off is no limiter. */
function isOff({ view }: Ask): boolean {
  const { messagesPerMinute, burstLimit } = view.config.limits;
  return messagesPerMinute === 0 && burstLimit === 0;
}

interface Spent {
  readonly minute: number;
  readonly burst: number;
  readonly cooldownMs: number;
}

function replyStatus(user: string, { minute, burst, cooldownMs }: Spent, ask: Ask): Step {
  const { messagesPerMinute, burstLimit } = ask.view.config.limits;
  return reply(ask, {
    cmd: "rate_limit_status",
    user,
    status: {
      messages_this_minute: minute,
      messages_per_minute_limit: messagesPerMinute,
      recent_messages: burst,
      burst_limit: burstLimit,
      cooldown_remaining: cooldownMs / 1000,
    },
  });
}

const StatusShape = z.object({ user: z.string().exactOptional() });

/** Another's is for holders of the literal role; unknown people have spent nothing. */
function status({ user }: z.infer<typeof StatusShape>, ask: Ask): readonly Step[] {
  const { roster } = ask.view;
  const { userId } = ask.session;
  const target = user === undefined ? roster.user(userId) : findUser(user, roster);
  if (target?.userId !== userId && !roleNames(userId, roster).includes("owner")) {
    return fail(ask, onlyOwn);
  }
  if (isOff(ask)) return fail(ask, notAvailable);
  const named = user ?? nameOf(userId, roster);
  if (target === undefined)
    return [replyStatus(named, { minute: 0, burst: 0, cooldownMs: 0 }, ask)];
  return [
    query({
      body: { type: "budget.state", target: target.userId },
      answer: (spent) => [replyStatus(named, spent, ask)],
      refuse: refuse(ask),
    }),
  ];
}

const ResetShape = z.object({ user: optionalText });

/** Unknown people's succeeds too. It lifts a time-out as well (part 1, 8.1). */
function reset({ user }: z.infer<typeof ResetShape>, ask: Ask): readonly Step[] {
  const { roster } = ask.view;
  if (!holds(roster.actor(ask.session.userId), "manageServer")) {
    return fail(ask, "Access denied: 'manage_server' permission required");
  }
  if (!user) return fail(ask, "User parameter is required");
  if (isOff(ask)) return fail(ask, notAvailable);
  const done = (): object => ({
    cmd: "rate_limit_reset",
    user,
    val: `Rate limit reset for user ${user}`,
  });
  const target = findUser(user, roster);
  if (target === undefined) return [reply(ask, done())];
  return [
    {
      do: "command",
      body: { type: "moderation.refill", target: target.userId },
      settle: thenReply(ask, done),
      unchanged: () => [reply(ask, done())],
      refuse: refuse(ask),
    },
  ];
}

export const budgetCommands = {
  rate_limit_status: row({ shape: StatusShape, translate: status }),
  rate_limit_reset: row({ shape: ResetShape, translate: reset }),
} as const satisfies CommandRows;
