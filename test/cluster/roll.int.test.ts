/**
 * docs/journal.md 1.7: processes of the release before and of this one beside each other, as in a rolling upgrade and on the
 * way back. The release before is built from its own commit.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { encode, eventTypes, featureLevel, levelOf, subject } from "@dragoman/bus-schema";
import { elapse, eventually, within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { eventsOf, postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { previousRelease, type Release } from "../support/release.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

/** What a stopping gateway ends a socket with. */
const comeBack = 1012;
const seesMs = 20_000;
const roundMessages = 4;
/** Longer than a process of before takes to be heard. */
const levelMs = 1_500;

type Door = "originchats" | "sockchat";
type Client = OriginchatsClient | SockchatClient;

/** Somebody who writes without end, and comes back wherever there is a gateway. */
class Talker {
  readonly #stack: Stack;
  readonly #name: string;
  readonly #door: Door;
  readonly sessions: Client[] = [];
  readonly codes: number[] = [];
  accepted = 0;
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(stack: Stack, name: string, door: Door) {
    this.#stack = stack;
    this.#name = name;
    this.#door = door;
    this.#loop = this.#talk();
  }

  /** The newest gateway: the others are about to end, or have. */
  async #come(): Promise<Client> {
    const client: Client = await eventually<Client>(seesMs, `${this.#name} at a gateway`, () => {
      const { port } = this.#stack[this.#door].at(-1) ?? { port: 0 };
      return this.#door === "originchats"
        ? OriginchatsClient.signIn(port, this.#name)
        : SockchatClient.signIn(port, this.#name);
    });
    this.sessions.push(client);
    void client.closed(10 * 60_000).then(({ code }) => this.codes.push(code));
    return client;
  }

  async #talk(): Promise<void> {
    let client = await this.#come();
    while (!this.#isOver) {
      const text = `${this.#name} ${this.accepted + 1}`;
      if (client instanceof OriginchatsClient) client.say("general", text);
      else client.say(text);
      const closed = client.closed(10 * 60_000).then(() => "closed" as const);
      const how = await Promise.race([
        client.sees(text, seesMs).then(() => "seen" as const),
        closed,
      ]);
      // What the author has not been shown before the end is not stored, and so is said again.
      if (how === "seen" || client.has(text)) this.accepted += 1;
      if (how === "closed") client = await this.#come();
    }
  }

