import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createLogger, OperatorError } from "@dragoman/service-kit";
import { messageId } from "@dragoman/testing/people";
import { ada, general, marked, message, posted, record } from "@dragoman/testing/record";
import { History, type HistoryOptions } from "./history.ts";

const folder = await mkdtemp(join(tmpdir(), "dragoman-history-"));
after(() => rm(folder, { recursive: true, force: true }));

const limitMs = 5_000;
const unexpected = (what: unknown): never => {
  throw new Error(`unexpected: ${String(what)}`);
};

function open(path: string, options: Partial<HistoryOptions> = {}): Promise<History> {
  return History.open({
    path,
    logger: createLogger("silent", "test"),
    gatherMs: 25,
    onFatal: unexpected,
    onRewound: unexpected,
    ...options,
  });
}

const question = { type: "message.page", place: general, limit: 100 } as const;

test("what was applied is found again by a page, a lookup and a count", async () => {
  const history = await open(":memory:");
  history.apply(record(1, posted(1), posted(2)));
  history.apply(record(2, marked(1)));
  assert.equal(await history.reached(2, limitMs), true);
  assert.equal(history.lag(), 0);
  const page = await history.page(question);
  assert.equal(page.through, 2);
  assert.deepEqual(page.answer, {
    messages: [message(1), message(2)],
    total: 2,
    older: 0,
    newestId: messageId(2),
  });
  assert.deepEqual(await history.lookup("2"), { through: 2, message: message(2) });
  assert.deepEqual(await history.lookup("3"), { through: 2, message: null });
  const counts = await history.counts(ada, [general]);
  assert.deepEqual(counts.answer.places, [
    { place: general, lastReadId: messageId(1), unread: 1, total: 2 },
  ]);
  await history.close();
});

test("records that wait for company are stored at once when somebody waits for them", async () => {
  const history = await open(":memory:", { gatherMs: 600_000 });
  history.apply(record(1, posted(1)));
  assert.equal(history.lag(), 1);
  assert.equal(await history.reached(1, limitMs), true);
  assert.equal(history.lag(), 0);
  await history.close();
});

test("a second start goes on at the stored position and passes over what it has", async () => {
  const path = join(folder, "again.db");
  const first = await open(path);
  assert.deepEqual(first.position, { seq: 0, id: "" });
  for (let seq = 1; seq <= 50; seq += 1) first.apply(record(seq, posted(seq)));
  assert.equal(await first.reached(50, limitMs), true);
  await first.close();

  const second = await open(path);
  assert.deepEqual(second.position, { seq: 50, id: "record-50" });
  for (let seq = 1; seq <= 51; seq += 1) second.apply(record(seq, posted(seq)));
  assert.equal(await second.reached(51, limitMs), true);
  assert.equal((await second.page(question)).answer.total, 51);
  await second.close();
});

test("a rebuild forgets everything and begins before the first record", async () => {
  const path = join(folder, "rebuild.db");
  const history = await open(path);
  for (let seq = 1; seq <= 20; seq += 1) history.apply(record(seq, posted(seq)));
  await history.rebuild();
  assert.deepEqual(history.position, { seq: 0, id: "" });
  assert.equal(history.lag(), 0);
  assert.equal((await history.page(question)).answer.total, 0);
  history.apply(record(1, posted(1)));
  assert.equal(await history.reached(1, limitMs), true);
  assert.deepEqual((await history.page(question)).answer.messages, [message(1)]);
  await history.close();
});

test("a journal that is not the projected one is told, and nothing is applied until a rebuild", async () => {
  let tell: (why: string) => void = unexpected;
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const history = await open(":memory:", { onRewound: (why) => tell(why) });
  history.apply(record(1, posted(1)));
  const foreign = record(2, posted(2));
  history.apply({ ...foreign, batch: { ...foreign.batch, prev: "another" } });
  history.apply(record(3, posted(3)));
  assert.match(await told, /record 2 follows another/);
  assert.equal((await history.page(question)).through, 1);
  await history.rebuild();
  history.apply(record(1, posted(1)));
  assert.equal(await history.reached(1, limitMs), true);
  await history.close();
});

test("a page does not wait behind a flood that a slow projection has yet to store", async () => {
  const history = await open(":memory:", { slowMs: 40 });
  history.apply(record(1, posted(1)));
  assert.equal(await history.reached(1, limitMs), true);
  for (let seq = 2; seq <= 200; seq += 1) history.apply(record(seq, posted(seq)));
  assert.equal(await history.reached(200, 100), false);
  const asked = performance.now();
  const { through, answer } = await history.page(question);
  // All of them take 8 s.
  assert.ok(performance.now() - asked < 4_000);
  assert.ok(through >= 1 && through < 200);
  assert.equal(answer.total, through, "the answer covers what it says");
  assert.ok(history.lag() > 0);
  await history.close();
});

test("a failed transaction is fatal, and whoever waits learns of it", async () => {
  let tell: (error: Error) => void = unexpected;
  const fatal = new Promise<Error>((resolve) => {
    tell = resolve;
  });
  const history = await open(":memory:", { onFatal: (error) => tell(error) });
  history.apply(record(1, posted(1), posted(1)));
  const reached = history.reached(1, limitMs);
  assert.match((await fatal).message, /UNIQUE/);
  assert.equal(await reached, false);
  await assert.rejects(history.page(question), /UNIQUE/);
  await history.close();
});

test("a file belongs to one history at a time, and the other is told whose it is", async () => {
  const path = join(folder, "single.db");
  const history = await open(path);
  await assert.rejects(
    open(path),
    new RegExp(`belongs to process ${process.pid} .*DRAGOMAN_DATA_DIR`),
  );
  history.apply(record(1, posted(1)));
  assert.equal(await history.reached(1, limitMs), true);
  await history.close();
  const next = await open(path);
  assert.equal(next.position.seq, 1);
  await next.close();
});

test("a file that cannot be opened is an error of the start", async () => {
  await writeFile(join(folder, "no-folder"), "");
  await assert.rejects(open(join(folder, "no-folder", "history.db")), OperatorError);
});
