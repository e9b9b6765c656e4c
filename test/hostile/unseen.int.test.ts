/**
 * Who may not see a place is sent nothing of what is done there, and no list tells of it: on both protocols, also from the
 * moment on at which it is hidden from somebody who stands in it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post, uploadTo } from "../support/web.ts";

const own = ["owner"];
const hiddenFrom = { view: own, send: own, react: own, pin: own, create_thread: own };
/** Every word that stands in a hidden place, and the places' names, hold one of these. */
const secret = /sesame|vault|hideout|cellar/i;

const home = stackForTests({
  config: {
    limits: { messagesPerMinute: 0, burstLimit: 0 },
    sockchat: { digestMs: 50, digestAgainMs: 100 },
  },
  furnished: async ({ operator }) => {
    const kinds = { vault: "text", hideout: "forum", cellar: "voice" } as const;
    for (const [name, kind] of Object.entries(kinds)) {
      await operator.mustAccept({ type: "channel.create", kind, name, permissions: hiddenFrom });
    }
  },
});
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

type Packet = { readonly cmd: string; readonly [field: string]: unknown };

/** The answer to what succeeds. */
async function done(client: OriginchatsClient, packet: Packet): Promise<OriginchatsPacket> {
  const answer = await client.ask(packet);
  assert.notEqual(answer.cmd, "error", `${packet.cmd}: ${JSON.stringify(answer)}`);
  return answer;
}

const idIn = (packet: OriginchatsPacket, key: string): string =>
  String((packet[key] as { readonly id: unknown }).id);

async function enter(client: SockchatClient, slug: string): Promise<void> {
  client.say(`/join ${slug}`);
  await client.next("5", ([, kind, to]) => kind === "2" && to === slug);
}

/** Whatever a client was sent from a mark until the answer to a ping. */
async function sentTo(
  client: OriginchatsClient | SockchatClient,
  mark: number,
): Promise<readonly unknown[]> {
  if ("ask" in client) await client.ask({ cmd: "ping" });
  else {
    client.send("0", client.userId);
    await client.next("0");
  }
  return client.log.since(mark).slice(0, -1);
}

/** What can be done in the hidden text channel and in a thread alike. */
async function live(olga: OriginchatsClient, place: Readonly<Record<string, string>>) {
  const said = (content: string, more = {}) =>
    done(olga, { cmd: "message_new", ...place, content, ...more });
  const id = idIn(await said("@ada @ben sesame"), "message");
  olga.send({ cmd: "typing", ...place });
  await done(olga, { cmd: "message_edit", ...place, id, content: "@ada @ben sesame two" });
  await said("@ada sesame answer", { reply_to: id, embeds: [{ title: "sesame" }] });
  await done(olga, { cmd: "message_react_add", ...place, id, emoji: "👍" });
  await done(olga, { cmd: "message_react_remove", ...place, id, emoji: "👍" });
  await done(olga, { cmd: "message_react_add", ...place, id, emoji: "🎉" });
  const poll = await done(olga, {
    cmd: "poll_create",
    ...place,
    question: "sesame?",
    options: ["sesame a", "sesame b"],
  });
  await done(olga, { cmd: "poll_vote", poll_id: poll["poll_id"], option_id: "0" });
  await done(olga, { cmd: "poll_end", poll_id: poll["poll_id"] });
  await done(olga, { cmd: "unreads_ack", ...place });
  const gone = idIn(await said("@ada sesame, soon gone"), "message");
  await done(olga, { cmd: "message_delete", ...place, id: gone });
  return id;
}

async function liveEverywhere(olga: OriginchatsClient, chat: SockchatClient): Promise<void> {
  const channel = "vault";
  const id = await live(olga, { channel });
  await done(olga, { cmd: "message_pin", channel, id });
  await done(olga, { cmd: "message_unpin", channel, id });
  await done(olga, { cmd: "message_pin", channel, id });
  const { body } = await uploadTo(at(), olga, { channel, name: "sesame.png" });
  const attachments = [{ id: body.attachment?.id }];
  await done(olga, { cmd: "message_new", channel, content: "sesame", attachments });
  const hook = await done(olga, { cmd: "webhook_create", channel, name: "sesame hook" });
  const { id: hookId, token } = hook["webhook"] as { readonly id: string; readonly token: string };
  await post(`${at()}/webhooks?token=${token}`, { content: "@ada sesame hook" });
  await done(olga, { cmd: "webhook_update", id: hookId, name: "sesame hook two" });
  await done(olga, { cmd: "webhook_delete", id: hookId });
  const response = { cmd: "slash_response", channel, command: "open", response: "sesame" };
  await done(olga, response);
  const updates = { description: "sesame" };
  await done(olga, { cmd: "channel_update", current_name: channel, updates });
  await done(olga, { cmd: "voice_join", channel: "cellar", peer_id: "sesame-peer" });
  await done(olga, { cmd: "voice_mute" });
  await done(olga, { cmd: "voice_unmute" });
  await done(olga, { cmd: "voice_leave" });
  await done(olga, { cmd: "voice_join", channel: "cellar", peer_id: "sesame-peer" });
  const thread = await done(olga, { cmd: "thread_create", channel: "hideout", name: "sesame" });
  const threadId = idIn(thread, "thread");
  await live(olga, { thread_id: threadId });
  await done(olga, { cmd: "thread_leave", thread_id: threadId });
  await done(olga, { cmd: "thread_join", thread_id: threadId });
  await done(olga, { cmd: "thread_update", thread_id: threadId, name: "sesame two", locked: true });
  const other = await done(olga, { cmd: "thread_create", channel: "hideout", name: "sesame 3" });
  await done(olga, { cmd: "thread_delete", thread_id: idIn(other, "thread") });
  chat.say("sesame from Sock Chat");
  await chat.sees("sesame from Sock Chat");
  chat.say("/me opens sesame");
  await olga.sees("_opens sesame_");
  chat.send("4", chat.userId);
  // The digest of the reactions is told last.
  await chat.next("2", ([, , author, text]) => author === "-1" && /🎉.*sesame/.test(text ?? ""));
}