  /** Waits for some more messages to be accepted. */
  async round(): Promise<void> {
    const wanted = this.accepted + roundMessages;
    await within(
      seesMs * 2,
      `${this.#name} to go on`,
      Promise.race([this.#loop, eventually(seesMs * 2, "messages", () => this.accepted >= wanted)]),
    );
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
  }

  texts(): readonly string[] {
    return Array.from({ length: this.accepted }, (_, index) => `${this.#name} ${index + 1}`);
  }
}

/** What one session was shown, of what people said. */
const heardBy = (client: Client): readonly string[] =>
  client instanceof OriginchatsClient
    ? client.messages().map(({ content }) => content)
    : client.lines().map(({ text }) => text);

const release = await previousRelease();
if (release !== undefined) describe("the release before and this one", () => tests(release));

function tests(before: Release): void {
  it("know the same events, but for those that are held back until all processes know them", () => {
    const unknown = eventTypes.filter((type) => !before.eventTypes.includes(type));
    assert.deepEqual(
      unknown.filter((type) => levelOf({ type }) === 1),
      [],
    );
  });

  it("work side by side, there and back, and nobody loses anything or is ended but by a drain", async (t) => {
    const stack = await startStack({
      cores: 2,
      originchats: 1,
      sockchat: 1,
      processes: ["core", "originchats", "sockchat"],
      release: before,
    });
    t.after(() => stack.stop());
    const talkers = [
      new Talker(stack, "ada", "originchats"),
      new Talker(stack, "ben", "sockchat"),
      new Talker(stack, "mona", "originchats"),
      new Talker(stack, "olga", "sockchat"),
    ];
    const round = (): Promise<unknown> => Promise.all(talkers.map((talker) => talker.round()));
    await round();
    for (const of of [{}, { release: before }]) {
      // Gateways of each version begin beside cores of the other.
      for (const kind of ["originchats", "core", "core", "sockchat"] as const) {
        const parts = kind === "core" ? stack.cores : stack[kind];
        const leaving = parts.find((part) => asProcess(part).child.exitCode === null);
        await stack.add(kind, of);
        await leaving?.stop();
        await round();
      }
    }
    await Promise.all(talkers.map((talker) => talker.end()));
    const records = await readJournal(stack.operator.coreBus);
    const stored = postedTexts(records);
    assert.deepEqual(stored.toSorted(), talkers.flatMap((talker) => talker.texts()).toSorted());
    for (const talker of talkers) {
      const own = new Set(talker.texts());
      assert.deepEqual(
        stored.filter((text) => own.has(text)),
        talker.texts(),
      );
      assert.ok(talker.sessions.length >= 3, "it was handed over there and back");
      assert.deepEqual(
        talker.codes.filter((code) => code !== comeBack),
        [],
      );
      for (const session of talker.sessions) {
        const heard = heardBy(session).filter((text) => stored.includes(text));
        const from = stored.indexOf(heard[0] ?? "");
        assert.deepEqual(heard, stored.slice(from, from + heard.length));
      }
    }
    assert.ok(eventsOf(records).every(({ type }) => before.eventTypes.includes(type)));
    for (const client of talkers.flatMap(({ sessions }) => sessions)) client.socket.terminate();
  });

  it("hold back what one of them does not know, for as long as it is there", async (t) => {
    const stack = await startStack({
      originchats: 1,
      processes: ["core", "originchats", "sockchat"],
      config: { journal: { levelMs } },
      release: before,
    });
    t.after(() => stack.stop());
    const levels = async (): Promise<readonly number[]> =>
      eventsOf(await readJournal(stack.operator.coreBus)).flatMap((event) =>
        event.type === "journal.levelled" ? [event.level] : [],
      );
    await stack.add("core");
    await stack.cores[0]?.stop();
    // This one leads now, with a gateway of before, and then with a standby.
    await stack.operator.addUser("iris");
    await elapse(2 * levelMs);
    assert.deepEqual(await levels(), [], "a gateway does not know it");
    const standby = await stack.add("core", { release: before });
    await stack.originchats[0]?.stop();
    await elapse(2 * levelMs);
    assert.deepEqual(await levels(), [], "a standby does not know it");
    await standby.stop();
    await eventually(10_000, "the level", async () => (await levels()).length > 0);
    assert.deepEqual(await levels(), [featureLevel]);
  });

  it("leave no protocol while one of them knows of no phases, and then where the configuration says so", async (t) => {
    const stack = await startStack({
      originchats: 1,
      processes: ["core", "originchats", "sockchat"],
      config: { journal: { levelMs } },
      release: before,
    });
    t.after(() => stack.stop());
    await stack.add("core", { config: { phases: { now: ["originchats=announced"] } } });
    await stack.cores[0]?.stop();
    const stepped = async (): Promise<string> => {
      const body = { type: "server.phase", protocol: "sockchat", phase: "read-only" } as const;
      const reply = await stack.operator.command(body);
      return reply.ok ? "accepted" : reply.rejection.code;
    };
    const phases = async (): Promise<readonly string[]> =>
      eventsOf(await readJournal(stack.operator.coreBus)).flatMap((event) =>
        event.type === "server.phased"
          ? [`${event.standing.protocol} ${event.standing.phase}`]
          : [],
      );
    assert.equal(await stepped(), "disabled");
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    ada.say("general", "before any phase");
    await ada.sees("before any phase", seesMs);
    assert.deepEqual(await phases(), []);
    await stack.originchats[0]?.stop();
    await eventually(seesMs, "a step", async () => (await stepped()) === "accepted");
    await eventually(seesMs, "the configuration's phase", async () =>
      (await phases()).includes("originchats announced"),
    );
    await stack.add("originchats");
    const ben = await OriginchatsClient.signIn(portOf(stack.originchats, 1), "ben");
    await ben.next("error", ({ src }) => src === "server_update", seesMs);
    for (const client of [ada, ben]) client.socket.terminate();
  });

  it("tell in one sentence that the journal is of a newer one, and end", async (t) => {
    const stack = await startStack({ processes: ["core"], empty: true });
    t.after(() => stack.stop());
    await stack.cores[0]?.stop();
    const last = (await readJournal(stack.operator.coreBus)).at(-1);
    assert.ok(last !== undefined);
    const { batch } = last;
    const commits = [
      {
        cause: { commandId: "newer.1", actor: "leader" },
        events: [{ type: "journal.levelled", level: 99, version: "9.9.9" }],
      },
    ];
    stack.operator.coreBus.publish(
      subject.journal(community),
      encode({ ...batch, id: randomUUID(), prev: batch.id, commits }),
    );
    await stack.operator.coreBus.flush();
    await assert.rejects(stack.add("core"), /core-2 ended with 1/);
    const said = asProcess(stack.cores[1]).output().split("\n");
    const sentences = said.filter((line) =>
      line.includes("the journal is of version 9.9.9 (level 99)"),
    );
    assert.ok(sentences.length >= 1, said.join("\n"));
    assert.doesNotMatch(said.join("\n"), / at /);
  });
}
