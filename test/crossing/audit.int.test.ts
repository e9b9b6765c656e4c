/** Bridge table, Moderation: every act stands in the log with who, whom, why and from which protocol. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  config: {
    graceMs: 0,
    limits: { messagesPerMinute: 1000, burstLimit: 1000 },
    sockchat: { floodWarn: 1000, floodKick: 1000 },
  },
});

interface Entry {
  readonly action: string;
  readonly actor_name: string;
  readonly target_name: string | null;
  readonly details: { readonly protocol?: string; readonly reason?: string };
}

/** What is done to whom, and what the log has of it: the action, and whether a reason was given. */
interface Act {
  /** A command of Sock Chat or a slash command of OriginChats; absent: a packet. */
  readonly command?: string;
  readonly give: string | Readonly<Record<string, unknown>>;
  readonly action: string;
  readonly why?: true;
  /** For acts on those who are there. */
  readonly present?: true;
}

const slash = (command: string, more: Readonly<Record<string, unknown>> = {}) => ({
  cmd: "slash_call",
  channel: "general",
  command,
  args: { username: "tom", ...more },
});
const reason = "rude words";

const onOriginchats: readonly Act[] = [
  {
    command: "kick",
    give: slash("kick", { reason }),
    action: "user_kick",
    why: true,
    present: true,
  },
  {
    command: "mute",
    give: slash("mute", { duration: 9, reason }),
    action: "user_timeout",
    why: true,
  },
  { command: "unmute", give: slash("unmute"), action: "user_timeout" },
  {
    command: "silence",
    give: slash("silence", { seconds: 9, reason }),
    action: "user_timeout",
    why: true,
  },
  { command: "unsilence", give: slash("unsilence"), action: "user_timeout" },
  {
    give: { cmd: "user_timeout", user: "tom", timeout: 9, reason },
    action: "user_timeout",
    why: true,
  },
  { give: { cmd: "user_timeout", user: "tom", timeout: 0 }, action: "user_timeout" },
  { command: "ban", give: slash("ban", { reason }), action: "user_ban", why: true },
  { command: "unban", give: slash("unban"), action: "user_unban" },
  { give: { cmd: "user_ban", user: "tom", reason }, action: "user_ban", why: true },
  { give: { cmd: "user_unban", user: "tom" }, action: "user_unban" },
  {
    give: { cmd: "user_roles_set", user: "tom", roles: ["user", "admin"] },
    action: "user_roles_set",
  },
  { give: { cmd: "user_roles_set", user: "tom", roles: ["user"] }, action: "user_roles_set" },
  {
    give: { cmd: "user_update", user: "tom", updates: { nickname: "Tommy" } },
    action: "user_update",
  },
  { give: { cmd: "rate_limit_reset", user: "tom" }, action: "rate_limit_reset" },
];

const onSockchat: readonly Act[] = [
  {
    command: "silence",
    give: `/silence tom 9 ${reason}`,
    action: "user_timeout",
    why: true,
    present: true,
  },
  { command: "unsilence", give: "/unsilence tom", action: "user_timeout", present: true },
  { command: "kick", give: `/kick tom 1 ${reason}`, action: "user_kick", why: true, present: true },
  { command: "ban", give: `/ban tom 60 ${reason}`, action: "user_ban", why: true },
  { command: "unban", give: "/unban tom", action: "user_unban" },
];

/** Commands for those who keep order alone that do nothing to a person. */
const apart = [
  "bans",
  "say",
  "ip",
  "unbanip",
  "pin",
  "unpin",
  "rank",
  "password",
  "delchan",
  "topic",
  "whois",
];

async function newest(olga: OriginchatsClient): Promise<readonly Entry[]> {
  const log = await olga.ask({ cmd: "modlog_get", limit: 50 });
  return log["entries"] as readonly Entry[];
}

async function check(
  olga: OriginchatsClient,
  acts: readonly Act[],
  protocol: string,
  give: (act: Act, seen: number) => Promise<void>,
): Promise<void> {
  for (const act of acts) {
    const before = await newest(olga);
    const tom = act.present === true ? await home.onOriginchats("tom") : undefined;
    await give(act, before.length);
    const [entry, ...others] = await newest(olga);
    assert.equal(others.length, before.length, `${JSON.stringify(act.give)} is one entry`);
    assert.deepEqual(
      [entry?.action, entry?.actor_name, entry?.target_name, entry?.details.protocol],
      [act.action, "olga", "tom", protocol],
    );
    assert.equal(entry?.details.reason, act.why && reason, JSON.stringify(act.give));
    await tom?.close();
  }
}

/** What `/help` on Sock Chat offers. */
async function offered(client: SockchatClient): Promise<readonly string[]> {
  client.say("/help");
  const [, , , body = ""] = await client.notice("say");
  return [...body.matchAll(/(?:\f|> )\/([a-z]+)/g)].map(([, name = ""]) => name);
}

/** What `/help` on OriginChats offers. */
async function offeredWeb(client: OriginchatsClient): Promise<readonly string[]> {
  const call = { cmd: "slash_call", channel: "general", command: "help", args: {} };
  const { message } = await client.ask(call);
  const { content } = message as { readonly content: string };
  return [...content.matchAll(/`\/([a-z]+)`/g)].map(([, name = ""]) => name);
}

/** Commands that olga is offered and ada is not, but for those that are no act on a person. */
const ofModerators = (all: readonly string[], everybody: readonly string[]): readonly string[] =>
  all.filter((name) => !everybody.includes(name) && !apart.includes(name)).sort();
const commandsOf = (acts: readonly Act[]): readonly string[] =>
  acts.flatMap(({ command }) => command ?? []).sort();

test("every act of those who keep order is logged with who, whom, why and from which side", async () => {
  await home.stack.operator.addUser("tom");
  const olga = await home.onOriginchats("olga");
  const there = await home.onSockchat("olga");
  const web = ofModerators(
    await offeredWeb(olga),
    await offeredWeb(await home.onOriginchats("ada")),
  );
  assert.deepEqual(web, commandsOf(onOriginchats), "each command of OriginChats is tried");
  const sock = ofModerators(await offered(there), await offered(await home.onSockchat("ada")));
  assert.deepEqual(sock, commandsOf(onSockchat), "each command of Sock Chat is tried");
  await check(olga, onOriginchats, "originchats", async ({ give }) => {
    const answer = await olga.ask(give as { readonly cmd: string });
    assert.notEqual(answer.cmd, "error", JSON.stringify(answer));
  });
  await check(olga, onSockchat, "sockchat", async ({ give }) => {
    there.say(String(give));
    await olga.next("message_new", ({ message }) => {
      return (message as { readonly user: string }).user === "originChats";
    });
  });
});
