/**
 * The state of a house of Sock Chat while a recording is read: who is signed in, who stands where, which channels
 * and lines there are. It follows what we are expected to send, and remembers where the original went another way.
 */
import type { Step } from "../recording.ts";
import type { Seed } from "../seed.ts";
import {
  type Command,
  commandIn,
  escapeName,
  escapeText,
  is,
  isArrival,
  lineNumber,
  noticeKey,
  type Packet,
  textOf,
} from "./packet.ts";
import {
  type Ban,
  type Channel,
  calledOf,
  isAway,
  type Person,
  rankOf,
  ranksOf,
  type Session,
} from "./people.ts";

export class State {
  readonly seed: Seed;
  readonly home: string;
  readonly persons = new Map<string, Person>();
  readonly sessions = new Map<string, Session>();
  readonly channels = new Map<string, Channel>();
  /** By number of the person. */
  readonly bans = new Map<string, Ban>();
  /** By number of the person: until when, null for ever. */
  readonly silences = new Map<string, number | null>();
  /** What stands here for a channel's name of the recording. */
  readonly aliases = new Map<string, string>();
  /** By client: when it sent packets that count for the limit of packets, ms of the recording. */
  readonly counted = new Map<string, number[]>();
  /** Numbers of lines that the original has, and this house not. */
  readonly missing = new Set<string>();
  /** Clients whose connection the origin of their page shuts out. */
  readonly shutOut = new Set<string>();
  /** The newest time that was seen in the recording, ms. */
  nowMs = 0;
  /** Rank of the site, and what stands for it here. */
  readonly ranks: ReadonlyMap<number, number>;

  constructor(seed: Seed, steps: readonly Step[]) {
    this.seed = seed;
    const first = seed.channels.find(({ isFirst }) => isFirst === true);
    this.home = first?.name ?? "general";
    const line = { seconds: "0", author: "-1", flags: "10010" };
    this.channels.set(this.home, {
      name: this.home,
      hasPassword: false,
      password: "",
      isTemporary: false,
      rank: 0,
      owner: "",
      lines: [{ ...line, number: `first ${this.home}`, body: "0\fsay\f#general was created." }],
    });
    this.ranks = ranksOf(seed, steps);
    for (const { identity, silencedSeconds } of seed.people) {
      if (silencedSeconds === undefined || identity === undefined) continue;
      this.silences.set(identity.id, silencedSeconds === null ? null : silencedSeconds);
    }
  }

  /** Who is signed in at a client. */
  personAt(who: string): Person | undefined {
    const session = this.sessions.get(who);
    return session === undefined ? undefined : this.persons.get(session.id);
  }

  channelOf(who: string): string {
    return this.sessions.get(who)?.channel ?? "";
  }

  sessionsOf(id: string): readonly Session[] {
    return [...this.sessions.values()].filter((session) => session.id === id);
  }

  /** Whose sessions stand in a channel, in the order in which they came. */
  whoIn(channel: string): readonly string[] {
    return [...this.sessions.values()]
      .filter((session) => session.channel === channel)
      .map(({ who }) => who);
  }

  /** Who stands in a channel, but for one: the highest rank first, then by name. */
  peopleIn(channel: string, but = ""): readonly Person[] {
    const ids = new Set(this.whoIn(channel).map((who) => this.sessions.get(who)?.id ?? ""));
    const people = [...ids].filter((id) => id !== but).flatMap((id) => this.persons.get(id) ?? []);
    return people.sort((one, other) => this.inOrder(one, other));
  }

  /** Who of two comes first in a list. */
  inOrder(one: Person, other: Person): number {
    const isFirst = this.#accountOf(one) < this.#accountOf(other);
    return rankOf(other) - rankOf(one) || (isFirst ? -1 : 1);
  }

