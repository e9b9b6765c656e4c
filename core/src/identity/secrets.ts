/**
 * The secret bucket of a community: signing keys, password hashes and addresses, which never stand in the journal. Core
 * alone may read it. Keys are made once, by whichever core comes first.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";
import {
  type AddressTag,
  type ChannelId,
  type CommunityId,
  type CredentialId,
  loopbackTag,
  type PushId,
  secretBucket,
} from "@dragoman/bus-schema";
import { addressBlock, type Bus, isLoopback, type KV } from "@dragoman/service-kit";
import { PushStore } from "../push/store.ts";
import { Addresses } from "./addresses.ts";
import { LinkCodes, linkKey } from "./link-code.ts";

/** One operation on the bucket. */
const limitMs = 2_000;
const keyBytes = 32;
/** 22 characters of base64url: 132 bits of the digest. */
const tagLength = 22;
const cipher = "aes-256-gcm";
const nonceBytes = 12;
const authTagBytes = 16;
const loopbackBlock = addressBlock("::1");

export interface Keys {
  readonly ticket: Uint8Array;
  readonly token: Uint8Array;
  readonly address: Uint8Array;
  readonly webhook: Uint8Array;
  readonly channel: Uint8Array;
  readonly link: Uint8Array;
}

export class Secrets {
  readonly keys: Keys;
  readonly links: LinkCodes;
  readonly push: PushStore;
  readonly addresses: Addresses;
  readonly #bus: Bus;
  readonly #bucketName: string;
  readonly #bucket: KV;
  readonly #sealKey: Buffer;

  private constructor(bus: Bus, community: CommunityId, bucket: KV, keys: Keys) {
    this.#bus = bus;
    this.#bucketName = secretBucket(community);
    this.#bucket = bucket;
    this.keys = keys;
    this.#sealKey = createHmac("sha256", keys.ticket).update("hash in a ticket").digest();
    this.links = new LinkCodes(bucket, keys.link);
    this.push = new PushStore(bucket);
    const tagOf = (address: string): AddressTag => this.addressTag(address);
    this.addresses = new Addresses(bus, community, bucket, tagOf);
  }

  /** Opens the bucket, which is made at the first call, and reads or makes the keys. */
  static async open(bus: Bus, community: CommunityId): Promise<Secrets> {
    const bucket = await bus.bucket(secretBucket(community), limitMs);
    const [ticket, token, address, webhook, channel, link] = await Promise.all([
      ensureKey(bucket, "key.ticket"),
      ensureKey(bucket, "key.token"),
      ensureKey(bucket, "key.address"),
      ensureKey(bucket, "key.webhook"),
      ensureKey(bucket, "key.channel"),
      ensureKey(bucket, "key.link"),
    ]);
    return new Secrets(bus, community, bucket, { ticket, token, address, webhook, channel, link });
  }

  /**
   * The keyed digest of a network address, however it is written. An IPv6 address has the tag of its /64; all loopback
   * addresses share one tag.
   */
  addressTag(address: string): AddressTag {
    const block = addressBlock(address);
    if (isLoopback(block) || block === loopbackBlock) return loopbackTag;
    const digest = createHmac("sha256", this.keys.address).update(block).digest("base64url");
    return digest.slice(0, tagLength) as AddressTag;
  }

  /** A note of core's own, or null. */
  async read(name: string): Promise<string | null> {
    const entry = await this.#bucket.get(`note.${name}`);
    return entry === null || entry.operation !== "PUT" ? null : entry.string();
  }

  async write(name: string, text: string): Promise<void> {
    await this.#bucket.put(`note.${name}`, text);
  }

  /** A stored password hash, or null. */
  async credential(id: CredentialId): Promise<string | null> {
    const entry = await this.#bucket.get(`credential.${id}`);
    return entry === null || entry.operation !== "PUT" ? null : entry.string();
  }

  /** Stores a password hash under a new name. */
  async storeCredential(hash: string): Promise<CredentialId> {
    const id = randomUUID() as CredentialId;
    await this.#bucket.put(`credential.${id}`, hash);
    return id;
  }

  /** Another hash of the same password. */
  async replaceCredential(id: CredentialId, hash: string): Promise<void> {
    await this.#bucket.put(`credential.${id}`, hash);
  }

  /** Stores a hash under the name that was chosen for it. */
  async keepHash(id: CredentialId, sealedHash: string): Promise<void> {
    const bytes = Buffer.from(sealedHash, "base64url");
    const nonce = bytes.subarray(0, nonceBytes);
    const open = createDecipheriv(cipher, this.#sealKey, nonce);
    open.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + authTagBytes));
    const hash = Buffer.concat([
      open.update(bytes.subarray(nonceBytes + authTagBytes)),
      open.final(),
    ]);
    await this.#bucket.put(`credential.${id}`, hash.toString());
  }

  /** A hash in a form that only core can read: it travels in a ticket until it is needed. */
  sealHash(hash: string): string {
    const nonce = randomBytes(nonceBytes);
    const seal = createCipheriv(cipher, this.#sealKey, nonce);
    const sealed = Buffer.concat([seal.update(hash), seal.final()]);
    return Buffer.concat([nonce, seal.getAuthTag(), sealed]).toString("base64url");
  }

  /** Of all stored hashes, those of channels among them. */
  async credentialIds(): Promise<readonly CredentialId[]> {
    const prefix = "credential.";
    const keys = await this.#bus.keys(this.#bucketName, prefix, limitMs);
    return keys.map((key) => key.slice(prefix.length) as CredentialId);
  }

  /** Forgets a password hash that no account has. */
  forgetCredential(id: CredentialId): Promise<void> {
    return this.#bus.forget(this.#bucketName, `credential.${id}`, limitMs);
  }

  /** Forgets what lies here of accounts: password hashes, subscriptions, and codes of these numbers. */
  async forgetAccounts({
    numbers,
    credentialIds,
    subscriptionIds,
  }: {
    readonly numbers: readonly number[];
    readonly credentialIds: readonly CredentialId[];
    readonly subscriptionIds: readonly PushId[];
  }): Promise<void> {
    for (const id of credentialIds) await this.forgetCredential(id);
    for (const id of subscriptionIds) await this.push.forget(id);
    for (const number of numbers) {
      await this.#bus.forget(this.#bucketName, linkKey(number), limitMs);
    }
  }

  /** Stores the keyed digest of a channel's password: the leader has no time for a slow hash. */
  sealPassword(channelId: ChannelId, password: string): Promise<CredentialId> {
    return this.storeCredential(this.#digest(channelId, password).toString("base64url"));
  }

  /** Whether a password is the one that a digest was made of. A digest that is not there fits nothing. */
  async isPassword(id: CredentialId, channelId: ChannelId, password: string): Promise<boolean> {
    const stored = await this.credential(id);
    if (stored === null) return false;
    const known = Buffer.from(stored, "base64url");
    const given = this.#digest(channelId, password);
    return known.length === given.length && timingSafeEqual(known, given);
  }

  #digest(channelId: ChannelId, password: string): Buffer {
    return createHmac("sha256", this.keys.channel).update(`${channelId} ${password}`).digest();
  }
}

async function ensureKey(bucket: KV, name: string): Promise<Uint8Array> {
  const present = await bucket.get(name);
  if (present !== null) return present.value;
  const made = new Uint8Array(randomBytes(keyBytes));
  try {
    await bucket.create(name, made);
    return made;
  } catch (error) {
    // Another core was first; if not, the bucket is what failed.
    const theirs = await bucket.get(name);
    if (theirs === null) throw error;
    return theirs.value;
  }
}
