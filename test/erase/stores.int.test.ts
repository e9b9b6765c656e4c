/**
 * A person is forgotten in every store (docs/decisions/erase.md): what the person said and gave is looked for as bytes in
 * all files of NATS and of the cores, in what the object store and a backup hold, and in what clients are answered.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  decode,
  encode,
  operatorGateway,
  QueryReply,
  secretBucket,
  snapshotStream,
  subject,
} from "@dragoman/bus-schema";
import { takeBackup } from "@dragoman/core";
import { FileStore } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { dataUri, pdf } from "../support/picture.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";
import { uploadTo } from "../support/web.ts";

/** Snapshots are made below everything else: on a busy machine that takes its time. */
const limitMs = 120_000;
const hasty = { everyRecords: 25, historyRecords: 25, keptMs: 0 };
/** Bytes of a compressed file by which it is known where it lay. */
const sampleBytes = 48;

const word = (): string => `zq${randomBytes(9).toString("hex")}`;
/** What nobody else ever says, by what it stands in. */
const marks = {
  message: word(),
  edited: word(),
  newer: word(),
  quoted: word(),
  whisper: word(),
  spoken: word(),
  question: word(),
  option: word(),
  file: word(),
  fileName: word(),
  status: word(),
  nickname: word().slice(0, 18),
  name: word().slice(0, 20),
  formerName: word().slice(0, 20),
  thread: word(),
  webhook: word(),
  reason: word(),
  address: `127.${randomBytes(3)
    .map((byte) => byte | 1)
    .join(".")}`,
};
type Mark = keyof typeof marks;

let stack: Stack;
let ben: OriginchatsClient;
before(async () => {
  stack = await startStack({
    cores: 2,
    originchats: 1,
    sockchat: 1,
    processes: ["core"],
    config: { snapshots: hasty },
  });
  ben = await OriginchatsClient.signIn(portOf(stack.originchats), "ben");
});
after(async () => {
  ben.socket.terminate();
  await stack.stop();
});

interface Erasures {
  readonly people: readonly { readonly ended: number }[];
  readonly stored: boolean;
}

async function erasures(): Promise<Erasures> {
  const about = subject.query(community, operatorGateway, "user.erasures");
  const question = { v: 1, atLeast: 0, body: { type: "user.erasures" } };
  const { data } = await stack.operator.bus.request(about, encode(question), { timeoutMs: 20_000 });
  const reply = decode(QueryReply, data);
  assert.ok(reply.ok && reply.value.ok, "it is answered");
  return reply.value.body as Erasures;
}

