/** The community of a recording as it stands here, followed frame by frame, for the rules. */
import type { Outcome } from "../outcome.ts";
import type { Step } from "../recording.ts";
import { personOf, type Seed } from "../seed.ts";
import { Channels } from "./channels.ts";
import {
  type Frame,
  idOfFirstLine,
  type Json,
  type JsonObject,
  list,
  object,
  text,
} from "./frame.ts";
import { Places, placeOf } from "./places.ts";

export interface Person {
  roles: readonly string[];
  nickname: string | null;
  status: JsonObject;
  pfp: string | null;
  cracked: boolean;
}

export class Community {
  readonly seed: Seed;
  readonly people = new Map<string, Person>();
  /** Who is signed in, by client. */
  readonly sessions = new Map<string, string>();
  /** The recording's key of each client's connection. */
  readonly keys = new Map<string, string>();
  readonly channels: Channels;
  readonly places = new Places();
  /** Threads as they were told last, by id. */
  readonly threads = new Map<string, JsonObject>();
  /** Names of roles, by id. */
  readonly roles = new Map<string, string>();
  /** The channel that a client is in by voice. */
  readonly voice = new Map<string, string>();
  /** Clients that were told in words why they may not write. */
  readonly warned = new Set<string>();
  readonly banned = new Set<string>();
  /** What the server says of itself since it was changed. */
  readonly server = new Map<string, Json>();
  /** Clients that were put out here. */
  readonly closed = new Set<string>();
  /** Ids of messages by which the original's plugin welcomes people. */
  readonly welcomes = new Set<string>();
  /** Names of roles that the original made and we do not. */
  readonly unmade = new Set<string>();
  readonly emojis = new Map<string, JsonObject>();
  /** Pictures of webhooks, by id. */
  readonly avatars = new Map<string, Json>();
  /** Tokens that the original kept and we have renewed. */
  readonly renewed = new Set<string>();
  /** Ids of files that the original used again, and the names that they have in rules. */
  readonly files = new Map<string, string>();

  constructor(seed: Seed) {
    this.seed = seed;
    this.channels = Channels.of(seed);
    if (seed.firstLines === "kept" || seed.channels.length === 0) {
      for (const channel of this.channels.texts) {
        this.places.post(channel, idOfFirstLine(channel));
      }
    }
    for (const { id, channel } of seed.messages) this.places.post(channel, id);
    for (const { name, roles, nickname = null, identity, status, banned } of seed.people) {
      if (banned === true) this.banned.add(name);
      this.people.set(name, {
        roles,
        nickname,
        status: status ?? { status: "online", text: "" },
        pfp: null,
        cracked: identity === undefined,
      });
    }
  }

  /** The person behind a client. */
  nameOf(client: string): string {
    return this.sessions.get(client) ?? personOf(this.seed, client);
  }

  /** All clients that the person is signed in with. */
  clientsOf(name: string): readonly string[] {
    return [...this.sessions].filter(([, each]) => each === name).map(([client]) => client);
  }

  rolesOf(name: string): readonly string[] {
    return this.people.get(name)?.roles ?? [];
  }

  /** Whether a person may view a channel; false when there is none. */
  mayView(name: string, channel: string): boolean {
    return this.channels.mayView(channel, this.rolesOf(name));
  }

  /** Names of the channels that a person sees, in order. */
  listOf(name: string): readonly string[] {
    return this.channels.names.filter((channel) => this.mayView(name, channel));
  }

  /** Brings it behind a step, of which this came here. */
  follow(step: Step, { received, closed }: Outcome<Frame>): void {
    for (const [client, frames] of received) {
      for (const frame of frames) this.#hear(client, frame);
    }
    const sent = step.action.do === "send" ? sentObject(step.action.text) : {};
    for (const frame of received.get(step.who) ?? []) this.channels.follow(frame, sent);
    const { action, who } = step;
    if (action.do === "close" || action.do === "cut") this.#end(who);
    if (action.do === "open") this.closed.delete(who);
    for (const client of closed.keys()) {
      this.#end(client);
      this.closed.add(client);
    }
  }

  #end(client: string): void {
    this.sessions.delete(client);
    this.voice.delete(client);
    this.warned.delete(client);
  }

  #hear(client: string, frame: Frame): void {
    switch (frame["cmd"]) {
      case "handshake":
        this.keys.set(client, text(object(frame["val"])["validator_key"]));
        break;
      case "ready":
        this.#ready(client, object(frame["user"]));
        break;
      case "user_connect":
      case "user_join":
        this.banned.delete(text(object(frame["user"])["username"]));
        this.#come(object(frame["user"]));
        break;
      case "user_roles_get":
        this.#change(text(frame["user"]), { roles: list(frame["roles"]).map(String) });
        break;
      case "status_set":
        this.#change(this.nameOf(client), { status: object(frame["status"]) });
        break;
      case "status_get":
        this.#change(text(frame["username"]), { status: object(frame["status"]) });
        break;
      case "nickname_update":
        this.#change(text(frame["username"]), { nickname: text(frame["nickname"]) });
        break;
      case "nickname_remove":
        this.#change(text(frame["username"]), { nickname: null });
        break;
      case "roles_list":
        for (const [name, role] of Object.entries(object(frame["roles"]))) {
          this.roles.set(text(object(role)["id"]), name);
        }
        break;
      case "role_create":
        this.roles.set(text(frame["id"]), text(frame["name"]));
        break;
      case "message_new":
        this.places.post(placeOf(frame), text(object(frame["message"])["id"]));
        break;
      case "message_delete":
        this.places.remove(text(frame["id"]));
        break;
      case "unreads_update":
        this.places.mark(this.nameOf(client), placeOf(frame), text(frame["last_read"]));
        break;
      case "error":
        if (/^Rate limited: /.test(text(frame["val"]))) this.warned.add(client);
        break;
      case "user_leave":
        if (frame["username"] !== undefined) this.banned.add(text(frame["username"]));
        break;
      case "server_update":
        for (const key of ["name", "icon", "banner"]) {
          if (frame[key] === "") this.server.delete(key);
          else this.server.set(key, frame[key] ?? null);
        }
        break;
      case "voice_join":
        for (const other of this.clientsOf(this.nameOf(client))) this.voice.delete(other);
        this.voice.set(client, text(frame["channel"]));
        break;
      case "voice_leave":
        this.voice.delete(client);
        break;
      default:
        this.#thread(frame);
    }
  }

  #thread(frame: Frame): void {
    if (!/^thread_/.test(text(frame["cmd"]))) return;
    const thread = object(frame["thread"]);
    if (frame["cmd"] === "thread_delete") this.threads.delete(text(frame["thread_id"]));
    else if (thread["id"] !== undefined) this.threads.set(text(thread["id"]), thread);
  }

  #ready(client: string, user: JsonObject): void {
    const name = text(user["username"]);
    this.sessions.set(client, name);
    this.people.set(name, {
      roles: list(user["roles"]).map(String),
      nickname: (user["nickname"] as string | null | undefined) ?? null,
      status: object(user["status"]),
      pfp: (user["pfp_url"] as string | null | undefined) ?? null,
      cracked: user["cracked"] === true,
    });
  }

  #come(user: JsonObject): void {
    this.#change(text(user["username"]), { roles: list(user["roles"]).map(String) });
  }

  #change(name: string, change: Partial<Person>): void {
    const person = this.people.get(name);
    if (person !== undefined) Object.assign(person, change);
  }
}

function sentObject(sent: string): JsonObject {
  try {
    return object(JSON.parse(sent));
  } catch {
    return {};
  }
}
