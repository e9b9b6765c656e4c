/**
 * A house with watchers on both protocols, and a small model of who may view what. Every name of a channel and
 * every text is a word that occurs nowhere else, so that whoever receives it can be found. After each step a line
 * to everybody marks its end in every log; what stands between two marks belongs to one step.
 */
import assert from "node:assert/strict";
import type { House } from "../support/house.ts";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";

export const people = ["ann", "bob", "cat"] as const;
export type Name = (typeof people)[number];
export const extraRoles = ["red", "blue"] as const;

/** A channel as the model has it. */
export interface Room {
  readonly name: string;
  readonly forum: boolean;
  view: readonly string[];
  /** Of a forum: its threads' ids. */
  readonly threads: string[];
  /** Of what two people say to each other alone. */
  readonly pair?: readonly Name[];
}
interface Said {
  readonly id: string;
  readonly room: Room;
  readonly threadId?: string;
  readonly by: Name;
}
interface Watcher {
  readonly name: Name;
  readonly side: "originchats" | "sockchat";
  /** What came since the last mark. */
  fresh(): readonly string[];
  readonly client: OriginchatsClient | SockchatClient;
}

/** Whether roles are on a list: any `!role` refuses. */
function allows(list: readonly string[], roles: readonly string[]): boolean {
  return roles.some((role) => list.includes(role)) && !roles.some((r) => list.includes(`!${r}`));
}

export class World {
  readonly #house: House;
  readonly #web = new Map<Name, OriginchatsClient>();
  readonly #chat = new Map<Name, SockchatClient>();
  readonly #marks = new Map<OriginchatsClient | SockchatClient, number>();
  readonly #roles = new Map<Name, readonly string[]>();
  readonly rooms: Room[] = [];
  readonly #pairs: Room[] = [];
  readonly #said: Said[] = [];
  /** Which word belongs to which room, also after its end. */
  readonly #words = new Map<string, Room>();
  #admin: OriginchatsClient | undefined;
  #count = 0;
  /** How many receptions of a word there were, of such as were allowed. */
  heard = 0;
  /** What was just posted: whoever may view the room must have it by the end of the step. */
  #posted: { readonly content: string; readonly room: Room } | undefined;

  constructor(house: House) {
    this.#house = house;
  }

  get #olga(): OriginchatsClient {
    if (this.#admin === undefined) throw new Error("nobody rules yet");
    return this.#admin;
  }

  async open(): Promise<void> {
    const { operator } = this.#house.stack;
    this.#admin = await this.#house.onOriginchats("olga");
    for (const name of extraRoles) await this.#olga.ask({ cmd: "role_create", name });
    for (const name of people) {
      await operator.addUser(name);
      this.#roles.set(name, ["user"]);
      await this.#enter(name);
    }
    await this.#mark();
    this.#forget();
  }

