/** Two bots that repeat whatever they hear, one on each side: what they say is bounded, and nobody else is hurt by it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

/** The defaults of a house. */
const burstLimit = 10;
const home = stackForTests({
  cores: 2,
  originchats: 2,
  sockchat: 2,
  config: {
    graceMs: 0,
    limits: { messagesPerMinute: 60, burstLimit, cooldownMs: 30_000 },
    originchats: { floodWarn: 300, floodClose: 1_000 },
    sockchat: { floodWarn: 25, floodKick: 30 },
  },
});

/** On each side as many lines of others come while the bots are in their pause. */
const later = 4;

test("two bots that repeat all they hear, one on each side, do not melt the house", async (t) => {
  const { stack } = home;
  const accounts = ["parrot", "mynah"];
  for (const name of accounts) await stack.operator.addUser(name);
  const parrot = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "parrot");
  const mynah = await SockchatClient.signIn(portOf(stack.sockchat, 1), "mynah");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats, 1), "ada");
  const mona = await SockchatClient.signIn(portOf(stack.sockchat, 0), "mona");
  const clients = [parrot, mynah, ada, mona];
  parrot.log.tell(({ cmd, message }) => {
    const { user, content } = (message ?? {}) as {
      readonly user?: string;
      readonly content?: string;
    };
    if (cmd === "message_new" && user !== "parrot") parrot.say("general", String(content));
  });
  mynah.log.tell(([id, , author, text]) => {
    if (id === "2" && author !== "-1" && author !== mynah.userId) mynah.say(String(text));
  });

  try {
    ada.say("general", "polly");
    // They answer each other until neither may say more.
    await parrot.next("rate_limit");
    await mynah.notice("flwarn");
    let worstMs = 0;
    for (let n = 0; n < later; n += 1) {
      const begun = performance.now();
      ada.say("general", `ada ${n}`);
      await mona.sees(`ada ${n}`);
      mona.say(`mona ${n}`);
      await ada.sees(`mona ${n}`);
      worstMs = Math.max(worstMs, performance.now() - begun);
    }
    t.diagnostic(`two lines, one behind the other, took ${worstMs.toFixed(0)} ms at most`);

    for (const client of [parrot, mynah]) {
      await client.sees(`ada ${later - 1}`);
      assert.ok(client.isOpen, `${client.name} was cut off`);
    }
    for (const client of clients) await client.sees(`mona ${later - 1}`);
    // Through either gateway of either kind: the same lines in one order, each once.
    const heard = [
      ...[parrot, ada].map((client) =>
        client
          .messages()
          .filter(({ user }) => user !== "originChats")
          .map(({ content }) => content),
      ),
      ...[mynah, mona].map((client) =>
        client
          .lines()
          .filter(({ live }) => live)
          .map(({ text }) => text),
      ),
    ];
    for (const lines of heard.slice(1)) assert.deepEqual(lines, heard[0]);
    for (const client of [mynah, mona]) {
      const ids = client.lines().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, `${client.name} was told a line twice`);
    }
    const repeated = heard[0]?.filter((text) => text === "polly").length ?? 0;
    assert.ok(repeated > burstLimit, "they do repeat each other");
    assert.ok(repeated <= 1 + 2 * burstLimit, `it was said ${repeated} times`);
  } finally {
    for (const { socket } of clients) socket.terminate();
  }
});
