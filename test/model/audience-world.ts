/**
 * What happens in a community with people on both protocols, in the product and in the model alike. Every name of a channel
 * and every text is a word that occurs nowhere else, so that whoever receives it can be found.
 */
import assert from "node:assert/strict";
import {
  type extraRoles,
  type Kind,
  type Name,
  newRoom,
  people,
  type Room,
} from "./audience-model.ts";
import { Watch } from "./audience-watch.ts";

interface Said {
  readonly id: string;
  readonly room: Room;
  readonly threadId?: string;
  readonly by: Name;
}

export class World extends Watch {
  readonly #said: Said[] = [];

  async assign(name: Name, roles: readonly string[]): Promise<void> {
    await this.told({ cmd: "user_roles_set", user: name, roles: this.model.called(roles) });
    this.model.assign(name, roles);
  }

  /** A role under another name; what the lists say of it follows. */
  async rename(role: (typeof extraRoles)[number]): Promise<void> {
    const name = this.model.word("role");
    await this.ruled({ type: "role.update", role: this.model.labels.get(role) ?? role, name });
    this.model.labels.set(role, name);
  }

  async create(type: Kind, view: readonly string[]): Promise<void> {
    const room = newRoom(this.model.word("room"), type, view);
    this.model.words.set(room.name, room);
    const permissions = this.#permissions(view);
    await this.told({ cmd: "channel_create", name: room.name, type, permissions });
    this.model.rooms.push(room);
  }