test("nothing that is done in a hidden place is sent to who may not see it, and no list tells of it", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const olga = await home.onOriginchats("olga");
  const chat = await home.onSockchat("olga");
  await enter(chat, "vault");
  await done(olga, {
    cmd: "slash_register",
    commands: [{ name: "open", description: "Opens", options: [] }],
  });
  await sentTo(ben, 0);
  await sentTo(ada, 0);
  const marks = [ada.log.length, ben.log.length] as const;
  await liveEverywhere(olga, chat);
  assert.deepEqual(await sentTo(ada, marks[0]), []);
  assert.deepEqual(await sentTo(ben, marks[1]), []);

  const asked: readonly Packet[] = [
    { cmd: "channels_get" },
    { cmd: "unreads_get" },
    { cmd: "pings_get" },
    { cmd: "messages_search", channel: "general", query: "sesame" },
    { cmd: "messages_pinned", channel: "general" },
    { cmd: "messages_get", channel: "general" },
    { cmd: "users_list" },
    { cmd: "users_online" },
    { cmd: "server_info" },
    { cmd: "slash_list" },
    { cmd: "plugins_list" },
    ...["who", "info", "stats"].map((command) => ({
      cmd: "slash_call",
      channel: "general",
      command,
      args: {},
    })),
  ];
  const late = await home.onOriginchats("ada");
  for (const packet of asked) {
    // What was asked for stands in some answers.
    const { query: _, ...answer } = await late.ask(packet);
    assert.doesNotMatch(JSON.stringify(answer), secret, packet.cmd);
  }
  assert.doesNotMatch(
    JSON.stringify(late.log.entries.filter(({ cmd }) => cmd !== "messages_search")),
    secret,
  );

  const guest = await home.onSockchat("ben");
  for (const line of ["/who", "/who general", "/whois olga"]) guest.say(line);
  await sentTo(guest, 0);
  const shown = JSON.stringify(guest.log.entries);
  assert.match(shown, /olga/);
  assert.doesNotMatch(shown, secret);
  assert.doesNotMatch(shown, /\(voice\)/, "in which room she speaks is not ben's business");
  chat.say("/who");
  await chat.next("2", ([, , , text]) => text?.includes(">olga</a> (voice)") === true);
});

/** Ways in which a channel is hidden from cyd, who stands in it as one of the keepers. */
const hidings: readonly (readonly [how: string, by: Packet])[] = [
  ["her role is taken", { cmd: "user_roles_set", user: "cyd", roles: ["user"] }],
  [
    "its permissions are changed",
    {
      cmd: "channel_update",
      current_name: "den",
      updates: { permissions: { ...hiddenFrom, view: own } },
    },
  ],
];

test("who stands in a place that becomes hidden hears no more of it, is told so, and says nothing into it", async () => {
  const { operator } = home.stack;
  await operator.addUser("cyd");
  const olga = await home.onOriginchats("olga");
  const web = await home.onOriginchats("cyd");
  const chat = await home.onSockchat("cyd");
  const ben = await home.onSockchat("ben");
  await done(olga, { cmd: "role_create", name: "keeper" });
  const keepers = ["keeper", "owner"];
  const permissions = { ...hiddenFrom, view: keepers, send: keepers };
  await done(olga, { cmd: "channel_create", name: "den", type: "text", permissions });
  for (const [how, by] of hidings) {
    await done(olga, { cmd: "user_roles_set", user: "cyd", roles: ["keeper", "user"] });
    await enter(chat, "den");
    await done(olga, { cmd: "message_new", channel: "den", content: `before ${how}` });
    await chat.sees(`before ${how}`);
    await web.sees(`before ${how}`);
    const { id } = olga.messages().at(-1) ?? {};
    const marks = [web.log.length, chat.log.length] as const;
    await done(olga, by);
    await done(olga, { cmd: "message_new", channel: "den", content: "@cyd whisht" });
    await done(olga, { cmd: "message_edit", channel: "den", id, content: "whisht" });
    await done(olga, { cmd: "message_react_add", channel: "den", id, emoji: "🎉" });
    await done(olga, { cmd: "message_delete", channel: "den", id });

    const onWeb = await sentTo(web, marks[0]);
    const onChat = await sentTo(chat, marks[1]);
    assert.doesNotMatch(JSON.stringify([onWeb, onChat]), /whisht|🎉/, how);
    assert.ok(!onChat.some((packet) => (packet as readonly string[])[0] === "6"), how);
    const lists = onWeb.filter((packet) => (packet as OriginchatsPacket).cmd === "channels_get");
    assert.ok(lists.length > 0, `${how}: the stock client takes the channel off its list`);
    assert.doesNotMatch(JSON.stringify(lists.at(-1)), /"den"/, how);
    const moves = onChat.map((packet) => (packet as readonly string[]).slice(0, 3).join(" "));
    assert.ok(moves.includes("5 2 general"), `${how}: ${moves.join()}`);
    assert.ok(moves.includes("4 2 den"), `${how}: ${moves.join()}`);

    chat.say(`next word, ${how}`);
    await ben.sees(`next word, ${how}`);
    const refused = await web.ask({ cmd: "message_new", channel: "den", content: "next word" });
    assert.equal(refused["val"], "Channel not found", how);
    const { messages } = await done(olga, { cmd: "messages_get", channel: "den" });
    assert.doesNotMatch(JSON.stringify(messages), /next word/, how);
  }
});
