/** Five people with their connections in a real house, and what they do there. */
import { DeadlineError, eventually, within } from "@dragoman/testing/deadline";
import { connectOperator, type Operator } from "../support/operator.ts";
import { OriginchatsClient, type OriginchatsPacket } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack } from "../support/stack.ts";
import type { Act, Outcome } from "./house-act.ts";
import { Closings } from "./house-closings.ts";
import { type Client, hasStoodStill, signIn } from "./house-door.ts";
import { Tongue } from "./house-ear.ts";
import { OriginchatsEar } from "./house-ear-oc.ts";
import { SockchatEar } from "./house-ear-sc.ts";
import { listsOf, type Packet, Speech } from "./house-speech.ts";
import {
  beginning,
  type Name,
  nameOf,
  type Place,
  people,
  type Seat,
  type State,
  seats,
  sees,
  sideOf,
} from "./house-state.ts";

/** What a command of Sock Chat is answered that was not carried out. */
const refusal = /^(?:1\f|0\fsilence|0\fsay\f(?:You |There is no |Poll has |This |Messages of ))/;
const limitMs = 60_000;
/** What nobody was there to decide. */
const busyOnOriginchats = /^(?:Server busy, try again|Not confirmed)/;
const busyOnSockchat = "1\fgenerr";
/** Longer than an edit waits for the one after it, also on a machine that stands still for a while. */
const editMs = 15_000;

export class Crew {
  readonly clients = new Map<Seat, Client>();
  readonly ears = new Map<Seat, OriginchatsEar | SockchatEar>();
  readonly prefix: string;
  readonly #stack: Stack;
  readonly #operator: Operator;
  #owner: OriginchatsClient;
  #reader: SockchatClient;
  readonly #numbers: ReadonlyMap<string, Name>;
  readonly #closings: Closings;
  /** How often somebody was let in on a seat. */
  readonly #entered = new Map<Seat, number>();
  readerEar: SockchatEar;
  /** Hears all that happens in channels. */
  #ownerEar: OriginchatsEar;
  tongue: Tongue;
  speech: Speech;
  readonly #ends = new WeakMap<object, Promise<"gone">>();
  /** How connections ended: code and reason. */
  readonly #farewells = new WeakMap<object, string>();
  /** The same of those that were lost since the last quiet moment. */
  readonly lost = new Map<Seat, string>();
  /** How often the house was too busy for somebody. */
  disturbances = 0;
  #sequence = 0;
  #marks = 0;

  private constructor(
    prefix: string,
    stack: Stack,
    operator: Operator,
    owner: OriginchatsClient,
    reader: SockchatClient,
    numbers: ReadonlyMap<string, Name>,
    closings: Closings,
  ) {
    this.prefix = prefix;
    this.#stack = stack;
    this.#operator = operator;
    this.#owner = owner;
    this.#reader = reader;
    this.#numbers = numbers;
    this.#closings = closings;
    this.tongue = new Tongue(prefix, `${prefix}0r`, numbers);
    this.speech = new Speech(this.tongue);
    this.readerEar = new SockchatEar(this.tongue, "reader");
    this.#ownerEar = new OriginchatsEar(this.tongue, "owner");
  }

  /** Makes the accounts. @param prefix what all their names begin with; no other crew's begins so */
  static async muster(stack: Stack, prefix: string): Promise<Crew> {
    const operator = await connectOperator(stack.nats);
    const closings = new Closings(operator);
    const numbers = new Map<string, Name>();
    for (const name of people) {
      await operator.addUser(prefix + name, ["user"]);
      numbers.set(await closings.numberOf(prefix + name), name);
    }
    const all = `${prefix}all`;
    await operator.addUser(all, ["owner", "moderator", "user"]);
    const owner = await OriginchatsClient.signIn(portOf(stack.originchats), all);
    const reader = await SockchatClient.signIn(portOf(stack.sockchat), all);
    const crew = new Crew(prefix, stack, operator, owner, reader, numbers, closings);
    crew.#listen();
    return crew;
  }

