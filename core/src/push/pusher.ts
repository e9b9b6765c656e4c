/**
 * Notifies people who are away of what was said to them. The leader gives it what it has stored; nothing waits for
 * it, and what does not go out is not tried again.
 */
import {
  type Commit,
  type EventTable,
  ignored,
  ignoring,
  type Message,
  type PushId,
  runnerOf,
} from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import type { CoreMetrics } from "../metrics.ts";
import type { Reading, State } from "../state/shape.ts";
import { isReachable, post } from "./post.ts";
import type { PushStore } from "./store.ts";
import { type Notice, noticesOf } from "./target.ts";

/** Notifications under way at once; more are left out. */
const pendingMax = 100;
const gone: ReadonlySet<number> = new Set([404, 410]);

export interface PusherOptions {
  readonly store: PushStore;
  readonly state: () => Reading<State>;
  readonly config: Config["push"];
  /** The endpoint of a subscription is no longer. */
  readonly expire: (subscriptionId: PushId) => void;
  readonly metrics: Pick<CoreMetrics, "waitingNotifications">;
  readonly logger: Logger;
}

/** What events make the pusher do. */
interface Duties {
  readonly notify: (message: Message) => void;
  readonly forget: (subscriptionId: PushId) => void;
}

const table: EventTable<[duties: Duties], void> = {
  "message.posted": ({ message }, { notify }) => {
    if (isSaid(message)) notify(message);
  },
  "push.unsubscribed": ({ subscriptionId }, { forget }) => forget(subscriptionId),
  "push.subscribed": ignored("its keys were kept before the command was decided"),
  "message.announced": ignored("the system's own lines call nobody back"),
  ...ignoring(
    "it says nothing new to somebody who is away",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.deleted",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.deleted",
    "thread.joined",
    "thread.left",
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
    "message.edited",
    "message.deleted",
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
    "emoji.added",
    "emoji.updated",
    "emoji.deleted",
    "slash.answered",
  ),
  ...ignoring(
    "it is nothing that one person says to another",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
    "journal.filled",
    "import.stored",
    "server.updated",
    "server.phased",
    "server.signalled",
    "link.joined",
    "link.removed",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "presence.began",
    "presence.ended",
    "status.changed",
    "unread.marked",
    "attachment.added",
    "attachment.deleted",
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
  ),
};

const act = runnerOf(table);

export class Pusher {
  readonly #options: PusherOptions;
  #pending = 0;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Takes stored commits in. Whoever is notified is decided now, on the state after them. */
  stored(commits: readonly Commit[], nowMs: number): void {
    const duties: Duties = {
      notify: (message) => {
        for (const notice of noticesOf(this.#options.state(), message, nowMs)) this.#notify(notice);
      },
      forget: (subscriptionId) => this.#forget(subscriptionId),
    };
    for (const { events } of commits) for (const event of events) act(event, duties);
  }

  #notify({ userId, title, body, channelName }: Notice): void {
    const payload = JSON.stringify({ title, body, channelName });
    for (const [subscriptionId, holder] of this.#options.state().pushes) {
      if (holder !== userId || this.#pending >= pendingMax) continue;
      this.#count(1);
      void this.#send(subscriptionId, payload).finally(() => this.#count(-1));
    }
  }

  #count(by: number): void {
    this.#pending += by;
    this.#options.metrics.waitingNotifications.set(this.#pending);
  }

  async #send(subscriptionId: PushId, payload: string): Promise<void> {
    const { store, config, expire, logger } = this.#options;
    try {
      const subscription = await store.read(subscriptionId);
      if (subscription === null || !isReachable(subscription.endpoint, config.internal)) {
        expire(subscriptionId);
        return;
      }
      const status = await post(subscription, payload, {
        keys: await store.keys(),
        contact: config.contact,
        ttlSeconds: config.ttlSeconds,
        limitMs: config.timeoutMs,
        internal: config.internal,
      });
      if (gone.has(status)) expire(subscriptionId);
      else if (status >= 400) logger.warn({ subscriptionId, status }, "notification refused");
    } catch (error) {
      // The endpoint itself is a secret of its person.
      const why = error instanceof Error ? error.name : "unknown";
      logger.warn({ subscriptionId, why }, "notification not delivered");
    }
  }

  #forget(subscriptionId: PushId): void {
    const { store, state, logger } = this.#options;
    if (state().pushes.has(subscriptionId)) return;
    store
      .forget(subscriptionId)
      .catch((error: unknown) => logger.warn({ subscriptionId, error }, "subscription not erased"));
  }
}

/** What a person posted: no slash answer, no webhook, no poll. */
function isSaid({ author, interaction, webhook, poll }: Message): boolean {
  return (
    author.kind === "user" &&
    interaction === undefined &&
    webhook === undefined &&
    poll === undefined
  );
}
