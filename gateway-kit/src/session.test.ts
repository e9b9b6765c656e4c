/** A session from its sign-in to its end: host and ports record what they are asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredFile } from "@dragoman/bus-schema";
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
  session,
  signedIn,
  signIn,
} from "./testing/surroundings.ts";

test("a sign-in opens a session, and its welcome comes before what is delivered meanwhile", async () => {
  const around = new Surroundings();
  around.welcomeSteps = [query, send("welcome")];
  around.frame(signIn);
  assert.equal(around.run.phase, "signing_in");
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  assert.deepEqual(around.sent[0]?.body, {
    type: "session.open",
    ticket: "ticket",
    protocol: "line",
  });
  around.commit([opened, began], "+ada");
  around.deliver("meanwhile", 5, ended);
  assert.deepEqual(around.look(), ["(session.open)", "(attached)", "+ada"]);
  around.answer({ ok: true, value: { through: 4, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "welcome", "meanwhile"]);
  around.deliver("later");
  assert.deepEqual(around.look(), ["later"]);
});

test("who is refused may try again, and commands are refused until then", async () => {
  const around = new Surroundings();
  around.frame(command);
  around.frame(signIn);
  around.authenticate({ ok: false, rejection: { code: "busy", waitMs: 1 } });
  await around.settle();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.sent[0]?.finish({ kind: "refused", rejection: { code: "busy", waitMs: 1 } });
  assert.deepEqual(around.look(), [
    "refused not_authenticated",
    "refused busy",
    "(session.open)",
    "refused busy",
  ]);
  const once = ["sign-in refused: busy", "turned away: busy"];
  assert.deepEqual(around.told, [...once, ...once]);
  assert.equal(around.run.phase, "greeting");
});

test("a bug of the edge ends the connection, and nothing of it runs any more", async () => {
  const around = await signedIn();
  const bug = new Error("a bug");
  around.frame({
    ...command,
    settle: () => {
      throw bug;
    },
  });
  around.commit([began], "hi");
  around.frame(send("never"));
  around.deliver("never");
  await around.settle();
  assert.equal(around.error, bug);
  assert.deepEqual(around.look(), ["(session.flood)", "(failed)", "(session.close)"]);
});

test("an edge that signs a session in twice has a bug", async () => {
  const around = await signedIn();
  around.frame(signIn);
  await around.settle();
  assert.deepEqual(around.look(), ["(failed)", "(session.close)"]);
});

test("who is signed in is told nothing of a session that the leader knows no more", async () => {
  const around = await signedIn();
  around.frame(command, send("next"));
  around.sent.at(-1)?.finish({ kind: "refused", rejection: { code: "not_authenticated" } });
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.close({ why: "timeout", comesBack: true });
  assert.deepEqual(around.look(), ["(closed: timeout)"]);
});

test("a fate that is not known ends the session", async () => {
  const around = await signedIn();
  around.frame(command, send("never"));
  around.sent.at(-1)?.finish({ kind: "unknown" });
  await around.settle();
  assert.deepEqual(around.look(), [
    "(session.flood)",
    "(closed: unknown_outcome)",
    "(session.close)",
  ]);
});

test("the leader is told how far a lost connection was served: not beyond what it held", async () => {
  const around = await signedIn();
  around.run.end("timeout", 42);
  await around.settle();
  assert.deepEqual(around.sent.at(-1)?.body, { type: "session.close", why: "timeout", seen: 42 });
  const holding = await signedIn();
  const at = holding.roster.lastMessageNumber;
  holding.frame(query);
  holding.run.end("lost", 42);
  await holding.settle();
  assert.deepEqual(holding.sent.at(-1)?.body, { type: "session.close", why: "lost", seen: at });
});

test("a session that the leader has ended is not closed once more", async () => {
  const around = await signedIn();
  around.roster.apply({ type: "session.closed", session, why: "kick" }, { term: 1 });
  around.run.end("lost");
  await around.settle();
  assert.deepEqual(around.look(), []);
});

test("a session that opens behind its connection's back is closed again", async () => {
  const around = new Surroundings();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.run.end("lost");
  around.sent[0]?.finish({ kind: "unknown" });
  assert.deepEqual(around.look(), ["(session.open)", "(session.close)"]);
});

test("a file is judged by what it is before it is kept", async () => {
  const around = await signedIn();
  const store = (judge: Extract<Step, { do: "store" }>["judge"]): Step => ({
    do: "store",
    bytes: Buffer.from("text"),
    judge,
    done: ({ mime }) => [send(`kept ${mime}`)],
    refuse,
  });
  around.frame(
    store(({ mime }) => [send(`no ${mime}`)]),
    send("next"),
  );
  await around.settle();
  assert.deepEqual(around.look(), ["no text/plain", "next"]);
  around.frame(store(() => undefined));
  await around.settle();
  around.keep({ ok: true, value: { mime: "text/plain" } as StoredFile });
  await around.settle();
  around.frame(store(() => undefined));
  await around.settle();
  around.keep({ ok: false, rejection: { code: "busy", waitMs: 1 } });
  await around.settle();
  assert.deepEqual(around.look(), ["kept text/plain", "refused busy"]);
});
