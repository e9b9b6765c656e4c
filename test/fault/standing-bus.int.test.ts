/**
 * NATS stands still and wakes again (a paused machine, a stuck disk), and the bus is whole at once: nobody loses it
 * again, nobody reads a mangled record, and no message is lost or doubled.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import { natsBinary, secondNatsBinary } from "@dragoman/testing/nats";
import { postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const isLong = process.env["DRAGOMAN_TEST_LONG"] === "1";
/** How long NATS stands still. */
const stallsMs = isLong ? [1_000, 4_000, 8_000, 30_000, 60_000] : [5_000];
/** Within so long of its waking everybody's messages are with everybody. */
const wholeMs = 2_000;
/** How long it is watched that the bus stays whole. A bus that does not heal was lost every 3.5 s. */
const watchMs = isLong ? 30_000 : 8_000;
/** Between two messages of one person. */
const rhythmMs = 100;
/** What no log may tell of, whenever. */
const mangled = /PROTOCOL_ERR|parse error|reader closed|journal_rewound|journal_halted|built anew/;
/** What no log may tell of once the bus is whole. */
const unwell = /bus is lost|bus error/;

/** A client of either protocol, as far as it speaks and listens. */
interface Client {
  readonly isOpen: boolean;
  say(text: string): void;
  sees(text: string, limitMs: number): Promise<void>;
  heard(): readonly string[];
  closed(limitMs: number): Promise<unknown>;
  end(): void;
}

