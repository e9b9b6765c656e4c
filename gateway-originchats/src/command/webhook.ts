/** Webhooks (part 3, section 9). Tokens are core's to tell, to whoever manages the server. */
import { clipped, type Webhook } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply, send, thenReply } from "../answer.ts";
import { webhookObject } from "../file-view.ts";
import { findChannel } from "../place.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { isTruthy } from "../wire.ts";
import { type CommandRows, lacks, row } from "./row.ts";

const Shape = z.object({
  id: z.unknown().exactOptional(),
  channel: z.unknown().exactOptional(),
  name: z.unknown().exactOptional(),
  avatar: z.unknown().exactOptional(),
});
type Packet = z.infer<typeof Shape>;

const needsRight = "Access denied: 'manage_server' permission required";
const idRequired = "Webhook ID is required";
const notFound = "Webhook not found";
/** Longer ones than the bus takes are nobody's. */
const textMax = 200;
const idMax = 64;
const avatarMax = 2_000;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a request says of the picture: nothing, none, or an address. */
function avatarOf(packet: Packet): { readonly avatar?: string | null } {
  if (packet.avatar === undefined) return {};
  return { avatar: clipped(textOf(packet.avatar), avatarMax) || null };
}

/** The webhook with its token, as core tells it to whoever may have that. */
function tell(ask: Ask, webhookId: string): Step {
  return query({
    body: { type: "webhook.list" },
    answer: ({ webhooks }, { roster }) => {
      const found = webhooks.find(({ webhook }) => webhook.webhookId === webhookId);
      if (found === undefined) return fail(ask, notFound);
      const webhook = webhookObject(found.webhook, found.token, roster);
      return [reply(ask, { cmd: ask.cmd, webhook })];
    },
    refuse: refuse(ask),
  });
}

/** A change whose answer is the webhook, token and all. */
function change(
  ask: Ask,
  body: Extract<Step, { do: "command" }>["body"],
  type: "webhook.created" | "webhook.updated" | "webhook.renewed",
  texts: OwnTexts,
): readonly Step[] {
  return [
    {
      do: "command",
      body,
      settle: (own, commit) => {
        const event = commit.events.find((each) => each.type === type) as
          | { readonly webhook: Webhook }
          | undefined;
        return [send(...own), ...(event ? [tell(ask, event.webhook.webhookId)] : [])];
      },
      refuse: refuse(ask, texts),
    },
  ];
}

const nameTaken = "Webhook name is taken by a user";

function create(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  if (!isTruthy(packet.channel)) return fail(ask, "Channel is required");
  if (!isTruthy(packet.name)) return fail(ask, "Webhook name is required");
  const { roster } = ask.view;
  const channel = findChannel(textOf(packet.channel), ask.session.userId, roster);
  if (channel === undefined || channel.kind === "whisper") return fail(ask, "Channel not found");
  const name = clipped(textOf(packet.name).trim(), textMax);
  if (name === "") return fail(ask, "Webhook name is required");
  const { channelId } = channel;
  const body = { type: "webhook.create", channelId, name, ...avatarOf(packet) } as const;
  return change(ask, body, "webhook.created", {
    invalid: ({ field }) =>
      field === "channel"
        ? "Webhooks can only be created for text channels"
        : "Webhook name is required",
    too_long: () => "Failed to create webhook",
    already_exists: () => nameTaken,
    not_found: () => "Channel not found",
  });
}

function idOf(packet: Packet): string | undefined {
  return isTruthy(packet.id) ? clipped(textOf(packet.id), idMax) || "?" : undefined;
}

function update(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const webhookId = idOf(packet);
  if (webhookId === undefined) return fail(ask, idRequired);
  const name = packet.name ?? undefined;
  const wrongName =
    name !== undefined && (typeof name !== "string" || name.trim() === "")
      ? "Webhook name must be a non-empty string"
      : undefined;
  const nothing = name === undefined && packet.avatar === undefined;
  const fault = wrongName ?? (nothing ? "No updates provided" : undefined);
  // An id that is nobody's is told before what is wrong with the rest.
  if (fault !== undefined) return [whenKnown(ask, webhookId, () => fail(ask, fault))];
  const body = {
    type: "webhook.update",
    webhookId,
    ...(name === undefined ? {} : { name: clipped(textOf(name), textMax) }),
    ...avatarOf(packet),
  } as const;
  return change(ask, body, "webhook.updated", {
    not_found: () => notFound,
    too_long: () => "Failed to update webhook",
    already_exists: () => nameTaken,
  });
}

function whenKnown(ask: Ask, webhookId: string, then: (view: View) => readonly Step[]): Step {
  return query({
    body: { type: "webhook.list" },
    answer: ({ webhooks }, view) =>
      webhooks.some(({ webhook }) => webhook.webhookId === webhookId)
        ? then(view)
        : fail(ask, notFound),
    refuse: refuse(ask),
  });
}

function renew(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const webhookId = idOf(packet);
  if (webhookId === undefined) return fail(ask, idRequired);
  return change(ask, { type: "webhook.renew", webhookId }, "webhook.renewed", {
    not_found: () => notFound,
  });
}

function remove(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const webhookId = idOf(packet);
  if (webhookId === undefined) return fail(ask, idRequired);
  return [
    {
      do: "command",
      body: { type: "webhook.delete", webhookId },
      settle: thenReply(ask, () => ({ cmd: "webhook_delete", id: webhookId, deleted: true })),
      refuse: refuse(ask, { not_found: () => notFound }),
    },
  ];
}

/** Any person may ask; the token is never in it. */
function get(packet: Packet, ask: Ask): readonly Step[] {
  const webhookId = idOf(packet);
  if (webhookId === undefined) return fail(ask, idRequired);
  return [
    query({
      body: { type: "webhook.list" },
      answer: ({ webhooks }, { roster }) => {
        const found = webhooks.find(({ webhook }) => webhook.webhookId === webhookId);
        if (found === undefined) return fail(ask, notFound);
        const webhook = webhookObject(found.webhook, undefined, roster);
        return [reply(ask, { cmd: ask.cmd, webhook })];
      },
      refuse: refuse(ask),
    }),
  ];
}

function list(packet: Packet, ask: Ask): readonly Step[] {
  const { userId } = ask.session;
  const named = isTruthy(packet.channel)
    ? findChannel(textOf(packet.channel), userId, ask.view.roster)
    : null;
  const seen =
    named === null ||
    (named !== undefined && (!lacks(ask, "manageServer") || ask.view.roster.sees(userId, named)));
  if (named === undefined || !seen) return fail(ask, "Channel not found");
  const channelId = named?.channelId;
  return [
    query({
      body: { type: "webhook.list", ...(channelId === undefined ? {} : { channelId }) },
      answer: ({ webhooks }, { roster }) => {
        const shown = webhooks.map(({ webhook, token }) => webhookObject(webhook, token, roster));
        return [reply(ask, { cmd: ask.cmd, webhooks: shown })];
      },
      refuse: refuse(ask),
    }),
  ];
}

export const webhookCommands = {
  webhook_create: row({ shape: Shape, translate: create }),
  webhook_get: row({ shape: Shape, translate: get }),
  webhook_list: row({ shape: Shape, translate: list }),
  webhook_update: row({ shape: Shape, translate: update }),
  webhook_regenerate: row({ shape: Shape, translate: renew }),
  webhook_delete: row({ shape: Shape, translate: remove }),
} as const satisfies CommandRows;