/** The files below a folder, but for those that go meanwhile. */
async function* filesBelow(folder: string): AsyncGenerator<{ path: string; bytes: Buffer }> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      yield { path, bytes: await readFile(path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

const unpacked = (bytes: Buffer): Buffer =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Every snapshot as it is stored. */
async function snapshots(): Promise<readonly Buffer[]> {
  const store = new FileStore(stack.operator.coreBus, community, snapshotStream(community));
  const found: Buffer[] = [];
  for (const fileId of await store.names()) {
    const file = await store.describe(fileId);
    if (file !== null) found.push(await whole(store.bytes(file, 0, file.size)));
  }
  return found;
}

/** Which of these bytes stand where: each store with the names of what it holds. */
async function found(wanted: ReadonlyMap<string, Buffer>): Promise<Map<string, string[]>> {
  const stores = new Map<string, string[]>();
  const look = (store: string, bytes: Buffer): void => {
    const lower = Buffer.from(bytes.toString("latin1").toLowerCase(), "latin1");
    for (const [name, each] of wanted) {
      if (!bytes.includes(each) && !lower.includes(each)) continue;
      stores.set(store, [...new Set([...(stores.get(store) ?? []), name])]);
    }
  };
  for await (const { path, bytes } of filesBelow(stack.nats.storeDir)) {
    look(`nats ${/(?:JOURNAL|KV|OBJ)_[^/]*/.exec(path)?.[0] ?? "else"}`, bytes);
  }
  for (const core of stack.cores) {
    for await (const { path, bytes } of filesBelow(asProcess(core).dataDir)) {
      look(`${core.name} ${/\.db(?:-[a-z]+)?$/.exec(path)?.[0] ?? "else"}`, bytes);
    }
  }
  for (const bytes of await snapshots()) look("snapshots", unpacked(bytes));
  const bus = stack.operator.coreBus;
  for await (const { bytes } of takeBackup({ bus, community, logger: silent, settings: [] })) {
    look("backup", unpacked(await whole(bytes)));
  }
  return stores;
}

const markBytes = new Map(Object.entries(marks).map(([name, text]) => [name, Buffer.from(text)]));

interface Traces {
  /** The password's hash, which stands nowhere but in the secrets. */
  readonly hash: Buffer;
  readonly samples: ReadonlyMap<string, Buffer>;
}

/** The person lives here: leaves something of every kind on both sides. */
async function leaveTraces(): Promise<void> {
  const { operator } = stack;
  await operator.addUser(marks.formerName, ["admin"]);
  await operator.mustAccept({ type: "user.rename", target: marks.formerName, name: marks.name });
  const lists = { view: ["user"], send: ["user"], create_thread: ["user"] };
  await operator.mustAccept({
    type: "channel.create",
    kind: "forum",
    name: "forum",
    permissions: lists,
  });
  const zoe = await OriginchatsClient.connect(portOf(stack.originchats), {
    localAddress: marks.address,
  });
  await zoe.login(marks.name);
  const posted = async (content: string, more: object = {}): Promise<string> => {
    const answer = await zoe.ask({ cmd: "message_new", channel: "general", content, ...more });
    return String((answer["message"] as { id: string }).id);
  };
  await posted(marks.message);
  const edited = await posted(marks.edited);
  await zoe.ask({ cmd: "message_edit", channel: "general", id: edited, content: marks.newer });
  const quoted = await posted(marks.quoted);
  await ben.ask({ cmd: "message_new", channel: "general", content: "yes", reply_to: quoted });
  await ben.ask({ cmd: "message_new", channel: "general", content: "what ben said" });
  const bens = ben.messages().at(-1)?.id;
  await zoe.ask({ cmd: "message_react_add", channel: "general", id: bens, emoji: "👍" });
  zoe.send({
    cmd: "poll_create",
    channel: "general",
    question: marks.question,
    options: [
      { id: "a", text: marks.option },
      { id: "b", text: "no" },
    ],
  });
  await zoe.log.until("the poll", () =>
    zoe.log.entries.some((packet) => JSON.stringify(packet).includes(marks.question)),
  );
  const at = `http://127.0.0.1:${portOf(stack.originchats)}`;
  const file = dataUri("application/pdf", Buffer.concat([pdf, Buffer.from(marks.file)]));
  const name = `${marks.fileName}.pdf`;
  const { body } = await uploadTo(at, zoe, { name, file, mime_type: "application/pdf" });
  await posted("see", { attachments: [{ id: body.attachment?.id }] });
  await zoe.ask({ cmd: "status_set", status: "dnd", text: marks.status });
  const nick = { command: "nick", args: { nickname: marks.nickname } };
  await zoe.ask({ cmd: "slash_call", channel: "general", ...nick });
  await zoe.ask({ cmd: "thread_create", channel: "forum", name: marks.thread });
  await zoe.ask({ cmd: "webhook_create", channel: "general", name: marks.webhook });
  const side = await SockchatClient.signIn(portOf(stack.sockchat), marks.name);
  side.say(marks.spoken);
  await ben.log.until("what was said on the other side", () =>
    JSON.stringify(ben.log.entries).includes(marks.spoken),
  );
  side.say(`/msg ben ${marks.whisper}`);
  await ben.log.until("the whisper", () => JSON.stringify(ben.log.entries).includes(marks.whisper));
  side.socket.terminate();
  await operator.mustAccept({
    type: "moderation.kick",
    target: marks.name,
    reason: marks.reason,
  });
  await zoe.closed();
}

/** What lies in the secrets of the person, and pieces of all snapshots that hold the person. */
async function rememberBytes(): Promise<Traces> {
  const bucket = await stack.operator.coreBus.bucket(secretBucket(community), 10_000);
  const hashes = new Map<string, string>();
  for await (const key of await bucket.keys("credential.>")) {
    const entry = await bucket.get(key);
    if (entry !== null) hashes.set(key, entry.string());
  }
  const all = [...hashes.values()];
  assert.ok(all.length >= 5, "everybody has a hash");
  const samples = new Map<string, Buffer>();
  for (const [n, bytes] of (await snapshots()).entries()) {
    for (const share of [0.2, 0.5, 0.8]) {
      const from = Math.floor((bytes.length - sampleBytes) * share);
      samples.set(`snapshot ${n} at ${share}`, bytes.subarray(from, from + sampleBytes));
    }
  }
  return { hash: Buffer.from(all.at(-1) ?? ""), samples };
}

async function isThere(where: string, mark: Mark): Promise<boolean> {
  return (await found(markBytes)).get(where)?.includes(mark) === true;
}

describe("a person who is erased", () => {
  let traces: Traces;

  it("stands in every store before", async () => {
    await leaveTraces();
    await eventually(limitMs, "snapshots that hold the person", async () => {
      ben.say("general", "and so on");
      return isThere("snapshots", "reason");
    });
    traces = await rememberBytes();
    const stores = await found(new Map([...markBytes, ["hash", traces.hash], ...traces.samples]));
    const known = new Set([...stores.values()].flat());
    assert.deepEqual(
      [...Object.keys(marks), "hash", ...traces.samples.keys()].filter((name) => !known.has(name)),
      [],
      "all that was left is found",
    );
    for (const store of ["core-1 .db-wal", "core-2 .db-wal", "snapshots", "backup"]) {
      assert.ok(stores.get(store)?.includes("message"), `${store} has it`);
    }
  });

  it("is gone from all of them, though the leader is killed meanwhile", async () => {
    await stack.operator.mustAccept({ type: "user.erase", target: marks.name });
    assert.equal((await erasures()).people.length, 1);
    const leader = asProcess(stack.cores[0]);
    await leader.kill();
    await stack.operator.term();
    leader.start();
    await leader.ready();
    await eventually(limitMs, "all is taken away", async () => {
      const { people, stored } = await erasures();
      return people.length === 0 && !stored;
    });
    const wanted = new Map([...markBytes, ["hash", traces.hash], ...traces.samples]);
    let left = new Map<string, string[]>();
    // What the killed leader and its child may still write is waited for.
    await eventually(limitMs, "every file is clean", async () => {
      left = await found(wanted);
      return left.size === 0;
    }).catch((error: unknown) => {
      throw new Error(`left: ${JSON.stringify([...left])}`, { cause: error });
    });
  });

  it("is in the audit log without a name", async () => {
    const olga = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
    const log = JSON.stringify(await olga.ask({ cmd: "modlog_get", limit: 100 }));
    olga.socket.terminate();
    assert.ok(log.includes("erase"), log);
    for (const [name, text] of Object.entries(marks)) assert.equal(log.includes(text), false, name);
  });
});