  /** The name of an account as it is, and not as it is shown. */
  #accountOf(person: Person | undefined): string {
    const seeded = this.seed.people.find(({ identity }) => identity?.id === person?.id);
    return seeded?.name ?? person?.account ?? "";
  }

  /** The window of the limit of packets; without a limit nobody is in it twice. */
  get floodWindowMs(): number {
    const { floodKick, floodWindowMs = 10_000 } = this.seed.settings;
    return floodKick === undefined ? 0 : floodWindowMs;
  }

  /** A channel by its name, whatever the case. */
  channel(name: string): Channel | undefined {
    const wanted = (this.aliases.get(name) ?? name).toLowerCase();
    return [...this.channels.values()].find((each) => each.name.toLowerCase() === wanted);
  }

  sees(person: Person, { rank }: Pick<Channel, "rank">): boolean {
    return rankOf(person) >= rank;
  }

  /** Somebody who is signed in, by what was typed: shown name, nickname or account, whatever the case (part 1.2). */
  find(typed: string): Person | undefined {
    const online = [...this.persons.values()].filter(({ id }) => this.sessionsOf(id).length > 0);
    const bare = calledOf({ name: escapeName(typed) });
    const wanted = [typed, escapeName(typed), bare].map((name) => name.toLowerCase());
    const isCalled = (name: string): boolean => wanted.includes(name.toLowerCase());
    return online.find(
      (person) =>
        isCalled(person.name) ||
        isCalled(calledOf(person)) ||
        isCalled(person.account) ||
        isCalled(`~${person.account}`) ||
        isCalled(calledOf(person).replace(/^~/, "")),
    );
  }

  /** The address that a client comes from. */
  addressOf(who: string): string {
    return this.seed.clients[who]?.address ?? "";
  }

  /** The rank that stands here for one that was typed there; above all: nobody's. */
  rankFor(typed: number): number {
    if (typed <= 0) return 0;
    const enough = [...this.ranks].filter(([theirs]) => theirs >= typed).map(([, ours]) => ours);
    return enough.length === 0 ? 255 : Math.min(...enough);
  }

  /** Whether somebody comes back by what is sent: any line that is not blank ends being away (part 4.2). */
  wakes({ who, action }: Step): boolean {
    const person = this.personAt(who);
    const [packet, id, text = ""] = textOf(action)?.split("\t") ?? [];
    if (person === undefined || !isAway(person)) return false;
    if (packet !== "2" || id !== person.id || text.trim() === "") return false;
    person.name = calledOf(person);
    return true;
  }

  /** Whether a ban, a silence or the window of the limit of packets ends within a time. */
  endsWithin(ms: number): boolean {
    const isSoon = (until: number | null): boolean =>
      until !== null && until * 1_000 <= this.nowMs + ms + 1_000;
    const { floodWarn = 25 } = this.seed.settings;
    const isFull = [...this.counted.values()].some((counted) => counted.length > floodWarn / 2);
    return (
      [...this.bans.values()].some(({ until }) => isSoon(until)) ||
      [...this.silences.values()].some(isSoon) ||
      (isFull && ms >= this.floodWindowMs)
    );
  }

  /** Whose silence has run out, and they have not been told. */
  silencesOver(): readonly string[] {
    return [...this.silences].flatMap(([id, until]) =>
      until !== null && until * 1_000 <= this.nowMs ? [id] : [],
    );
  }

  /** The clock runs on by the times that packets of the original name. */
  hear(step: Step): void {
    if (step.action.do === "wait") this.nowMs += step.action.ms;
    for (const frames of step.received.values()) {
      for (const frame of frames) {
        const packet = frame.split("\t");
        const time = packet[0] === "2" || isArrival(packet) ? packet[1] : undefined;
        const seconds = Number(packet[0] === "3" ? packet[4] : time);
        if (seconds > 0) this.nowMs = Math.max(this.nowMs, Math.floor(seconds) * 1_000);
      }
    }
  }

  /** Takes note of names, places and lines that the original shows, and that are not what is expected here. */
  noteTheirs(step: Step, expected: Step): void {
    const numbersIn = ({ received }: Step): readonly string[] =>
      [...received.values()]
        .flat()
        .map((frame) => frame.split("\t"))
        .flatMap((packet) => (packet[0] === "2" ? [packet[4] ?? ""] : []));
    const here = new Set(numbersIn(expected));
    for (const number of numbersIn(step)) if (!here.has(number)) this.missing.add(number);
    for (const [who, frames] of step.received) {
      for (const packet of frames.map((frame) => frame.split("\t"))) {
        const [id, name] = is(packet, "10") ? packet.slice(1) : [];
        const person = this.persons.get(id ?? "");
        if (person !== undefined && name !== undefined) person.theirName = name;
        const session = this.sessions.get(who);
        if (is(packet, "5", "2") && session !== undefined) {
          session.theirChannel = this.aliases.get(packet[2] ?? "") ?? packet[2] ?? "";
        }
      }
    }
  }

  /** Takes over what a step brings about: what was sent, and what we are expected to send. */
  follow(step: Step): void {
    const command = commandOf(step);
    const sender = this.personAt(step.who);
    const told = new Set<string>();
    this.#followCommand(step, command, sender);
    for (const [who, frames] of step.received) {
      for (const frame of frames) {
        this.#take(who, frame.split("\t"), step, told);
      }
    }
    if (step.action.do === "close" || step.action.do === "cut") this.#end(step.who);
    for (const who of step.closed.keys()) this.#end(who);
  }

  #end(who: string): void {
    const session = this.sessions.get(who);
    this.counted.delete(who);
    if (session === undefined) return;
    this.sessions.delete(who);
    const person = this.persons.get(session.id);
    if (person === undefined || this.sessionsOf(session.id).length > 0) return;
    person.name = person.account;
    person.theirName = person.account;
  }

  #take(who: string, packet: Packet, step: Step, told: Set<string>): void {
    if (is(packet, "1", "y")) this.#signIn(who, packet, textOf(step.action) ?? "");
    else if (isArrival(packet)) this.#know(packet.slice(2, 6));
    else if (is(packet, "10")) this.#know(packet.slice(1, 5));
    else if (is(packet, "5", "2")) this.#move(who, packet[2] ?? "");
    else if (is(packet, "4", "0")) this.#make(packet, step);
    else if (is(packet, "4", "1")) this.#change(packet);
    else if (is(packet, "4", "2")) this.#remove(who, packet[2] ?? "");
    else if (is(packet, "6")) this.#forget(packet[1] ?? "");
    else if (is(packet, "9", "1")) this.#bar(who, packet[2] ?? "", step);
    else if (is(packet, "2") && !told.has(packet[4] ?? "")) {
      if (packet[4] !== "0") told.add(packet[4] ?? "");
      this.#keep(who, packet, step);
    }
    const key = packet[0] === "2" ? noticeKey(packet) : undefined;
    const id = this.sessions.get(who)?.id ?? "";
    if (key === "unsil") this.silences.delete(id);
    if (key === "silence" && who !== step.who) this.silences.set(id, this.#silencedUntil(step));
  }

  #silencedUntil(step: Step): number | null {
    const seconds = Number(commandOf(step)?.words[1] ?? "");
    return seconds > 0 ? this.nowMs / 1_000 + seconds : null;
  }

  #know([id = "", name = "", color = "", perms = ""]: Packet): Person {
    const known = this.persons.get(id);
    if (known !== undefined) return Object.assign(known, { name, color, perms });
    const person = { id, account: name, name, theirName: name, color, perms };
    this.persons.set(id, person);
    return person;
  }

  #signedIn = 0;

  #signIn(who: string, packet: Packet, auth: string): void {
    const { id } = this.#know(packet.slice(2, 6));
    const channel = packet[6] ?? this.home;
    this.#signedIn += 1;
    const since = this.#signedIn;
    this.sessions.set(who, { who, id, auth, since, channel, theirChannel: channel });
  }

  #move(who: string, channel: string): void {
    const session = this.sessions.get(who);
    if (session === undefined || session.channel === channel) return;
    this.sessions.delete(who);
    this.sessions.set(who, { ...session, channel });
  }

  /** How many channels were made. */
  #made = 0;

  #make([, , name = "", hasPassword, isTemporary]: Packet, step: Step): void {
    if (this.channels.has(name) || commandOf(step)?.name !== "create") return;
    this.#made += 1;
    const maker = this.personAt(step.who);
    const [first = "", second] = commandOf(step)?.words ?? [];
    const line = {
      number: `first ${name} ${this.#made}`,
      seconds: "0",
      author: "-1",
      flags: "10010",
    };
    const body = `0\fsay\f#${name} was created by ${escapeText(this.#accountOf(maker))}.`;
    this.channels.set(name, {
      name,
      hasPassword: hasPassword === "1",
      password: "",
      isTemporary: isTemporary === "1",
      rank: second !== undefined && /^[0-9]+$/.test(first) ? Number(first) : 0,
      owner: maker?.id ?? "",
      lines: [{ ...line, body }],
    });
  }

  #change([, , old = "", , hasPassword]: Packet): void {
    const channel = this.channels.get(old);
    if (channel !== undefined) channel.hasPassword = hasPassword === "1";
  }

  /** A channel is gone if somebody is told so who may see it: others lose sight of it. */
  #remove(who: string, name: string): void {
    const channel = this.channels.get(name);
    const person = this.personAt(who);
    if (channel === undefined || person === undefined) return;
    if (this.sees(person, channel)) this.channels.delete(name);
  }

  #forget(number: string): void {
    this.missing.add(number);
    for (const channel of this.channels.values()) {
      channel.lines = channel.lines.filter((line) => line.number !== number);
    }
  }

  #keep(who: string, packet: Packet, step: Step): void {
    const [, seconds = "", author = "", body = "", number = "", flags = ""] = packet;
    const isSaid = author !== "-1" && flags[4] !== "1";
    const isNumbered = number !== lineNumber;
    const isAnnounced =
      isNumbered && noticeKey(packet) === "say" && commandOf(step)?.name === "say";
    if (!isSaid && !isAnnounced) return;
    const channel = this.channels.get(isSaid ? this.channelOf(who) : this.home);
    if (channel === undefined || channel.lines.some((line) => line.number === number)) return;
    channel.lines = [...channel.lines, { number, seconds, author, body, flags }];
  }

  #bar(who: string, until: string, step: Step): void {
    const person = this.personAt(who);
    if (person === undefined) return;
    const addresses = commandOf(step)?.name === "ban" ? [this.addressOf(who)] : [];
    const seconds = /^\+([0-9.]+)/.exec(until)?.[1];
    this.bans.set(person.id, {
      account: person.account,
      until: seconds === undefined ? null : this.nowMs / 1_000 + Number(seconds),
      addresses,
    });
  }

  #followCommand(step: Step, command: Command | undefined, sender: Person | undefined): void {
    if (command === undefined || sender === undefined) return;
    const keys = (step.received.get(step.who) ?? []).map((f) => noticeKey(f.split("\t")));
    if (keys.includes("unban")) this.#lift(command);
    const channel = this.channels.get(this.channelOf(step.who));
    if (channel === undefined) return;
    if (keys.includes("cprivchan")) channel.rank = Number(command.words[0] ?? 0);
    if (keys.includes("cpwdchan")) channel.password = command.rest;
  }

  #lift({ name, rest }: Command): void {
    const isAddress = name.endsWith("ip");
    const pattern = new RegExp(`^${rest.replaceAll(".", "\\.").replaceAll("*", "[0-9]+")}$`);
    for (const [id, ban] of this.bans) {
      const isMeant = isAddress
        ? ban.addresses.some((address) => pattern.test(address))
        : ban.account.toLowerCase() === rest.toLowerCase();
      if (isMeant) this.bans.delete(id);
    }
  }
}

/** The command that a step sends, if it sends packet 2 with one. */
export function commandOf({ action }: Pick<Step, "action">): Command | undefined {
  const [packet, , text] = textOf(action)?.split("\t") ?? [];
  return packet === "2" && text !== undefined ? commandIn(text) : undefined;
}
