/**
 * Tickets: the signed one-minute proof of who somebody is, made by the core that checked it and read by the
 * leader when it admits the session (docs/journal.md 3.4). `<claims as base64url JSON>.<HMAC-SHA-256>`.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { encode } from "@dragoman/bus-schema";
import type { VerifiedTicket } from "../decider/contract.ts";
import type { Secrets } from "./secrets.ts";

/** How long a ticket is good for. */
export const ticketMs = 60_000;

export type { VerifiedTicket };

/** Signs the claims. `expiresAtMs` is the signer's clock plus `ticketMs`. */
export function signTicket(secrets: Secrets, claims: VerifiedTicket): string {
  const body = Buffer.from(encode(claims)).toString("base64url");
  return `${body}.${seal(secrets, body).toString("base64url")}`;
}

/** The claims of a ticket, or null if it is forged, broken or expired at `nowMs` (epoch). Never throws. */
export function verifyTicket(
  secrets: Secrets,
  ticket: string,
  nowMs: number,
): VerifiedTicket | null {
  const [body = "", signature = "", ...rest] = ticket.split(".");
  const given = Buffer.from(signature, "base64url");
  const wanted = seal(secrets, body);
  if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    return null;
  }
  // The seal is ours, so is what it covers.
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as VerifiedTicket;
  return claims.expiresAtMs > nowMs ? claims : null;
}

function seal(secrets: Secrets, body: string): Buffer {
  return createHmac("sha256", secrets.keys.ticket).update(body).digest();
}
