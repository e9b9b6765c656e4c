/**
 * Bridge table, history on entry: whoever comes back is given what was missed, and nothing twice; a short absence
 * is no coming and going (Sock Chat reference 5.3 and 8: the original client reconnects at once).
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SockchatClient } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const configOf = (graceMs: number) => ({
  graceMs,
  limits: { sockchatSessionsPerPerson: 20 },
  // Without a backlog only what was missed is given, and that is looked at here.
  sockchat: { backlog: 0, returnLines: 60, returnMs: 600_000 },
});
const texts = (client: SockchatClient, since = 0): readonly string[] =>
  client.lines(since).map(({ text }) => text);

describe("within the grace time", () => {
  // Longer than any machine takes to sign somebody in again; whoever went is still there for the next test.
  const home = stackForTests({ config: configOf(600_000) });

  test("everything missed comes once, and nobody is told of it", async () => {
    const mona = await home.onSockchat("mona");
    const ben = await home.onSockchat("ben");
    await mona.next("1", (packet) => packet[3] === "ben");
    mona.say("one");
    await ben.sees("one");
    ben.socket.terminate();
    for (let n = 0; n < 30; n += 1) mona.say(`missed ${n}`);
    await mona.sees("missed 29");
    const mark = mona.log.length;
    const again = await home.onSockchat("ben");
    const missed = Array.from({ length: 30 }, (_, n) => `missed ${n}`);
    assert.deepEqual(texts(again), missed);
    mona.say("live");
    await again.sees("live");
    assert.deepEqual(texts(again), [...missed, "live"]);
    const noise = mona.log.since(mark).filter(([id, kind]) => {
      return id === "3" || id === "5" || (id === "1" && kind !== "y");
    });
    assert.deepEqual(noise, []);
  });

  test("a lost session comes back to where it stood", async () => {
    const olga = await home.onSockchat("olga");
    olga.say("/join random");
    await olga.next("5", (packet) => packet[2] === "random");
    const ada = await home.onSockchat("ada");
    ada.say("/join random");
    await ada.next("5", (packet) => packet[2] === "random");
    await olga.next("5", (packet) => packet[3] === "ada");
    ada.socket.terminate();
    olga.say("in random");
    await olga.sees("in random");
    const mark = olga.log.length;
    const again = await home.onSockchat("ada");
    const entered = again.log.entries.find(([id, kind]) => id === "1" && kind === "y");
    assert.equal(entered?.[6], "random");
    assert.deepEqual(texts(again), ["in random"]);
    again.say("still here");
    await olga.sees("still here");
    const packets = olga.log.since(mark).filter(([id]) => id !== "2");
    assert.deepEqual(packets, []);
  });
});

describe("with a grace time that ends", () => {
  const home = stackForTests({ config: configOf(300) });

  test("who missed nothing is given nothing", async () => {
    const ben = await home.onSockchat("ben");
    ben.say("I was here");
    await ben.sees("I was here");
    await ben.close();
    const again = await home.onSockchat("ben");
    assert.deepEqual(texts(again), []);
  });

  test("after the grace time it is the same, but for the coming and going", async () => {
    const mona = await home.onSockchat("mona");
    const ada = await home.onSockchat("ada");
    mona.say("before");
    await ada.sees("before");
    await ada.close();
    await mona.next("3", (packet) => packet[2] === "ada");
    mona.say("while away");
    await mona.sees("while away");
    const again = await home.onSockchat("ada");
    assert.deepEqual(texts(again), ["while away"]);
    await mona.next("1", (packet) => packet[3] === "ada");
  });

  test("it is at most so many lines, the newest", async () => {
    const mona = await home.onSockchat("mona");
    const ben = await home.onSockchat("ben");
    await ben.close();
    for (let n = 0; n < 70; n += 1) mona.say(`many ${n}`);
    await mona.sees("many 69");
    const again = await home.onSockchat("ben");
    assert.deepEqual(
      texts(again),
      Array.from({ length: 60 }, (_, n) => `many ${n + 10}`),
    );
  });

  test("in a flood with cuts no line is lost and none comes twice", async () => {
    const olga = await home.onSockchat("olga");
    const count = 60;
    const sending = (async () => {
      for (let n = 0; n < count; n += 1) {
        olga.say(`flood ${n}`);
        if (n % 5 === 0) await olga.sees(`flood ${n}`);
      }
    })();
    const seen: string[] = [];
    for (let cut = 0; cut < 5; cut += 1) {
      const ada = await home.onSockchat("ada");
      await ada.log.until(
        "some lines",
        () => texts(ada).length > 2 || olga.has(`flood ${count - 1}`),
      );
      // An orderly end, so that what was written has arrived.
      await ada.close();
      seen.push(...texts(ada));
    }
    await sending;
    const last = await home.onSockchat("ada");
    seen.push(...texts(last));
    await last.log.until("the end", () => [...seen, ...texts(last)].includes(`flood ${count - 1}`));
    const floods = [...new Set([...seen, ...texts(last)])].filter((text) =>
      text.startsWith("flood"),
    );
    assert.deepEqual(
      floods.slice(-count),
      Array.from({ length: count }, (_, n) => `flood ${n}`),
    );
    const doubled = seen.filter(
      (text, at) => text.startsWith("flood") && seen.indexOf(text) !== at,
    );
    assert.deepEqual(doubled, []);
  });
});
