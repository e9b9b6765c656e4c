/** What an operator asks of processes that run, from another machine: with the operator's credentials alone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";
import { outcome } from "./program.ts";

let stack: Stack;
let settings: Record<string, string> = {};

before(async () => {
  stack = await startStack({
    originchats: 2,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { logLevel: "info" },
  });
  const { user, password } = stack.nats.credentials("operator");
  settings = {
    DRAGOMAN_NATS_URL: stack.nats.url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
  };
});
after(() => stack.stop());

const lastAct = async (): Promise<readonly unknown[]> => {
  const { stdout } = await outcome(["audit", "--limit", "1", "--json"], settings);
  const { act, actor, target } = JSON.parse(stdout);
  return [act, actor, target];
};

test("every process reads its configuration again, once", async () => {
  const asked = await outcome(["config", "reload"], settings);
  assert.equal(asked.code, 0, asked.stderr);
  const parts = [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);
  const times = (output: string): number => output.split("configuration read again").length - 1;
  for (const part of parts) {
    await eventually(10_000, `${part.name} to say so`, () => times(part.output()) === 1);
  }
  assert.deepEqual(await lastAct(), ["server.signalled", "operator", "reload"]);
});

test("a gateway is drained: its people come back elsewhere, others notice nothing", async () => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "ada");
  const olga = await OriginchatsClient.signIn(portOf(stack.originchats, 1), "olga");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const { stdout } = await outcome(["user", "sessions", "ada", "--json"], settings);
  const { gateway } = JSON.parse(stdout);
  const drained = await outcome(["drain", gateway, "--json"], settings);
  assert.equal(drained.code, 0, drained.stderr);
  assert.deepEqual(JSON.parse(drained.stdout), { gateway });
  await ada.closed();
  assert.deepEqual(await lastAct(), ["server.signalled", "operator", "drain"]);
  olga.say("general", "nothing noticed");
  await ben.sees("nothing noticed");
  await assert.rejects(OriginchatsClient.connect(portOf(stack.originchats, 0)));
  const shown = await outcome(["user", "sessions", "ada", "--json"], settings);
  assert.equal(shown.stdout, "");
});

test("the only gateway of a protocol is drained on an express word alone", async () => {
  const refused = await outcome(["drain", "sockchat"], settings);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is the only one of sockchat, and nobody could come in/);
  const none = await outcome(["drain", "irc"], settings);
  assert.match(none.stderr, /^dragoman: drain: no gateway begins with irc; there are /);
});

test("where no core answers a command says so, and does not wait for ever", async () => {
  for (const core of stack.cores.map(asProcess)) core.child.kill("SIGKILL");
  const { code, stdout, stderr } = await outcome(["user", "list"], settings);
  assert.deepEqual([code, stdout], [4, ""], stderr);
  assert.match(stderr, /^dragoman: [^\n]*no core answers: [^\n]*\n$/);
});
