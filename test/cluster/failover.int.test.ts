import assert from "node:assert/strict";
import { test } from "node:test";
import { postedTexts, readJournal } from "../support/journal.ts";
import { createLedger, disagreements } from "../support/ledger.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

const perPerson = 30;
const killAfter = 10;

/** Whoever takes part, by either protocol. */
interface Speaker {
  readonly name: string;
  say(text: string): void;
  sees(text: string, limitMs: number): Promise<void>;
  heard(): readonly string[];
}

async function overOriginchats(port: number, name: string): Promise<Speaker> {
  const client = await OriginchatsClient.signIn(port, name);
  return {
    name,
    say: (text) => client.say("general", text),
    sees: (text, limitMs) => client.sees(text, limitMs),
    heard: () => client.messages().map(({ content }) => content),
  };
}

async function overSockchat(port: number, name: string): Promise<Speaker> {
  const client = await SockchatClient.signIn(port, name);
  return {
    name,
    say: (text) => client.say(text),
    sees: (text, limitMs) => client.sees(text, limitMs),
    heard: () => client.lines().map(({ text }) => text),
  };
}

/**
 * docs/journal.md 2.4, 3.2, 4.1: two cores and two gateways of each kind on one NATS; the leader dies in the middle of
 * a conversation over both protocols, and the conversation goes on.
 */
test("a conversation outlives the leading core with nothing lost, doubled or out of order", async (t) => {
  const stack = await startStack({
    cores: 2,
    originchats: 2,
    sockchat: 2,
    processes: ["core", "originchats", "sockchat"],
  });
  t.after(() => stack.stop());
  const oldTerm = await stack.operator.term();
  const speakers = [
    await overOriginchats(portOf(stack.originchats, 0), "ada"),
    await overSockchat(portOf(stack.sockchat, 0), "ben"),
    await overOriginchats(portOf(stack.originchats, 1), "mona"),
    await overSockchat(portOf(stack.sockchat, 1), "olga"),
  ];

  const ledger = createLedger();
  let killedAt = 0;
  let firstAfterMs = 0;
  let killed: Promise<void> = Promise.resolve();
  const talk = async (speaker: Speaker): Promise<void> => {
    for (let n = 1; n <= perPerson; n += 1) {
      const text = `${speaker.name} ${n}`;
      const saidAt = performance.now();
      speaker.say(text);
      await speaker.sees(text, 20_000);
      ledger.accepted(speaker.name, text);
      if (killedAt > 0 && firstAfterMs === 0 && saidAt > killedAt) {
        firstAfterMs = performance.now() - killedAt;
      }
      if (ledger.size === killAfter * speakers.length) {
        killedAt = performance.now();
        killed = asProcess(stack.cores[0]).kill();
      }
    }
  };
  await Promise.all(speakers.map(talk));
  await killed;
  const newTerm = await stack.operator.term();
  assert.ok(newTerm > oldTerm, "another core leads");
  t.diagnostic(
    `kill to the first message said and accepted after it: ${firstAfterMs.toFixed(0)} ms`,
  );

  const lastOnes = speakers.map(({ name }) => `${name} ${perPerson}`);
  for (const speaker of speakers) {
    for (const text of lastOnes) await speaker.sees(text, 5_000);
    assert.deepEqual(ledger.faults(speaker.name, speaker.heard()), []);
  }
  const stored = postedTexts(await readJournal(stack.operator.coreBus));
  assert.deepEqual(
    disagreements(
      new Map([
        ["the journal", stored],
        ...speakers.map((speaker) => [speaker.name, speaker.heard()] as const),
      ]),
    ),
    [],
  );
});