  #listen(): void {
    this.#reader.log.tell((packet) => this.readerEar.hear(packet));
    this.#owner.log.tell((packet) => this.#ownerEar.hear(packet));
    for (const { socket } of [this.#reader, this.#owner]) this.#mind(socket);
  }

  /** A house that stands still lets people go, and is no fault of what they did. */
  #mind(socket: OriginchatsClient["socket"]): void {
    socket.once("close", (code, reason) => {
      if (hasStoodStill(reason.toString())) this.disturbances += 1;
      this.#farewells.set(socket, `${code} ${reason.toString()}`);
    });
  }

  async close(): Promise<void> {
    for (const client of [...this.clients.values(), this.#owner, this.#reader])
      client.socket.terminate();
    await this.#operator.close();
  }

  // ---- before a sequence ----------------------------------------------------------------------------------

  /** Everything as a sequence finds it. @param last how the one before left it; undefined: nobody knows */
  async begin(last: State | undefined): Promise<void> {
    if (last === undefined) await this.#scatter();
    for (const client of [this.#owner, this.#reader]) client.log.forget();
    for (const client of [...this.clients.values(), this.#reader]) {
      // Who says nothing for minutes is put out, and what they do in a sequence may be nothing.
      if (client instanceof SockchatClient && client.isOpen) client.send("0", client.userId);
    }
    await this.#clear();
    this.#sequence += 1;
    this.tongue = new Tongue(this.prefix, `${this.prefix}${this.#sequence}r`, this.#numbers);
    this.speech = new Speech(this.tongue);
    this.readerEar = new SockchatEar(this.tongue, "reader");
    this.#ownerEar = new OriginchatsEar(this.tongue, "owner");
    const fresh = beginning();
    for (const name of people) await this.#restore(name, last, fresh);
    const rooms = fresh.places.filter(({ id }) => id !== "general");
    for (const { id, view, isForum } of rooms) {
      const type = isForum === true ? "forum" : "text";
      const made = { name: this.speech.real(id), type, permissions: listsOf(view) };
      await this.#told({ cmd: "channel_create", ...made });
    }
    for (const seat of seats)
      if (!this.clients.has(seat)) await this.enter(seat, seats.indexOf(seat));
    for (const name of people) {
      const web = this.clients.get(`${name}@oc`) as OriginchatsClient | undefined;
      const was = last?.people[name];
      const isKnown =
        was !== undefined && was.status === "online" && was.text === "" && was.afk === undefined;
      if (web !== undefined && !isKnown) await web.ask({ cmd: "status_set", status: "online" });
    }
    for (const [seat, client] of this.clients) {
      if (client instanceof SockchatClient) {
        client.say(`/join ${this.speech.real("c1")}`);
        const settled = await Promise.race([this.#settled(client), this.#gone(client)]);
        if (settled === "gone") throw new Error(`${seat} lost the connection before it began`);
      }
      const ear = this.#ear(seat, client);
      this.ears.set(seat, ear);
      for (const room of rooms) {
        const isListed = sideOf(seat) === "oc" || room.isForum !== true;
        if (isListed && sees(fresh, nameOf(seat), room)) ear.list(room.id);
      }
    }
    await this.mark();
    for (const ear of this.ears.values()) ear.drain();
  }

  async #scatter(): Promise<void> {
    for (const client of this.clients.values()) client.socket.terminate();
    for (const seat of seats) await this.#ended(seat);
    this.clients.clear();
    if (this.#owner.isOpen && this.#reader.isOpen) return;
    const all = `${this.prefix}all`;
    for (const { socket } of [this.#owner, this.#reader]) socket.terminate();
    this.#owner = await OriginchatsClient.signIn(portOf(this.#stack.originchats), all);
    this.#reader = await SockchatClient.signIn(portOf(this.#stack.sockchat), all);
    this.#listen();
  }

  /** Waits until nobody who was let in on a seat is there any more. */
  #ended(seat: Seat): Promise<void> {
    const entered = this.#entered.get(seat) ?? 0;
    return this.#closings.ended(this.prefix + nameOf(seat), sideOf(seat), entered);
  }

  /** Takes the channels of all sequences before away. */
  async #clear(): Promise<void> {
    const { val } = await this.read({ cmd: "channels_get" });
    for (const { name } of val as readonly { readonly name: string }[]) {
      if (name.startsWith(this.prefix)) await this.#told({ cmd: "channel_delete", name });
    }
  }

  async #restore(name: Name, last: State | undefined, fresh: State): Promise<void> {
    const target = this.prefix + name;
    const was = last?.people[name];
    if (was === undefined || was.banned)
      await this.#operator.command({ type: "moderation.unban", target });
    if (was === undefined || was.silenced)
      await this.#operator.command({ type: "moderation.unsilence", target });
    if (was === undefined || was.nick !== null || was.lasting !== undefined)
      await this.#operator.mustAccept({
        type: "user.nick",
        target,
        nickname: null,
        temporary: false,
      });
    const { moderator } = fresh.people[name];
    const act = { do: "promote", target: name, moderator } as const;
    if (was?.moderator !== moderator) await this.#told(this.speech.ruled(act, fresh));
  }

  /** What the owner does must go through. */
  async #told(packet: Packet): Promise<void> {
    const answer = await this.#owner.ask(packet, limitMs);
    if (answer.cmd === "error")
      throw new Error(`${JSON.stringify(packet)}: ${String(answer["val"])}`);
    this.#owner.log.forget();
  }

  #ear(seat: Seat, client: Client): OriginchatsEar | SockchatEar {
    if (this.clients.get(seat) !== client) this.#mind(client.socket);
    if (client instanceof OriginchatsClient) {
      const ear = new OriginchatsEar(this.tongue, nameOf(seat));
      client.log.tell((packet) => ear.hear(packet));
      return ear;
    }
    const ear = new SockchatEar(this.tongue, nameOf(seat));
    client.log.tell((packet) => ear.hear(packet));
    return ear;
  }

  // ---- acts -----------------------------------------------------------------------------------------------

  /** Signs in at one of the gateways of the side. @returns whether it was let in */
  async enter(seat: Seat, door: number): Promise<boolean> {
    const name = this.prefix + nameOf(seat);
    const parts = sideOf(seat) === "oc" ? this.#stack.originchats : this.#stack.sockchat;
    const port = portOf(parts, door % parts.length);
    let ear: OriginchatsEar | SockchatEar | undefined;
    const client = await signIn(sideOf(seat), port, name, (one) => {
      ear = this.#ear(seat, one);
    });
    if (client === undefined || ear === undefined) return false;
    this.#entered.set(seat, (this.#entered.get(seat) ?? 0) + 1);
    this.ears.set(seat, ear);
    this.clients.set(seat, client);
    if (client instanceof OriginchatsClient) await client.ask({ cmd: "channels_get" });
    return true;
  }

  /** Does what an act says. @param state where it is decided what things are called */
  async perform(act: Act, state: State): Promise<Outcome> {
    if (!("who" in act)) {
      await this.#told(this.speech.ruled(act, state));
      return "done";
    }
    const { who } = act;
    if (act.do === "come") return (await this.enter(who, act.door)) ? "done" : "refused";
    const client = this.clients.get(who);
    if (client === undefined) return "gone";
    if (act.do === "leave") {
      await client.close();
      await this.#ended(who);
      return "done";
    }
    if (client instanceof SockchatClient) {
      const line = this.speech.typed(act, state);
      return line === undefined ? "refused" : this.#type(client, line);
    }
    const packet = this.speech.asked(act, state);
    return packet === undefined ? "refused" : this.#ask(client, packet);
  }

  /** Resolves when a connection has ended, and it is known why: one that is about to has no close code yet. */
  #gone(client: Client): Promise<"gone"> {
    const known = this.#ends.get(client);
    if (known !== undefined) return known;
    const { socket } = client;
    const gone = new Promise<"gone">((resolve) => {
      if (socket.readyState === socket.CLOSED) resolve("gone");
      socket.once("close", () => resolve("gone"));
    });
    this.#ends.set(client, gone);
    return gone;
  }

  async #ask(client: OriginchatsClient, packet: Packet): Promise<Outcome> {
    if (!client.isOpen) return this.#gone(client);
    const answer = await Promise.race([client.ask(packet, limitMs), this.#gone(client)]);
    if (answer === "gone") return answer;
    if (busyOnOriginchats.test(String(answer["val"]))) this.disturbances += 1;
    const failed = answer.cmd === "error" || answer.cmd === "rate_limit";
    return failed ? "refused" : "done";
  }

  async #type(client: SockchatClient, line: string): Promise<Outcome> {
    if (!client.isOpen) return this.#gone(client);
    const from = client.log.length;
    client.say(line);
    const settled = await Promise.race([this.#settled(client), this.#gone(client)]);
    if (settled === "gone") return settled;
    const notices = client.log
      .since(from)
      .filter(([id, , author]) => id === "2" && author === "-1");
    if (notices.some(([, , , text]) => text === busyOnSockchat)) this.disturbances += 1;
    const refused = notices.some(([, , , text]) => refusal.test(text ?? ""));
    return refused ? "refused" : "done";
  }

  /** Whatever was sent before is settled when this is answered; a ping would be answered ahead of what waits. */
  async #settled(client: SockchatClient): Promise<void> {
    const from = client.log.length;
    client.send("3", "");
    const has = (): boolean => client.log.since(from).some(([id]) => id === "11");
    await client.log.until("an answer to packet 3", has, limitMs);
  }

  // ---- looking --------------------------------------------------------------------------------------------

  /** Waits until a line is on the screens of those connections of Sock Chat: an edit may be told later than it happens. */
  async await(seat: Seat, words: string): Promise<void> {
    const client = this.clients.get(seat);
    const real = this.speech.real(words);
    if (client instanceof SockchatClient)
      await client.log
        .until(words, (entries) => entries.some((entry) => entry.join().includes(real)), editMs)
        .catch((error: unknown) => {
          // What did not come is told with all else that differs.
          if (!(error instanceof DeadlineError)) throw error;
        });
  }

  /** A line to everybody; once it is everywhere, so is what came before, or the connection is gone. */
  async mark(): Promise<void> {
    this.#marks += 1;
    const text = `mark ${this.prefix}${this.#marks}.`;
    await this.#operator.mustAccept({
      type: "message.announce",
      content: { text, markup: "markdown" },
    });
    this.lost.clear();
    const waits = [...this.clients].map(async ([seat, client]) => {
      const has = (entry: unknown): boolean => JSON.stringify(entry).includes(text);
      const { log } = client as { log: Pick<OriginchatsClient["log"], "until"> };
      if (client.isOpen) {
        const seen = log.until(text, (entries) => entries.slice(-40).some(has), limitMs);
        await Promise.race([seen, this.#gone(client)]);
      }
      if (client.isOpen) return;
      await this.#gone(client);
      this.lost.set(seat, this.#farewells.get(client.socket) ?? "?");
      this.clients.delete(seat);
    });
    await Promise.all(waits);
  }

  /** What came since the last time is not looked at again. */
  forget(): void {
    for (const client of this.clients.values()) client.log.forget();
  }

  /** Asks again while the house is busy: reading may wait for nobody for long. */
  read(packet: Packet, client = this.#owner): Promise<OriginchatsPacket> {
    return eventually(limitMs, `an answer to ${packet.cmd}`, async () => {
      const answer = await client.ask(packet, limitMs);
      if (answer.cmd === packet.cmd) return answer;
      throw new Error(JSON.stringify(answer));
    });
  }

  /** A page of a place, as a newcomer of OriginChats gets it. */
  page(place: Place, state: State): Promise<OriginchatsPacket> {
    return this.read({ cmd: "messages_get", ...this.speech.where(place, state), limit: 100 });
  }

  /** Everybody, as a newcomer of OriginChats gets them. */
  async lists(): Promise<readonly OriginchatsPacket[]> {
    return [await this.read({ cmd: "users_list" }), await this.read({ cmd: "users_online" })];
  }

  /** What somebody who comes into a place on Sock Chat is given. */
  async visit(id: string, state: State): Promise<SockchatEar> {
    this.readerEar.drain();
    this.#reader.say(`/join ${this.speech.slug(id, state)}`);
    await within(limitMs, `a way into ${id}`, this.#settled(this.#reader));
    this.#reader.log.forget();
    return this.readerEar;
  }
}
