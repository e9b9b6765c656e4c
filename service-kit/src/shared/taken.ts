/** The shared settings as one process has them: what it has taken, and what it has refused. */
import { type SharedStanding, settingsNamedMax } from "@dragoman/bus-schema";
import type { Origins } from "../load-config.ts";
import { OperatorError } from "../operator-error.ts";
import type { Tree } from "../setting.ts";
import { sharedValues } from "./settings.ts";
import type { SharedRevision } from "./store.ts";

const whyMax = 300;
const keyMax = 64;

const named = (keys: readonly string[]): string[] =>
  keys.slice(0, settingsNamedMax).map((key) => key.slice(0, keyMax));

export class SharedSettings {
  #taken: SharedRevision | undefined;
  #offered: SharedRevision | undefined;
  #refused: SharedStanding["refused"];
  #own: readonly string[] = [];
  #restart: readonly string[] = [];
  #unknown: readonly string[] = [];

  /** Those that hold in this process, for whoever reads its configuration. */
  get tree(): Tree {
    return this.#taken?.settings ?? {};
  }

  /** The revision that was looked at last; 0: none. */
  get seen(): number {
    return this.#offered?.revision ?? 0;
  }

  /** What the process says of itself to the others. */
  get standing(): SharedStanding {
    return {
      revision: this.#taken?.revision ?? 0,
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
      own: named(this.#own),
      restart: named(this.#restart),
      unknown: named(this.#unknown),
    };
  }

  /** The configuration was read: which settings of the process's own beat shared ones, and which nobody knows. */
  readAs(origins: Origins): void {
    const keys = [...sharedValues(this.tree).keys()];
    this.#own = keys.filter((key) => origins.has(key) && origins.get(key) !== "shared");
    this.#unknown = keys.filter((key) => !origins.has(key));
  }

  /** What of a configuration that was read again needs a restart. */
  waits(keys: readonly string[]): void {
    this.#restart = keys;
  }

  /**
   * Takes a revision, if the configuration can be read with it.
   * @param read reads it as a start would, and says how by `readAs`
   * @returns why not, in words
   */
  offer(revision: SharedRevision, read: () => unknown): string | undefined {
    const before = { taken: this.#taken, own: this.#own, unknown: this.#unknown };
    this.#offered = revision;
    this.#taken = revision;
    try {
      read();
      this.#refused = undefined;
      return undefined;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      this.#taken = before.taken;
      this.#own = before.own;
      this.#unknown = before.unknown;
      this.#refused = { revision: revision.revision, why: error.message.slice(0, whyMax) };
      return error.message;
    }
  }

  /** Tries what was refused once more: a file that has changed meanwhile may let it in. */
  retry(read: () => unknown): void {
    if (this.#refused !== undefined && this.#offered !== undefined) this.offer(this.#offered, read);
  }
}
