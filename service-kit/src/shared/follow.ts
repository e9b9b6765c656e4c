/**
 * A process follows the settings that all share: it takes them at its start, is told of others by the journal, and looks by
 * itself every few seconds, so that it has them also where nothing told it. What cannot be read changes nothing; what it
 * cannot take is refused whole, said, and the revision before stays.
 */
import type { CommunityId } from "@dragoman/bus-schema";
import { Bus, BusError } from "../bus.ts";
import type { Config } from "../config.ts";
import type { Service } from "../lifecycle.ts";
import { createLogger, type Logger, setLevel } from "../logger.ts";
import { pause } from "../time.ts";
import { isUnled } from "../unled.ts";
import { follow } from "./present.ts";
import { hasSharedPlace, readShared, type SharedRevision } from "./store.ts";
import type { SharedSettings } from "./taken.ts";

const everyMs = 5_000;
/** How long a start waits for an answer of the store before it goes on without, and one try of it. */
const startMs = 5_000;
const startTryMs = 500;
const pauseMs = 200;
/** So often in a row an earlier revision is found before it is believed. */
const earlierMax = 4;

export interface FollowOptions {
  readonly shared: SharedSettings;
  /** The user of NATS that this process signs in as. */
  readonly user: string;
  readonly nats: Pick<Config["nats"], "url" | "user" | "password">;
  readonly community: string;
  /** What the process starts with; it has the shared settings when this is done. */
  readonly config: Config;
  /** Reads the configuration as the start did, with what `shared` has. @throws OperatorError */
  readonly read: () => Config;
  readonly logger: Logger;
}

/**
 * Takes the shared settings before anything else is started, and follows them until stopped.
 * @throws OperatorError where NATS cannot be reached
 */
export async function followShared(options: FollowOptions): Promise<Service> {
  const { shared, user: name, config, logger } = options;
  const { url, user, password } = options.nats;
  // What it is told of its link every service of the process says as well.
  const quiet = createLogger("silent", name);
  const bus = await Bus.connect({ url, user, password, name, logger: quiet });
  const following = new Following(bus, options);
  await following.begin();
  setLevel(logger, config.logLevel);
  const unfollow = follow({
    get standing() {
      return shared.standing;
    },
    look: () => void following.look(),
  });
  return {
    name: "shared settings",
    ready: () => {
      const { refused } = shared.standing;
      return refused === undefined
        ? { ready: true }
        : { ready: true, warn: `revision ${refused.revision} is refused: ${refused.why}` };
    },
    stop: async () => {
      unfollow();
      following.stop();
      await bus.close();
    },
  };
}

class Following {
  readonly #bus: Bus;
  readonly #options: FollowOptions;
  readonly #unlisten: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** One look at a time; asked for meanwhile, another follows. */
  #isLooking = false;
  #isOwed = false;
  /** Looks in a row that found an earlier revision than was seen. */
  #earlier = 0;
  /** Why it could not be read, told once. */
  #said = "";

  constructor(bus: Bus, options: FollowOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#unlisten = bus.onConnection((connected) => {
      if (connected) void this.look();
    });
  }

  async begin(): Promise<void> {
    const { config, read, logger } = this.#options;
    const deadline = performance.now() + startMs;
    for (;;) {
      const found = await this.#read(true);
      if (found !== undefined) {
        if (found !== null && this.#take(found)) Object.assign(config, read());
        break;
      }
      if (performance.now() > deadline) {
        // No warning: in a new house nobody has made the place for them yet. Later looks say it as an error.
        logger.info(
          "started without the shared settings; they are taken over once they can be read",
        );
        break;
      }
      await pause(pauseMs);
    }
    this.#timer = setInterval(() => void this.look(), everyMs).unref();
  }

  /** Looks whether there is another revision, and takes it over. */
  async look(): Promise<void> {
    this.#isOwed = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#isOwed && this.#bus.connected) {
      this.#isOwed = false;
      const found = await this.#read();
      if (found === undefined || found === null) continue;
      // Whoever listens to the signal takes over what is other now.
      if (this.#take(found)) process.emit("SIGHUP", "SIGHUP");
    }
    this.#isLooking = false;
  }

  /** @returns whether it is another than was seen before, and the configuration can be read with it */
  #take(found: SharedRevision): boolean {
    const { shared, read, logger } = this.#options;
    const { revision } = found;
    if (revision === shared.seen) return false;
    // A copy that lags behind has an earlier one for a moment, a store that was made anew for good.
    this.#earlier = revision < shared.seen ? this.#earlier + 1 : 0;
    if (this.#earlier > 0 && this.#earlier < earlierMax) return false;
    const why = shared.offer(found, read);
    if (why === undefined) {
      const { own, unknown } = shared.standing;
      logger.info({ revision, own }, "shared settings taken");
      if (unknown.length > 0) {
        logger.warn({ unknown }, "this version does not know these shared settings, and goes on");
      }
      return true;
    }
    logger.error({ revision, why }, "shared settings refused, what was before stays");
    return false;
  }

  /** Null: there are none; undefined: there is no answer. */
  async #read(isStart = false): Promise<SharedRevision | null | undefined> {
    const { shared, user, logger } = this.#options;
    const community = this.#options.community as CommunityId;
    try {
      // In a new house nobody has made the place yet, and a read of it is answered by nobody.
      if (isStart && user === "core" && !(await hasSharedPlace(this.#bus, community))) return null;
      const tryMs = isStart ? startTryMs : undefined;
      const found = await readShared(this.#bus, community, "last", tryMs);
      if (found === null && shared.seen > 0) this.#say("they are gone from NATS' store");
      else this.#said = "";
      return found;
    } catch (error) {
      // At a start nobody has made it yet, as far as is known; later it is just not there for a while.
      if (isStart && error instanceof BusError && error.why === "no_responders") return null;
      if (error instanceof BusError || isUnled(error)) {
        logger.debug({ why: String(error) }, "shared settings not read");
        return undefined;
      }
      this.#say(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #say(why: string): void {
    if (this.#said === why) return;
    this.#said = why;
    this.#options.logger.error({ why }, "shared settings cannot be read, what was before stays");
  }

  stop(): void {
    this.#unlisten();
    clearInterval(this.#timer);
  }
}
