/**
 * The soak: people of both protocols say numbered messages while whatever may go wrong goes wrong, and in the end
 * accepted = stored = delivered once, in one order, to everybody who may read it.
 */
import type { EdgeProtocol } from "@dragoman/bin";
import { elapse } from "@dragoman/testing/deadline";
import { type Door, openChannel, pageOf, staffChannel } from "../support/connection.ts";
import { Ledger } from "../support/ledger.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { Person, type PersonOptions } from "../support/person.ts";
import { portOf } from "../support/stack.ts";
import { type BanGone, Moderator, type Victim } from "./ban.ts";
import { faultsOn } from "./fault.ts";
import { House, insist } from "./house.ts";
import { type PlannedFault, schedule } from "./schedule.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly cores: number;
  /** Of each kind. */
  readonly gatewaysOfEach: number;
  /** Servers of NATS: 1, or 3. */
  readonly nodes: number;
  /** People who speak at each gateway. */
  readonly speakersEach: number;
  /** So many faults last at once at most. */
  readonly atOnce: number;
  /** Names of the faults that may happen; empty: all. */
  readonly only?: readonly string[];
  readonly onEvent: (line: string) => void;
}

/** How long it took, by what it took so long after. */
type Times = ReadonlyMap<string, readonly number[]>;

export interface SoakReport {
  readonly accepted: number;
  /** Counts in words, one a line. */
  readonly counts: readonly string[];
  /** From each fault to the next message that was said and stands, in ms. */
  readonly recoveriesMs: Times;
  readonly bansMs: Times;
  /** What was lost, doubled, out of order, shown to the wrong one; in words, with what became of it. */
  readonly violations: readonly string[];
}

const protocols: readonly EdgeProtocol[] = ["originchats", "sockchat"];
const victimCount = 2;
/** Between two messages of one person. */
const pauseMs = { least: 50, most: 250 };
/** Who hears nothing for so long after the last fault will not hear the last message. */
const settledMs = 120_000;
/** Of each list so many are told. */
const toldMax = 20;

const now = (): number => performance.now();
/** No part of the schedule: when exactly people speak is left to chance. */
const aPauseMs = (): number => pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least);

class Soak {
  readonly #options: SoakOptions;
  readonly #house: House;
  readonly #people: Person[] = [];
  readonly #victims: Victim[] = [];
  readonly #moderator: Moderator;
  readonly #begunMs = now();
  readonly #ledger = new Ledger(this.#begunMs);
  /** Faults behind which no message was said yet that stands. */
  readonly #open: { readonly name: string; readonly atMs: number }[] = [];
  readonly #recoveriesMs = new Map<string, number[]>();
  readonly #counts = new Map<string, number>();
  readonly #failures: string[] = [];

  constructor(options: SoakOptions, house: House) {
    this.#options = options;
    this.#house = house;
    const ports = this.#doors("originchats").map(({ port }) => port);
    this.#moderator = new Moderator("olga", ports);
  }

  say(line: string): void {
    const seconds = ((now() - this.#begunMs) / 1_000).toFixed(1);
    this.#options.onEvent(`${seconds.padStart(7)} s  ${line}`);
  }

  #doors(protocol: EdgeProtocol): readonly Door[] {
    return this.#house.gateways
      .filter(({ kind }) => kind === protocol)
      .flatMap(({ doors }) => doors.map(({ port }) => ({ protocol, port })));
  }

  /** Makes the accounts. */
  async invite(): Promise<void> {
    const { operator } = this.#house.stack;
    const { speakersEach } = this.#options;
    for (const protocol of protocols) {
      const doors = this.#doors(protocol);
      for (const [at] of doors.entries()) {
        const own = [...doors.slice(at), ...doors.slice(0, at)];
        for (let n = 0; n <= speakersEach; n += 1) {
          const name = `${n === 0 ? "listener" : "speaker"}_${protocol.slice(0, 2)}${at}${n}`;
          await operator.addUser(name, ["user"]);
          this.#add(name, own, [openChannel]);
        }
      }
    }
    this.#add("mona", this.#doors("originchats"), [openChannel, staffChannel]);
    for (let n = 0; n < victimCount; n += 1) {
      const name = `victim_${n}`;
      await operator.addUser(name, ["user"]);
      const everywhere = protocols
        .flatMap((protocol) => this.#doors(protocol))
        .map((door) => {
          const options = this.#personOptions(name, [door], [openChannel]);
          return new Person({ ...options, isBeside: true });
        });
      this.#victims.push({ name, everywhere });
    }
  }

  #personOptions(name: string, doors: readonly Door[], channels: readonly string[]): PersonOptions {
    return {
      name,
      doors: () => doors,
      channels,
      ledger: this.#ledger,
      onAccepted: (sentMs, nowMs) => this.#accepted(sentMs, nowMs),
      onBan: (who, last) => this.#moderator.heard(who, last),
    };
  }

  #add(name: string, doors: readonly Door[], channels: readonly string[]): void {
    this.#people.push(new Person(this.#personOptions(name, doors, channels)));
  }

