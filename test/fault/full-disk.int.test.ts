/**
 * A disk that is full under the history, the journal or the uploads: what cannot be done is refused, all else goes on, and
 * when there is room again nothing is missing. The disk is a small one of its own, mounted where the tests may mount.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { secondNatsBinary } from "@dragoman/testing/nats";
import { seeFull } from "../support/full-house.ts";
import { postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { dataUri, pdf } from "../support/picture.ts";
import { smallDisk } from "../support/small-disk.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { uploadTo } from "../support/web.ts";

const limitMs = 20_000;
test("a full disk under the history: the chat goes on, and nothing is missing afterwards", async (t) => {
  const dataDir = await smallDisk(t, 3 * 1024 * 1024);
  if (dataDir === undefined) return;
  const stack = await startStack({
    originchats: 1,
    processes: ["core"],
    config: { dataDir, logLevel: "info" },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const core = asProcess(stack.cores[0]);
  const ballast = join(dataDir, "ballast");
  await assert.rejects(writeFile(ballast, Buffer.alloc(8 * 1024 * 1024)), /ENOSPC/);
  const said: string[] = [];
  await eventually(limitMs, "the history's fault", async () => {
    const text = `${said.length} ${"x".repeat(1_500)}`;
    said.push(text);
    ada.say("general", text);
    await ada.sees(text);
    return core.output().includes("history_faulted");
  });
  assert.match(core.output(), /database or disk is full/);
  assert.doesNotMatch(core.output(), /cannot rollback/);
  assert.equal(await core.metric("dragoman_core_projection_faulted"), 1);
  assert.equal(await core.whyNotReady(), "");
  // The chat goes on; what stands in the history is refused, and the reason is no lie.
  ada.say("general", "still here");
  await ada.sees("still here");
  const refused = await ada.ask({ cmd: "messages_get", channel: "general", limit: 5 });
  assert.match(JSON.stringify(refused), /busy/i);

  await rm(ballast);
  await eventually(limitMs, "a page", async () => {
    const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 100 });
    const messages = page["messages"] as { content: string }[] | undefined;
    const texts = messages?.map(({ content }) => content) ?? [];
    return texts.length > 0 && texts.at(-1) === "still here" && texts.includes(said.at(-1) ?? "");
  });
  assert.equal(await core.metric("dragoman_core_projection_faulted"), 0);
  assert.ok((await readFile("/proc/mounts", "utf8")).includes(dataDir));
});

test("a full disk under the journal: refused with the reason on both sides and read for as long as it lasts, healed by room, nothing accepted is lost", async (t) => {
  // The server that Debian brings turns its whole store off then, until it is started again.
  const binary = await secondNatsBinary();
  const within = await smallDisk(t, 16 * 1024 * 1024);
  if (binary === undefined || within === undefined) return;
  const letGoMs = 5_000;
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core"],
    nats: { within, binary },
    config: { journal: { commandMs: 3_000, letGoMs }, logLevel: "info" },
  });
  t.after(() => stack.stop());
  const port = portOf(stack.originchats);
  const ada = await OriginchatsClient.signIn(port, "ada");
  const ben = await OriginchatsClient.signIn(port, "ben");
  const mona = await SockchatClient.signIn(portOf(stack.sockchat), "mona");
  ada.say("general", "before");
  await ada.sees("before");
  const ballast = join(within, "ballast");
  await assert.rejects(writeFile(ballast, Buffer.alloc(32 * 1024 * 1024)), /ENOSPC/);
  const accepted = ["before"];
  const over = ada.closed(60_000);
  // What the server had in hand when there was no room may be stored: its author is told nothing, and comes back.
  let isOver = false;
  for (let n = 0; n < 500 && !isOver; n += 1) {
    const text = `${n} ${"x".repeat(1_500)}`;
    ada.say("general", text);
    isOver = await Promise.race([ada.sees(text, limitMs).then(() => false), over.then(() => true)]);
    if (!isOver) accepted.push(text);
  }
  assert.ok(isOver);
  assert.ok(!JSON.stringify(ada.log.entries).includes("storage is full"));
  // As long as it lasts: longer than gateways wait for a leader before they close their sockets.
  const core = asProcess(stack.cores[0]);
  await seeFull(ben, mona, { forMs: 1.3 * letGoMs, page: /messages/ });
  assert.match(await core.whyNotReady(), /disk/);
  const told = core.output().split("\n");
  assert.equal(told.filter((line) => line.includes("storage_full")).length, 1);
  assert.ok(told.length < 60, `${told.length} lines`);
  await rm(ballast);
  await eventually(limitMs, "readiness", async () => (await core.whyNotReady()) === "");
  ben.say("general", "after");
  await Promise.all([ben.sees("after"), mona.sees("after")]);
  const texts = postedTexts(await readJournal(stack.operator.coreBus));
  assert.deepEqual(texts.slice(0, accepted.length), accepted);
  assert.equal(texts.at(-1), "after");
  const open = texts.slice(accepted.length, -1);
  assert.ok(
    open.length === 0 || (open.length === 1 && open[0]?.startsWith(`${accepted.length - 1} `)),
  );
});

test("a full disk under uploads: refused with the reason, what is stored can be fetched, healed by room", async (t) => {
  const binary = await secondNatsBinary();
  const within = await smallDisk(t, 24 * 1024 * 1024);
  if (binary === undefined || within === undefined) return;
  const stack = await startStack({ originchats: 1, nats: { within, binary } });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const home = `http://127.0.0.1:${portOf(stack.originchats)}`;
  const bytes = Buffer.concat([pdf, randomBytes(1_000_000)]);
  const upload = () =>
    uploadTo(home, ada, {
      file: dataUri("application/pdf", bytes),
      name: "big.pdf",
      mime_type: "application/pdf",
    });
  const isWhole = async (id: string | undefined): Promise<boolean> => {
    const response = await fetch(`${home}/attachments/${id}`);
    return Buffer.from(await response.arrayBuffer()).equals(bytes);
  };
  const first = await upload();
  assert.equal(first.status, 201);
  const ballast = join(within, "ballast");
  await assert.rejects(writeFile(ballast, Buffer.alloc(48 * 1024 * 1024)), /ENOSPC/);
  // There is room for the beginning of it.
  await truncate(ballast, (await stat(ballast)).size - 400_000);
  const refused = await upload();
  assert.deepEqual(
    [refused.status, refused.body],
    [507, { error: "The server's storage is full; its operator has been told" }],
  );
  assert.equal(await isWhole(first.body.attachment?.id), true);

  await rm(ballast);
  const second = await eventually(limitMs, "an upload", async () => {
    const { status, body } = await upload();
    assert.equal(status, 201);
    return body.attachment?.id;
  });
  assert.equal(await isWhole(second), true);
  assert.equal(await isWhole(first.body.attachment?.id), true);
  ada.say("general", "on it goes");
  await ada.sees("on it goes", limitMs);
});
