/** Queries about uploads and webhooks, answered from the state. */
import {
  type Actor,
  type AnswerOf,
  holds,
  type QueryOf,
  type Result,
  sees,
} from "@dragoman/bus-schema";
import type { Covered } from "../history/history.ts";
import { verifyWebhookToken, webhookToken } from "../identity/webhook-token.ts";
import { attachmentAt, webhookByToken } from "../state/file.ts";
import { seenAttachment, sightOf } from "../state/sight.ts";
import { type Row, type Sources, signedIn } from "./row.ts";

/**
 * An upload that is still there: for a person who sees it, and without a session for whoever knows its id, by which
 * clients fetch it (OriginChats part 2, 14.3).
 */
function oneAttachment(
  { attachmentId }: QueryOf<"attachment.one">,
  asker: Actor | null,
  { replica: { state, position }, nowMs }: Sources,
): Result<Covered<AnswerOf<"attachment.one">>> {
  const held =
    asker === null
      ? attachmentAt(state, attachmentId, nowMs)
      : seenAttachment(state, attachmentId, nowMs, sightOf(state, asker));
  const answer = { attachment: held?.attachment ?? null };
  return { ok: true, value: { through: position.seq, answer } };
}

/** The webhook of a token; null: it is none of ours, or no longer. */
function oneWebhook(
  { token }: QueryOf<"webhook.one">,
  { replica, secrets }: Sources,
): Result<Covered<AnswerOf<"webhook.one">>> {
  const tokenId = verifyWebhookToken(secrets, replica.state, token);
  const webhook = tokenId === null ? undefined : webhookByToken(replica.state, tokenId);
  const answer = { webhook: webhook ?? null };
  return { ok: true, value: { through: replica.position.seq, answer } };
}

/**
 * The webhooks of one channel, or of all, that whoever asks sees; with tokens and everywhere for who manages the
 * server (OriginChats part 3, section 9).
 */
function listWebhooks(
  { channelId }: QueryOf<"webhook.list">,
  asker: Actor,
  { replica, secrets }: Sources,
): Result<Covered<AnswerOf<"webhook.list">>> {
  const { state } = replica;
  const manages = holds(asker, "manageServer");
  const webhooks: AnswerOf<"webhook.list">["webhooks"] = [];
  for (const webhook of state.webhooks.values()) {
    if (channelId !== undefined && webhook.channelId !== channelId) continue;
    const channel = state.channels.get(webhook.channelId);
    if (manages) webhooks.push({ webhook, token: webhookToken(secrets, webhook.tokenId) });
    else if (channel !== undefined && sees(channel, asker)) webhooks.push({ webhook });
  }
  return { ok: true, value: { through: replica.position.seq, answer: { webhooks } } };
}

export const fileAnswers: {
  readonly "attachment.one": Row<"attachment.one">;
  readonly "webhook.one": Row<"webhook.one">;
  readonly "webhook.list": Row<"webhook.list">;
} = {
  "attachment.one": oneAttachment,
  "webhook.one": (query, _asker, from) => oneWebhook(query, from),
  "webhook.list": signedIn(listWebhooks),
};
