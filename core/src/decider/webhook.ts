/** Webhooks: doors for programs (OriginChats part 3, section 9). Their tokens are checked outside (`lookups`). */
import {
  type CommandOf,
  type Content,
  commitBytesMax,
  isSeen,
  type Message,
  type Rejection,
  type Webhook,
  type WebhookAuthor,
  type WebhookId,
  type WebhookTokenId,
  withoutUnseen,
} from "@dragoman/bus-schema";
import { webhookByToken } from "../state/file.ts";
import { minuteMs, type State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { drafts, systemLine } from "./draft.ts";
import { nameTaken } from "./name.ts";
import { programRefusal } from "./phase.ts";
import {
  accept,
  type CommandRows,
  type DecisionContext,
  type EventRows,
  type GatewayAsker,
  type MemberContext,
  refuse,
  type SessionContext,
} from "./row.ts";
import { checkText, cleanContent } from "./text.ts";

/** Webhooks of one community. */
const webhooksMax = 500;
const nameMax = 100;

/** A name as it is kept: without what shows as nothing. */
const cleanName = (typed: string): string => withoutUnseen(typed).trim();

function nameFault(context: DecisionContext, name: string): Rejection | null {
  if (!isSeen(name)) return { code: "invalid", field: "name", why: "empty" };
  if (name.length > nameMax) return { code: "too_long", field: "name", max: nameMax };
  return nameTaken(context, name) ? { code: "already_exists", what: "user", given: name } : null;
}

/** What no address is shows as none. */
const avatarOf = (given: string | null | undefined): string | null =>
  given === undefined || given === "" ? null : given;

function create(context: SessionContext, body: CommandOf<"webhook.create">): Decision {
  const channel = context.state.channels.get(body.channelId);
  if (channel === undefined) {
    return refuse({ code: "not_found", what: "channel", given: body.channelId });
  }
  if (channel.kind !== "text") return refuse({ code: "invalid", field: "channel", why: "kind" });
  const name = cleanName(body.name);
  const wrong = nameFault(context, name);
  if (wrong !== null) return refuse(wrong);
  if (context.state.webhooks.size >= webhooksMax) {
    return refuse({ code: "limit_reached", what: "webhooks", max: webhooksMax });
  }
  const webhook: Webhook = {
    webhookId: context.inputs.newUuid() as WebhookId,
    channelId: body.channelId,
    name,
    avatar: avatarOf(body.avatar),
    createdById: context.asker.actor.userId,
    createdAtMs: context.inputs.clockMs,
    tokenId: context.inputs.newUuid() as WebhookTokenId,
  };
  return accept({ type: "webhook.created", webhook });
}

function webhookById(context: DecisionContext, given: string): Webhook | undefined {
  return context.state.webhooks.get(given as WebhookId);
}

const notFound = (given: string): Decision => refuse({ code: "not_found", what: "webhook", given });

function update(context: SessionContext, body: CommandOf<"webhook.update">): Decision {
  const before = webhookById(context, body.webhookId);
  if (before === undefined) return notFound(body.webhookId);
  const name = body.name === undefined ? before.name : cleanName(body.name);
  const wrong = name === before.name ? null : nameFault(context, name);
  if (wrong !== null) return refuse(wrong);
  const avatar = body.avatar === undefined ? before.avatar : avatarOf(body.avatar);
  return accept({ type: "webhook.updated", webhook: { ...before, name, avatar } });
}

function renew(context: SessionContext, body: CommandOf<"webhook.renew">): Decision {
  const before = webhookById(context, body.webhookId);
  if (before === undefined) return notFound(body.webhookId);
  const tokenId = context.inputs.newUuid() as WebhookTokenId;
  const { digest: _, ...webhook } = before;
  return accept({ type: "webhook.renewed", webhook: { ...webhook, tokenId } });
}

function remove(context: MemberContext, body: CommandOf<"webhook.delete">): Decision {
  const webhook = webhookById(context, body.webhookId);
  return webhook === undefined
    ? notFound(body.webhookId)
    : accept({ type: "webhook.deleted", webhook });
}

function post(context: DecisionContext<GatewayAsker>, body: CommandOf<"webhook.post">): Decision {
  const tokenId = context.inputs.lookups.webhookTokenId ?? null;
  const webhook = tokenId === null ? undefined : webhookByToken(context.state, tokenId);
  if (webhook === undefined) return notFound("");
  const barred = programRefusal(context);
  if (barred !== undefined) return refuse(barred);
  const { webhookId, channelId } = webhook;
  if (context.state.channels.get(channelId)?.kind !== "text") {
    return refuse({ code: "not_found", what: "channel", given: channelId });
  }
  const { postContent, webhookPerMinute } = context.inputs.limits;
  const embeds = body.embeds ?? [];
  const wrong = checkText(body.content, postContent, embeds.length > 0);
  if (wrong !== null) return refuse(wrong);
  const since = context.nowMs - minuteMs;
  const spent = context.state.webhookSpends.get(webhookId)?.filter((at) => at > since).length ?? 0;
  if (webhookPerMinute > 0 && spent >= webhookPerMinute) {
    return refuse({ code: "limit_reached", what: "messages", max: webhookPerMinute });
  }
  return accept(
    drafts(context)({
      ...systemLine({ channelId }, ""),
      content: cleanContent(body.content),
      ...(embeds.length === 0 ? {} : { embeds }),
      webhook: shownAs(context, webhook, body.as),
    }),
  );
}

/**
 * Another name than the webhook's own counts only while it is nobody's: a program goes on posting when somebody takes
 * the name, and speaks for nobody.
 */
function shownAs(
  context: DecisionContext,
  webhook: Webhook,
  as: CommandOf<"webhook.post">["as"],
): WebhookAuthor {
  const name = cleanName(as?.name ?? "");
  return {
    webhookId: webhook.webhookId,
    ...(as?.github === undefined ? {} : { github: as.github }),
    name: nameFault(context, name) === null ? name : webhook.name,
    avatar: as?.avatar ?? webhook.avatar,
  };
}

const isLong = ({ text }: Content): boolean => text.length * 6 > commitBytesMax / 2;

const by = { by: "session", right: "manageServer" } as const;

export const webhookCommands: CommandRows<"webhook"> = {
  "webhook.create": { ...by, decide: create },
  "webhook.update": { ...by, decide: update },
  "webhook.renew": { ...by, decide: renew },
  "webhook.delete": { ...by, by: "session or operator", decide: remove },
  "webhook.post": {
    by: "gateway",
    needs: (_state, { token }) => [{ kind: "webhook token", token }],
    bulky: ({ content, embeds = [] }) => embeds.length > 0 || isLong(content),
    decide: post,
  },
};

const put = (state: State, { webhook }: { readonly webhook: Webhook }): void => {
  state.webhooks.set(webhook.webhookId, webhook);
};

/** Charges the budget of the webhook that a message came by. */
export function spendWebhook(state: State, { webhook }: Message, nowMs: number): void {
  const webhookId = webhook?.webhookId;
  if (webhookId === undefined) return;
  const since = nowMs - minuteMs;
  const recent = state.webhookSpends.get(webhookId)?.filter((at) => at > since) ?? [];
  state.webhookSpends.set(webhookId, [...recent, nowMs]);
}

export const webhookEvents: EventRows<"webhook"> = {
  "webhook.created": put,
  "webhook.updated": put,
  "webhook.renewed": put,
  "webhook.deleted": (state, { webhook }) => {
    state.webhooks.delete(webhook.webhookId);
    state.webhookSpends.delete(webhook.webhookId);
  },
};
