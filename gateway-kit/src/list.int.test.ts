/** Packets that are made in slices and sent in pieces, over each transport. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LineClient } from "@dragoman/testing/line-client";
import { overTcp, overWebSocket, startLineGateway } from "@dragoman/testing/line-gateway";
import { openNats } from "@dragoman/testing/nats";
import { ben } from "@dragoman/testing/roster";

const nats = openNats();

const whole = (length: number): string =>
  Array.from({ length }, (_, n) => String(n % 10).repeat(64 * 1024)).join("");

for (const carrier of [overWebSocket, overTcp]) {
  test(`over ${carrier.name} a list above the bound of what may wait comes whole, and what is behind it follows`, async (t) => {
    const { leader, url } = await startLineGateway(t, nats, carrier, {
      "limits.outboxBytes": 4_096,
    });
    const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
    one.pause();
    one.say("list 100");
    one.say("echo behind");
    two.say("echo alive");
    await two.line("echo echo alive");
    await leader.append([leader.commit(leader.posted(ben, "meanwhile"))]);
    await two.line("ben: meanwhile");
    one.resume();
    await one.line("echo echo behind");
    // Whether the list was asked for before the message came is not known.
    const others = one.lines.filter((line) => line !== "ben: meanwhile");
    assert.equal(others.length, one.lines.length - 1);
    const [list, behind] = others.slice(-2);
    assert.ok(list === whole(100));
    assert.equal(behind, "echo echo behind");
  });

  test(`over ${carrier.name} a ban within a list ends it, and the last words are read`, async (t) => {
    const { leader, url } = await startLineGateway(t, nats, carrier);
    const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
    two.pause();
    two.say("list 1000");
    one.say("echo alive");
    await one.line("echo echo alive");
    await leader.append([leader.commit(...leader.bans(ben.userId))]);
    await one.line("banned ben");
    two.resume();
    await two.line("bye banned");
    const [cut = ""] = two.lines.slice(-2);
    assert.ok(cut.length < whole(1_000).length && whole(1_000).startsWith(cut));
    assert.equal(await two.closed(), carrier.code(1000));
  });
}
