/**
 * Codes by which two accounts become one: one at a time for each person, good once and not for long. What lies in
 * the secret bucket is a digest: whoever reads the bucket has no code.
 */
import { createHash, randomInt } from "node:crypto";
import type { User, UserId } from "@dragoman/bus-schema";
import type { KV } from "@dragoman/service-kit";

/** Without letters and digits that are taken for one another; 8 of them are 39 bits. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const secretLength = 8;

interface Stored {
  readonly userId: UserId;
  readonly digest: string;
  readonly expiresAtMs: number;
}

const digestOf = (code: string): string => createHash("sha256").update(code).digest("base64url");

export class LinkCodes {
  readonly #bucket: KV;

  constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  /** A new code for a person; the one before is void. `<user number, base 36>-<secret>`. */
  async issue(
    { userId, number }: Pick<User, "userId" | "number">,
    nowMs: number,
    lifetimeMs: number,
  ): Promise<{ readonly code: string; readonly expiresAtMs: number }> {
    const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]);
    const code = `${number.toString(36)}-${secret.join("")}`;
    const expiresAtMs = nowMs + lifetimeMs;
    const stored: Stored = { userId, digest: digestOf(code), expiresAtMs };
    await this.#bucket.put(`link.${number}`, JSON.stringify(stored));
    return { code, expiresAtMs };
  }

  /** Whose code it is; it is used up then. Null: nobody's, or no longer good. */
  async redeem(typed: string, nowMs: number): Promise<{ readonly userId: UserId } | null> {
    const code = typed.trim().toLowerCase();
    const number = /^([0-9a-z]{1,11})-[0-9a-z]+$/.exec(code)?.[1];
    if (number === undefined) return null;
    const key = `link.${Number.parseInt(number, 36)}`;
    const entry = await this.#bucket.get(key);
    if (entry === null || entry.operation !== "PUT") return null;
    const { userId, digest, expiresAtMs } = entry.json<Stored>();
    if (digest !== digestOf(code) || expiresAtMs <= nowMs) return null;
    await this.#bucket.delete(key);
    return { userId };
  }
}
