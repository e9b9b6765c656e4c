/** Uploads, webhooks and pictures of the server as this protocol's objects (part 2, 1.3; part 3, 5, 8 and 9). */
import type {
  Attachment,
  Message,
  MessageAttachment,
  Server,
  ServerAsset,
  Webhook,
  WebhookAuthor,
} from "@dragoman/bus-schema";
import { onClock, type Roster, type View } from "@dragoman/gateway-kit";

const githubLogo = "https://github.githubassets.com/images/modules/logos_page/GitHub-Mark.png";

/** The address of an upload. */
const attachmentUrl = (base: string, attachmentId: string): string =>
  `${base}/attachments/${attachmentId}`;

/** Part 2, 1.3: `expires_at` is seconds, `width` and `height` stand where they are known. */
function attachmentObject(shown: MessageAttachment, base: string): object {
  const { attachmentId, name, mime, size, expiresAtMs, permanent, width, height } = shown;
  return {
    id: attachmentId,
    name,
    mime_type: mime,
    size,
    url: attachmentUrl(base, attachmentId),
    expires_at: expiresAtMs / 1000,
    permanent,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

/** An upload that stands in no message. */
export function uploadObject(attachment: Attachment, view: View): object {
  const { file, attachmentId, name, expiresAtMs, permanent } = attachment;
  const { mime, size, width, height } = file;
  return attachmentObject(
    {
      attachmentId,
      name,
      mime,
      size,
      expiresAtMs: onClock(expiresAtMs, view),
      permanent,
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
    },
    view.roster.fileBase,
  );
}

/** The `webhook` of a message: a push of GitHub goes under that name. */
function webhookAuthor({ webhookId, github, name, avatar }: WebhookAuthor): object {
  return github === true
    ? { id: "github", name: "GitHub", avatar: githubLogo }
    : { id: webhookId, name, avatar };
}

/** What a message object says of files and of the webhook that it came by. */
export function filesOf({ attachments = [], webhook }: Message, base: string): object {
  return {
    ...(attachments.length === 0
      ? {}
      : { attachments: attachments.map((shown) => attachmentObject(shown, base)) }),
    ...(webhook === undefined ? {} : { webhook: webhookAuthor(webhook) }),
  };
}

/** A webhook; the token only for whoever may have it. */
export function webhookObject(webhook: Webhook, token: string | undefined, roster: Roster): object {
  return {
    id: webhook.webhookId,
    channel: roster.channel(webhook.channelId)?.name ?? "",
    name: webhook.name,
    ...(token === undefined ? {} : { token }),
    created_by: webhook.createdById,
    created_at: webhook.createdAtMs / 1000,
    avatar: webhook.avatar,
  };
}

/** The address of the server's icon or banner, empty where there is none. */
export function assetUrl(
  asset: ServerAsset | undefined,
  name: "icon" | "banner",
  base: string,
): string {
  if (asset === undefined) return "";
  return asset.kind === "url" ? asset.url : `${base}/server-assets/${name}`;
}

/** Part 3, section 5: the three fields of `server_info` and `server_update`. */
export function serverFace(server: Server, base: string): object {
  return {
    name: server.name,
    icon: assetUrl(server.icon, "icon", base),
    banner: assetUrl(server.banner, "banner", base),
  };
}
