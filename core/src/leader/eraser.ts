/**
 * Takes away what people who are forgotten have said (docs/decisions/erase.md), one person after the other, the newest
 * messages first. It goes in small pieces with pauses between, so that nobody waits for it, and begins again with whoever
 * leads next: what is there no longer is passed over. When nothing is found any more, the journal is filled up and said to
 * be clean; then the stores are cleared (`snapshot/clear.ts`).
 */
import { randomBytes } from "node:crypto";
import { type CommunityId, filledBytesMax, type UserId } from "@dragoman/bus-schema";
import { type Bus, type Config, type FileStore, type Logger, pause } from "@dragoman/service-kit";
import { hasBelongings, type Internal } from "../decider/index.ts";
import type { History } from "../history/history.ts";
import type { Secrets } from "../identity/secrets.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { blockBytes } from "../snapshot/clear.ts";
import { filesInUse } from "../state/file.ts";
import type { Erasure } from "../state/shape.ts";

/** Between two looks whether anybody is to be forgotten, and behind an error. */
const roundMs = 1_000;
/** Between two pieces of 40 messages at most: some 300 a second, and 80 where clients are shown it. */
const pieceMs = 125;
const shownMs = 500;
/** Between two looks into the history where nothing is found. */
const lookMs = 10;
/** Between two fillings: some 500 KB a second. */
const fillMs = 120;

export interface EraserOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Pick<Config, "storage">;
  readonly history: Pick<History, "traces" | "fault" | "reached">;
  readonly replica: Pick<ReplicaView, "state" | "position">;
  readonly secrets: Pick<Secrets, "forgetAccounts">;
  readonly files: Pick<FileStore, "remove">;
  /** See `HashesOptions.mayAct`. */
  readonly mayAct: () => boolean;
  readonly give: (body: Internal) => void;
  readonly logger: Logger;
}

export class Eraser {
  readonly #options: EraserOptions;
  readonly #stopping = new AbortController();

  constructor(options: EraserOptions) {
    this.#options = options;
  }

  /** Begins its rounds. */
  start(): void {
    const { signal } = this.#stopping;
    void (async () => {
      while (!signal.aborted) {
        await this.#round(signal).catch((error: unknown) => {
          if (!signal.aborted) this.#options.logger.warn({ err: error }, "nobody is forgotten now");
        });
        await pause(roundMs, signal);
      }
    })();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const [first] = this.#options.replica.state.erasures;
    if (first === undefined || !this.#mayAct(signal)) return;
    const [userId] = first;
    const isClean =
      (await this.#clearBelongings(userId, signal)) &&
      (await this.#passClean(userId, signal)) &&
      (await this.#forgetSecrets(userId, signal)) &&
      (await this.#fill(userId, signal));
    if (isClean) this.#options.give({ type: "user.forget", userId, quotedIn: [], done: true });
  }

  #mayAct(signal: AbortSignal): boolean {
    const { mayAct, history } = this.#options;
    return !signal.aborted && mayAct() && history.fault === undefined;
  }

  /** Of a small journal no more than a quarter, so that nobody is refused for want of room. */
  get #fillBytes(): number {
    const { journalBytes } = this.#options.config.storage;
    return journalBytes === 0 ? blockBytes : Math.min(blockBytes, journalBytes / 4);
  }

  #of(userId: UserId): Erasure | undefined {
    return this.#options.replica.state.erasures.get(userId);
  }

  /** @returns whether nothing is left of them */
  async #clearBelongings(userId: UserId, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const erasure = this.#of(userId);
      if (erasure === undefined || !this.#mayAct(signal)) return false;
      if (!hasBelongings(this.#options.replica.state, erasure.userIds)) return true;
      this.#options.give({ type: "user.clear", userId });
      await pause(pieceMs, signal);
    }
  }

  /** Looks through the whole history. @returns whether nothing was found */
  async #passClean(userId: UserId, signal: AbortSignal): Promise<boolean> {
    const { history, replica, give } = this.#options;
    if (!(await history.reached(replica.position.seq, roundMs))) return false;
    let isClean = true;
    for (let below: number | null = Number.MAX_SAFE_INTEGER; below !== null; ) {
      const erasure = this.#of(userId);
      if (erasure === undefined || !this.#mayAct(signal)) return false;
      const { userIds, webhookIds } = erasure;
      const found = await history.traces({ userIds, webhookIds }, below);
      if (!this.#mayAct(signal)) return false;
      const { messages, reacted, quotedIn, littered } = found;
      if (messages.length > 0) give({ type: "message.erase", messages });
      if (reacted.length > 0) give({ type: "reaction.erase", userIds, messages: reacted });
      if (quotedIn.length > 0) give({ type: "user.forget", userId, quotedIn, done: false });
      const isFound = messages.length + reacted.length + quotedIn.length > 0;
      isClean &&= !isFound && !littered;
      const isShown = messages.some(({ messageId }) => replica.state.recent.has(messageId));
      await pause(isShown ? shownMs : isFound ? pieceMs : lookMs, signal);
      below = found.next;
    }
    return isClean;
  }

  /** What does not stand in the journal, the bytes of uploads and what lies in the secret bucket. */
  async #forgetSecrets(userId: UserId, signal: AbortSignal): Promise<boolean> {
    const { replica, secrets, files } = this.#options;
    const erasure = this.#of(userId);
    if (erasure === undefined || !this.#mayAct(signal)) return false;
    const numbers = erasure.userIds.flatMap(
      (id) => replica.state.people.get(id)?.user.number ?? [],
    );
    const { credentialIds, subscriptionIds } = erasure;
    await secrets.forgetAccounts({ numbers, credentialIds, subscriptionIds });
    const used = filesInUse(replica.state);
    for (const fileId of erasure.fileIds) {
      if (!this.#mayAct(signal)) return false;
      // Somebody else has uploaded the same bytes.
      if (!used.has(fileId)) await files.remove(fileId);
    }
    return true;
  }

  /** So much that what the store wrote before lies in other files of it, which are taken away whole. */
  async #fill(userId: UserId, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const erasure = this.#of(userId);
      if (erasure === undefined || !this.#mayAct(signal)) return false;
      if (erasure.filled >= this.#fillBytes) return true;
      const bytes = randomBytes(Math.floor((filledBytesMax * 3) / 4)).toString("base64");
      this.#options.give({ type: "journal.fill", bytes: bytes.slice(0, filledBytesMax) });
      await pause(fillMs, signal);
    }
  }
}
