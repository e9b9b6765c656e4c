/**
 * Mutated packets over real sockets: nobody else is harmed, nothing is heard in another channel, and no byte comes
 * out unescaped. The decoder and the tables behind it are tried by the hundred thousand beside the gateway.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { commandNames } from "@dragoman/gateway-sockchat/slash";
import fc from "fast-check";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 0, limits: { loginAttempts: 100_000 } } });

/** Packets per attacker. */
const packets = 1_500;
/** What would put the attackers out, or move them to where they are listened for. */
const barred = new Set(["kick", "ban", "join", "token", "link"]);

const text = fc.string({ unit: "binary", maxLength: 40 });
const nasty = fc.constantFrom(
  "\t",
  "\f",
  "\n",
  "\r",
  "\0",
  "<script>",
  "&lt;",
  '"',
  "'",
  "\u202e",
  "\ud800",
);
const said = fc.array(fc.oneof(text, nasty), { maxLength: 6 }).map((parts) => parts.join(""));
const command = fc
  .tuple(fc.constantFrom(...commandNames.filter((name) => !barred.has(name))), said)
  .map(([name, rest]) => `/${name} ${rest}`);
const packet = (userId: string): fc.Arbitrary<string> =>
  fc.oneof(
    text,
    fc
      .tuple(fc.constantFrom("0", "1", "3", "4", "5", "77", ""), said)
      .map((fields) => fields.join("\t")),
    fc
      .tuple(fc.constantFrom(userId, "1", "", "x"), fc.oneof(said, command))
      .map((f) => `2\t${f.join("\t")}`),
  );

const tags =
  /<br\/>|<\/?i>|<a href="javascript:void\(0\);" onclick="[^"<>]*"(?: style="font-weight: bold;")?>|<\/a>/g;

/** No control sign but the separators, and no tag but ours. */
function assertSound(packet: readonly string[]): void {
  const frame = packet.join("\t");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  assert.ok(!/[\u0000-\u0008\u000a\u000b\u000d-\u001f]/.test(frame), JSON.stringify(frame));
  assert.ok(!/[<>]/.test(frame.replace(tags, "")), JSON.stringify(frame));
}

test("thousands of mutated packets harm nobody and are heard nowhere else", async () => {
  const near = await home.onSockchat("mona");
  const far = await home.onSockchat("olga");
  far.say("/join random");
  await far.next("5", ([, kind, name]) => kind === "2" && name === "random");
  const quiet = far.log.length;
  const attackers = [await home.onSockchat("ada"), await home.onSockchat("ben")];
  await Promise.all(
    attackers.map(async (attacker) => {
      const sent = fc.sample(packet(attacker.userId), packets);
      for (const [n, frame] of sent.entries()) {
        attacker.sendRaw(n % 7 === 0 ? Buffer.from(frame) : frame);
        if (n % 100 !== 99) continue;
        attacker.send("0", attacker.userId);
        await attacker.log.next("pong", ([id]) => id === "0", 30_000);
      }
    }),
  );
  for (const attacker of attackers) {
    assert.ok(attacker.isOpen);
    attacker.say("/join general");
    attacker.say(`the end of ${attacker.name}`);
    await near.sees(`the end of ${attacker.name}`, 30_000);
  }
  for (const client of [near, far, ...attackers])
    for (const each of client.log.entries) assertSound(each);
  // Notices to everybody and whispers are no lines of a channel.
  const lines = far.log.since(quiet).filter(([id, , author]) => id === "2" && author !== "-1");
  assert.deepEqual(
    lines.filter((line) => line[5] !== "10011"),
    [],
  );
});

test("thousands of frames of strangers: only answers to themselves, and the gateway goes on", async () => {
  const near = await home.onSockchat("mona");
  const mark = near.log.length;
  const strangers = await Promise.all(
    Array.from({ length: 20 }, () => SockchatClient.connect(portOf(home.stack.sockchat))),
  );
  for (const frame of fc.sample(packet("1"), 2_000)) {
    for (const stranger of strangers.slice(0, 1 + (frame.length % 3))) {
      if (stranger.isOpen && !frame.startsWith("1\t")) stranger.sendRaw(frame);
    }
  }
  const ben = await home.onSockchat("ben");
  ben.say("all is well");
  await near.sees("all is well");
  for (const each of near.log.since(mark)) assertSound(each);
  for (const stranger of strangers) {
    for (const each of stranger.log.entries) {
      assertSound(each);
      assert.ok(["1", "11"].includes(each[0] ?? ""), each.join("|"));
    }
    stranger.socket.terminate();
  }
});
