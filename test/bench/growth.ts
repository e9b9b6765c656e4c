/**
 * What years of history cost: a journal of a named size, written as copies of real records, and how long a core needs
 * until it is ready and has answered a page: from its first record, with its own projection, without any local file,
 * and as a standby whose leader is killed. Seconds; there is no floor.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Batch,
  type Event,
  encode,
  journalStream,
  type MessageNumber,
  manifestBucket,
  subject,
} from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type ProcessPart, startProcess } from "../support/part.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import type { Figure } from "./figure.ts";

const messages = 1_000_000;
const accounts = 50_000;
const patienceMs = 3_600_000;
/** Records on their way to the store at once. */
const inFlight = 256;

type EventOf<T extends Event["type"]> = Extract<Event, { type: T }>;

/** Writes behind what is there, one event a record. */
class Writer {
  readonly #stack: Stack;
  #last: Batch;
  #pending: Promise<unknown>[] = [];
  #n = 0;

  constructor(stack: Stack, last: Batch) {
    this.#stack = stack;
    this.#last = last;
  }

  async write(event: Event): Promise<void> {
    this.#n += 1;
    const { id: prev, term, at } = this.#last;
    const cause = {
      commandId: `bench.${this.#n}`,
      actor: "operator",
    } as Batch["commits"][number]["cause"];
    this.#last = {
      v: 2,
      id: randomUUID(),
      term,
      prev,
      at: at + 1,
      commits: [{ cause, events: [event] }],
    };
    this.#pending.push(
      this.#stack.operator.coreBus.request(subject.journal(community), encode(this.#last), {
        timeoutMs: 60_000,
      }),
    );
    if (this.#pending.length >= inFlight) await this.settle();
  }

  async settle(): Promise<void> {
    await Promise.all(this.#pending);
    this.#pending = [];
  }
}

/** Fills the journal with copies of the first account and the first message that it holds. */
async function fill(stack: Stack, people: number, posts: number): Promise<void> {
  const records = await readJournal(stack.operator.coreBus);
  const events = records.flatMap(({ batch }) => batch.commits).flatMap((commit) => commit.events);
  const find = <T extends Event["type"]>(type: T): EventOf<T> => {
    const found = events.findLast((event) => event.type === type);
    if (found === undefined) throw new Error(`the journal has no ${type}`);
    return found as EventOf<T>;
  };
  const joined = find("user.joined");
  const posted = find("message.posted");
  const last = records.at(-1)?.batch;
  if (last === undefined) throw new Error("the journal is empty");
  const writer = new Writer(stack, last as Batch);
  for (let n = 1; n <= people; n += 1) {
    const name = `person${n}`;
    const number = (joined.user.number + n) as typeof joined.user.number;
    const userId = randomUUID() as typeof joined.user.userId;
    await writer.write({ ...joined, user: { ...joined.user, userId, name, handle: name, number } });
  }
  const { message } = posted;
  for (let n = 1; n <= posts; n += 1) {
    const text = `message ${n} of what years of talk have left behind them`;
    const copy = {
      ...message,
      messageId: randomUUID() as typeof message.messageId,
      number: (message.number + n) as MessageNumber,
      createdAtUs: message.createdAtUs + n,
      content: { ...message.content, text },
    };
    await writer.write({ ...posted, message: copy });
  }
  await writer.settle();
}

class Growth {
  readonly #stack: Stack;
  readonly #folder: string;
  readonly figures: Figure[] = [];
  #cores = 0;

  constructor(stack: Stack, folder: string) {
    this.#stack = stack;
    this.#folder = folder;
  }

