/** Faults of what is stored: a journal that takes no more, a snapshot that is damaged, a projection that is lost. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { encode, journalStream, manifestBucket, snapshotStream } from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import type { Stack } from "../support/stack.ts";
import { type Fault, long, secondsOf } from "./happening.ts";
import { type House, insist, pause, type Seat } from "./house.ts";

interface StreamInfo {
  readonly config: { readonly max_bytes: number; readonly max_msgs: number };
  readonly state: { readonly messages: number; readonly bytes: number };
  readonly error?: { readonly description: string };
}

/** Gives the journal other bounds, as soon as NATS answers. */
async function boundJournal(
  { operator }: Stack,
  boundsOf: (info: StreamInfo) => object,
): Promise<StreamInfo> {
  const { name } = journalStream(community);
  const ask = async (verb: string, body: object): Promise<StreamInfo> => {
    const to = `$JS.API.STREAM.${verb}.${name}`;
    const { data } = await operator.coreBus.request(to, encode(body), { timeoutMs: 10_000 });
    const info = JSON.parse(new TextDecoder().decode(data)) as StreamInfo;
    if (info.error !== undefined) throw new Error(info.error.description);
    return info;
  };
  return insist("bounds of the journal", async () => {
    const info = await ask("INFO", {});
    await ask("UPDATE", { ...info.config, ...boundsOf(info) });
    return info;
  });
}

type Bounds = Pick<StreamInfo["config"], "max_bytes" | "max_msgs">;

/** The bounds that the journal had before the first fault: an update without an answer may have been taken. */
const ownBounds = new WeakMap<House, Bounds>();

async function boundsBefore(house: House): Promise<Bounds> {
  const known = ownBounds.get(house);
  if (known !== undefined) return known;
  const { max_bytes, max_msgs } = (await boundJournal(house.stack, () => ({}))).config;
  ownBounds.set(house, { max_bytes, max_msgs });
  return { max_bytes, max_msgs };
}

export const full = (name: string, boundsOf: (info: StreamInfo) => object): Fault => ({
  name,
  lastsMs: long,
  async happen({ house, lastsMs, say }) {
    await house.alone(["journal"], async () => {
      say(`for ${secondsOf(lastsMs)}`);
      const own = await boundsBefore(house);
      await boundJournal(house.stack, boundsOf);
      await pause(lastsMs);
      await boundJournal(house.stack, () => own);
    });
  },
});

interface Manifest {
  readonly entries: readonly {
    readonly kind: string;
    readonly name: string;
    readonly seq: number;
    readonly fileId: string;
    readonly madeAtMs: number;
  }[];
}

/** What was damaged: the older of two must be whole. */
const damaged = new WeakMap<House, Set<string>>();

/** Takes the bytes of the newest snapshot of a kind out of the store. @returns its name; undefined: there are no two */
export async function damageNewest(house: House, kind: string): Promise<string | undefined> {
  const { coreBus } = house.stack.operator;
  const known = damaged.get(house) ?? new Set<string>();
  damaged.set(house, known);
  const bucket = await coreBus.bucket(manifestBucket(community), 10_000);
  const found = await bucket.get("snapshots");
  if (found === null) return undefined;
  const { entries } = JSON.parse(new TextDecoder().decode(found.value)) as Manifest;
  const [newest, older] = entries
    .filter((entry) => entry.kind === kind)
    .sort((one, other) => other.seq - one.seq);
  if (newest === undefined || older === undefined) return undefined;
  if (known.has(newest.fileId) || known.has(older.fileId)) return undefined;
  const { name, chunks } = snapshotStream(community);
  const manager = await jetstreamManager(coreBus.connection);
  await manager.streams.purge(name, { filter: `${chunks}.${newest.fileId}` });
  known.add(newest.fileId);
  return newest.name;
}

/** Ends a core and starts it without its projection. */
export async function loseProjection(house: House, seat: Seat, downMs: number): Promise<void> {
  await house.restart(seat, "kill", downMs, () =>
    rm(join(seat.part.dataDir, "projection"), { recursive: true, force: true }),
  );
}