  async #enter(name: Name): Promise<void> {
    this.#web.set(name, await this.#house.onOriginchats(name));
    this.#chat.set(name, await this.#house.onSockchat(name));
  }

  #word(kind: string): string {
    this.#count += 1;
    return `${kind}q${this.#count}z`;
  }

  rolesOf(name: Name): readonly string[] {
    return this.#roles.get(name) ?? [];
  }

  views(name: Name, room: Room): boolean {
    if (room.pair !== undefined) return room.pair.includes(name);
    return this.rooms.includes(room) && allows(room.view, this.rolesOf(name));
  }

  room(n: number): Room | undefined {
    return this.rooms[n % Math.max(1, this.rooms.length)];
  }

  // ---- what happens ---------------------------------------------------------------------------------

  async assign(name: Name, roles: readonly string[]): Promise<void> {
    await this.#told({ cmd: "user_roles_set", user: name, roles: [...roles] });
    this.#roles.set(name, roles);
  }

  async create(forum: boolean, view: readonly string[]): Promise<void> {
    const room: Room = { name: this.#word("room"), forum, view, threads: [] };
    this.#words.set(room.name, room);
    const permissions = { view, send: ["user"], react: ["user"], create_thread: ["user"] };
    const type = forum ? "forum" : "text";
    await this.#told({ cmd: "channel_create", name: room.name, type, permissions });
    this.rooms.push(room);
  }

  async permit(room: Room, view: readonly string[]): Promise<void> {
    const permissions = { view, send: ["user"], react: ["user"], create_thread: ["user"] };
    await this.#told({ cmd: "channel_update", current_name: room.name, updates: { permissions } });
    room.view = view;
  }

  async remove(room: Room): Promise<void> {
    await this.#told({ cmd: "channel_delete", name: room.name });
    this.rooms.splice(this.rooms.indexOf(room), 1);
  }

  /** Out, and in again: nothing may come to a connection of somebody who is banned. */
  async ban(name: Name): Promise<void> {
    const ended = [this.#web.get(name)?.closed(), this.#chat.get(name)?.closed()];
    await this.#told({ cmd: "user_ban", user: name });
    await Promise.all(ended);
    await this.#told({ cmd: "user_unban", user: name });
    await this.#enter(name);
  }

  async thread(name: Name, room: Room): Promise<void> {
    const title = this.#word("thread");
    this.#words.set(title, room);
    const packet = { cmd: "thread_create", channel: room.name, name: title };
    const answer = await this.#ask(name, packet, this.views(name, room) && room.forum);
    const thread = answer["thread"] as { readonly id: string } | undefined;
    if (thread !== undefined) room.threads.push(thread.id);
  }

  async post(name: Name, room: Room): Promise<void> {
    const content = this.#word("text");
    this.#words.set(content, room);
    const threadId = room.threads.at(-1);
    const place = threadId === undefined ? { channel: room.name } : { thread_id: threadId };
    const may = this.views(name, room) && (!room.forum || threadId !== undefined);
    const answer = await this.#ask(name, { cmd: "message_new", ...place, content }, may);
    const message = answer["message"] as { readonly id: string } | undefined;
    if (message === undefined) return;
    this.#posted = { content, room };
    this.#words.set(message.id, room);
    this.#said.push({
      id: message.id,
      room,
      by: name,
      ...(threadId === undefined ? {} : { threadId }),
    });
  }

  async touch(kind: "edit" | "delete" | "react", name: Name, n: number): Promise<void> {
    const own = kind === "react" ? this.#said : this.#said.filter(({ by }) => by === name);
    const said = own[own.length - 1 - (n % Math.max(1, own.length))];
    if (said === undefined) return;
    const { room, threadId, id } = said;
    const place = threadId === undefined ? { channel: room.name } : { thread_id: threadId };
    const may = this.views(name, room);
    if (kind === "react") {
      const emoji = this.#word("emoji");
      this.#words.set(emoji, room);
      await this.#ask(name, { cmd: "message_react_add", ...place, id, emoji }, may);
    } else if (kind === "edit") {
      const content = this.#word("edit");
      this.#words.set(content, room);
      await this.#ask(name, { cmd: "message_edit", ...place, id, content }, may);
    } else {
      await this.#ask(name, { cmd: "message_delete", ...place, id }, may);
      if (may) this.#said.splice(this.#said.indexOf(said), 1);
    }
  }

  async read(name: Name, room: Room): Promise<void> {
    await this.#ask(
      name,
      { cmd: "messages_get", channel: room.name },
      this.views(name, room) && !room.forum,
    );
  }

  /** Above its own limit it is dropped without a word, so that its answer is not waited for. */
  async typing(name: Name, room: Room): Promise<void> {
    const web = this.#web.get(name);
    web?.send({ cmd: "typing", channel: room.name });
    await web?.ask({ cmd: "ping" });
  }

  /** On Sock Chat: into a channel, and a word there if it went well. */
  async walk(name: Name, room: Room): Promise<void> {
    const chat = this.#chat.get(name);
    if (chat === undefined) return;
    const from = chat.log.length;
    chat.say(`/join ${room.name}`);
    const answered = (fields: readonly string[]): boolean =>
      (fields[0] === "5" && fields[1] === "2") ||
      (fields[0] === "2" &&
        fields[2] === "-1" &&
        /\f(nochan|ipchan|samechan)/.test(fields[3] ?? ""));
    await chat.log.until("an answer to /join", () => chat.log.since(from).some(answered));
    const went = chat.log
      .since(from)
      .some(([id, kind, to]) => id === "5" && kind === "2" && to === room.name);
    if (went) assert.ok(this.views(name, room), `${name} walked into ${room.name}`);
    if (!went) return;
    const word = this.#word("line");
    this.#words.set(word, room);
    chat.say(word);
    await chat.sees(word);
  }

  /** From Sock Chat, to one person on both sides. */
  async whisper(name: Name, other: Name): Promise<void> {
    const chat = this.#chat.get(name);
    if (chat === undefined || name === other) return;
    const pair = [name, other];
    const room: Room = { name: pair.join(" and "), forum: false, view: [], threads: [], pair };
    this.#pairs.push(room);
    const word = this.#word("line");
    this.#words.set(word, room);
    chat.say(`/msg ${other} ${word}`);
    const has = (fields: readonly string[]): boolean => fields.join().includes(word);
    await chat.log.until("the whisper", (entries) => entries.slice(-20).some(has));
  }

  // ---- what is held ---------------------------------------------------------------------------------

  /** Runs one step and holds what everybody received against what they might view before or after it. */
  async step(what: string, by: Name | undefined, run: () => Promise<void>): Promise<void> {
    const before = this.#seen();
    await run();
    await this.#mark();
    const after = this.#seen();
    for (const watcher of this.#watchers()) {
      const fresh = watcher.fresh();
      const own = watcher.name === by;
      for (const entry of fresh) this.#hold(what, watcher, entry, own, [before, after]);
    }
    this.#holdPosted();
    this.#forget();
  }

  #holdPosted(): void {
    const posted = this.#posted;
    this.#posted = undefined;
    if (posted === undefined) return;
    for (const [name, web] of this.#web) {
      const has = web.has(posted.content);
      assert.equal(has, this.views(name, posted.room), `${name} and ${posted.content}`);
    }
  }

  #hold(
    what: string,
    { name, side }: Watcher,
    entry: string,
    own: boolean,
    sights: readonly ReadonlySet<string>[],
  ): void {
    // What a refusal repeats is what the person typed.
    if (own && (/"cmd":"error"/.test(entry) || /\f(nochan|ipchan|samechan)/.test(entry))) return;
    for (const [word] of entry.matchAll(
      /(?:room|thread|text|edit|emoji|line)q[0-9]+z|[0-9a-f]{8}-[0-9a-f-]{27}/g,
    )) {
      const room = this.#words.get(word);
      if (room === undefined) continue;
      const may = sights.some((sight) => sight.has(`${name} ${room.name}`));
      assert.ok(
        may,
        `after ${what}, ${name} on ${side} received of ${room.name}: ${entry.slice(0, 300)}`,
      );
      this.heard += 1;
    }
  }

  /** Who views which rooms. */
  #seen(): ReadonlySet<string> {
    return new Set(
      people.flatMap((name) =>
        [...this.rooms, ...this.#pairs]
          .filter((room) => this.views(name, room))
          .map((room) => `${name} ${room.name}`),
      ),
    );
  }

  #watchers(): readonly Watcher[] {
    const watchers: Watcher[] = [];
    for (const name of people) {
      const web = this.#web.get(name);
      const chat = this.#chat.get(name);
      if (web !== undefined)
        watchers.push(this.#watcher(name, "originchats", web, (e) => JSON.stringify(e)));
      if (chat !== undefined)
        watchers.push(this.#watcher(name, "sockchat", chat, (e) => e.join("\t")));
    }
    return watchers;
  }

  #watcher<C extends OriginchatsClient | SockchatClient>(
    name: Name,
    side: Watcher["side"],
    client: C,
    show: (entry: C["log"]["entries"][number]) => string,
  ): Watcher {
    return {
      name,
      side,
      client,
      fresh: () =>
        (client.log.entries as C["log"]["entries"][number][])
          .slice(this.#marks.get(client) ?? 0)
          .map(show),
    };
  }

  /** A line to everybody; once it is everywhere, so is what came before. */
  async #mark(): Promise<void> {
    const text = `mark ${this.#word("mark")}`;
    await this.#house.stack.operator.mustAccept({
      type: "message.announce",
      content: { text, markup: "markdown" },
    });
    for (const web of this.#web.values()) await web.sees(text);
    for (const chat of this.#chat.values()) {
      await chat.log.until(text, (entries) =>
        entries.slice(-20).some((e) => e.join().includes(text)),
      );
    }
  }

  #forget(): void {
    for (const client of [...this.#web.values(), ...this.#chat.values()]) {
      this.#marks.set(client, client.log.length);
    }
  }

  /** The ruler's own acts must go through. */
  async #told(packet: { readonly cmd: string; readonly [field: string]: unknown }): Promise<void> {
    const answer = await this.#olga.ask(packet);
    assert.notEqual(answer.cmd, "error", `${JSON.stringify(packet)}: ${String(answer["val"])}`);
  }

  /** A person's act goes through exactly where the model says so. */
  async #ask(
    name: Name,
    packet: { readonly cmd: string; readonly [field: string]: unknown },
    may: boolean,
  ): Promise<{ readonly [field: string]: unknown }> {
    const web = this.#web.get(name);
    if (web === undefined) throw new Error(`${name} is not there`);
    const answer = await web.ask(packet);
    const went = answer.cmd !== "error" && answer.cmd !== "rate_limit";
    assert.equal(
      went,
      may,
      `${name}: ${JSON.stringify(packet)} was answered ${JSON.stringify(answer).slice(0, 300)}`,
    );
    return answer;
  }

  /** Lets in again whoever a run that failed left outside. */
  async #repair(): Promise<void> {
    for (const name of people) {
      if (this.#web.get(name)?.isOpen && this.#chat.get(name)?.isOpen) continue;
      this.#web.get(name)?.socket.terminate();
      this.#chat.get(name)?.socket.terminate();
      await this.#told({ cmd: "user_unban", user: name });
      await this.#enter(name);
    }
  }

  /** Everything as it was at the start. */
  async reset(): Promise<void> {
    await this.#repair();
    for (const room of [...this.rooms]) await this.remove(room);
    this.#said.length = 0;
    for (const name of people) {
      if (this.rolesOf(name).length > 1) await this.assign(name, ["user"]);
    }
    await this.#mark();
    this.#forget();
  }
}
