/** What is private stays private: whatever a member names, quotes or asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    limits: { messagesPerMinute: 0, burstLimit: 0 },
    sockchat: { digestMs: 400, digestAgainMs: 1_500 },
  },
});

/** What is left on a screen: lines that came, live or as context, and were not taken off. */
function screen({ log }: SockchatClient): readonly string[] {
  const lines = new Map<string, string>();
  for (const packet of log.entries) {
    if (packet[0] === "6") lines.delete(packet[1] ?? "");
    const [body = "", id = ""] = packet[0] === "2" ? packet.slice(3) : packet.slice(7);
    if (packet[0] === "2" || (packet[0] === "7" && packet[1] === "1")) lines.set(id, body);
  }
  return [...lines.values()];
}

/** Waits until a client was sent all that came before. */
async function settled(client: SockchatClient): Promise<void> {
  client.send("0", client.userId);
  await client.next("0");
}

const isNotice = (packet: SockchatPacket): boolean => packet[0] === "2" && packet[2] === "-1";
const noticeOf = (client: SockchatClient, words: RegExp): Promise<SockchatPacket> =>
  client.log.next(`notice ${words}`, (of) => isNotice(of) && words.test(of[3] ?? ""));

test("no channel catches whispers: none is named like one", async () => {
  const vic = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const create = { cmd: "slash_call", channel: "general", command: "create" };
  assert.deepEqual(
    (await vic.ask({ ...create, args: { name: "@ben" } }))["val"],
    "Invalid channel name",
  );
  assert.equal(
    (await olga.ask({ cmd: "channel_create", name: "@ben", type: "text" })).cmd,
    "error",
  );
  const rename = { cmd: "channel_update", current_name: "random", updates: { name: "@ben" } };
  assert.equal((await olga.ask(rename)).cmd, "error");

  ben.say("/msg mona what was the door code?");
  await mona.sees("what was the door code?");
  mona.say("@ben", "1234");
  await ben.next("2", ([, , , text, , flags]) => text === "1234" && flags === "10011");
  await vic.ask({ cmd: "ping" });
  assert.ok(!vic.has("1234"));
});

test("deleted and changed words are on no screen of Sock Chat, and are told to nobody later", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const channel = "general";
  const idOf = (packet: Readonly<Record<string, unknown>>) =>
    (packet["message"] as { readonly id: string }).id;
  for (const end of ["message_delete", "message_edit"]) {
    const words = `secret of ${end}`;
    const embeds = [{ title: `${words}, embedded` }];
    const id = idOf(await ada.ask({ cmd: "message_new", channel, content: words, embeds }));
    await olga.ask({ cmd: "message_pin", channel, id });
    await olga.ask({ cmd: "message_new", channel, content: `yes to ${end}`, reply_to: id });
    await olga.ask({ cmd: "message_react_add", channel, id, emoji: "🎉" });
    await noticeOf(ben, /^0\fsay\f🎉/);
    // This one waits to be told of when the message goes.
    await olga.ask({ cmd: "message_react_add", channel, id, emoji: "😱" });
    const bare = { cmd: end, channel, id, content: "harmless", embeds: [{ title: "bare" }] };
    await ada.ask(bare);
    if (end === "message_edit") await noticeOf(ben, /😱.*harmless/);
    const marked = idOf(await ada.ask({ cmd: "message_new", channel, content: `mark ${end}` }));
    await ada.ask({ cmd: "message_react_add", channel, id: marked, emoji: "🏁" });
    await noticeOf(ben, /🏁/);
    await settled(ben);
    const late = await home.onSockchat("mona");
    for (const client of [ben, late]) {
      assert.deepEqual(
        screen(client).filter((line) => line.includes("secret")),
        [],
        end,
      );
      assert.ok(screen(client).includes(`yes to ${end}`), "the answer itself stays");
    }
    await late.close();
  }
});

test("the line that tells of an old message's edit goes with the message", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const channel = "general";
  const { message } = await ada.ask({ cmd: "message_new", channel, content: "old" });
  const { id } = message as { readonly id: string };
  for (let n = 0; n < 21; n += 1) await ada.ask({ cmd: "message_new", channel, content: `${n}` });
  await ada.ask({ cmd: "message_edit", channel, id, content: "regretted" });
  await ben.sees("<i>edited an earlier message: regretted</i>");
  await ada.ask({ cmd: "message_delete", channel, id });
  await ben.next("6", () => !screen(ben).some((line) => line.includes("regretted")));
});

test("what belongs to a whisper is shown as one, to those two, and one votes in it", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ben.say("/msg ada hello there");
  await ada.sees("hello there");
  const id = ada.messages().at(-1)?.id;
  await ada.ask({ cmd: "message_react_add", channel: "@ben", id, emoji: "👍" });
  await ada.ask({ cmd: "message_new", channel: "@ben", content: "see", embeds: [{ title: "T" }] });
  const made = await ada.ask({
    cmd: "poll_create",
    channel: "@ben",
    question: "in whisper?",
    options: ["a", "b"],
  });
  assert.equal(made["channel"], "@ben");
  for (const words of [/T$/, /in whisper\?.*Vote with \/vote name number$/, /👍.*hello there$/]) {
    const notice = await noticeOf(ben, words);
    assert.match(notice[3] ?? "", /\(private, (?:ada and ben|ben and ada)\)/);
    assert.equal(notice[5], "10011");
  }
  ben.say("/vote ada 2");
  const vote = await ada.next("poll_vote_update");
  assert.deepEqual([vote["channel"], vote["user"], vote["option_ids"]], ["@ben", "ben", ["1"]]);
  const got = await ada.ask({ cmd: "poll_get", poll_id: made["poll_id"] });
  assert.equal((got["poll"] as { readonly channel: string }).channel, "@ben");
  ada.send({ cmd: "poll_end", poll_id: made["poll_id"] });
  assert.equal((await ada.next("poll_end", (of) => "channel" in of))["channel"], "@ben");
  await settled(mona);
  assert.ok(!screen(mona).some((line) => /whisper|hello|👍|say\f.*T$/.test(line)));
});
