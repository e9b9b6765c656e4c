/**
 * Login tokens: how a person who logged in on one side gets a login for the other (bridge table, token). A JWS
 * with HS256: URL-safe, without tabs or spaces. It dies with its time, with
 * the person's epoch, and when the journal says that it is ended.
 */
import type { UserId } from "@dragoman/bus-schema";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Secrets } from "./secrets.ts";

const algorithm = "HS256";

export interface TokenClaims {
  readonly userId: UserId;
  /** The person's epoch when it was issued; void under a higher one. */
  readonly epoch: number;
  /** Which of the person's it is; absent in those that were given before the journal said so. */
  readonly tokenId?: number;
}

/** A token that is good until `expiresAtMs` (epoch; the whole second counts). The same of the same: nothing in it is by chance. */
export async function issueToken(
  secrets: Secrets,
  { userId, epoch, tokenId }: TokenClaims,
  expiresAtMs: number,
): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
  const expiresAtSeconds = Math.floor(expiresAtMs / 1000);
  const token = await new SignJWT({ epoch, ...(tokenId === undefined ? {} : { id: tokenId }) })
    .setProtectedHeader({ alg: algorithm })
    .setSubject(userId)
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
    const tokenId = payload["id"] as number | undefined;
    return {
      userId: payload.sub as UserId,
      epoch: payload["epoch"] as number,
      ...(tokenId === undefined ? {} : { tokenId }),
    };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
