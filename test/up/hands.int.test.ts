/** What an operator does to people and to the house by `dragoman`, and that the audit log has it as the operator's act. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { eventually, within } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { housesForTests, type Settings } from "./houses.ts";
import { outcome, run } from "./program.ts";

const houses = housesForTests("hands", "all tests");
let settings: Settings = {};
before(async () => {
  settings = await houses.house({ DRAGOMAN_DEMO: "true" });
});

const port = (door: string): number => Number(settings[`DRAGOMAN_${door}_PORT`]);

/** What a command that succeeds prints as JSON, object by object. */
async function told(...words: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await outcome([...words, "--json"], settings);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

async function one(...words: readonly string[]): Promise<Record<string, unknown>> {
  const [only = {}, ...others] = await told(...words);
  assert.deepEqual(others, []);
  return only;
}

const refusal = async (...words: readonly string[]): Promise<string> => {
  const { code, stderr } = await outcome(words, settings);
  assert.equal(code, 1, `${words.join(" ")}: ${stderr}`);
  return stderr.trim();
};

/** The newest entry of the audit log. */
async function lastAct(): Promise<readonly unknown[]> {
  const { act, actor, target } = await one("audit", "--limit", "1");
  return [act, actor, target];
}

describe("people", () => {
  it("are found, shown and listed", async () => {
    assert.deepEqual(
      (await told("user", "search", "MON")).map(({ name }) => name),
      ["mona"],
    );
    assert.deepEqual(
      (await told("user", "list", "--role", "owner")).map(({ name }) => name),
      ["olga"],
    );
    const ben = await SockchatClient.signIn(port("SOCKCHAT"), "ben");
    const shown = await one("user", "show", "ben");
    assert.deepEqual(
      [shown["name"], shown["hasPassword"], shown["sessions"], shown["ban"], shown["addresses"]],
      ["ben", true, 1, null, ["127.0.0.1"]],
    );
    const [session] = await told("user", "sessions", "ben");
    assert.equal(session?.["protocol"], "sockchat");
    const mona = await OriginchatsClient.signIn(port("ORIGINCHATS"), "mona");
    const there = await told("user", "sessions");
    assert.deepEqual(
      there.map(({ name, protocol, address }) => [name, protocol, address]),
      [
        ["ben", "sockchat", "127.0.0.1"],
        ["mona", "originchats", "127.0.0.1"],
      ],
    );
    for (const { since } of there) assert.ok(Date.now() - Date.parse(String(since)) < 600_000);
    await mona.close();
    assert.match(await refusal("user", "show", "nobody"), /there is no user "nobody"$/);
    ben.socket.terminate();
  });

  it("are banned for a time and let in again", async () => {
    const there = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ben");
    const banned = await one("user", "ban", "ben", "--for", "2h", "--reason", "enough");
    const leftMs = Date.parse(String(banned["until"])) - Date.now();
    assert.ok(leftMs > 7_000_000 && leftMs < 7_400_000, String(leftMs));
    await there.closed();
    assert.deepEqual(await lastAct(), ["moderation.banned", "operator", "ben"]);
    assert.match(await refusal("user", "ban", "ben"), /^dragoman: "ben" is banned already$/);
    assert.deepEqual(
      (await told("user", "list", "--banned")).map(({ name }) => name),
      ["ben"],
    );
    assert.equal((await one("user", "unban", "ben"))["name"], "ben");
    assert.deepEqual(await lastAct(), ["moderation.unbanned", "operator", "ben"]);
    const again = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ben");
    again.socket.terminate();
  });

  it("are silenced, heard again and kicked", async () => {
    const there = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ben");
    assert.equal((await one("user", "silence", "ben"))["until"], null);
    assert.deepEqual(await lastAct(), ["moderation.silenced", "operator", "ben"]);
    await one("user", "unsilence", "ben");
    assert.deepEqual(await lastAct(), ["moderation.unsilenced", "operator", "ben"]);
    await one("user", "kick", "ben", "--reason", "a pause");
    assert.deepEqual(await lastAct(), ["moderation.kicked", "operator", "ben"]);
    await there.closed();
    assert.match(await refusal("user", "kick", "ben"), /ben is not there: no connection is open$/);
    const wrong = await outcome(["user", "silence", "ben", "--for", "soon"], settings);
    assert.deepEqual([wrong.code, /no length of time/.test(wrong.stderr)], [2, true]);
  });

  it("get roles and another name, lose their tokens, and become one", async () => {
    assert.deepEqual((await one("user", "role", "ben", "--add", "moderator"))["roles"], [
      "user",
      "moderator",
    ]);
    assert.deepEqual(await lastAct(), ["user.assigned", "operator", "ben"]);
    assert.deepEqual((await one("user", "role", "ben", "--remove", "moderator"))["roles"], [
      "user",
    ]);
    await one("user", "rename", "ben", "benedict");
    assert.deepEqual(await lastAct(), ["user.renamed", "operator", "benedict"]);
    await one("token", "revoke", "benedict");
    assert.deepEqual(await lastAct(), ["tokens.revoked", "operator", "benedict"]);
    await outcome(["user", "add", "benny"], settings, "dragoman\n");
    await one("user", "merge", "benny", "benedict");
    assert.deepEqual(await lastAct(), ["user.merged", "operator", "benedict"]);
    assert.equal((await one("user", "show", "benny"))["name"], "benedict");
  });
});

describe("login tokens", () => {
  const bySockchat = async (token: string): Promise<string | undefined> => {
    const client = await SockchatClient.connect(port("SOCKCHAT"));
    client.send("1", "Bearer", token);
    const [, answer] = await client.next("1");
    client.socket.terminate();
    return answer;
  };

  it("are listed with where they come from and when they were used, and ended one by one", async () => {
    const mona = await OriginchatsClient.signIn(port("ORIGINCHATS"), "mona");
    const [first, second] = [await mona.loginToken(), await mona.loginToken()];
    assert.notEqual(first, second);
    assert.equal(await bySockchat(second), "y");
    const today = new Date().toISOString().slice(0, 10);
    const listed = async (...words: readonly string[]) =>
      (await told("token", "list", ...words)).map(({ name, tokenId, protocol, lastUsed }) => [
        name,
        tokenId,
        protocol,
        lastUsed,
      ]);
    const both = [
      ["mona", 1, "originchats", null],
      ["mona", 2, "originchats", today],
    ];
    assert.deepEqual(await listed("mona"), both);
    assert.deepEqual(await listed(), both);
    await one("token", "revoke", "mona", "1");
    assert.deepEqual(await lastAct(), ["token.ended", "operator", "mona"]);
    assert.deepEqual([await bySockchat(first), await bySockchat(second)], ["n", "y"]);
    assert.match(await refusal("token", "revoke", "mona", "1"), /no such token/);
    await one("token", "revoke", "mona");
    assert.equal(await bySockchat(second), "n");
    assert.deepEqual(await listed("mona"), []);
    mona.socket.terminate();
  });
});

describe("invites", () => {
  it("are made, listed, used and revoked, and the audit log says by whom", async () => {
    const more = ["--uses", "2", "--expires", "2d", "--role", "moderator", "--note", "for vera"];
    const { inviteId, code } = await one("invite", "create", ...more);
    assert.deepEqual(await lastAct(), ["invite.created", "operator", inviteId]);
    const vera = await SockchatClient.connect(port("SOCKCHAT"));
    vera.send("1", "Local", `vera ${code}`, "dragoman");
    assert.equal((await vera.next("1"))[1], "y");
    vera.socket.terminate();
    assert.deepEqual(await lastAct(), ["invite.used", "vera", inviteId]);
    assert.deepEqual((await one("user", "show", "vera"))["roles"], ["moderator", "user"]);
    const listed = await told("invite", "list");
    assert.deepEqual(
      listed.map(({ inviteId: id, used, uses, roles, note }) => [id, used, uses, roles, note]),
      [[inviteId, 1, 2, ["moderator"], "for vera"]],
    );
    await one("invite", "revoke", String(inviteId));
    assert.deepEqual(await lastAct(), ["invite.revoked", "operator", inviteId]);
    assert.deepEqual(await told("invite", "list"), []);
    assert.match(await refusal("invite", "revoke", String(inviteId)), /no such invite/);
    assert.match(await refusal("invite", "create", "--role", "nobodys"), /no role "nobodys"/);
    const wrong = await outcome(["invite", "create", "--expires", "400d"], settings);
    assert.deepEqual([wrong.code, /a year is the most/.test(wrong.stderr)], [2, true]);
  });
});

describe("the house", () => {
  it("says a line to everybody on both protocols", async () => {
    const ada = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ada");
    const mona = await SockchatClient.signIn(port("SOCKCHAT"), "mona");
    await one("say", "back", "at", "noon");
    await Promise.all([
      ada.sees("back at noon"),
      mona.next("2", (fields) => fields.join(" ").includes("back at noon")),
    ]);
    assert.deepEqual((await lastAct()).slice(0, 2), ["message.announced", "operator"]);
    for (const client of [ada, mona]) client.socket.terminate();
  });

  it("has roles made, changed, put in order and taken away", async () => {
    const roles = async () => (await told("role", "list")).map(({ name }) => name);
    const before = await roles();
    await one("role", "create", "painter", "--color", "#aa3366", "--permission", "send_messages");
    assert.deepEqual(await lastAct(), ["role.created", "operator", "painter"]);
    await one("role", "change", "painter", "--name", "artist", "--self-assignable", "yes");
    assert.deepEqual(await lastAct(), ["role.updated", "operator", "artist"]);
    const artist = (await told("role", "list")).find(({ name }) => name === "artist");
    assert.deepEqual(
      [artist?.["color"], artist?.["permissions"], artist?.["selfAssignable"]],
      ["#aa3366", ["send_messages"], true],
    );
    const order = (await one("role", "reorder", "owner", "admin", "artist"))["roles"] as string[];
    assert.deepEqual(order.slice(0, 3), ["owner", "admin", "artist"]);
    await one("role", "delete", "artist");
    assert.deepEqual(await lastAct(), ["role.deleted", "operator", "artist"]);
    assert.deepEqual((await roles()).toSorted(), before.toSorted());
  });

  it("has channels made, changed, put in order and ended", async () => {
    const names = async () => (await told("channel", "list")).map(({ name }) => name);
    await one("channel", "create", "studio", "--allow", "view=user", "--allow", "send=admin");
    assert.deepEqual(await lastAct(), ["channel.created", "operator", "studio"]);
    await one("channel", "change", "studio", "--name", "atelier", "--description", "paint");
    assert.deepEqual(await lastAct(), ["channel.updated", "operator", "atelier"]);
    const atelier = (await told("channel", "list")).find(({ name }) => name === "atelier");
    assert.deepEqual(
      [atelier?.["description"], atelier?.["permissions"]],
      ["paint", { view: ["user"], send: ["admin"] }],
    );
    const order = (await one("channel", "reorder", "atelier"))["channels"] as string[];
    assert.equal(order[0], "atelier");
    await one("channel", "delete", "atelier");
    assert.deepEqual(await lastAct(), ["channel.deleted", "operator", "atelier"]);
    assert.ok(!(await names()).includes("atelier"));
    assert.match(await refusal("channel", "delete", "general"), /the channel is protected$/);
  });

  it("has messages found, shown and deleted, and no whisper looked at", async () => {
    const ada = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ada");
    const mona = await SockchatClient.signIn(port("SOCKCHAT"), "mona");
    ada.say("general", "a walrus sings");
    await mona.sees("a walrus sings");
    mona.say("/msg ada a walrus whispers");
    await ada.sees("a walrus whispers");
    let found: readonly Record<string, unknown>[] = [];
    await eventually(10_000, "the message", async () => {
      found = await told("message", "search", "WALRUS");
      return found.length > 0;
    });
    assert.deepEqual(
      found.map(({ text, author, channel }) => [text, author, channel]),
      [["a walrus sings", "ada", "general"]],
    );
    const id = String(found[0]?.["messageId"]);
    assert.equal((await one("message", "show", id))["text"], "a walrus sings");
    const whispered = ada.log.entries.findLast((packet) =>
      JSON.stringify(packet).includes("a walrus whispers"),
    );
    const [, hidden = ""] = /"id":"([^"]+)"/.exec(JSON.stringify(whispered)) ?? [];
    assert.match(await refusal("message", "show", hidden), /there is no message "[^"]+"$/);
    await one("message", "delete", id);
    assert.deepEqual(await lastAct(), ["message.deleted", "operator", id]);
    await eventually(10_000, "its end", async () => {
      return (await told("message", "search", "walrus")).length === 0;
    });
    assert.match(await refusal("message", "delete", id), /there is no message/);
    for (const client of [ada, mona]) client.socket.terminate();
  });

  it("has what was said in the threads of a forum found", async () => {
    await one(
      "channel",
      "create",
      "ideas",
      "--kind",
      "forum",
      "--allow",
      "view=user",
      "--allow",
      "send=user",
      "--allow",
      "create_thread=user",
    );
    const olga = await OriginchatsClient.signIn(port("ORIGINCHATS"), "olga");
    const made = await olga.ask({ cmd: "thread_create", channel: "ideas", name: "birds" });
    const thread = made["thread"] as { readonly id: string };
    await olga.ask({
      cmd: "message_new",
      channel: "ideas",
      thread_id: thread.id,
      content: "a heron",
    });
    const found = await eventually(10_000, "the message", async () => {
      const [first] = await told("message", "search", "heron");
      return first;
    });
    assert.deepEqual([found["channel"], found["threadId"]], ["ideas", thread.id]);
    olga.socket.terminate();
  });

  it("has no webhook and no emoji that was not made", async () => {
    assert.deepEqual(await told("webhook", "list"), []);
    assert.deepEqual(await told("emoji", "list"), []);
    assert.match(await refusal("webhook", "delete", "none"), /there is no webhook "none"$/);
    assert.match(await refusal("emoji", "delete", "none"), /there is no emoji "none"$/);
  });
});

it("the audit log is followed while it grows", async () => {
  const following = run(
    ["audit", "--limit", "1", "--follow", "--act", "tokens.revoked", "--json"],
    settings,
  );
  const acts = (): number => following.stdout().split("\n").length - 1;
  const seen = (count: number) =>
    within(
      20_000,
      `${count} acts`,
      new Promise<void>((done) => {
        const look = (): void => {
          if (acts() >= count) done();
        };
        following.child.stdout?.on("data", look);
        look();
      }),
      following.stderr,
    );
  await seen(1);
  await one("token", "revoke", "mona");
  await seen(2);
  following.child.kill("SIGTERM");
  await following.ended;
  assert.equal(JSON.parse(following.stdout().split("\n")[1] ?? "").target, "mona");
});