  #accepted(sentMs: number, nowMs: number): void {
    for (let n = this.#open.length - 1; n >= 0; n -= 1) {
      const fault = this.#open[n];
      if (fault === undefined || fault.atMs > sentMs) continue;
      this.#open.splice(n, 1);
      const times = this.#recoveriesMs.get(fault.name) ?? [];
      this.#recoveriesMs.set(fault.name, [...times, nowMs - fault.atMs]);
    }
  }

  /** The run itself: everybody speaks, the faults happen. */
  async run(): Promise<void> {
    const { minutes, seed, atOnce, nodes, only = [] } = this.#options;
    const sorts = faultsOn(nodes).filter(({ name }) => only.length === 0 || only.includes(name));
    for (const person of this.#people) {
      const isSilent = person.name.startsWith("listener");
      const channel = person.name === "mona" ? staffChannel : openChannel;
      person.begin(isSilent ? undefined : { channel, pauseMs: aPauseMs });
    }
    const victims = this.#victims.flatMap(({ everywhere }) => everywhere);
    for (const person of victims) person.begin();
    const bans = this.#moderator.work(this.#victims);
    const planned = schedule(seed, minutes * 60_000, sorts);
    const endMs = now() + minutes * 60_000;
    const happening = new Set<Promise<void>>();
    let beforeMs = 0;
    for (const fault of planned) {
      await elapse(fault.atMs - beforeMs);
      beforeMs = fault.atMs;
      // A busy machine has as many faults at once as an idle one, and so fewer in all.
      while (happening.size >= atOnce && now() < endMs) await Promise.race(happening);
      if (now() >= endMs) break;
      const one = this.#happen(fault).finally(() => happening.delete(one));
      happening.add(one);
    }
    await elapse(Math.max(0, endMs - now()));
    this.say("the last fault has begun");
    await Promise.all(happening);
    await this.#house.heal();
    this.say(`everything is whole; MiB of memory: ${(await this.#house.memory()).join(", ")}`);
    this.say(await this.#house.journal());
    this.#moderator.settle();
    await bans;
    await Promise.all([...this.#people, ...victims].map((person) => person.settle()));
  }

  async #happen(planned: PlannedFault): Promise<void> {
    const { name } = planned;
    const fault = faultsOn(this.#options.nodes).find((one) => one.name === name);
    const say = (what: string): void => {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
      this.#open.push({ name, atMs: now() });
      this.say(`${name}: ${what}`);
    };
    try {
      await fault?.happen({ ...planned, house: this.#house, say });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#failures.push(`${name}: ${why}`);
      this.say(`${name} did not go as it should: ${why}`);
    }
  }

  /** Whoever is out comes back, one says the last word, and everybody has heard it. */
  async settle(): Promise<void> {
    const everybody = [...this.#people, ...this.#victims.flatMap(({ everywhere }) => everywhere)];
    await Promise.all(everybody.map((person) => person.comeIn()));
    const speaker = this.#people.find(({ name }) => name.startsWith("speaker"));
    await speaker?.sayOne(openChannel);
    const last = speaker?.last(openChannel);
    const late = () => everybody.filter((person) => person.last(openChannel) !== last);
    let limit = now() + settledMs;
    for (let before = ""; now() < limit && late().length > 0; ) {
      await elapse(50);
      // On a busy machine it comes when it comes, as long as something comes.
      const present = late()
        .map((person) => person.last(openChannel))
        .join();
      if (present !== before) limit = now() + settledMs;
      before = present;
    }
    this.say("everybody has heard the last word, or never will");
  }

  /** What is stored of a channel, as a client reads it to its beginning. */
  async #readChannel(channel: string): Promise<readonly number[]> {
    const port = portOf(this.#house.stack.originchats);
    let reader: OriginchatsClient | undefined;
    const read = async (from: string | undefined): ReturnType<typeof pageOf> => {
      // On a crowded machine the gateway may let go of whoever reads.
      if (reader?.isOpen !== true) reader = await OriginchatsClient.signIn(port, "olga");
      return pageOf(reader, channel, from);
    };
    const pages: (readonly number[])[] = [];
    let older: string | undefined;
    for (;;) {
      const from = older;
      const { numbers, oldest } = await insist(`a page of ${channel}`, () => read(from));
      if (oldest === undefined) break;
      pages.unshift(numbers);
      older = oldest;
      reader?.log.forget();
    }
    await reader?.close();
    return pages.flat();
  }

  /** Reads from each core alone, and compares with the ledger. */
  async judge(): Promise<SoakReport> {
    const violations: string[] = [...this.#house.ends, ...this.#failures];
    const stored = new Map<string, readonly number[]>();
    for (const channel of [openChannel, staffChannel]) {
      const numbers = await this.#readChannel(channel);
      stored.set(channel, numbers);
      violations.push(...this.#ledger.store(channel, numbers));
    }
    const second = await this.#house.leader();
    second.isExpected = true;
    await second.part.stop();
    for (const [channel, numbers] of stored) {
      const others = await this.#readChannel(channel);
      const at = numbers.findIndex((number, index) => others[index] !== number);
      if (at >= 0 || others.length !== numbers.length)
        violations.push(
          `the cores' histories of ${channel} differ at ${at} of ${numbers.length} and ${others.length}`,
        );
    }
    let deliveries = 0;
    let visits = 0;
    for (const person of this.#people) {
      for (const visit of person.visits) {
        visits += 1;
        for (const { numbers } of visit.heard.values()) deliveries += numbers.length;
      }
      violations.push(...person.faults());
    }
    for (const { name, everywhere } of this.#victims) {
      const bans = this.#moderator.bans.filter((ban) => ban.name === name);
      for (const person of everywhere) {
        visits += person.visits.length;
        violations.push(...person.faults(), ...this.#judgeBans(person, bans));
      }
    }
    return this.#report(violations, { deliveries, visits });
  }

  #judgeBans(person: Person, bans: readonly BanGone[]): readonly string[] {
    return bans.flatMap((ban) =>
      person.visits.flatMap(({ openedMs, enteredMs = Number.POSITIVE_INFINITY, heard }) => {
        if (openedMs > ban.acknowledgedMs && enteredMs < ban.endedMs)
          return [`${person.name} was let in though banned`];
        if (enteredMs > ban.acknowledgedMs || openedMs > ban.askedMs) return [];
        return this.#ledger.banned(ban, heard.get(openChannel)?.numbers ?? []);
      }),
    );
  }

  #report(
    violations: readonly string[],
    { deliveries, visits }: { readonly deliveries: number; readonly visits: number },
  ): SoakReport {
    const { accepted, refused, unknown } = this.#ledger.counts;
    const bans = this.#moderator.bans;
    const told = bans.filter(({ acknowledgedMs }) => Number.isFinite(acknowledgedMs));
    const refusals = new Map<string, number>();
    for (const { refusals: own } of this.#people) {
      for (const [why, count] of own) refusals.set(why, (refusals.get(why) ?? 0) + count);
    }
    return {
      accepted,
      counts: [
        `${accepted} accepted, ${refused} refused, ${unknown} unknown to their authors (${this.#ledger.storedOf("unknown")} of them stored)`,
        `${deliveries} deliveries to ${this.#people.length} people over ${visits} connections`,
        `${bans.length} bans, ${told.length} acknowledged at the first try, ${bans.filter(({ behind }) => behind !== undefined).length} with a known place`,
        ...[...this.#counts].map(([name, count]) => `${count} × ${name}`),
        ...[...this.#ledger.reasons].map(([why, count]) => `${count} × told: ${why}`),
        ...[...refusals].map(([why, count]) => `${count} × not let in: ${why}`),
      ],
      recoveriesMs: this.#recoveriesMs,
      bansMs: new Map([
        ["ban to its acknowledgement", told.map((ban) => ban.acknowledgedMs - ban.askedMs)],
        ["ban to the last socket", told.map((ban) => ban.lastSocketMs - ban.askedMs)],
      ]),
      violations:
        violations.length <= toldMax
          ? violations
          : [...violations.slice(0, toldMax), `and ${violations.length - toldMax} more`],
    };
  }

  end(): void {
    for (const person of this.#people) person.end();
    for (const { everywhere } of this.#victims) for (const person of everywhere) person.end();
    this.#moderator.end();
  }
}

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const house = await House.open(options);
  const run = new Soak(options, house);
  try {
    await run.invite();
    await run.run();
    await run.settle();
    return await run.judge();
  } finally {
    run.end();
    await house.close();
  }
}
