/**
 * Webhook tokens: a UUID, which the journal knows, and 32 hex digits that follow from it by a key of core's own
 * bucket. So nothing has to be stored for one, and whoever reads the journal cannot make one.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { WebhookTokenId } from "@dragoman/bus-schema";
import { webhookByToken } from "../state/file.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Secrets } from "./secrets.ts";

const idLength = 36;
const sealLength = 32;

/** 68 characters, as the original's. */
export function webhookToken(secrets: Secrets, tokenId: WebhookTokenId): string {
  return `${tokenId}${seal(secrets, tokenId)}`;
}

/** The id of a token of ours, or of one that was brought along from another server; or null. */
export function verifyWebhookToken(
  secrets: Secrets,
  state: Pick<Reading<State>, "webhooks">,
  token: string,
): WebhookTokenId | null {
  const tokenId = WebhookTokenId.safeParse(token.slice(0, idLength));
  if (!tokenId.success || token.length !== idLength + sealLength) return null;
  if (isSame(token.slice(idLength), seal(secrets, tokenId.data))) return tokenId.data;
  const { digest } = webhookByToken(state, tokenId.data) ?? {};
  const isImported = digest !== undefined && isSame(digestOf(token), digest);
  return isImported ? tokenId.data : null;
}

/** The digest by which a token is known whose second half is not of our making. */
const digestOf = (token: string): string => createHash("sha256").update(token).digest("hex");

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function seal(secrets: Secrets, tokenId: WebhookTokenId): string {
  const digest = createHmac("sha256", secrets.keys.webhook).update(tokenId).digest("hex");
  return digest.slice(0, sealLength);
}
