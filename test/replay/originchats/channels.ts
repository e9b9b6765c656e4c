/** The channels of the community: their order, and who sees them. */
import type { Seed } from "../seed.ts";
import { type Frame, type JsonObject, list, object, text, without } from "./frame.ts";

/** The channel that a fresh server has. */
const general: JsonObject = {
  type: "text",
  name: "general",
  description: "General chat channel for everyone",
  permissions: {
    view: ["user"],
    send: ["user"],
    delete: ["admin", "moderator"],
    create_thread: ["user"],
  },
};

export class Channels {
  #all: readonly JsonObject[];

  constructor(all: readonly JsonObject[]) {
    this.#all = all;
  }

  static of({ channels }: Seed): Channels {
    const others = channels.filter(({ isFirst }) => isFirst !== true);
    return new Channels([
      general,
      ...others.map(({ name, kind, permissions = {}, size }): JsonObject => {
        const given = Object.entries(permissions).filter(([, names]) => names.length > 0);
        return {
          type: kind,
          name,
          permissions: Object.fromEntries(given),
          ...(size === undefined ? {} : { size }),
        };
      }),
    ]);
  }

  get all(): readonly JsonObject[] {
    return this.#all;
  }

  /** The channels behind a frame that changes them. */
  behind(frame: Frame, sent: JsonObject): Channels {
    return new Channels(this.after(frame, sent));
  }

  get names(): readonly string[] {
    return this.#all.map(({ name }) => text(name));
  }

  /** Names of those with messages of their own. */
  get texts(): readonly string[] {
    return this.#all.filter(({ type }) => type === "text").map(({ name }) => text(name));
  }

  of(name: string): JsonObject | undefined {
    return this.#all.find((channel) => channel["name"] === name);
  }

  mayView(name: string, roles: readonly string[]): boolean {
    const channel = this.of(name);
    if (channel === undefined) return false;
    const view = list(object(channel["permissions"])["view"]).map(String);
    if (view.some((role) => role.startsWith("!") && roles.includes(role.slice(1)))) return false;
    return view.length === 0 || view.some((role) => roles.includes(role));
  }

  /** The channels behind a frame that says what became of a command; the same when it changes nothing. */
  after(frame: Frame, sent: JsonObject): readonly JsonObject[] {
    const named = (name: unknown) => (channel: JsonObject) => channel["name"] !== name;
    const channel = without(object(frame["channel"]), "last_message", "last_message_id");
    if (frame["cmd"] === "channel_create" && frame["created"] === true) {
      return [...this.#all, channel];
    }
    if (frame["cmd"] === "channel_update" && frame["updated"] === true) {
      const old = sent["current_name"];
      return this.#all.map((each) => (each["name"] === old ? channel : each));
    }
    if (frame["cmd"] === "channel_delete" && frame["deleted"] === true) {
      return this.#all.filter(named(frame["name"]));
    }
    if (frame["cmd"] === "channel_move" && frame["moved"] === true) {
      const moving = this.of(text(frame["name"]));
      const rest = this.#all.filter(named(frame["name"]));
      const at = Number(frame["position"]);
      return moving === undefined ? this.#all : [...rest.slice(0, at), moving, ...rest.slice(at)];
    }
    return this.#all;
  }

  follow(frame: Frame, sent: JsonObject): void {
    this.#all = this.after(frame, sent);
  }
}
