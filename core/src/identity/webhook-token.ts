/**
 * Webhook tokens: a UUID, which the journal knows, and 32 hex digits that follow from it by a key of core's own
 * bucket. So nothing has to be stored for one, and whoever reads the journal cannot make one.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { WebhookTokenId } from "@dragoman/bus-schema";
import type { Secrets } from "./secrets.ts";

const idLength = 36;
const sealLength = 32;

/** 68 characters, as the original's. */
export function webhookToken(secrets: Secrets, tokenId: WebhookTokenId): string {
  return `${tokenId}${seal(secrets, tokenId)}`;
}

/** The id of a token of ours, or null. */
export function verifyWebhookToken(secrets: Secrets, token: string): WebhookTokenId | null {
  const tokenId = WebhookTokenId.safeParse(token.slice(0, idLength));
  if (!tokenId.success || token.length !== idLength + sealLength) return null;
  const given = Buffer.from(token.slice(idLength));
  const wanted = Buffer.from(seal(secrets, tokenId.data));
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? tokenId.data : null;
}

function seal(secrets: Secrets, tokenId: WebhookTokenId): string {
  const digest = createHmac("sha256", secrets.keys.webhook).update(tokenId).digest("hex");
  return digest.slice(0, sealLength);
}
