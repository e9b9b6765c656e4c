/**
 * Codes by which two accounts become one: one at a time for each person, good once and not for long. What lies in
 * the secret bucket is a digest: whoever reads the bucket has no code.
 */
import { createHash, createHmac } from "node:crypto";
import type { CommandId, User, UserId } from "@dragoman/bus-schema";
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
  readonly #key: Uint8Array;

  constructor(bucket: KV, key: Uint8Array) {
    this.#bucket = bucket;
    this.#key = key;
  }

  /**
   * The code that a command gives a person; the one before is void. `<user number, base 36>-<secret>`; the secret
   * follows from the command by a key that core alone has.
   */
  async issue(
    { userId, number }: Pick<User, "userId" | "number">,
    by: CommandId,
    nowMs: number,
    lifetimeMs: number,
  ): Promise<{ readonly code: string; readonly expiresAtMs: number }> {
    const digest = createHmac("sha256", this.#key).update(by).digest();
    // Two bytes a letter: no letter is more likely than another by more than one in two thousand.
    const secret = Array.from(
      { length: secretLength },
      (_, at) => alphabet[digest.readUInt16BE(2 * at) % alphabet.length],
    );
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
