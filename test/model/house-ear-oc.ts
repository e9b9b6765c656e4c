/** What packets of OriginChats say, in the model's words. */
import type { OriginchatsPacket } from "../support/originchats-client.ts";
import { Ear, isOfMaking, type Tongue, wordsIn } from "./house-ear.ts";

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (value ?? {}) as Fields;
const rankIn = (roles: unknown): number =>
  (roles as readonly string[]).includes("moderator") ? 5 : 1;

const countsIn = (results: unknown): string =>
  String((results as readonly { readonly votes: number }[]).map(({ votes }) => votes));

/** What a message says; of a poll the question, the options and the votes. */
export function contentOf(message: Fields): string {
  const [embed] = (message["embeds"] ?? []) as readonly Fields[];
  const { question, options, results, ended } = fieldsOf(embed?.["poll"]);
  if (question === undefined) return String(message["content"]);
  const texts = (options as readonly { readonly text: string }[]).map(({ text }) => text);
  const counts = results === undefined ? String(texts.map(() => 0)) : countsIn(results);
  return `poll ${question} ${texts} ${counts}${ended === true ? " ended" : ""}`;
}

interface ListedThread {
  readonly id: string;
  readonly name: string;
  readonly parent_channel: string;
  readonly created_by: string;
  readonly locked: boolean;
  readonly archived: boolean;
  readonly participants: readonly string[];
}
interface Listed {
  readonly name: string;
  readonly threads?: readonly ListedThread[];
}

export class OriginchatsEar extends Ear {
  /** Threads, by id. */
  readonly #threads = new Map<string, { forum: string; title: string; told: string }>();

  list(name: string): void {
    this.channels.set(name, "");
  }

  hear(packet: OriginchatsPacket): void {
    const { tongue } = this;
    const id = String(packet["id"] ?? "");
    const room = this.#room(packet);
    switch (packet.cmd) {
      case "message_new":
        this.#message(fieldsOf(packet["message"]), room);
        break;
      case "message_edit": {
        const content = String(packet["content"]);
        if (!tongue.isOurs(content)) break;
        tongue.edited(id, wordsIn(tongue.plain(content)));
        this.talk.push(`edit ${room} ${tongue.key(id)} ${tongue.plain(content)}`);
        break;
      }
      case "message_delete":
        this.#about("delete", id, room);
        break;
      case "message_react_add":
      case "message_react_remove": {
        const by = tongue.plain(String(packet["from"]));
        const act = packet.cmd === "message_react_add" ? "react" : "unreact";
        this.#about(act, id, room, ` ${String(packet["emoji"])} ${by}`);
        break;
      }
      case "poll_vote_update":
      case "poll_end":
        this.#poll(packet, room);
        break;
      case "unreads_update":
        if (
          tongue.isOurs(String(packet["channel"])) ||
          this.#threads.has(String(packet["thread_id"]))
        )
          this.folk.push(`read ${room} {${String(packet["last_read"])}:}`);
        break;
      case "message_pin":
      case "message_unpin":
        this.#about(packet.cmd === "message_pin" ? "pin" : "unpin", id, room);
        break;
      case "channels_get":
        this.#listed(packet["val"] as readonly Listed[]);
        break;
      case "channel_update": {
        const before = tongue.plain(String(packet["current_name"]));
        const channel = fieldsOf(packet["channel"]) as unknown as Listed;
        this.#unlist(before);
        if (tongue.isOurs(channel.name)) this.#listChannel(channel);
        break;
      }
      case "thread_create":
      case "thread_update":
      case "thread_delete":
      case "thread_join":
      case "thread_leave":
        this.#aboutThread(packet);
        break;
      default:
        this.#person(packet);
    }
  }

