/**
 * Codes by which two accounts become one, or a person signs in on the other side: one at a time for each person, good once and
 * not for long. What lies in
 * the secret bucket is a digest: whoever reads the bucket has no code.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { CommandId, User, UserId } from "@dragoman/bus-schema";
import type { KV } from "@dragoman/service-kit";

/** Without letters and digits that are taken for one another; 8 of them are 39 bits. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const secretLength = 8;

/** Whose a code is. `epoch`: the person's when it was given: another password, and a revocation, void it. */
interface Owner {
  readonly userId: UserId;
  readonly epoch: number;
}

interface Stored extends Owner {
  readonly digest: string;
  readonly expiresAtMs: number;
}

const asCode = (typed: string): string => typed.trim().toLowerCase();

/** The number of the person whose code a text would be; undefined: it has no such form. */
export function numberInCode(typed: string): number | undefined {
  const number = /^([0-9a-z]{1,11})-[0-9a-z]+$/.exec(asCode(typed))?.[1];
  return number === undefined ? undefined : Number.parseInt(number, 36);
}

/** Whether two digests are one, in the same time wherever they differ. */
const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

const digestOf = (code: string): string => createHash("sha256").update(code).digest("base64url");

/** The key in the bucket of the code that a person was given last. */
export const linkKey = (number: number): string => `link.${number}`;

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
    { userId, number, epoch }: Owner & Pick<User, "number">,
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
    const stored: Stored = { userId, epoch, digest: digestOf(code), expiresAtMs };
    await this.#bucket.put(linkKey(number), JSON.stringify(stored));
    return { code, expiresAtMs };
  }

  /** Whose code it is; it is used up then, by the first who shows it. Null: nobody's, or no longer good. */
  async redeem(typed: string, nowMs: number): Promise<Owner | null> {
    const number = numberInCode(typed);
    if (number === undefined) return null;
    const key = linkKey(number);
    const entry = await this.#bucket.get(key);
    if (entry === null || entry.operation !== "PUT") return null;
    const { userId, epoch, digest, expiresAtMs } = entry.json<Stored>();
    if (!isSame(digest, digestOf(asCode(typed))) || expiresAtMs <= nowMs) return null;
    try {
      await this.#bucket.delete(key, { previousSeq: entry.revision });
    } catch (error) {
      // Somebody else was quicker: by showing it, or by asking for another one.
      if ((await this.#bucket.get(key))?.revision === entry.revision) throw error;
      return null;
    }
    return { userId, epoch };
  }
}
