/** Sock Chat reference 5.3, 5.4 and 7: what happens to those who are silent, too loud, or not answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SockchatClient } from "../../support/sockchat-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: {
    graceMs: 0,
    sockchat: { pingTimeoutMs: 1_500, floodWarn: 25, floodKick: 30, floodWindowMs: 60_000 },
  },
});
const slow = stackForTests({ historySlowMs: 300, config: { journal: { queryMs: 100 } } });

test("whoever does not ping is closed with 1000 and without packet 9, and the others see a plain leave", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  await mona.next("1", ([, kind, , name]) => kind !== "y" && name === "ben");
  const ping = setInterval(() => mona.send("0", mona.userId), 200);
  try {
    assert.equal((await ben.closed()).code, 1000);
    assert.ok(!ben.log.entries.some(([id]) => id === "9"));
    const left = await mona.next("3");
    assert.deepEqual(left.slice(0, 4), ["3", ben.userId, "ben", "leave"]);
    assert.ok(mona.isOpen);
  } finally {
    clearInterval(ping);
  }
});

test("flood: flwarn once at the 25th packet, at the 30th packet 9 with 30 s, and flood to the others", async () => {
  const mona = await home.onSockchat("mona");
  const ada = await home.onSockchat("ada");
  await mona.next("1", ([, kind, , name]) => kind !== "y" && name === "ada");
  for (let n = 1; n <= 24; n += 1) ada.send("4", ada.userId, "general");
  for (let n = 0; n < 40; n += 1) ada.send("0", ada.userId);
  ada.say("the 25th");
  assert.equal((await ada.notice("flwarn"))[3], "0\fflwarn");
  await mona.sees("the 25th");
  for (let n = 26; n <= 30; n += 1) ada.send("4", ada.userId, "general");
  const nine = await ada.next("9");
  assert.equal(nine[1], "1");
  const seconds = Number(nine[2]) - Date.now() / 1_000;
  assert.ok(seconds > 20 && seconds < 31, String(seconds));
  assert.equal((await ada.closed()).code, 1000);
  const warnings = ada.log.entries.filter((packet) => packet[3] === "0\fflwarn");
  assert.equal(warnings.length, 1);
  assert.deepEqual((await mona.next("3")).slice(0, 4), ["3", ada.userId, "ada", "flood"]);
  const again = await SockchatClient.connect(portOf(home.stack.sockchat));
  again.send("1", "Local", "ada", "dragoman");
  assert.deepEqual(await again.next("1"), ["1", "n", "joinfail", nine[2] ?? ""]);
});

test("generr where an accepted command could not be carried out", async () => {
  const { operator } = slow.stack;
  const ben = await SockchatClient.connect(portOf(slow.stack.sockchat));
  for (let n = 0; n < 8; n += 1) await operator.addChannel(`late-${n}`, ["user"]);
  await ben.login("ben");
  // The context is closed all the same, so that the client is not left in the middle of it.
  const bodies = ben.log.entries.map((packet) => packet[3]);
  assert.ok(bodies.includes("1\fgenerr"));
  assert.deepEqual(ben.log.entries.at(-1), ["5", "2", "general"]);
  await ben.close();
});