  /** What a place is called: of a thread its forum's name and its own. */
  #room(packet: OriginchatsPacket): string {
    const { tongue } = this;
    const thread = packet["thread_id"];
    const channel = tongue.plain(String(packet["channel"] ?? ""));
    if (typeof thread !== "string") return channel;
    return this.#threads.get(thread)?.title ?? `${channel}-?`;
  }

  /** A client leaves what is not in a list that comes, and does not go back when another has it again. */
  #listed(val: readonly Listed[]): void {
    const before = [...this.channels.keys()];
    this.channels.clear();
    this.#threads.clear();
    for (const channel of val) if (this.tongue.isOurs(channel.name)) this.#listChannel(channel);
    for (const name of this.channels.keys())
      if (this.lost.has(name)) this.folk.push(`back ${name}`);
    for (const name of before) if (!this.channels.has(name)) this.lost.add(name);
  }

  #listChannel({ name, threads = [] }: Listed): void {
    this.list(this.tongue.plain(name));
    for (const thread of threads) this.#listThread(thread);
  }

  #unlist(name: string): void {
    this.channels.delete(name);
    for (const [id, { forum }] of this.#threads) if (forum === name) this.#threads.delete(id);
  }

  #listThread(thread: ListedThread): string {
    const { tongue } = this;
    const [forum, name] = [tongue.plain(thread.parent_channel), tongue.plain(thread.name)];
    tongue.opened(thread.id, name);
    const people = thread.participants.map((each) => tongue.plain(each)).join("+");
    const marks = `${thread.locked ? " locked" : ""}${thread.archived ? " archived" : ""}`;
    const title = `${forum}-${name}`;
    const told = `${title} ${tongue.plain(thread.created_by)}${marks} ${people}`;
    this.#threads.set(thread.id, { forum, title, told });
    return title;
  }

  override listed(): readonly string[] {
    return [...super.listed(), ...[...this.#threads.values()].map(({ told }) => told)].sort();
  }

  #aboutThread(packet: OriginchatsPacket): void {
    const thread = packet["thread"] as ListedThread | undefined;
    if (thread === undefined) this.#threads.delete(String(packet["thread_id"]));
    else if (this.tongue.isOurs(thread.name)) {
      if (packet.cmd === "thread_create" && this.#threads.has(thread.id))
        this.folk.push(`${thread.name} twice`);
      const title = this.#listThread(thread);
      const act = new Map([
        ["thread_join", "partake"],
        ["thread_leave", "part"],
      ]).get(packet.cmd);
      if (act !== undefined)
        this.folk.push(`${act} ${title} ${this.tongue.plain(String(packet["user"]))}`);
    }
  }

  #message(message: Fields, room: string): void {
    const { tongue } = this;
    const content = contentOf(message);
    const { command, username } = fieldsOf(message["interaction"]);
    if (command !== undefined) {
      tongue.key(String(message["id"]), "said");
      if (String(username).startsWith(tongue.crew))
        this.talk.push(`said ${room} ${command} ${tongue.plain(String(username))}`);
      return;
    }
    if (!tongue.isOurs(content)) return;
    if (isOfMaking(content)) {
      tongue.key(String(message["id"]), /^#\S+/.exec(tongue.plain(content))?.[0]);
      return;
    }
    const { users, replies } = fieldsOf(message["pings"]) as Record<string, readonly string[]>;
    const pings = [users, replies].map((names = []) => tongue.plain(String(names))).join(";");
    this.talk.push(`new ${room} ${messageText(message, tongue)} ${pings}`);
  }

  /** A vote, or the end. The answer to who ends one names no message. */
  #poll(packet: OriginchatsPacket, room: string): void {
    const id = packet["message_id"];
    if (typeof id !== "string") return;
    const by = this.tongue.plain(String(packet["user"]));
    const what = packet.cmd === "poll_end" ? "over" : `${by} ${String(packet["option_ids"])}`;
    const { results } = fieldsOf(packet["results"]);
    this.#about("vote", id, room, ` ${what} ${countsIn(results)}`);
  }

  #about(act: string, id: string, room: string, more = ""): void {
    const key = this.tongue.key(id);
    if (!key.startsWith("?")) this.talk.push(`${act} ${room} ${key}${more}`);
  }

  #person(packet: OriginchatsPacket): void {
    const coming = fieldsOf(packet["user"])["username"];
    const raw = String(coming ?? packet["username"] ?? packet["user"] ?? "");
    if (!raw.startsWith(this.tongue.crew) && packet.cmd !== "status_set") return;
    const name = this.tongue.plain(raw);
    const status = fieldsOf(packet["status"]);
    const shown = `${String(status["status"])} ${String(status["text"] ?? "")}`;
    const words: Readonly<Record<string, string>> = {
      user_connect: `on ${name}`,
      user_disconnect: `off ${name}`,
      user_join: `join ${name}`,
      user_leave: `out ${name}`,
      nickname_update: `nick ${name} ${this.tongue.plain(String(packet["nickname"]))}`,
      nickname_remove: `nick ${name} null`,
      status_get: `status ${name} ${shown}`,
      status_set: `status ${this.self} ${shown}`,
    };
    const isRoles = packet.cmd === "user_roles_get";
    const told = isRoles ? `roles ${name} ${rankIn(packet["roles"])}` : words[packet.cmd];
    if (told !== undefined) this.folk.push(told);
  }
}

/** A message of OriginChats, live or in a page, in the model's words. */
export function messageText(message: Fields, tongue: Tongue): string {
  const content = contentOf(message);
  tongue.key(String(message["id"]), wordsIn(tongue.plain(content)));
  const original = fieldsOf(message["reply_to"])["id"];
  const answers = original === undefined ? "" : ` re ${tongue.key(String(original))}`;
  return `${tongue.plain(String(message["user"]))} ${tongue.plain(content)}${answers}`;
}
