/**
 * Login tokens: how a person who logged in on one side gets a login for the other (bridge table, token). A JWS
 * with HS256: URL-safe, without tabs or spaces. It dies with its time and with the person's epoch.
 */
import type { UserId } from "@dragoman/bus-schema";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Secrets } from "./secrets.ts";

const algorithm = "HS256";

export interface TokenClaims {
  readonly userId: UserId;
  /** The person's epoch when it was issued; void under a higher one. */
  readonly epoch: number;
}

/** A token that is good until `expiresAtMs` (epoch, whole seconds). */
export async function issueToken(
  secrets: Secrets,
  claims: TokenClaims,
  nowMs: number,
  lifetimeMs: number,
): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
  const expiresAtSeconds = Math.floor((nowMs + lifetimeMs) / 1000);
  const token = await new SignJWT({ epoch: claims.epoch })
    .setProtectedHeader({ alg: algorithm })
    .setSubject(claims.userId)
    .setExpirationTime(expiresAtSeconds)
    .sign(secrets.keys.token);
  return { token, expiresAtMs: expiresAtSeconds * 1000 };
}

/** Whether a text has the form of a token, so that it is worth a look. */
export function hasTokenForm(text: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text);
}

/** The claims of a token, or null if it is forged, broken or expired. The epoch is the caller's to compare. */
export async function verifyToken(
  secrets: Secrets,
  token: string,
  nowMs: number,
): Promise<TokenClaims | null> {
  try {
    const { payload } = await jwtVerify(token, secrets.keys.token, {
      algorithms: [algorithm],
      currentDate: new Date(nowMs),
      requiredClaims: ["sub", "exp", "epoch"],
    });
    return { userId: payload.sub as UserId, epoch: payload["epoch"] as number };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
