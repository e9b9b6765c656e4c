/**
 * Takes files out of the store that nothing refers to: at once when their event is stored, and now and then what
 * no event tells of, such as an upload that was refused in the end.
 */
import {
  type Commit,
  type EventTable,
  type FileId,
  ignored,
  ignoring,
  runnerOf,
  type ServerAsset,
} from "@dragoman/bus-schema";
import { type FileStore, type Logger, timerMsMax } from "@dragoman/service-kit";
import { filesInUse } from "../state/file.ts";
import type { Reading, State } from "../state/shape.ts";

export interface JanitorOptions {
  readonly files: FileStore;
  readonly state: () => Reading<State>;
  /** How long a file may lie there before somebody refers to it; also the rhythm of the rounds. */
  readonly unusedMs: number;
  readonly logger: Logger;
}

/** A round more often than this would find nothing new. */
const roundMsMin = 250;

/** What rows may ask: the state after the event, and which of the community's pictures it has no longer. */
interface Look {
  readonly state: Reading<State>;
  readonly replacedAssets: () => readonly FileId[];
}

/** The files that an event leaves behind. Equal uploads share one. */
const dropped: EventTable<[look: Look], readonly FileId[]> = {
  "server.updated": (_, { replacedAssets }) => replacedAssets(),
  ...ignoring(
    "no file hangs on it",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "journal.filled",
    "import.stored",
    "server.phased",
    "server.signalled",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "poll.voted",
    "poll.ended",
    "user.joined",
    "user.departed",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.assigned",
    "user.merged",
    "user.revoked",
    "user.erased",
    "user.forgotten",
    "link.joined",
    "link.removed",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "presence.began",
    "presence.ended",
    "status.changed",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
    "moderation.kicked",
    "moderation.banned",
    "moderation.unbanned",
    "moderation.silenced",
    "moderation.unsilenced",
    "moderation.refilled",
    "unread.marked",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "push.subscribed",
    "push.unsubscribed",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
  ),
  ...ignoring(
    "uploads that it showed are unused from here on, and go by their own event",
    "channel.deleted",
    "thread.deleted",
    "message.deleted",
  ),
  ...ignoring(
    "it makes no file superfluous",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.joined",
    "thread.left",
    "message.posted",
    "message.announced",
    "message.edited",
  ),
  "attachment.added": ignored("the file is in use from here on"),
  "attachment.deleted": ({ file }, { state }) =>
    state.fileShares.get(file.hash)?.fileId === file.fileId ? [] : [file.fileId],
  "emoji.added": ignored("the file is in use from here on"),
  "emoji.updated": ({ emoji, before }) =>
    emoji.file.fileId === before.file.fileId ? [] : [before.file.fileId],
  "emoji.deleted": ({ emoji }) => [emoji.file.fileId],
};

const droppedBy = runnerOf(dropped);

function fileOf(asset: ServerAsset | undefined): readonly FileId[] {
  return asset?.kind === "file" ? [asset.file.fileId] : [];
}

export class Janitor {
  readonly #options: JanitorOptions;
  /** Since when they have been seen unused, on the monotonic clock: what was decided then is stored by now. */
  #suspects = new Map<FileId, number>();
  #assets: readonly FileId[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: JanitorOptions) {
    this.#options = options;
  }

  /** Begins its rounds. */
  start(): void {
    this.#assets = this.#assetsNow();
    this.#again();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Commits have been stored: what they dropped goes. */
  stored(commits: readonly Commit[]): void {
    const look: Look = {
      state: this.#options.state(),
      replacedAssets: () => this.#replacedAssets(),
    };
    const gone = commits.flatMap(({ events }) =>
      events.flatMap((event) => droppedBy(event, look) ?? []),
    );
    for (const fileId of gone) this.#remove(fileId);
  }

  #assetsNow(): readonly FileId[] {
    const { server } = this.#options.state();
    return [...fileOf(server?.icon), ...fileOf(server?.banner)];
  }

  #replacedAssets(): readonly FileId[] {
    const before = this.#assets;
    this.#assets = this.#assetsNow();
    return before.filter((fileId) => !this.#assets.includes(fileId));
  }

  #remove(fileId: FileId): void {
    const { files, logger } = this.#options;
    files
      .remove(fileId)
      // It is found again in a round.
      .catch((error: unknown) => logger.warn({ err: error, fileId }, "file not removed"));
  }

  #again(): void {
    const { unusedMs, logger } = this.#options;
    const restMs = Math.max(roundMsMin, unusedMs);
    this.#round(restMs)
      .catch((error: unknown) => logger.warn({ err: error }, "unused files not looked for"))
      .finally(() => {
        if (this.#stopped) return;
        this.#timer = setTimeout(() => this.#again(), Math.min(timerMsMax, restMs));
      });
  }

  /** Removes what has been unused for `restMs` before our own eyes: when a file came is another clock's word. */
  async #round(restMs: number): Promise<void> {
    const { files, state } = this.#options;
    const nowMs = performance.now();
    const names = await files.names();
    const used = filesInUse(state());
    const suspects = new Map<FileId, number>();
    for (const fileId of names) {
      if (this.#stopped) return;
      if (used.has(fileId)) continue;
      const sinceMs = this.#suspects.get(fileId) ?? nowMs;
      if (nowMs - sinceMs >= restMs) await files.remove(fileId);
      else suspects.set(fileId, sinceMs);
    }
    this.#suspects = suspects;
  }
}
