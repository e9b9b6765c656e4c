/** What an operator takes elsewhere, page by page. */
import {
  type AnswerOf,
  exportPageMax,
  exportPeopleMax,
  type QueryType,
} from "@dragoman/bus-schema";
import type { Covered, History } from "../history/history.ts";
import { webhookToken } from "../identity/webhook-token.ts";
import type { Person } from "../state/shape.ts";
import { busy, operating, type Row, refuse, type Sources } from "./row.ts";

type Exported = Extract<QueryType, `export.${string}`>;

/** What the history says, once it has come as far as is asked. */
async function told<T extends Exported>(
  from: Sources,
  read: (history: History) => Promise<Covered<AnswerOf<T>>>,
) {
  if (!(await from.projected())) return refuse(busy);
  return { ok: true, value: await read(from.history) } as const;
}

export const exportAnswers: { readonly [T in Exported]: Row<T> } = {
  "export.people": operating(async ({ from: first }, { replica, secrets }) => {
    const through = replica.position.seq;
    const page = [...replica.state.people.slice(first, exportPeopleMax)];
    const bans = new Map(page.map(([userId]) => [userId, replica.state.bans.get(userId)]));
    const people = await Promise.all(
      page.map(async ([userId, { identities, credentialId }]: readonly [string, Person]) => {
        const hash = credentialId === undefined ? null : await secrets.credential(credentialId);
        const ban = bans.get(userId as Person["user"]["userId"]);
        return {
          userId: userId as Person["user"]["userId"],
          ...(identities === undefined ? {} : { identities: [...identities] }),
          ...(hash === null ? {} : { passwordHash: hash }),
          ...(ban?.kind !== "ban" ? {} : { banned: { reason: ban.reason, untilMs: ban.untilMs } }),
        };
      }),
    );
    return { ok: true, value: { through, answer: { people } } };
  }),

  "export.messages": operating(({ place, after = 0 }, from) =>
    told<"export.messages">(from, (history) => history.told(place, after)),
  ),

  "export.votes": operating(({ pollId, after = 0 }, from) =>
    told<"export.votes">(from, (history) => history.votesBehind(pollId, after)),
  ),

  "export.marks": operating(({ userIds }, from) =>
    told<"export.marks">(from, (history) => history.marksOf(userIds)),
  ),

  "export.attachments": operating(({ after }, { replica, nowMs }) => {
    const attachments: AnswerOf<"export.attachments">["attachments"] = [];
    let isBehind = after === undefined || !replica.state.attachments.has(after);
    for (const [id, { attachment, orphaned }] of replica.state.attachments) {
      const isOver = orphaned === true || attachment.expiresAtMs <= nowMs;
      if (isBehind && !isOver) attachments.push(attachment);
      if (attachments.length >= exportPageMax) break;
      if (id === after) isBehind = true;
    }
    return { ok: true, value: { through: replica.position.seq, answer: { attachments } } };
  }),

  "export.webhooks": operating((_query, { replica, secrets }) => {
    const webhooks = [...replica.state.webhooks.values()].map((webhook) => ({
      webhook,
      token: webhookToken(secrets, webhook.tokenId),
    }));
    return { ok: true, value: { through: replica.position.seq, answer: { webhooks } } };
  }),
};
