/** A person who says one numbered message at a time or only listens, and comes back whenever put out. */
import { elapse } from "@dragoman/testing/deadline";
import { type Connection, type Door, type Listener, openConnection } from "./connection.ts";
import type { Ledger } from "./ledger.ts";

/** What one connection heard of one channel. */
interface Heard {
  /** A page of history and what came live behind it; before the page what came live before it. */
  readonly numbers: number[];
  /** The last of the channel that the person had heard on connections before. */
  readonly behind: number | undefined;
}

/** One connection of a person, for the ledger. */
export interface Visit {
  readonly door: Door;
  /** When it was begun, and when it was in. */
  readonly openedMs: number;
  enteredMs?: number;
  /** What came live before the page of each channel was asked for and shown. */
  readonly before: Map<string, number[]>;
  readonly heard: Map<string, Heard>;
  connection?: Connection;
  closed?: string;
}

export interface PersonOptions {
  readonly name: string;
  /** The gateways of one protocol, in the order in which they are tried. */
  readonly doors: () => readonly Door[];
  /** Which channels are heard, and of OriginChats read back. */
  readonly channels: readonly string[];
  readonly ledger: Ledger;
  /** It has other connections besides: Sock Chat shows what the person missed to whichever comes back first. */
  readonly isBeside?: boolean;
  /** Told of each message that stands: when it was said, and when it came back. */
  readonly onAccepted?: (sentMs: number, nowMs: number) => void;
  /** Told when somebody else is put out, with the last message heard in each channel. */
  readonly onBan?: (name: string, last: ReadonlyMap<string, number>) => void;
}

/** Lines that a client of Sock Chat is shown at most of what it missed. */
const pageMax = 200;
/** Between two tries to come in: doubled up to the most. */
const comeBackMs = { least: 100, most: 2_000 };
/** Whose message is not answered for so long loads the page anew. The house itself lets go after 15 s. */
const patienceMs = 30_000;

const now = (): number => performance.now();

