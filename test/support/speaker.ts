/** People who speak through faults, over either protocol, and what is to be true of what they heard. */
import assert from "node:assert/strict";
import { elapse } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "./originchats-client.ts";
import { SockchatClient } from "./sockchat-client.ts";

/** A client of either protocol, as far as it speaks and listens. */
export interface Talker {
  readonly isOpen: boolean;
  say(text: string): void;
  sees(text: string, limitMs: number): Promise<void>;
  heard(): readonly string[];
  closed(limitMs: number): Promise<unknown>;
  end(): void;
}

export async function overOriginchats(port: number, name: string): Promise<Talker> {
  const client = await OriginchatsClient.signIn(port, name);
  return {
    get isOpen() {
      return client.isOpen;
    },
    say: (text) => client.say("general", text),
    sees: (text, limitMs) => client.sees(text, limitMs),
    heard: () => client.messages().map(({ content }) => content),
    closed: (limitMs) => client.closed(limitMs),
    end: () => client.socket.terminate(),
  };
}

export async function overSockchat(port: number, name: string): Promise<Talker> {
  const client = await SockchatClient.signIn(port, name);
  return {
    get isOpen() {
      return client.isOpen;
    },
    say: (text) => client.say(text),
    sees: (text, limitMs) => client.sees(text, limitMs),
    // A client that comes back is shown what it missed as context.
    heard: () =>
      client
        .lines()
        .filter(({ live }) => live)
        .map(({ text }) => text),
    closed: (limitMs) => client.closed(limitMs),
    end: () => client.socket.terminate(),
  };
}

/** A message that came back to its author; moments of the monotonic clock. */
export interface Accepted {
  readonly text: string;
  readonly saidMs: number;
  readonly acceptedMs: number;
}

/** Between two messages of one person, unless another rhythm is asked for. */
const rhythmMs = 100;

export interface SpeakerOptions {
  /** How long a message may take before that is a fault of its own. */
  readonly limitMs: number;
  readonly rhythmMs?: number;
}

/** A person who speaks one message at a time, and comes back when the connection ends. */
export class Speaker {
  readonly name: string;
  /** What came back to its author, in order. */
  readonly accepted: Accepted[] = [];
  /** What each connection heard live. */
  readonly connections: Talker[];
  readonly #connect: () => Promise<Talker>;
  readonly #options: SpeakerOptions;
  readonly #spoken: Promise<void>;
  #isOver = false;
  #count = 0;

  private constructor(
    name: string,
    first: Talker,
    connect: () => Promise<Talker>,
    options: SpeakerOptions,
  ) {
    this.name = name;
    this.connections = [first];
    this.#connect = connect;
    this.#options = options;
    this.#spoken = this.#speak();
  }

  /** @param connect called again whenever the connection has ended */
  static async begin(
    name: string,
    connect: () => Promise<Talker>,
    options: SpeakerOptions,
  ): Promise<Speaker> {
    return new Speaker(name, await connect(), connect, options);
  }

  get client(): Talker {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error(`${this.name} is not connected`);
    return last;
  }

  /** Says nothing more. Resolves when the last word is settled. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.#spoken;
  }

  async #speak(): Promise<void> {
    const { limitMs } = this.#options;
    while (!this.#isOver) {
      const { client } = this;
      const text = `${this.name} ${++this.#count}`;
      const saidMs = performance.now();
      client.say(text);
      const outcome = await Promise.race([
        client.sees(text, limitMs).then(() => "accepted"),
        client.closed(limitMs).then(() => "closed"),
      ]);
      if (outcome === "closed") await this.#comeBack();
      else this.accepted.push({ text, saidMs, acceptedMs: performance.now() });
      await elapse(this.#options.rhythmMs ?? rhythmMs);
    }
  }

  async #comeBack(): Promise<void> {
    while (!this.#isOver) {
      try {
        this.connections.push(await this.#connect());
        return;
      } catch {
        // Nobody is let in while the bus stands.
        await elapse(rhythmMs);
      }
    }
  }
}

/**
 * Nothing that was accepted is lost, doubled or out of order, and every connection heard a piece of the journal without
 * a gap, up to its end where it is open. Call when all have ended and the last word has come.
 * @param posted what is stored, in order
 */
export function assertKept(speakers: readonly Speaker[], posted: readonly string[]): void {
  assert.equal(new Set(posted).size, posted.length, "a message is stored twice");
  for (const { name, accepted, connections } of speakers) {
    const texts = accepted.map(({ text }) => text);
    const known = new Set(texts);
    const own = posted.filter((text) => text.startsWith(`${name} `) && known.has(text));
    assert.deepEqual(own, texts, `what was accepted of ${name}`);
    for (const client of connections) {
      const heard = client.heard();
      const from = heard[0] === undefined ? posted.length : posted.indexOf(heard[0]);
      const piece = posted.slice(from, client.isOpen ? undefined : from + heard.length);
      assert.deepEqual(heard, piece, `what ${name} heard`);
    }
  }
}
