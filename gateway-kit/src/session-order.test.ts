/** The order of what a session says: its steps, what its commands give, and what is delivered meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Commit } from "@dragoman/bus-schema";
import type { Step } from "./edge.ts";
import {
  began,
  command,
  ended,
  opened,
  query,
  refuse,
  Surroundings,
  send,
  signedIn,
  signIn,
} from "./testing/surroundings.ts";
import type { View } from "./view.ts";

test("steps run one after the other, and a frame waits for those of the one before", async () => {
  const around = await signedIn();
  around.frame(send("one"), command, send("two"));
  around.frame(send("three"));
  assert.deepEqual(around.look(), ["one", "(session.flood)"]);
  around.sent.at(-1)?.finish({ kind: "unchanged" });
  assert.deepEqual(around.look(), ["two", "three"]);
});

test("an answer to a command stands at the place of its commit, with what everybody gets", async () => {
  const around = await signedIn();
  const settle = (own: readonly string[]): Step[] => [send(...own, "done")];
  around.frame({ ...command, settle }, send("next"));
  around.deliver("before");
  around.commit([began], "hi");
  around.deliver("after");
  assert.deepEqual(around.look(), ["(session.flood)", "before", "hi", "done", "next", "after"]);
  around.frame(command);
  around.commit([began], "again");
  assert.deepEqual(around.look(), ["(session.flood)", "again"]);
});

test("while an outcome is awaited, what comes later is held, and follows the answer", async () => {
  const around = await signedIn();
  const settle = (own: readonly string[]): Step[] => [send(...own, "done")];
  around.frame({ ...command, settle }, send("next"));
  const bring = around.commitAwaited([began], "hi");
  around.deliver("after");
  assert.deepEqual(around.look(), ["(session.flood)"]);
  bring();
  assert.deepEqual(around.look(), ["hi", "done", "after", "next"]);
  around.deliver("later");
  assert.deepEqual(around.look(), ["later"]);
});

test("what is answered while an outcome is awaited is as of the commit, so that what is held fits behind it", async () => {
  const around = await signedIn();
  const people = (view: View): string => `${[...view.roster.onlineIds].length} here`;
  const settle = (own: readonly string[], _commit: Commit, view: View): Step[] => [
    send(...own, people(view)),
  ];
  around.frame({ ...command, settle });
  const bring = around.commitAwaited([began], "hi");
  around.roster.apply(ended, { term: 1 });
  around.deliver("somebody goes");
  bring();
  assert.deepEqual(around.look(), ["(session.flood)", "hi", "1 here", "somebody goes"]);
});

test("who signs in by a commit whose outcome is awaited is given what it gave, and hears what follows", async () => {
  const around = new Surroundings();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  const bring = around.commitAwaited([opened, began], "+ada");
  around.deliver("meanwhile");
  assert.deepEqual(around.look(), ["(session.open)", "(attached)"]);
  bring();
  assert.deepEqual(around.look(), ["+ada", "welcome", "meanwhile"]);
  around.deliver("later");
  assert.deepEqual(around.look(), ["later"]);
});

test("while an outcome is awaited nobody is kept from more than a bound", async () => {
  const around = await signedIn();
  around.frame(command);
  const bring = around.commitAwaited([began], "hi");
  for (let n = 0; n < 1_000; n += 1) around.deliver(String(n));
  await around.settle();
  assert.equal(around.look().length, 1_001, "the command and all that was held");
  around.deliver("later");
  bring();
  assert.deepEqual(around.look(), ["later", "hi"]);
});

test("what comes before a command that another one brings along is delivered before it", async () => {
  const around = await signedIn();
  const second = { ...command, settle: (own: readonly string[]): Step[] => [send(...own)] };
  around.frame({ ...command, settle: (own: readonly string[]) => [send(...own), second] });
  around.commit([began], "first");
  around.deliver("between");
  around.commit([began], "second");
  around.deliver("after");
  const told = ["(session.flood)", "first", "(session.flood)", "between", "second", "after"];
  assert.deepEqual(around.look(), told);
  around.frame({ ...query, covers: () => false, answer: () => [send("page"), second] });
  around.deliver("held");
  around.answer({ ok: true, value: { through: 3, answer: {} as never } });
  await around.settle();
  around.deliver("more");
  around.commit([began], "third");
  assert.deepEqual(around.look(), ["page", "held", "(session.flood)", "more", "third"]);
});

test("what settles a command is delivered before what comes later, also while it asks", async () => {
  const around = await signedIn();
  around.frame({ ...command, settle: () => [query, send("done")] });
  around.commit([began], "hi");
  around.deliver("after", 9, ended);
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.answer({ ok: true, value: { through: 3, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "done", "after"]);
});

test("of what came during a query only that is left out which its answer tells", async () => {
  const around = await signedIn();
  around.frame(query);
  around.deliver("told by the answer", 4, began);
  around.deliver("another kind", 4, ended);
  around.deliver("later than the answer", 5, began);
  around.deliver("a signal", 4);
  assert.deepEqual(around.look(), []);
  around.answer({ ok: true, value: { through: 4, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "another kind", "later than the answer", "a signal"]);
});

test("a query is given up when too much is held for it, and nothing is lost", async () => {
  const around = await signedIn();
  around.frame(query);
  for (let n = 1; n <= 1_000; n += 1) around.deliver(`${n}`, n, ended);
  await around.settle();
  const log = around.look();
  assert.equal(log[0], "refused busy");
  assert.deepEqual(
    log.slice(1),
    Array.from({ length: 1_000 }, (_, n) => `${n + 1}`),
  );
  around.answer({ ok: true, value: { through: 1, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), []);
});

test("who holds twice that without a query is too slow", async () => {
  const around = await signedIn();
  const grant: Step = { do: "grant", body: { type: "user.token" }, granted: () => [], refuse };
  around.frame({ ...command, settle: () => [grant] });
  around.commit([began]);
  for (let n = 1; n <= 2_000; n += 1) around.deliver(`${n}`, n, ended);
  assert.ok(around.look().includes("(closed: slow)"));
});

test("steps of an event run behind those under way, and what is delivered later follows them", async () => {
  const around = await signedIn();
  around.frame(command, send("mine"));
  around.run.interject([send("brought along")]);
  around.deliver("later");
  await around.settle();
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.sent.at(-1)?.finish({ kind: "unchanged" });
  assert.deepEqual(around.look(), ["mine", "brought along", "later"]);
});

test("steps of an event that is older than the own commit run before what that gives", async () => {
  const around = await signedIn();
  around.frame(command, send("mine"));
  around.run.interject([query]);
  around.deliver("covered", 1, began);
  around.deliver("older");
  around.deliver("covered", 2, began);
  around.commit([began], "own");
  around.deliver("later");
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.answer({ ok: true, value: { through: 3, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "older", "own", "later", "mine"]);
});
