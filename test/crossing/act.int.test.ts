/**
 * Bridge table, Moderation and People: an act that somebody commands is a line by the server on OriginChats, from
 * whichever side it came, and on Sock Chat what the protocol has packets for: told once on each.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 0 } });

async function newcomer(name: string): Promise<string> {
  await home.stack.operator.addUser(name);
  return name;
}

/** What the server said of somebody's command, as OriginChats clients get it: text, command, caller. */
async function line(client: OriginchatsClient, text: string) {
  const packet = await client.next(
    "message_new",
    ({ message }) => (message as { readonly content: string }).content === text,
  );
  const { user, interaction } = packet["message"] as {
    readonly user: string;
    readonly interaction: { readonly command: string; readonly username: string };
  };
  return [packet["channel"], user, interaction.command, interaction.username];
}

const slash = (command: string, args: object) => ({
  cmd: "slash_call",
  channel: "general",
  command,
  args,
});

/** The lines that the bot says to a Sock Chat client from a place of its log on. */
const botLines = (client: SockchatClient, from = 0): readonly (string | undefined)[] =>
  client.log
    .since(from)
    .flatMap(([id, , author, body]) => (id === "2" && author === "-1" ? [body] : []));

/** The lines of the backlogs that a client was given. */
const given = (client: SockchatClient): readonly string[] =>
  client.log.entries.flatMap(([id, kind, ...fields]) =>
    id === "7" && kind === "1" ? [fields[5] ?? ""] : [],
  );

test("what a moderator of Sock Chat does is said on OriginChats, with who and why", async () => {
  const name = await newcomer("cyd");
  const ada = await home.onOriginchats("ada");
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  const here = await home.onSockchat(name);
  const mark = ben.log.length;
  mona.say(`/silence ${name} 60 too loud`);
  const silenced = `🔇 **${name}** has been silenced for 60 seconds.\n**Reason:** too loud`;
  assert.deepEqual(await line(ada, silenced), ["general", "originChats", "silence", "mona"]);
  mona.say(`/unsilence ${name}`);
  const lifted = `🔊 **${name}** has been unsilenced.`;
  assert.deepEqual(await line(ada, lifted), ["general", "originChats", "unsilence", "mona"]);
  mona.say(`/kick ${name} 1 story time`);
  const kicked = `👢 **${name}** has been kicked for 1 seconds.\n**Reason:** story time`;
  assert.deepEqual(await line(ada, kicked), ["general", "originChats", "kick", "mona"]);
  await here.closed();
  mona.say(`/ban ${name} 3600 [b]again[/b]`);
  const banned = `🚫 **${name}** has been banned for 3600 seconds.\n**Reason:** [b]again[/b]`;
  assert.deepEqual(await line(ada, banned), ["general", "originChats", "ban", "mona"]);
  mona.say(`/pardon ${name}`);
  const unbanned = `✅ **${name}** has been unbanned.`;
  assert.deepEqual(await line(ada, unbanned), ["general", "originChats", "unban", "mona"]);
  ada.say("general", "that was all");
  await ben.sees("that was all");
  assert.deepEqual(botLines(ben, mark), [], "Sock Chat has its own packets");
  const gone = ben.log.since(mark).filter(([id, user]) => id === "3" && user === here.userId);
  assert.deepEqual(
    gone.map((packet) => packet[3]),
    ["kick"],
  );
});

test("what is commanded on OriginChats comes to Sock Chat as its own packets, and in no backlog", async () => {
  const name = await newcomer("dot");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const here = await home.onSockchat(name);
  const mark = ben.log.length;
  const calls: readonly (readonly [string, object])[] = [
    ["mute", { username: name, duration: 60 }],
    ["unmute", { username: name }],
    ["silence", { username: name, seconds: 60, reason: "noise" }],
    ["unsilence", { username: name }],
    ["kick", { username: name, reason: "noise" }],
    ["ban", { username: name }],
    ["unban", { username: name }],
    ["nick", { nickname: "Lady Olga" }],
    ["nick", {}],
  ];
  const answers: unknown[] = [];
  for (const [command, args] of calls) {
    const { message } = await olga.ask(slash(command, args));
    answers.push((message as { readonly content?: string } | undefined)?.content);
  }
  assert.equal(answers.at(-2), "Nickname set to **Lady Olga**");
  olga.say("general", "that was all, too");
  await ben.sees("that was all, too");
  assert.deepEqual(botLines(ben, mark), ["0\fnick\folga\f~Lady_Olga", "0\fnick\f~Lady_Olga\folga"]);
  const gone = ben.log.since(mark).filter(([id, user]) => id === "3" && user === here.userId);
  assert.deepEqual(
    gone.map((packet) => packet[3]),
    ["kick"],
  );
  await newcomer("eve");
  const late = await home.onSockchat("eve");
  const backlog = given(late);
  assert.ok(backlog.includes("that was all, too"));
  assert.ok(!backlog.some((text) => /has been|Nickname/.test(text)), backlog.join("\n"));
});

test("a backlog has its twenty lines beside what is not shown in it", async () => {
  const ada = await home.onOriginchats("ada");
  const olga = await home.onOriginchats("olga");
  for (let n = 1; n <= 20; n += 1) {
    await ada.ask({ cmd: "message_new", channel: "random", content: `line ${n}` });
    await olga.ask({ ...slash("mute", { username: "mona", duration: n }), channel: "random" });
  }
  const ben = await home.onSockchat("ben");
  ben.say("/join random");
  await ben.next("5", ([, kind, name]) => kind === "2" && name === "random");
  assert.deepEqual(
    given(ben).slice(-20),
    Array.from({ length: 20 }, (_, n) => `line ${n + 1}`),
  );
});
