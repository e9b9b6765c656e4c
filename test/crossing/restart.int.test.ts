/** Bridge table, Coming back: a restart of the house takes nobody out of the channel where they stood. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const graceMs = 5_000;
const home = stackForTests({ config: { graceMs } });

test("whoever comes back after a restart that took longer than the grace time is where they were", async () => {
  const ben = await home.onSockchat("ben");
  ben.say("/join random");
  await ben.next("5", ([, kind, name]) => kind === "2" && name === "random");
  const { stack } = home;
  const [core] = stack.cores;
  const [gateway] = stack.sockchat;
  await gateway?.stop();
  await core?.stop();
  await elapse(graceMs + 500);
  await Promise.all([stack.add("core"), stack.add("sockchat")]);
  const back = await SockchatClient.connect(portOf(stack.sockchat, 1));
  const welcome = await back.login("ben");
  assert.equal(welcome[6], "random", welcome.join(" "));
  const ada = await home.onOriginchats("ada");
  back.say("I am back");
  const said = await ada.next("message_new");
  assert.equal(said["channel"], "random");
  await back.close();
});

test("whoever comes back after the house was killed is where they were", async () => {
  const stack = await startStack({
    sockchat: 1,
    processes: ["core", "sockchat"],
    // Longer than a busy machine takes to start a house.
    config: { graceMs: 600_000 },
  });
  try {
    const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
    ben.say("/join random");
    await ben.next("5", ([, kind, name]) => kind === "2" && name === "random");
    await Promise.all([asProcess(stack.sockchat[0]).kill(), asProcess(stack.cores[0]).kill()]);
    await ben.closed();
    await Promise.all([stack.add("core"), stack.add("sockchat")]);
    const back = await SockchatClient.connect(portOf(stack.sockchat, 1));
    const welcome = await back.login("ben");
    assert.equal(welcome[6], "random", welcome.join(" "));
    await back.close();
  } finally {
    await stack.stop();
  }
});
