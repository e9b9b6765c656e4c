/** Bridge table, Messages: replies, mentions, and actions that are edited, from one protocol to the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

type Fields = Readonly<Record<string, unknown>>;

/** The next message that comes live, with the pings in it. */
async function heard(who: OriginchatsClient, content: string): Promise<Fields> {
  const packet = await who.next(
    "message_new",
    (each) => (each["message"] as Fields)["content"] === content,
  );
  return packet["message"] as Fields;
}

/** The next line above a reply. */
const quoteFor = (who: SockchatClient): Promise<SockchatPacket> =>
  who.next("2", ([, , author, text]) => author === "-1" && text?.startsWith("0\fsay\f»") === true);

test("a reply of OriginChats has the original's first words above it", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say(
    "a [b]question[/b] of <some>\nlength [1], which is [i]more than sixty letters long as all see",
  );
  const original = await ada.next("message_new");
  const { id } = original["message"] as { readonly id: string };
  ada.send({ cmd: "message_new", channel: "general", content: "an answer", reply_to: id });
  const [, , , quote] = await quoteFor(ben);
  assert.equal(
    quote,
    "0\fsay\f» ben: a question of &lt;some&gt; length [1], which is [\u200bi]more than sixty…",
  );
  const packet = await ben.next("2");
  assert.deepEqual([packet[3], packet[5]], ["an answer", "10010"]);
});

test("the words of a short original stand whole", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("short");
  const original = await heard(ada, "short");
  ada.send({ cmd: "message_new", channel: "general", content: "re", reply_to: original["id"] });
  assert.equal((await quoteFor(ben))[3], "0\fsay\f» ben: short");
  assert.equal((await ben.next("2"))[3], "re");
});

test("a first line `> name: words…` on Sock Chat becomes a reply, which pings its author", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const posted = await ada.ask({
    cmd: "message_new",
    channel: "general",
    content: "What shall we eat today?",
  });
  const { id } = posted["message"] as { readonly id: string };
  await ben.sees("What shall we eat today?");
  ben.say("> ada: what shall we…\nsoup");
  const reply = await heard(ada, "soup");
  assert.deepEqual(reply["reply_to"], { id, user: "ada" });
  assert.deepEqual(reply["pings"], { users: [], roles: [], replies: ["ada"] });
  assert.equal((await quoteFor(ben))[3], "0\fsay\f» ada: What shall we eat today?");
  await ben.sees("soup");
  const list = await ada.ask({ cmd: "message_replies", channel: "general", id });
  assert.equal((list["replies"] as readonly unknown[]).length, 1);
});

test("a first line that quotes nothing stays text", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("> ada: never said\nsoup again");
  const message = await heard(ada, "\u200b> ada: never said\nsoup again");
  assert.equal(message["reply_to"], undefined);
});

test("what the bot says above a reply may be copied to answer, and nothing that is typed looks like it", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const posted = await ada.ask({ cmd: "message_new", channel: "general", content: "copy me" });
  const { id } = posted["message"] as { readonly id: string };
  await ben.sees("copy me");
  ben.say("» ada: copy me\ncopied");
  assert.deepEqual((await heard(ada, "copied"))["reply_to"], { id, user: "ada" });
  await quoteFor(ben);
  ada.say("general", "» olga: I resign\nreally?");
  const [, , author, text] = await ben.next(
    "2",
    ([, , , said]) => said?.includes("resign") === true,
  );
  assert.deepEqual([author === "-1", text], [false, "» olga: I resign <br/> really?"]);
});

test("@name from Sock Chat pings on OriginChats", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ben.say("hello @ADA and @nobody-here, also @&user");
  const message = await heard(ada, "hello @ADA and @nobody-here, also @&user");
  assert.deepEqual(message["pings"], { users: ["ada"], roles: ["user"], replies: [] });
  const inbox = await ada.ask({ cmd: "pings_get" });
  const [newest] = inbox["messages"] as readonly Fields[];
  assert.equal(newest?.["id"], message["id"]);
});

test("a name as Sock Chat shows it pings on OriginChats, and is the account's there", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const ada = await home.onOriginchats("ada");
  const nick = (nickname?: string) => ({
    cmd: "slash_call",
    channel: "general",
    command: "nick",
    args: nickname === undefined ? {} : { nickname },
  });
  await ada.ask(nick("Lady Ada"));
  await ben.notice("nick");
  const cases = [
    ["hello @~Lady_Ada, and @nobody", "hello @ada, and @nobody"],
    ["[b]@lady_ada[/b]'s @Lady_Adas", "**@ada**'s @Lady_Adas"],
  ] as const;
  for (const [typed, shown] of cases) {
    ben.say(typed);
    const message = await heard(ada, shown);
    assert.deepEqual(message["pings"], { users: ["ada"], roles: [], replies: [] }, typed);
    await mona.sees(typed);
    const inbox = await ada.ask({ cmd: "pings_get" });
    const [newest] = inbox["messages"] as readonly Fields[];
    assert.equal(newest?.["id"], message["id"]);
  }
  await ada.ask(nick());
  const page = await ada.ask({ cmd: "messages_get", channel: "general" });
  const texts = (page["messages"] as readonly Fields[]).map(({ content }) => content);
  assert.ok(texts.includes("hello @ada, and @nobody"), "it says whom it meant then");
});

test("a first line that quotes makes a reply of a whisper, too", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const asked = await ada.ask({
    cmd: "slash_call",
    channel: "general",
    command: "msg",
    args: { username: "ben", text: "are you in?" },
  });
  await ben.sees("are you in?");
  const { id } = asked["message"] as { readonly id: string };
  for (const [line, answer] of [
    ["> ada: are you", "yes"],
    ["» ada: are you in?", "I am"],
    ["(private, ben and ada) » ada: are you in?", "still in"],
  ] as const) {
    ben.say(`/msg ada ${line}\n${answer}`);
    const said = await heard(ada, answer);
    assert.deepEqual(said["reply_to"], { id, user: "ada" }, line);
    const [, , , quote, , flags] = await ben.next(
      "2",
      ([, , author, text]) => author === "-1" && text?.includes("»") === true,
    );
    assert.match(
      quote ?? "",
      /^0\fsay\f\(private, (?:ada and ben|ben and ada)\) » ada: are you in\?$/,
    );
    assert.equal(flags, "10011");
    await ben.sees(`ada ${answer}`);
  }
});

test("an action that is edited on OriginChats stays in italics once, on either side", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  const benToo = await home.onOriginchats("ben");
  ben.say("/me waves");
  const shown = await heard(benToo, "_waves_");
  await mona.sees("<i>waves</i>");
  const edited = await benToo.ask({
    cmd: "message_edit",
    channel: "general",
    id: shown["id"],
    content: "_waves twice_",
  });
  assert.equal(edited["content"], "_waves twice_");
  assert.equal((edited["message"] as Fields)["kind"], "action");
  const again = await mona.next("2", ([, , , text]) => text?.includes("twice") ?? false);
  assert.equal(again[3], "<i>waves twice (edited)</i>");
  assert.equal(again[5], "11000");
});
