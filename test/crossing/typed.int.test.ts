/** Bridge table: what people of Sock Chat type to do what the clients of OriginChats have buttons for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const everybody = { view: ["user"], send: ["user"], create_thread: ["user"] };

const home = stackForTests({
  furnished: async ({ operator }) => {
    const forums = {
      forum: everybody,
      notices: { ...everybody, create_thread: ["moderator"] },
      vault: { ...everybody, view: ["owner"] },
    };
    for (const [name, permissions] of Object.entries(forums)) {
      await operator.mustAccept({ type: "channel.create", kind: "forum", name, permissions });
    }
    await operator.mustAccept({
      type: "channel.update",
      channel: "general",
      permissions: { ...everybody, pin: ["moderator"] },
    });
  },
});

/** The next line by the bot whose words begin so. */
function says(client: SockchatClient, begin: string): Promise<SockchatPacket> {
  return client.next(
    "2",
    ([, , author, body]) => author === "-1" && (body ?? "").startsWith(`0\fsay\f${begin}`),
  );
}

/** The line of somebody's words. */
function lineOf(client: SockchatClient, words: string): Promise<SockchatPacket> {
  return client.next("2", ([, , , body]) => body === words);
}

/** The id of what somebody says in `general`. */
async function say(client: OriginchatsClient, content: string): Promise<string> {
  const { message } = await client.ask({ cmd: "message_new", channel: "general", content });
  return (message as { readonly id: string }).id;
}

/** A message of OriginChats by its author and text. */
async function posted(client: OriginchatsClient, user: string, content: string) {
  const { message } = await client.next("message_new", (packet) => {
    const said = packet["message"] as { readonly user: string; readonly content: string };
    return said.user === user && said.content === content;
  });
  return message as { readonly id: string; readonly reply_to?: { readonly id: string } };
}

test("/react and /unreact mean the newest message, somebody's, or one by number", async () => {
  const ada = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const ben = await home.onSockchat("ben");
  const first = await say(ada, "first by ada");
  const second = await say(mona, "then by mona");
  const line = await lineOf(ben, "first by ada");
  await ben.sees("then by mona");
  for (const [typed, id, emoji] of [
    ["/react 👍", second, "👍"],
    ["/react ada 🎉", first, "🎉"],
    [`/react #${line[4]} 🦊`, first, "🦊"],
  ] as const) {
    ben.say(typed);
    const told = await ada.next("message_react_add", (packet) => packet["emoji"] === emoji);
    assert.deepEqual([told["id"], told["from"]], [id, "ben"], typed);
  }
  ben.say("/react 👍");
  await says(ben, "You have reacted with that already.");
  ben.say("/unreact ada 🎉");
  const back = await ada.next("message_react_remove");
  assert.deepEqual([back["id"], back["emoji"], back["from"]], [first, "🎉", "ben"]);
  ben.say("/unreact ada 🎉");
  await says(ben, "You have not reacted with that.");
  ben.say("/react olga 👍");
  await says(ben, "There is no such message here: olga");
});

test("/edit changes the newest of one's own, and nobody else's", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("a typo");
  const mine = await posted(ada, "ben", "a typo");
  await ada.ask({ cmd: "message_new", channel: "general", content: "not ben's" });
  const foreign = await lineOf(ben, "not ben's");
  ben.say("/edit a word");
  const edited = await ada.next("message_edit");
  assert.deepEqual([edited["id"], edited["content"]], [mine.id, "a word"]);
  await ben.sees("a word (edited)");
  ben.say(`/edit #${foreign[4]} mine now`);
  await says(ben, "You can only edit messages of your own that stand here.");
  ben.say("/edit");
  await ben.notice("cmderr");
});

test("/reply is a reply", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const asked = await say(ada, "who is in?");
  const line = await lineOf(ben, "who is in?");
  ben.say("/reply ada I am");
  const answer = await posted(ada, "ben", "I am");
  assert.equal(answer.reply_to?.id, asked);
  await says(ben, "» ada: who is in?");
  ben.say(`/reply #${line[4]} and mona`);
  assert.equal((await posted(ada, "ben", "and mona")).reply_to?.id, asked);
  ben.say("/reply nobody hello");
  await says(ben, "There is no such message here: nobody");
});

test("/pin, /pins and /unpin, for those whom the channel lets", async () => {
  const ada = await home.onOriginchats("ada");
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  await ada.ask({ cmd: "message_new", channel: "general", content: "worth a pin" });
  const line = await lineOf(mona, "worth a pin");
  mona.say("/pin ada");
  const pinned = await ada.next("message_pin");
  assert.equal(pinned["pinned"], true);
  ben.say("/pins");
  const list = await says(ben, "Pinned here:");
  assert.equal(list[3], `0\fsay\fPinned here: <br/> #${line[4]} ada: worth a pin`);
  ben.say("/pin ada");
  assert.equal((await ben.notice("cmdna"))[3], "1\fcmdna\f/pin");
  mona.say(`/unpin #${line[4]}`);
  await ada.next("message_unpin");
  ben.say("/pins");
  await says(ben, "Nothing is pinned here.");
});

