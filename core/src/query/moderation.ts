/** Answers for those who keep order: bans, budgets, addresses, the audit log. */
import {
  type Actor,
  holds,
  type QueryType,
  type Rejection,
  type Right,
} from "@dragoman/bus-schema";
import { cutoffs } from "../history/audit.ts";
import { burstOf, minuteOf, unspent } from "../state/budget.ts";
import { accountsOf, bansAt, personCalled, sessionsOf } from "../state/find.ts";
import { busy, inCharge, type Row, refuse, signedIn } from "./row.ts";

const lacks = (asker: Actor, right: Right): Rejection | undefined =>
  holds(asker, right) ? undefined : { code: "not_permitted", need: right, hidden: false };

const noUser = (given: string): Rejection => ({ code: "not_found", what: "user", given });

type Rows = {
  readonly [T in QueryType as T extends
    | "moderation.bans"
    | "budget.state"
    | "user.addresses"
    | `audit.${string}`
    ? T
    : never]: Row<T>;
};

export const moderationAnswers: Rows = {
  "moderation.bans": inCharge("unban", async (_query, { replica, secrets, nowMs }, may) => {
    const through = replica.position.seq;
    const shown = may("seeAddresses");
    const bans = await Promise.all(
      bansAt(replica.state, nowMs).map(async ({ userId, kind, untilMs, addressTags }) => {
        const ban = { userId, kind, untilMs };
        return shown
          ? { ...ban, addresses: [...(await secrets.addresses.barred(addressTags))] }
          : ban;
      }),
    );
    return { ok: true, value: { through, answer: { bans } } };
  }),

  "budget.state": signedIn(async ({ target }, asker, from) => {
    const { replica, config, nowMs } = from;
    const person = target === undefined ? undefined : personCalled(replica.state, target);
    if (target !== undefined && person === undefined) return refuse(noUser(target));
    const userId = person?.user.userId ?? asker.userId;
    const lacking = userId === asker.userId ? undefined : lacks(asker, "manageServer");
    if (lacking !== undefined) return refuse(lacking);
    const through = replica.position.seq;
    const { messages } = replica.state.spends.get(userId) ?? unspent;
    const atMs = Math.max(nowMs, replica.state.at);
    const answer = {
      minute: minuteOf(messages, atMs),
      burst: burstOf(messages, atMs),
      minuteMax: config.limits.messagesPerMinute,
      burstMax: config.limits.burstLimit,
    };
    const cooldownMs = await from.cooldownMs(userId);
    if (cooldownMs === null) return refuse(busy);
    return { ok: true, value: { through, answer: { ...answer, cooldownMs } } };
  }),

  "user.addresses": signedIn(async ({ target }, asker, { replica, secrets }) => {
    const lacking = lacks(asker, "seeAddresses");
    if (lacking !== undefined) return refuse(lacking);
    const person = personCalled(replica.state, target);
    if (person === undefined) return refuse(noUser(target));
    const { userId } = person.user;
    const sessionIds = sessionsOf(replica.state, userId).map(({ session }) => session.sessionId);
    if (sessionIds.length === 0) return refuse(noUser(target));
    const through = replica.position.seq;
    const addresses = [...(await secrets.addresses.of(sessionIds))];
    return { ok: true, value: { through, answer: { userId, addresses } } };
  }),

  "audit.entries": inCharge("viewAuditLog", async (query, from) => {
    const { replica, history, projected, nowMs } = from;
    if (!(await projected())) return refuse(busy);
    const { actorId, targetIds, ...others } = query;
    const { state } = replica;
    const filter = {
      ...others,
      ...(actorId === undefined ? {} : { actorIds: accountsOf(state, actorId) }),
      ...(targetIds === undefined
        ? {}
        : { targetIds: targetIds.flatMap((id) => accountsOf(state, id)) }),
    };
    return { ok: true, value: await history.auditEntries(filter, cutoffs(nowMs)) };
  }),

  "audit.summary": inCharge("viewAuditLog", async (_query, { history, projected, nowMs }) => {
    if (!(await projected())) return refuse(busy);
    return { ok: true, value: await history.auditSummary(cutoffs(nowMs)) };
  }),
};
