/** Where notifications go, and the keys that they are signed with: in the secret bucket and nowhere else. */
import { createECDH, createHmac } from "node:crypto";
import type { PushId } from "@dragoman/bus-schema";
import type { KV } from "@dragoman/service-kit";
import webpush from "web-push";
import { z } from "zod";

const Keys = z.object({ publicKey: z.string(), privateKey: z.string() });
export type VapidKeys = z.infer<typeof Keys>;

const Stored = z.object({ endpoint: z.string(), p256dh: z.string(), auth: z.string() });
/** A subscription as the browser gave it. */
export type Subscription = z.infer<typeof Stored>;

const keysName = "key.vapid";
/** 22 characters of base64url: 132 bits of the digest. */
const idLength = 22;

/** Both halves; null: the private one is none. */
function pairOf(privateKey: string): VapidKeys | null {
  const curve = createECDH("prime256v1");
  try {
    curve.setPrivateKey(privateKey, "base64url");
  } catch {
    return null;
  }
  return { privateKey, publicKey: curve.getPublicKey("base64url") };
}

const json = (text: string): unknown => JSON.parse(text);

export class PushStore {
  readonly #bucket: KV;

  constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  /** Made at the first call, by whichever core comes first. Read each time: an import can bring others, by any core. */
  async keys(): Promise<VapidKeys> {
    const present = await this.#bucket.get(keysName);
    if (present !== null) return Keys.parse(json(present.string()));
    const made = webpush.generateVAPIDKeys();
    try {
      await this.#bucket.create(keysName, JSON.stringify(made));
      return made;
    } catch (error) {
      // Another core was first; if not, the bucket is what failed.
      const theirs = await this.#bucket.get(keysName);
      if (theirs === null) throw error;
      return Keys.parse(json(theirs.string()));
    }
  }

  /** One id for each endpoint. With keys the subscription is kept. */
  async take(
    endpoint: string,
    keys?: { readonly p256dh: string; readonly auth: string },
  ): Promise<PushId> {
    const { privateKey } = await this.keys();
    const digest = createHmac("sha256", privateKey).update(endpoint).digest("base64url");
    const id = digest.slice(0, idLength) as PushId;
    if (keys !== undefined) {
      await this.#bucket.put(`push.${id}`, JSON.stringify({ endpoint, ...keys }));
    }
    return id;
  }

  /**
   * Keeps a subscription that was made by the keys of another server.
   * @param mayReplace whether those become the house's own where it has others
   * @returns null: the house has others, and keeps them, or the key is none
   */
  async bring(
    privateKey: string,
    { endpoint, p256dh, auth }: Subscription,
    mayReplace: boolean,
  ): Promise<PushId | null> {
    const given = pairOf(privateKey);
    if (given === null) return null;
    const entry = await this.#bucket.get(keysName);
    const own = entry === null ? undefined : Keys.parse(json(entry.string()));
    if (own?.privateKey !== privateKey) {
      if (own !== undefined && !mayReplace) return null;
      await this.#bucket.put(keysName, JSON.stringify(given));
    }
    return this.take(endpoint, { p256dh, auth });
  }

  /** Null: there is none of that id. */
  async read(id: PushId): Promise<Subscription | null> {
    const entry = await this.#bucket.get(`push.${id}`);
    if (entry === null || entry.operation !== "PUT") return null;
    return Stored.parse(json(entry.string()));
  }

  async forget(id: PushId): Promise<void> {
    await this.#bucket.delete(`push.${id}`);
  }
}