async function overOriginchats(port: number, name: string): Promise<Client> {
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

async function overSockchat(port: number, name: string): Promise<Client> {
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

/** A person who speaks one message at a time, and comes back when the connection ends. */
class Speaker {
  readonly name: string;
  /** Texts that came back to their author, in order. */
  readonly accepted: string[] = [];
  /** What each connection heard live. */
  readonly connections: Client[];
  readonly #connect: () => Promise<Client>;
  readonly #spoken: Promise<void>;
  #isOver = false;
  #count = 0;

  private constructor(name: string, first: Client, connect: () => Promise<Client>) {
    this.name = name;
    this.connections = [first];
    this.#connect = connect;
    this.#spoken = this.#speak();
  }

  static async begin(name: string, connect: () => Promise<Client>): Promise<Speaker> {
    return new Speaker(name, await connect(), connect);
  }

  get client(): Client {
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
    while (!this.#isOver) {
      const { client } = this;
      const text = `${this.name} ${++this.#count}`;
      client.say(text);
      const limitMs = Math.max(...stallsMs) + 20_000;
      const outcome = await Promise.race([
        client.sees(text, limitMs).then(() => "accepted"),
        client.closed(limitMs).then(() => "closed"),
      ]);
      if (outcome === "accepted") this.accepted.push(text);
      else await this.#comeBack();
      await elapse(rhythmMs);
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

const everybody = (stack: Stack) =>
  [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);

/** What the processes have logged, as one text for each. */
type Logs = ReadonlyMap<string, string>;

/** Collects what the processes log from now on. */
function watchLogs(stack: Stack): Logs {
  const logs = new Map<string, string>();
  for (const { name, child } of everybody(stack)) {
    logs.set(name, "");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        logs.set(name, `${logs.get(name)}${chunk.toString()}`);
      });
    }
  }
  return logs;
}

/** What was logged behind what there was before. */
const behind = (logs: Logs, before: Logs): Logs =>
  new Map([...logs].map(([name, text]) => [name, text.slice(before.get(name)?.length ?? 0)]));

/** The lines that an expression finds, each behind the name of its process. */
function linesOf(logs: Logs, sought: RegExp): readonly string[] {
  return [...logs].flatMap(([name, text]) =>
    text
      .split("\n")
      .filter((line) => sought.test(line))
      .map((line) => `${name}: ${line.slice(0, 300)}`),
  );
}

interface House {
  readonly stack: Stack;
  readonly logs: Logs;
  readonly speakers: readonly Speaker[];
}

/** Stops NATS for so long, and sees the bus whole within 2 s and as long as it is watched. */
async function stall(t: TestContext, { stack, logs, speakers }: House, ms: number): Promise<void> {
  const before = new Map(logs);
  stack.nats.suspend();
  await elapse(ms);
  const marks = speakers.map(({ accepted }) => accepted.length);
  stack.nats.resume();
  const woken = performance.now();
  const limitMs = 30_000;
  await Promise.all(
    speakers.map(async ({ name, accepted }, index) => {
      while (accepted.length <= (marks[index] ?? 0)) {
        if (performance.now() - woken > limitMs) throw new Error(`${name} is not heard`);
        await elapse(10);
      }
    }),
  );
  const tookMs = Math.round(performance.now() - woken);
  const whole = new Map(logs);
  await elapse(watchMs);
  const lost = linesOf(behind(logs, before), /bus is lost/).length;
  t.diagnostic(`${ms} ms of standing: whole ${tookMs} ms after, ${lost} losses of the bus in all`);
  assert.deepEqual(linesOf(behind(logs, before), mangled), []);
  assert.deepEqual(linesOf(behind(logs, whole), unwell), []);
  assert.ok(tookMs <= wholeMs, `whole only ${tookMs} ms after the waking`);
}

/** Every connection heard a piece of the journal without a gap, up to its end where it is open. */
function assertHeard(speaker: Speaker, posted: readonly string[]): void {
  for (const client of speaker.connections) {
    const heard = client.heard();
    const from = heard[0] === undefined ? posted.length : posted.indexOf(heard[0]);
    const piece = posted.slice(from, client.isOpen ? undefined : from + heard.length);
    assert.deepEqual(heard, piece, `what ${speaker.name} heard`);
  }
}

async function trial(t: TestContext, binary: string): Promise<void> {
  const stack = await startStack({
    cores: 2,
    originchats: 2,
    sockchat: 2,
    processes: ["core", "originchats", "sockchat"],
    nats: { binary },
  });
  const speakers: Speaker[] = [];
  // Whatever fails, nobody speaks on behind the test.
  t.after(async () => {
    const spoken = speakers.map((speaker) => speaker.end());
    await stack.stop();
    await Promise.all(spoken);
  });
  const beginnings = [
    Speaker.begin("ada", () => overOriginchats(portOf(stack.originchats, 0), "ada")),
    Speaker.begin("ben", () => overSockchat(portOf(stack.sockchat, 0), "ben")),
    Speaker.begin("mona", () => overOriginchats(portOf(stack.originchats, 1), "mona")),
    Speaker.begin("olga", () => overSockchat(portOf(stack.sockchat, 1), "olga")),
  ];
  speakers.push(...(await Promise.all(beginnings)));
  const house = { stack, logs: watchLogs(stack), speakers };
  for (const ms of stallsMs) await stall(t, house, ms);
  await Promise.all(speakers.map((speaker) => speaker.end()));

  const posted = postedTexts(await readJournal(stack.operator.coreBus));
  const last = posted.at(-1) ?? "";
  await Promise.all(speakers.map(({ client }) => client.sees(last, 10_000)));
  assert.equal(new Set(posted).size, posted.length, "a message is stored twice");
  for (const speaker of speakers) {
    const own = posted.filter((text) => text.startsWith(`${speaker.name} `));
    assert.deepEqual(
      own.filter((text) => speaker.accepted.includes(text)),
      speaker.accepted,
    );
    assertHeard(speaker, posted);
  }
  const connections = speakers.map((speaker) => speaker.connections.length).join(", ");
  t.diagnostic(`${posted.length} messages; connections of each: ${connections}`);
  for (const speaker of speakers) speaker.client.end();
}

test("after NATS stood still the bus is whole within 2 s and stays so", async (t) => {
  await trial(t, await natsBinary());
});

const second = await secondNatsBinary();
if (second !== undefined) {
  test("and so it is on a server of another version", (t) => trial(t, second));
}
