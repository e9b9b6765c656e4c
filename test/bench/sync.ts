/**
 * What it costs that a power cut loses nothing: a house on a server that answers when what is stored is on the disk
 * (`sync_interval: always`), beside one with the server's default. They take turns; the floor is what the disk itself
 * needs for one such write.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secondNatsBinary } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { percentile } from "./child.ts";
import type { Figure } from "./figure.ts";

const sendersMax = 16;
const turns = 3;
const recordBytes = 800;

interface House {
  readonly name: string;
  readonly stack: Stack;
  readonly senders: readonly OriginchatsClient[];
  /** By how many speak at once: how long each message took, and how many there were in a second. */
  readonly tookMs: Map<number, number[]>;
  readonly perSecond: Map<number, number[]>;
}

async function openHouse(name: string, binary: string, syncAlways: boolean): Promise<House> {
  const stack = await startStack({
    originchats: 1,
    processes: ["core", "originchats"],
    nats: { binary, syncAlways },
  });
  const senders: OriginchatsClient[] = [];
  for (let n = 0; n < sendersMax; n += 1) {
    await stack.operator.addUser(`sender_${n}`);
    senders.push(await OriginchatsClient.signIn(portOf(stack.originchats), `sender_${n}`));
  }
  return { name, stack, senders, tookMs: new Map(), perSecond: new Map() };
}

/** So many speak at once, each when the message before has come back. */
async function speak(house: House, atOnce: number, each: number): Promise<void> {
  const tookMs = house.tookMs.get(atOnce) ?? [];
  const begun = performance.now();
  await Promise.all(
    house.senders.slice(0, atOnce).map(async (sender, index) => {
      for (let n = 0; n < each; n += 1) {
        const sent = performance.now();
        const content = `${index} ${n} ${"x".repeat(100)}`;
        await sender.ask({ cmd: "message_new", channel: "general", content }, 60_000);
        tookMs.push(performance.now() - sent);
        sender.log.forget();
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  house.tookMs.set(atOnce, tookMs);
  const rates = house.perSecond.get(atOnce) ?? [];
  house.perSecond.set(atOnce, [...rates, (atOnce * each) / seconds]);
}

/** How long the disk takes for a record that is there for certain, p50. */
async function floorMs(count: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-sync-"));
  try {
    const file = await open(join(folder, "records"), "w");
    const tookMs: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const begun = performance.now();
      await file.write(Buffer.alloc(recordBytes));
      await file.datasync();
      tookMs.push(performance.now() - begun);
    }
    await file.close();
    return percentile(
      tookMs.sort((a, b) => a - b),
      0.5,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const mid = (values: readonly number[] = []): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

function figuresOf({ name, tookMs, perSecond }: House): readonly Figure[] {
  return [1, sendersMax].flatMap((atOnce): Figure[] => {
    const sorted = [...(tookMs.get(atOnce) ?? [])].sort((a, b) => a - b);
    const of = `${name}, ${atOnce} at once`;
    return [
      { name: `${of}, messages`, value: mid(perSecond.get(atOnce)), unit: "/s" },
      { name: `${of}, to their author, p50`, value: percentile(sorted, 0.5), unit: "ms" },
      { name: `${of}, to their author, p99`, value: percentile(sorted, 0.99), unit: "ms" },
    ];
  });
}

/** @param scale 1 is three turns of 500 messages of one and of 200 of each of sixteen */
export async function syncs(scale: number): Promise<readonly Figure[]> {
  const binary = await secondNatsBinary();
  if (binary === undefined) return [];
  const houses = [
    await openHouse("default", binary, false),
    await openHouse("always", binary, true),
  ];
  try {
    for (const house of houses) await speak(house, sendersMax, 20);
    for (const { tookMs, perSecond } of houses) {
      tookMs.clear();
      perSecond.clear();
    }
    for (let turn = 0; turn < turns; turn += 1) {
      for (const house of houses) await speak(house, 1, Math.ceil(500 * scale));
      for (const house of houses) await speak(house, sendersMax, Math.ceil(200 * scale));
    }
    return [
      { name: "a record on the disk, p50", value: await floorMs(500), unit: "ms" },
      ...houses.flatMap(figuresOf),
    ];
  } finally {
    for (const { stack } of houses) await stack.stop();
  }
}