export class Person {
  readonly visits: Visit[] = [];
  /** Why it was not let in, and how often. */
  readonly refusals = new Map<string, number>();
  readonly #options: PersonOptions;
  readonly #last = new Map<string, number>();
  /** Settles what was said last. */
  #pending:
    | {
        readonly number: number;
        settle(outcome: "accepted" | "refused" | "unknown", why: string): void;
      }
    | undefined;
  #isOver = false;
  #loop: Promise<void> = Promise.resolve();
  #tries = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get isIn(): boolean {
    return this.visits.at(-1)?.connection?.isOpen === true;
  }

  /** What the person has heard last of a channel, over all connections. */
  last(channel: string): number | undefined {
    return this.#last.get(channel);
  }

  /** Stays connected, and says something in a channel at each pause, where it is given. */
  begin(speaks?: { readonly channel: string; readonly pauseMs: () => number }): void {
    this.#loop = this.#live(speaks);
  }

  /** Says nothing more, and resolves when what was said last is settled. The connection stays. */
  async settle(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
  }

  end(): void {
    this.visits.at(-1)?.connection?.end();
  }

  /** Comes in, in a run that is over. @throws DeadlineError where it is not let in */
  async comeIn(): Promise<void> {
    while (!this.isIn) await this.#visit();
  }

  /** Says one message more, until one stands. */
  async sayOne(channel: string): Promise<void> {
    const { ledger } = this.#options;
    const { accepted } = ledger.counts;
    while (ledger.counts.accepted === accepted) {
      await this.comeIn();
      await this.#say(channel);
    }
  }

  async #live(speaks?: { readonly channel: string; readonly pauseMs: () => number }) {
    let pauseMs = comeBackMs.least;
    while (!this.#isOver) {
      if (!this.isIn) {
        if (await this.#visit()) pauseMs = comeBackMs.least;
        else {
          await elapse(pauseMs);
          pauseMs = Math.min(2 * pauseMs, comeBackMs.most);
        }
        continue;
      }
      const { connection } = this.visits.at(-1) ?? {};
      if (speaks === undefined) {
        await Promise.race([connection?.closed, elapse(comeBackMs.most)]);
      } else {
        await this.#say(speaks.channel);
        await elapse(speaks.pauseMs());
      }
    }
  }

  async #say(channel: string): Promise<void> {
    const connection = this.visits.at(-1)?.connection;
    if (connection === undefined) return;
    const { ledger, name, onAccepted } = this.#options;
    const sentMs = now();
    const number = ledger.send(name, channel, sentMs);
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => {
        settle("unknown", `no answer in ${patienceMs} ms`);
        connection.end();
      }, patienceMs);
      const settle = (outcome: "accepted" | "refused" | "unknown", why: string): void => {
        if (this.#pending?.number !== number) return;
        this.#pending = undefined;
        clearTimeout(patience);
        ledger.settle(number, outcome, why);
        if (outcome === "accepted") onAccepted?.(sentMs, now());
        resolve();
      };
      this.#pending = { number, settle };
      void connection.closed.then(({ code, reason }) =>
        settle("unknown", `closed ${code} ${reason}`),
      );
      connection.say(channel, number);
    });
  }

  /** Tries the next gateway. @returns whether it was let in */
  async #visit(): Promise<boolean> {
    const { name, channels } = this.#options;
    const doors = this.#options.doors();
    const door = doors[this.#tries++ % doors.length];
    if (door === undefined) throw new Error(`${name} has nowhere to go`);
    const visit: Visit = { door, openedMs: now(), before: new Map(), heard: new Map() };
    try {
      const behind = new Map(this.#last);
      const connection = await openConnection(
        door,
        name,
        channels,
        this.#listener(visit, behind),
        behind,
      );
      visit.connection = connection;
      visit.enteredMs = now();
      this.visits.push(visit);
      void connection.closed.then(({ code, reason }) => {
        visit.closed = `${code} ${reason}`.trim();
      });
      return true;
    } catch (error) {
      visit.closed = "given up";
      if (visit.heard.size > 0) this.visits.push(visit);
      const [why = ""] = String(error instanceof Error ? error.message : error).split("\n");
      const told = why.replace(/[0-9]{4,}/g, "…").replace(name, "…");
      this.refusals.set(told, (this.refusals.get(told) ?? 0) + 1);
      return false;
    }
  }

  #listener(visit: Visit, behind: ReadonlyMap<string, number>): Listener {
    const { onBan } = this.#options;
    // Of this visit alone: somebody who has just come back has not heard yet what was said before a ban.
    const last = new Map<string, number>();
    return {
      page: (channel, numbers) => {
        const newest = numbers.at(-1);
        if (newest !== undefined) last.set(channel, newest);
        const live = visit.heard.get(channel)?.numbers;
        if (live !== undefined) visit.before.set(channel, live);
        visit.heard.set(channel, { numbers: [...numbers], behind: behind.get(channel) });
        this.#hear(channel, newest);
      },
      older: (channel, numbers) => visit.heard.get(channel)?.numbers.unshift(...numbers),
      line: (channel, number) => {
        const heard = visit.heard.get(channel) ?? { numbers: [], behind: undefined };
        visit.heard.set(channel, heard);
        heard.numbers.push(number);
        last.set(channel, number);
        this.#hear(channel, number);
        if (this.#pending?.number === number) this.#pending.settle("accepted", "");
      },
      refused: (why, isSure, number = this.#pending?.number) => {
        if (number === this.#pending?.number)
          this.#pending?.settle(isSure ? "refused" : "unknown", why);
      },
      banned: (name) => onBan?.(name, last),
    };
  }

  /** What is wrong with what the person heard, once the ledger knows what is stored. */
  faults(): readonly string[] {
    const { ledger, name, channels, isBeside = false } = this.#options;
    return this.visits.flatMap((visit, index) => {
      const { door, before, heard, connection, closed } = visit;
      const isOpen = connection?.isOpen === true;
      const reader = `${name} (${door.protocol}, visit ${index + 1}, ${isOpen ? "open" : closed})`;
      const found: string[] = [];
      for (const [channel, numbers] of before) {
        found.push(...ledger.hear({ reader, channel, numbers, isOpen: false }));
      }
      for (const [channel, { numbers, behind }] of heard) {
        if (!channels.includes(channel)) found.push(`${reader} heard of ${channel}`);
        // What Sock Chat shows of what was missed is no longer than that.
        const isCut = numbers.length >= pageMax || isBeside;
        // Nor has a client of OriginChats read back to there that did not come in.
        const isRead = door.protocol === "sockchat" ? !isCut : connection !== undefined;
        const back = behind === undefined || !isRead ? {} : { behind };
        found.push(...ledger.hear({ reader, channel, numbers, isOpen, ...back }));
      }
      return found;
    });
  }

  #hear(channel: string, number: number | undefined): void {
    if (number !== undefined) this.#last.set(channel, number);
  }
}
