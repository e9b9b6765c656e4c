/**
 * People with connections on both sides, and what they receive. After each step a line to everybody marks its end in
 * every log; what stands between two marks belongs to one step.
 */
import assert from "node:assert/strict";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import type { TestStack } from "../support/test-stack.ts";
import {
  extraRoles,
  Model,
  type Name,
  needOf,
  people,
  type Room,
  type Side,
} from "./audience-model.ts";

interface Watcher {
  readonly name: Name;
  readonly side: Side;
  /** What came since the last mark. */
  fresh(): readonly string[];
  readonly client: OriginchatsClient | SockchatClient;
}

export class Watch {
  readonly #shared: TestStack;
  readonly model = new Model();
  readonly web = new Map<Name, OriginchatsClient>();
  readonly chat = new Map<Name, SockchatClient>();
  readonly #marks = new Map<OriginchatsClient | SockchatClient, number>();
  #admin: OriginchatsClient | undefined;
  /** How many receptions of a word there were, of such as were allowed. */
  heard = 0;
  /** What was just posted: whoever may view the room must have it by the end of the step. */
  posted: { readonly content: string; readonly room: Room } | undefined;

  constructor(shared: TestStack) {
    this.#shared = shared;
  }

  get olga(): OriginchatsClient {
    if (this.#admin === undefined) throw new Error("nobody rules yet");
    return this.#admin;
  }

  async open(): Promise<void> {
    const { operator } = this.#shared.stack;
    this.#admin = await this.#shared.onOriginchats("olga");
    for (const name of extraRoles) await this.olga.ask({ cmd: "role_create", name });
    for (const name of people) {
      await operator.addUser(name);
      await this.enter(name);
    }
    await this.mark();
    this.forget();
  }

  /** Onto both sides. */
  async enter(name: Name): Promise<void> {
    this.web.set(name, await this.#shared.onOriginchats(name));
    this.chat.set(name, await this.#shared.onSockchat(name));
  }

  /** Runs one step and holds what everybody received against what they might view before or after it. */
  async step(what: string, by: Name | undefined, run: () => Promise<void>): Promise<void> {
    const before = this.model.seen();
    await run();
    this.model.settle();
    await this.mark();
    const after = this.model.seen();
    for (const watcher of this.#watchers()) {
      const fresh = watcher.fresh();
      const own = watcher.name === by;
      for (const entry of fresh) this.#hold(what, watcher, entry, own, [before, after]);
    }
    this.#holdPosted();
    this.forget();
  }

  #holdPosted(): void {
    const posted = this.posted;
    this.posted = undefined;
    if (posted === undefined) return;
    for (const [name, web] of this.web) {
      const has = web.has(posted.content);
      assert.equal(has, this.model.views(name, posted.room), `${name} and ${posted.content}`);
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
      /(?:room|thread|text|edit|emoji|line|peer)q[0-9]+z|[0-9a-f]{8}-[0-9a-f-]{27}/g,
    )) {
      const room = this.model.words.get(word);
      if (room === undefined) continue;
      const may = sights.some((sight) => sight.has(`${needOf(word, side)} ${name} ${room.name}`));
      assert.ok(
        may,
        `after ${what}, ${name} on ${side} received of ${room.name}: ${entry.slice(0, 300)}`,
      );
      this.heard += 1;
    }
  }

  #watchers(): readonly Watcher[] {
    const watchers: Watcher[] = [];
    for (const name of people) {
      const web = this.web.get(name);
      const chat = this.chat.get(name);
      if (web !== undefined)
        watchers.push(this.#watcher(name, "originchats", web, (e) => JSON.stringify(e)));
      if (chat !== undefined)
        watchers.push(this.#watcher(name, "sockchat", chat, (e) => e.join("\t")));
    }
    return watchers;
  }

  #watcher<C extends OriginchatsClient | SockchatClient>(
    name: Name,
    side: Side,
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
  async mark(): Promise<void> {
    const text = `mark ${this.model.word("mark")}`;
    await this.#shared.stack.operator.mustAccept({
      type: "message.announce",
      content: { text, markup: "markdown" },
    });
    for (const web of this.web.values()) await web.sees(text);
    for (const chat of this.chat.values()) {
      await chat.log.until(text, (entries) =>
        entries.slice(-20).some((e) => e.join().includes(text)),
      );
    }
  }

  /** The next step begins here. */
  forget(): void {
    for (const client of [...this.web.values(), ...this.chat.values()]) {
      this.#marks.set(client, client.log.length);
    }
  }

  /** What no packet of OriginChats says, an operator does. */
  async ruled(command: Parameters<TestStack["stack"]["operator"]["mustAccept"]>[0]): Promise<void> {
    await this.#shared.stack.operator.mustAccept(command);
  }

  /** The ruler's own acts must go through. */
  async told(packet: { readonly cmd: string; readonly [field: string]: unknown }): Promise<void> {
    const answer = await this.olga.ask(packet);
    assert.notEqual(answer.cmd, "error", `${JSON.stringify(packet)}: ${String(answer["val"])}`);
  }

  /** A person's act goes through exactly where the model says so. */
  async ask(
    name: Name,
    packet: { readonly cmd: string; readonly [field: string]: unknown },
    may: boolean,
  ): Promise<{ readonly [field: string]: unknown }> {
    const web = this.web.get(name);
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
  async repair(): Promise<void> {
    for (const name of people) {
      if (this.web.get(name)?.isOpen && this.chat.get(name)?.isOpen) continue;
      this.web.get(name)?.socket.terminate();
      this.chat.get(name)?.socket.terminate();
      await this.told({ cmd: "user_unban", user: name });
      await this.enter(name);
    }
  }
}
