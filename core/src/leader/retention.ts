/**
 * Has messages forgotten that are kept no longer (`retention`, docs/journal.md 5.5). The leader says so by events, so that all cores, the
 * snapshots and the gateways forget the same ones at the same place of the journal; a rule that each process applied by
 * itself would follow its own clock and its own configuration.
 *
 * It goes in small pieces with pauses between: nobody waits for it. What is asked for again because the history has not
 * stored its end yet is passed over when it is decided.
 */
import type { ChannelId, CommunityId } from "@dragoman/bus-schema";
import { type Bus, type Config, type Logger, pause } from "@dragoman/service-kit";
import type { Internal } from "../decider/index.ts";
import type { History } from "../history/history.ts";
import type { KeptSince } from "../history/old.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { storeTimeMs } from "../journal/store-time.ts";

/** How long the store is asked for the time of the last record. */
const limitMs = 5_000;
const dayMs = 24 * 3_600_000;
/** Messages that one command ends. */
const pieceMax = 50;
/** Between two pieces: 200 messages a second at most. */
const pauseMs = 250;

export interface RetentionOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Pick<Config, "retention">;
  readonly history: Pick<History, "old" | "fault">;
  readonly replica: Pick<ReplicaView, "state" | "time">;
  /** See `HashesOptions.mayAct`. */
  readonly mayAct: () => boolean;
  readonly give: (body: Internal) => void;
  readonly logger: Logger;
}

export class Retention {
  readonly #options: RetentionOptions;
  readonly #stopping = new AbortController();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Begins its rounds, where anything is to be forgotten. */
  start(): void {
    const { config, logger } = this.#options;
    const { days, channels, everyMs } = config.retention;
    if (days === 0 && channels.length === 0) return;
    const { signal } = this.#stopping;
    void (async () => {
      let said = "";
      while (!signal.aborted) {
        const unknown = this.#unknown();
        if (unknown.length > 0 && unknown.join() !== said) {
          logger.warn({ channels: unknown }, "retention names channels that are not there");
        }
        said = unknown.join();
        await this.#round(signal).catch((error: unknown) => {
          if (!signal.aborted) logger.warn({ err: error }, "old messages are not looked for");
        });
        await pause(everyMs, signal);
      }
    })();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { history, give, mayAct } = this.#options;
    const since = this.#since(await this.#certainMs());
    for (let behind: number | null = 0; behind !== null && !signal.aborted; ) {
      if (!mayAct() || history.fault !== undefined) return;
      const { messages, next } = await history.old(behind, since, pieceMax);
      if (signal.aborted || !mayAct()) return;
      if (messages.length > 0) give({ type: "message.expire", messages });
      await pause(pauseMs, signal);
      behind = next;
    }
  }

  /**
   * The time that is certainly over, in epoch ms: the earliest of what the journal, this machine and NATS say. A clock
   * that is set forward by a year would otherwise have everything forgotten.
   */
  async #certainMs(): Promise<number> {
    const { bus, community, replica } = this.#options;
    const { nowMs, clockMs } = replica.time;
    return Math.min(nowMs, clockMs, await storeTimeMs(bus, community, limitMs));
  }

  /** What was created before goes. Threads go by their channel, whispers like any other. */
  #since(nowMs: number): KeptSince {
    const atUs = (days: number): number | null =>
      days === 0 ? null : Math.floor(nowMs - days * dayMs) * 1_000;
    const channels = this.#named().flatMap(([name, days]): KeptSince["channels"][number][] => {
      const channelId = this.#channelOf(name);
      return channelId === undefined ? [] : [[channelId, atUs(days)]];
    });
    return { atUs: atUs(this.#options.config.retention.days), channels };
  }

  #unknown(): readonly string[] {
    return this.#named().flatMap(([name]) => (this.#channelOf(name) === undefined ? [name] : []));
  }

  /** By name, else by slug. */
  #channelOf(name: string): ChannelId | undefined {
    const { channelNames, channelSlugs } = this.#options.replica.state;
    return channelNames.get(name) ?? channelSlugs.get(name);
  }

  #named(): readonly (readonly [name: string, days: number])[] {
    return this.#options.config.retention.channels.map((text) => {
      const at = text.lastIndexOf("=");
      return [text.slice(0, at).toLowerCase(), Number(text.slice(at + 1))];
    });
  }
}