test("/poll makes one in which both sides vote", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/poll Tea? | yes & no | [b]no[/b]");
  await says(ben, "ben: Tea? <br/> 1. yes & no (0) <br/> 2.");
  const { message } = await ada.next("message_new", (packet) => {
    const { embeds } = packet["message"] as { readonly embeds?: readonly unknown[] };
    return embeds !== undefined;
  });
  const [embed] = (message as { readonly embeds: readonly Record<string, unknown>[] }).embeds;
  const poll = embed?.["poll"] as { readonly id: string; readonly question: string };
  assert.equal(poll.question, "Tea?");
  await ada.ask({ cmd: "poll_vote", poll_id: poll.id, option_id: "0" });
  await says(ben, 'Poll "Tea?": 1. yes & no (1)');
  ben.say("/poll Tea? | yes");
  await says(ben, "A poll is a question and 2 to 10 answers");
});

test("/search finds what is written where one stands", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await ada.ask({ cmd: "message_new", channel: "general", content: "a needle, seldom" });
  const line = await lineOf(ben, "a needle, seldom");
  await ada.ask({ cmd: "message_new", channel: "random", content: "a needle elsewhere" });
  ben.say("/search NEEDLE");
  const found = await says(ben, "Found, newest first:");
  assert.equal(found[3], `0\fsay\fFound, newest first: <br/> #${line[4]} ada: a needle, seldom`);
  ben.say("/search nothing like it");
  await says(ben, "Nothing was found.");
});

test("/topic tells what a channel is about, and those who manage it change it for everybody", async () => {
  const olga = await home.onSockchat("olga");
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  olga.say("/topic tea & <cake>");
  await says(olga, "tea & &lt;cake&gt;");
  await says(ben, "tea & &lt;cake&gt;");
  const update = await ada.next("channel_update");
  assert.equal((update["channel"] as { description: string }).description, "tea & <cake>");
  ben.say("/topic");
  await says(ben, "tea & &lt;cake&gt;");
  const late = await home.onSockchat("mona");
  const entered = late.log.entries.filter(([id, kind]) => id === "7" && kind === "1").at(-1);
  assert.equal(entered?.[7], "0\fsay\ftea & &lt;cake&gt;");
  ben.say("/topic mine");
  assert.equal((await ben.notice("namchan"))[3], "1\fnamchan\fgeneral");
  olga.say("/topic -");
  await says(ben, "This channel has no topic any more.");
});

test("/thread opens one in a forum, and whoever opened it stands there", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/thread");
  await says(ben, "Forums: forum");
  ben.say("/thread forum A thing  to talk about");
  const made = await ada.next("thread_create");
  assert.equal((made["thread"] as { name: string }).name, "A thing to talk about");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "forum-A_thing_to_talk_about");
  ben.say("said inside");
  const said = await ada.next("message_new", (packet) => packet["thread_id"] !== null);
  assert.equal((said["message"] as { content: string }).content, "said inside");
  ben.say("/thread nowhere a name");
  await ben.notice("nochan");
});

test("/thread says whether a forum is not there, or no place to open one", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ben.say("/thread notices Mine");
  await says(ben, "You do not have permission to open threads in notices");
  ben.say("/thread vault Mine");
  assert.equal((await ben.notice("nochan"))[3], "1\fnochan\fvault");
  mona.say("/thread notices Rules");
  await mona.next("5", ([, kind, slug]) => kind === "2" && slug === "notices-Rules");
});

test("/roles and /help say what there is, and to whom", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  ben.say("/roles mona");
  const held = await says(ben, "Roles of mona: ");
  assert.ok(held[3]?.includes("moderator"), held[3]);
  ben.say("/help");
  const lines = ((await says(ben, "/help"))[3] ?? "").slice("0\fsay\f".length).split(" <br/> ");
  assert.ok(lines.includes("/edit [\u200b#number] text - change the last message of yours here"));
  assert.ok(!lines.some((line) => line.startsWith("/ban ") || line.startsWith("/pin ")));
  mona.say("/help");
  const more = ((await says(mona, "/help"))[3] ?? "").split(" <br/> ");
  assert.ok(more.some((line) => line.startsWith("/ban ")));
  ben.say("/help react");
  await says(ben, "/react [\u200bname|#number] emoji - react");
});