  /** Starts a core and measures until it is ready, and until it has answered a page of history. */
  async start(what: string, name?: string): Promise<ProcessPart> {
    const { nats } = this.#stack;
    this.#cores += 1;
    const begun = performance.now();
    const core = await startProcess({
      kind: "core",
      name: name ?? `core-${this.#cores}`,
      folder: this.#folder,
      natsUrl: nats.url,
      credentials: nats.credentials("core"),
      // The page is not to wait long for a projection that is behind, but to be asked again.
      config: { logLevel: "info" },
    });
    await core.ready(patienceMs);
    this.add(`${what}: ready`, (performance.now() - begun) / 1_000, "s");
    if (this.#cores !== 0) {
      await this.#page();
      this.add(`${what}: a page is answered`, (performance.now() - begun) / 1_000, "s");
    }
    this.add(`${what}: memory at most`, peakMb(core), "MB");
    return core;
  }

  add(name: string, value: number, unit: string): void {
    this.figures.push({ name, value, unit });
    process.stderr.write(`  ${name}: ${value.toFixed(2)} ${unit}\n`);
  }

  async #page(): Promise<void> {
    await eventually(patienceMs, "a page", async () => {
      const ada = await OriginchatsClient.signIn(portOf(this.#stack.originchats), "ada");
      try {
        const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 20 });
        return Array.isArray(page["messages"]) && page["messages"].length === 20;
      } finally {
        ada.socket.terminate();
      }
    });
  }

  /** Waits until there is a snapshot of each kind. */
  async snapshots(): Promise<void> {
    const begun = performance.now();
    const bucket = await this.#stack.operator.coreBus.bucket(manifestBucket(community), 5_000);
    await eventually(patienceMs, "snapshots", async () => {
      const text = new TextDecoder().decode((await bucket.get("snapshots"))?.value);
      return text.includes('"state"') && text.includes('"history"');
    });
    this.add("snapshots of state and history made", (performance.now() - begun) / 1_000, "s");
    const manifest = new TextDecoder().decode((await bucket.get("snapshots"))?.value);
    const { entries } = JSON.parse(manifest) as { entries: { kind: string; size: number }[] };
    for (const { kind, size } of entries) this.add(`snapshot of ${kind}`, size / 1e6, "MB");
  }

  /** Kills the leader with a warm standby at hand. */
  async failover(leader: ProcessPart): Promise<void> {
    const before = await this.#stack.operator.term();
    const begun = performance.now();
    await leader.kill();
    await eventually(patienceMs, "another term", async () => {
      return (await this.#stack.operator.term()) > before;
    });
    await this.#stack.operator.mustAccept({
      type: "channel.update",
      channel: "random",
      description: "x",
    });
    this.add("leader killed: next accepted command", (performance.now() - begun) / 1_000, "s");
  }
}

function peakMb({ child }: ProcessPart): number {
  const [, kb = "0"] =
    /VmHWM:\s+([0-9]+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1_024;
}

export async function growth(scale: number): Promise<readonly Figure[]> {
  const stack = await startStack({ originchats: 1 });
  const folder = await mkdtemp(join(tmpdir(), "dragoman-growth-"));
  const parts: ProcessPart[] = [];
  try {
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    for (let n = 1; n <= 20; n += 1) ada.say("general", `beginning ${n}`);
    await ada.sees("beginning 20");
    ada.socket.terminate();
    await stack.cores[0]?.stop();
    const measured = new Growth(stack, folder);
    const begun = performance.now();
    await fill(stack, Math.round(accounts * scale), Math.round(messages * scale));
    measured.add("journal written", (performance.now() - begun) / 1_000, "s");
    const manager = await jetstreamManager(stack.operator.coreBus.connection);
    const { state } = await manager.streams.info(journalStream(community).name);
    measured.add("records in the journal", state.messages, "");
    measured.add("journal", state.bytes / 1e6, "MB");
    const first = await measured.start("from the first record", "core-local");
    parts.push(first);
    await measured.snapshots();
    await first.stop();
    const second = await measured.start("with its projection", "core-local");
    parts.push(second);
    await second.stop();
    const third = await measured.start("without any file");
    parts.push(third);
    const standby = await measured.start("a standby without any file");
    parts.push(standby);
    await measured.failover(third);
    return measured.figures;
  } finally {
    await Promise.allSettled(parts.map((part) => part.stop()));
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
