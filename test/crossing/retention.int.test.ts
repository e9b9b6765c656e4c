/** Messages that are kept no longer are gone on both sides, as if nobody had ever been told of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import { asProcess } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const limitMs = 30_000;
const days = 4 / (24 * 3_600);
const all = stackForTests({
  processes: ["core"],
  config: {
    retention: { days, channels: ["random=0", "nowhere=7"], everyMs: 200 },
  },
});

const nobodys = "00000000-0000-4000-8000-000000000000";

async function texts(client: OriginchatsClient, channel: string): Promise<readonly string[]> {
  const page = await client.ask({ cmd: "messages_get", channel, limit: 100 });
  return (page["messages"] as { content: string }[]).map(({ content }) => content);
}

/** What a client is answered, without what differs from one asking to the next. */
function answerOf(packet: OriginchatsPacket, ref: string): string {
  const { listener: _, ...rest } = packet;
  return JSON.stringify(rest).replaceAll(ref, "<ref>");
}

test("old messages are forgotten on both sides, and what names them finds nothing", async () => {
  const ada = await all.onOriginchats("ada");
  const olga = await all.onOriginchats("olga");
  const ben = await all.onSockchat("ben");
  const core = asProcess(all.stack.cores[0]);
  await eventually(limitMs, "the word of unknown channels", () =>
    core.output().includes("retention names channels that are not there"),
  );
  assert.match(core.output(), /"channels":\["nowhere"\]/);
  ada.say("random", "this stays");
  await ada.sees("this stays");
  ada.say("general", "an old word for @olga");
  await Promise.all([ada, ben].map((each) => each.sees("an old word for @olga")));
  const old = ada.messages().find(({ content }) => content.startsWith("an old word"));
  assert.ok(old);
  const { id } = old;
  await olga.ask({ cmd: "message_pin", channel: "general", id });

  await eventually(limitMs, "the old word is gone", async () => {
    return !(await texts(ada, "general")).includes("an old word for @olga");
  });
  assert.ok((await texts(ada, "random")).includes("this stays"));
  for (const ask of [
    (ref: string) => ({ cmd: "message_get", channel: "general", id: ref }),
    (ref: string) => ({ cmd: "messages_around", channel: "general", around: ref }),
    (ref: string) => ({ cmd: "message_replies", channel: "general", id: ref }),
    (ref: string) => ({ cmd: "message_pin", channel: "general", id: ref }),
    (ref: string) => ({ cmd: "message_edit", channel: "general", id: ref, content: "new" }),
    (ref: string) => ({ cmd: "message_react_add", channel: "general", id: ref, emoji: "👍" }),
  ]) {
    const [gone, never] = [await olga.ask(ask(id)), await olga.ask(ask(nobodys))];
    assert.equal(answerOf(gone, id), answerOf(never, nobodys));
  }
  for (const cmd of ["messages_pinned", "messages_search", "pings_get"]) {
    const found = await olga.ask({ cmd, channel: "general", query: "an old word" });
    assert.notEqual(found.cmd, "error", cmd);
    assert.equal(JSON.stringify(found).includes("for @olga"), false, cmd);
  }
  const became = await Promise.all(
    [id, nobodys].map(async (ref, n) => {
      const content = `a reply ${n}`;
      ada.send({ cmd: "message_new", channel: "random", content, reply_to: ref });
      const found = await ada.log.next("what becomes of a reply", (packet) => {
        return packet.cmd === "error" || JSON.stringify(packet).includes(content);
      });
      return [found.cmd, (found["message"] as { reply_to?: unknown } | undefined)?.reply_to];
    }),
  );
  assert.deepEqual(became[0], became[1]);
  // Nobody was told of it, and who comes on Sock Chat is shown nothing of it.
  for (const client of [ada, olga]) {
    assert.equal(
      client.log.entries.some(({ cmd }) => cmd === "message_delete"),
      false,
    );
  }
  const again = await all.onSockchat("mona");
  assert.equal(again.has("an old word for @olga"), false);

  // Another core, which reads the journal from its beginning, has the same.
  await all.stack.cores[0]?.stop();
  await all.stack.add("core");
  assert.ok((await texts(ada, "random")).includes("this stays"));
  assert.equal((await texts(ada, "general")).includes("an old word for @olga"), false);
});
