/** Bridge table, Messages: attachments, embeds, webhook messages and custom emoji, byte for byte. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dataUri, pdf, png } from "../support/picture.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post, uploadTo } from "../support/web.ts";

const base = "https://chat.example.org";
const home = stackForTests({ config: { originchats: { url: base }, graceMs: 0 } });
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

/** The next line whose body holds a word. */
const lineWith = (client: SockchatClient, word: string): Promise<SockchatPacket> =>
  client.next("2", ([, , , body]) => body?.includes(word) ?? false);

test("an attachment is a line each: name, size, address, in the author's own message", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const one = (await uploadTo(at(), ada, { name: "pic [1] <b>.png" })).body.attachment;
  const two = (
    await uploadTo(at(), ada, {
      file: dataUri("application/pdf", Buffer.concat([pdf, Buffer.alloc(2_000)])),
      name: "doc.pdf",
      mime_type: "application/pdf",
    })
  ).body.attachment;
  ada.send({
    cmd: "message_new",
    channel: "general",
    content: "see",
    attachments: [{ id: one?.id }, { id: two?.id }],
  });
  const [, , author, body, id, flags] = await lineWith(ben, "doc.pdf");
  assert.match(author ?? "", /^10000000\d\d$/);
  assert.equal(
    body,
    `see <br/> pic [1] &lt;b&gt;.png (71 B) ${one?.url} <br/> doc.pdf (2.0 KiB) ${two?.url}`,
  );
  assert.equal(flags, "10010");
  const mona = await home.onSockchat("mona");
  const context = mona.log.entries.find((packet) => packet[0] === "7" && packet[8] === id);
  assert.equal(context?.[7], body, "the backlog shows the same");
});

test("an attachment without words is a line of its own, and goes with its message", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  const { attachment } = (await uploadTo(at(), ada, { name: "alone.png" })).body;
  const posted = await ada.ask({
    cmd: "message_new",
    channel: "general",
    content: "",
    attachments: [{ id: attachment?.id }],
  });
  const [, , , body, id] = await lineWith(ben, "alone.png");
  assert.equal(body, `alone.png (71 B) ${attachment?.url}`);
  const messageId = (posted["message"] as Record<string, unknown>)["id"];
  await ada.ask({ cmd: "message_delete", channel: "general", id: String(messageId) });
  assert.deepEqual(await ben.next("6"), ["6", id]);
});

test("what a webhook posts is a notice under its name, and its embeds are too", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "Build <bot>" });
  const { token } = made["webhook"] as { readonly token: string };
  const url = `${at()}/webhooks?token=${token}`;
  await post(url, { content: "it <i>works</i>" });
  const text = await lineWith(ben, "works");
  assert.deepEqual(
    [text[2], text[3], text[5]],
    ["-1", "0\fsay\fBuild &lt;bot&gt;: it &lt;i&gt;works&lt;/i&gt;", "10010"],
  );
  await post(url, {
    content: "two",
    username: "Other",
    embeds: [{ title: "T", url: "https://e.org/", description: "D" }, { footer: { text: "F" } }],
  });
  assert.equal((await lineWith(ben, "two"))[3], "0\fsay\fOther: two");
  assert.equal((await ben.notice("say"))[3], "0\fsay\fOther: T https://e.org/ D");
  assert.equal((await ben.notice("say"))[3], "0\fsay\fOther: F");
  await post(
    url,
    {
      ref: "refs/heads/main",
      repository: { full_name: "o/r", html_url: "https://g/o/r" },
      commits: [],
    },
    { "x-github-event": "push" },
  );
  const pushed = "0\fsay\fGitHub: unknown - o/r <br/> main: 0 commits https://g/o/r";
  assert.equal((await ben.notice("say"))[3], pushed);
});

test("a person's embed is a notice under the person's name", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ada.send({
    cmd: "message_new",
    channel: "general",
    content: "look",
    embeds: [{ title: "A title", url: "https://e.org/a" }],
  });
  await ben.sees("look");
  assert.equal((await ben.notice("say"))[3], "0\fsay\fada: A title https://e.org/a");
});

test("a custom emoji is its name, in a text and after it is renamed", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const { id } = (await olga.ask({
    cmd: "emoji_add",
    name: "wave",
    image: dataUri("image/png", png),
  })) as unknown as { readonly id: string };
  olga.say("general", `hey originChats:<emoji>//chat.example.org/${id} you`);
  await ben.sees("hey :wave: you");
  olga.say("general", "no originChats:<emoji>//chat.example.org/999 here");
  await ben.sees("no :emoji: here");
  const question = await olga.ask({
    cmd: "message_new",
    channel: "general",
    content: `a originChats:<emoji>//chat.example.org/${id}?`,
  });
  const { id: messageId } = question["message"] as { readonly id: string };
  olga.send({ cmd: "message_new", channel: "general", content: "yes", reply_to: messageId });
  await ben.next("2", ([, , , text]) => text === "0\fsay\f» olga: a :wave:?");
  await ben.sees("yes");
  const react = (number: string) =>
    olga.ask({
      cmd: "message_react_add",
      channel: "general",
      id: messageId,
      emoji: `originChats://chat.example.org/emojis/${number}`,
    });
  await react(id);
  await react("999");
  const digest = await lineWith(ben, ":wave: olga");
  assert.equal(digest[3], "0\fsay\f:wave: olga; :emoji: olga on a message by olga: a :wave:?");
});

test("a channel that an OriginChats client links to is its name", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onOriginchats("ada");
  ada.say("general", "see originChats://chat.example.org/random, or originChats://a:5613/Random");
  await ben.sees("see #random, or #random");
  ada.say("general", "not originChats://chat.example.org/nowhere");
  await ben.sees("not originChats://chat.example.org/nowhere");
});

test("words with an emoji, a channel, a role or code are quoted as they are shown, and copied they are a reply", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const { id: emoji } = (await olga.ask({
    cmd: "emoji_add",
    name: "tea",
    image: dataUri("image/png", png),
  })) as unknown as { readonly id: string };
  for (const [typed, shown] of [
    [`yo originChats:<emoji>//chat.example.org/${emoji} ben`, "yo :tea: ben"],
    [`yooriginChats:<emoji>//chat.example.org/${emoji}!`, "yo:tea:!"],
    ["gone originChats:<emoji>//chat.example.org/999", "gone :emoji:"],
    ["see originChats://chat.example.org/random", "see #random"],
    ["hi @&moderator all", "hi @moderator all"],
    ["[b] `std::pair`", "[\u200bb] std::pair"],
  ] as const) {
    const posted = await olga.ask({ cmd: "message_new", channel: "general", content: typed });
    const { id } = posted["message"] as { readonly id: string };
    for (const [answer, line] of [
      ["typed", `> olga: ${shown}`],
      ["copied", `» olga: ${shown}`],
    ] as const) {
      ben.say(`${line}\n${answer}`);
      const heard = await olga.next("message_new", (packet) => {
        const { content } = packet["message"] as { readonly content: string };
        return content.includes(answer);
      });
      const { reply_to: replyTo } = heard["message"] as { readonly reply_to?: unknown };
      assert.deepEqual(replyTo, { id, user: "olga" }, line);
      const quote = await ben.next("2", ([, , author]) => author === "-1");
      assert.equal(quote[3], `0\fsay\f» olga: ${shown}`);
    }
  }
});