  #permissions(view: readonly string[]): object {
    const everybody = ["user"];
    return {
      view: this.model.called(view),
      send: everybody,
      react: everybody,
      create_thread: everybody,
    };
  }

  async permit(room: Room, view: readonly string[]): Promise<void> {
    const permissions = this.#permissions(view);
    await this.told({ cmd: "channel_update", current_name: room.name, updates: { permissions } });
    room.view = view;
  }

  async raise(room: Room, minRank: number): Promise<void> {
    await this.ruled({ type: "channel.update", channel: room.name, minRank });
    room.minRank = minRank;
  }

  /** A new password, or none. Whoever stands in the channel on Sock Chat need not give it. */
  async lock(room: Room, locked: boolean): Promise<void> {
    const password = locked ? this.model.word("key") : undefined;
    const standing = people.filter((name) => this.#standsIn(name) === room.name);
    await this.ruled({ type: "channel.update", channel: room.name, password: password ?? null });
    room.password = password;
    room.admitted.clear();
    if (locked) for (const name of standing) room.admitted.add(name);
  }

  /** Where a person was put last on Sock Chat. */
  #standsIn(name: Name): string | undefined {
    const entries = this.chat.get(name)?.log.entries ?? [];
    return entries.findLast(([id, kind]) => id === "5" && kind === "2")?.[2];
  }

  async remove(room: Room): Promise<void> {
    await this.told({ cmd: "channel_delete", name: room.name });
    this.model.rooms.splice(this.model.rooms.indexOf(room), 1);
  }

  /** Out, and in again: nothing may come to a connection of somebody who is banned. */
  async ban(name: Name): Promise<void> {
    const ended = [this.web.get(name)?.closed(), this.chat.get(name)?.closed()];
    await this.told({ cmd: "user_ban", user: name });
    await Promise.all(ended);
    await this.told({ cmd: "user_unban", user: name });
    for (const room of this.model.rooms) room.inside.delete(name);
    await this.enter(name);
  }

  async thread(name: Name, room: Room): Promise<void> {
    const title = this.model.word("thread", room);
    const packet = { cmd: "thread_create", channel: room.name, name: title };
    const answer = await this.ask(
      name,
      packet,
      this.model.views(name, room) && room.kind === "forum",
    );
    const thread = answer["thread"] as { readonly id: string } | undefined;
    if (thread !== undefined) room.threads.push(thread.id);
  }

  async post(name: Name, room: Room): Promise<void> {
    const content = this.model.word("text", room);
    const threadId = room.threads.at(-1);
    const place = threadId === undefined ? { channel: room.name } : { thread_id: threadId };
    const stands = room.kind === "text" || (room.kind === "forum" && threadId !== undefined);
    const may = this.model.views(name, room) && stands;
    const answer = await this.ask(name, { cmd: "message_new", ...place, content }, may);
    const message = answer["message"] as { readonly id: string } | undefined;
    if (message === undefined) return;
    this.posted = { content, room };
    this.model.words.set(message.id, room);
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
    const may = this.model.views(name, room);
    if (kind === "react") {
      const emoji = this.model.word("emoji", room);
      await this.ask(name, { cmd: "message_react_add", ...place, id, emoji }, may);
    } else if (kind === "edit") {
      const content = this.model.word("edit", room);
      await this.ask(name, { cmd: "message_edit", ...place, id, content }, may);
    } else {
      await this.ask(name, { cmd: "message_delete", ...place, id }, may);
      if (may) this.#said.splice(this.#said.indexOf(said), 1);
    }
  }

  async read(name: Name, room: Room): Promise<void> {
    if (room.kind !== "voice") {
      const may = this.model.views(name, room) && room.kind === "text";
      await this.ask(name, { cmd: "messages_get", channel: room.name }, may);
    }
  }

  /** Into a call, muted; or out of it again. The peer id is for those inside alone. */
  async call(name: Name, room: Room): Promise<void> {
    const web = this.web.get(name);
    if (room.kind !== "voice" || web === undefined) return;
    if (room.inside.delete(name)) {
      await web.ask({ cmd: "voice_leave" });
      return;
    }
    const peer = this.model.word("peer", room);
    const may = this.model.views(name, room);
    await this.ask(name, { cmd: "voice_join", channel: room.name, peer_id: peer }, may);
    if (!may) return;
    for (const other of this.model.rooms) other.inside.delete(name);
    room.inside.add(name);
    await web.ask({ cmd: "voice_mute" });
  }

  /** On OriginChats: a password is given, or the admission given back. */
  async admit(name: Name, room: Room): Promise<void> {
    const web = this.web.get(name);
    if (room.password === undefined || web === undefined) return;
    const leaves = room.admitted.has(name);
    const args = { name: room.name, ...(leaves ? {} : { password: room.password }) };
    const command = leaves ? "leave" : "join";
    const may = this.model.sees(name, room);
    web.send({ cmd: "slash_call", channel: "general", command, args });
    await web.ask({ cmd: "ping" });
    if (!may) return;
    if (leaves) room.admitted.delete(name);
    else room.admitted.add(name);
  }

  /** Above its own limit it is dropped without a word, so that its answer is not waited for. */
  async typing(name: Name, room: Room): Promise<void> {
    const web = this.web.get(name);
    web?.send({ cmd: "typing", channel: room.name });
    await web?.ask({ cmd: "ping" });
  }

  /** On Sock Chat: into a channel, and a word there if it went well. The password is given where there is one. */
  async walk(name: Name, room: Room): Promise<void> {
    const chat = this.chat.get(name);
    if (chat === undefined) return;
    const from = chat.log.length;
    chat.say(`/join ${room.name}${room.password === undefined ? "" : ` ${room.password}`}`);
    const answered = (fields: readonly string[]): boolean =>
      (fields[0] === "5" && fields[1] === "2") ||
      (fields[0] === "2" &&
        fields[2] === "-1" &&
        /\f(nochan|ipchan|samechan)/.test(fields[3] ?? ""));
    await chat.log.until("an answer to /join", () => chat.log.since(from).some(answered));
    const went = chat.log
      .since(from)
      .some(([id, kind, to]) => id === "5" && kind === "2" && to === room.name);
    if (!went) return;
    assert.ok(this.model.sees(name, room), `${name} walked into ${room.name}`);
    if (room.password !== undefined) room.admitted.add(name);
    const word = this.model.word("line", room);
    chat.say(word);
    await chat.sees(word);
  }

  /** From Sock Chat, to one person on both sides. */
  async whisper(name: Name, other: Name): Promise<void> {
    const chat = this.chat.get(name);
    if (chat === undefined || name === other) return;
    const pair = [name, other];
    const room: Room = { ...newRoom(pair.join(" and "), "text", []), pair };
    this.model.pairs.push(room);
    const word = this.model.word("line", room);
    chat.say(`/msg ${other} ${word}`);
    const has = (fields: readonly string[]): boolean => fields.join().includes(word);
    await chat.log.until("the whisper", (entries) => entries.slice(-20).some(has));
  }

  /** Everything as it was at the start. */
  async reset(): Promise<void> {
    await this.repair();
    for (const room of [...this.model.rooms]) await this.remove(room);
    this.#said.length = 0;
    for (const name of people) {
      if (this.model.rolesOf(name).length > 1) await this.assign(name, ["user"]);
    }
    await this.mark();
    this.forget();
  }
}
