/** What a gateway keeps, whatever carries its frames: each case over WebSocket and over TCP. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { packedForm } from "@dragoman/service-kit";
import { LineClient, until } from "@dragoman/testing/line-client";
import { type LineOverrides, lineEdge, page } from "@dragoman/testing/line-edge";
import { overTcp, overWebSocket, startLineGateway } from "@dragoman/testing/line-gateway";
import { openNats } from "@dragoman/testing/nats";
import { ada, ben, general } from "@dragoman/testing/roster";
import type { Step } from "./edge.ts";

const nats = openNats();

for (const carrier of [overWebSocket, overTcp]) {
  const start = (
    t: TestContext,
    options: Readonly<Record<string, unknown>> = {},
    overrides: LineOverrides = {},
  ) => startLineGateway(t, nats, carrier, options, overrides);

  describe(`a gateway over ${carrier.name}`, () => {
    test("a message crosses, and its author's reply stands at its place", async (t) => {
      const { leader, gateway, url } = await start(t);
      const one = await LineClient.login(url, "ada");
      const two = await LineClient.login(url, "ben");
      two.say("loud");
      await two.line("loud");
      one.say("say hi", "whisper psst");
      await one.line("said psst");
      await leader.append([leader.commit(leader.posted(ben, "last"))]);
      await two.line("BEN: LAST");
      assert.deepEqual(one.lines, [
        "hello",
        "+ada",
        "welcome",
        "+ben",
        "ada: hi",
        "said hi",
        "ada: psst",
        "said psst",
        "ben: last",
      ]);
      assert.deepEqual(two.lines, ["hello", "+ben", "welcome", "loud", "ADA: HI", "BEN: LAST"]);
      assert.deepEqual(gateway.ready(), { ready: true });
    });

    test("a login that is refused can be tried again", async (t) => {
      const { url } = await start(t);
      const client = await LineClient.open(url);
      client.say("say hi", "login eve", "login ada");
      await client.line("welcome");
      assert.deepEqual(client.lines, [
        "hello",
        "refused not_authenticated",
        "login bad_login",
        "+ada",
        "welcome",
      ]);
    });

    test("people are asked for as they are packed", async (t) => {
      const { leader } = await start(t);
      assert.deepEqual(leader.forms, [packedForm]);
    });

    test("queued frames keep their order, beyond the intake's bound", async (t) => {
      const { leader, url } = await start(t, { "limits.intakeFrames": 4 });
      const client = await LineClient.login(url, "ada");
      const texts = Array.from({ length: 40 }, (_, n) => `m${n}`);
      client.say(...texts.flatMap((text) => [`say ${text}`, `echo ${text}`]));
      await client.line("echo echo m39");
      assert.deepEqual(
        client.lines.slice(3),
        texts.flatMap((text) => [`ada: ${text}`, `said ${text}`, `echo echo ${text}`]),
      );
      const numbers = leader.heard.map(({ id }) => Number(id.split(".")[1]));
      assert.deepEqual(
        numbers,
        Array.from({ length: 41 }, (_, n) => n + 1),
      );
    });

    test("a command without an answer is repeated until the leader answers", async (t) => {
      const { leader, url } = await start(t, { "journal.tryMs": 300 });
      const client = await LineClient.login(url, "ada");
      let silent = 2;
      leader.judge = () => (silent-- > 0 ? "silence" : undefined);
      client.say("say again");
      await client.line("said again");
      const tries = leader.heard.filter(({ body }) => body.type === "message.post");
      // On a busy machine the answer may come behind a fourth.
      assert.ok(tries.length >= 3, `${tries.length} tries`);
      assert.equal(new Set(tries.map(({ id }) => id)).size, 1, "one command");
      assert.equal(client.lines.filter((line) => line === "ada: again").length, 1);
    });

    test("an event settles its command without a reply", async (t) => {
      const { leader, url } = await start(t, { "journal.tryMs": 60_000 });
      const client = await LineClient.login(url, "ada");
      leader.replies = false;
      client.say("say quiet");
      await client.line("said quiet");
    });

    test("a command whose fate stays unknown ends the session, and the leader is told", async (t) => {
      const { leader, url } = await start(t, { "journal.commandMs": 100, "journal.tryMs": 40 });
      const client = await LineClient.login(url, "ada");
      leader.judge = ({ body }) => (body.type === "message.post" ? "silence" : undefined);
      client.say("say lost", "echo never");
      await client.line("bye unknown_outcome");
      await until("session.close", () => leader.sessions.size === 0);
      assert.equal(await client.closed(), carrier.code(1000));
      assert.ok(!client.lines.includes("echo never"));
    });

    test("a new term has unanswered commands asked again at once", async (t) => {
      const { leader, url } = await start(t, { "journal.tryMs": 60_000 });
      const client = await LineClient.login(url, "ada");
      leader.judge = () => "silence";
      client.say("say survivor");
      await until("the first try", () => leader.heard.length === 2);
      leader.judge = () => undefined;
      await leader.lead();
      await client.line("said survivor");
      assert.deepEqual(
        leader.heard.slice(1).map(({ id }) => id.split(".")[1]),
        ["2", "2"],
      );
    });

    test("deliveries are held during a query and follow its answer, less what it covers", async (t) => {
      const { leader, url } = await start(t);
      const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
      one.say("say before");
      await two.line("ada: before");
      let release = (): void => {};
      let asked = false;
      leader.beforeAnswer = () =>
        new Promise((resolve) => {
          asked = true;
          release = resolve;
        });
      two.say("page");
      await until("the query", () => asked);
      one.say("say during");
      await one.line("said during");
      assert.ok(!two.lines.includes("ada: during"));
      release();
      await two.line("page before,during");
      one.say("say after");
      await two.line("ada: after");
      assert.deepEqual(two.lines.slice(3), ["ada: before", "page before,during", "ada: after"]);
    });

    test("a query without an answer in time is refused, and what was held follows", async (t) => {
      const { leader, url } = await start(t, { "journal.queryMs": 150 });
      const client = await LineClient.login(url, "ben");
      leader.beforeAnswer = () => new Promise(() => {});
      client.say("page");
      await until("the query", () => leader.queries === 1);
      await leader.append([leader.commit(leader.posted(ada, "meanwhile"))]);
      await client.line("ada: meanwhile");
      assert.deepEqual(client.lines.slice(3), ["no page busy", "ada: meanwhile"]);
    });

    test("a query during which too much is held is refused, and nothing of it is lost", async (t) => {
      const { leader, url } = await start(t, { "journal.queryMs": 60_000 });
      const client = await LineClient.login(url, "ben");
      leader.beforeAnswer = () => new Promise(() => {});
      client.say("page");
      await until("the query", () => leader.queries === 1);
      const texts = Array.from({ length: 1_100 }, (_, n) => `m${n}`);
      for (let at = 0; at < texts.length; at += 100) {
        const commits = texts.slice(at, at + 100);
        await leader.append(commits.map((text) => leader.commit(leader.posted(ada, text))));
      }
      await client.line("ada: m1099");
      assert.deepEqual(client.lines.slice(3), [
        "no page busy",
        ...texts.map((text) => `ada: ${text}`),
      ]);
    });

    test("steps that an event brings along run at its place, behind those under way", async (t) => {
      const { render } = lineEdge();
      const { leader, url } = await start(
        t,
        {},
        {
          render: (event, commit, view) => [
            ...render(event, commit, view),
            ...(event.type === "message.posted" && event.message.content.text === "look"
              ? [
                  {
                    audience: { to: "people", userIds: [ben.userId] } as const,
                    steps: () => [page],
                  },
                ]
              : []),
          ],
        },
      );
      const client = await LineClient.login(url, "ben");
      let release = (): void => {};
      leader.beforeAnswer = () =>
        new Promise((resolve) => {
          release = resolve;
        });
      client.say("page");
      await until("the query", () => leader.queries === 1);
      await leader.append([leader.commit(leader.posted(ada, "look"))]);
      await leader.append([leader.commit(leader.posted(ada, "behind"))]);
      client.say("echo later");
      release();
      await until("the event's query", () => leader.queries === 2);
      leader.beforeAnswer = () => Promise.resolve();
      release();
      await client.line("echo echo later");
      const [first, second, ...rest] = client.lines.slice(3);
      assert.match(first ?? "", /^page/);
      assert.match(second ?? "", /^page/);
      assert.equal(rest.at(-1), "echo echo later");
    });

    test("what happens while a welcome runs is delivered behind it", async (t) => {
      const welcome = (_client: unknown, _session: unknown, own: readonly string[]): Step[] => [
        { do: "send", packets: [...own, "first"] },
        {
          do: "query",
          body: { type: "message.page", place: { channelId: general.channelId }, limit: 10 },
          answer: (): Step[] => [{ do: "send", packets: ["page"] }],
          refuse: () => [],
        },
        { do: "send", packets: ["welcome"] },
      ];
      const { leader, url } = await start(t, {}, { welcome });
      let release = (): void => {};
      leader.beforeAnswer = () =>
        new Promise((resolve) => {
          release = resolve;
        });
      const client = await LineClient.open(url);
      client.say("login ben", "echo early");
      await until("the query", () => leader.queries === 1);
      await leader.append([leader.commit(leader.posted(ada, "meanwhile"))]);
      release();
      await client.line("echo echo early");
      assert.deepEqual(client.lines, [
        "hello",
        "+ben",
        "first",
        "page",
        "welcome",
        "ada: meanwhile",
        "echo echo early",
      ]);
    });

    test("a slow reader is closed and the others are unharmed", async (t) => {
      const { leader, url } = await start(t, { "limits.outboxBytes": 1_000_000 });
      const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
      two.pause();
      const text = "x".repeat(10_000);
      const count = 1_000;
      for (let sent = 0; sent < count && leader.sessions.size === 2; sent += 20) {
        await leader.append(
          Array.from({ length: 20 }, () => leader.commit(leader.posted(ada, text))),
        );
        await until("the record", () => one.lines.length >= 4 + sent + 20);
      }
      await until("the end of the slow one's session", () => leader.sessions.size === 1);
      two.resume();
      await two.line("bye slow");
      await two.closed();
      one.say("echo alive");
      await one.line("echo echo alive");
    });

    test("a ban drops what was queued, says goodbye and is reported at once", async (t) => {
      const { leader, url } = await start(t);
      const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
      const seq = await leader.append([
        leader.commit(leader.posted(ada, "seen by ben")),
        leader.commit(...leader.bans(ben.userId)),
        leader.commit(leader.posted(ada, "not for ben")),
      ]);
      await two.line("bye banned");
      assert.equal(await two.closed(), carrier.code(1000));
      await one.line("ada: not for ben");
      assert.deepEqual(two.lines.slice(3), ["bye banned"]);
      assert.ok(one.lines.includes("banned ben"));
      await until("the report", () => leader.beats.includes(seq));
    });

    test("a session that the leader has ended takes its connection along", async (t) => {
      const { leader, url } = await start(t);
      const client = await LineClient.login(url, "ada");
      await leader.append([leader.commit(...leader.closes(ada.userId, "gateway"))]);
      await client.line("bye drain");
    });

    test("a record that never came live is fetched", async (t) => {
      const { leader, url } = await start(t);
      const client = await LineClient.login(url, "ada");
      await leader.append([leader.commit(leader.posted(ben, "missed"))], true);
      await client.line("ben: missed");
      await leader.append([leader.commit(leader.posted(ben, "next"))]);
      await client.line("ben: next");
      assert.deepEqual(client.lines.slice(3), ["ben: missed", "ben: next"]);
    });

    test("a bug of the edge costs the connection that met it", async (t) => {
      const { leader, url } = await start(t);
      const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
      one.say("fail");
      assert.equal(await one.closed(), carrier.code(1011));
      two.say("echo alive");
      await two.line("echo echo alive");
      await until("session.close", () => leader.sessions.size === 1);
    });

    test("a lost connection's session is closed, also while it is being opened", async (t) => {
      const { leader, url } = await start(t, { "journal.tryMs": 50 });
      const one = await LineClient.login(url, "ada");
      one.terminate();
      await until("session.close", () => leader.sessions.size === 0);
      let hold = true;
      leader.judge = ({ body }) => (hold && body.type === "session.open" ? "silence" : undefined);
      const two = await LineClient.open(url);
      two.say("login ben");
      await until("session.open", () => leader.heard.at(-1)?.body.type === "session.open");
      two.terminate();
      hold = false;
      await until("session.close", () => leader.heard.at(-1)?.body.type === "session.close");
      await until("nobody", () => leader.sessions.size === 0);
    });

    test("who does not sign in in time is shown out", async (t) => {
      const { url } = await start(t, { "limits.signInMs": 1_000 });
      const client = await LineClient.open(url);
      await client.line("bye sign_in");
    });

    test("ticks run while a command waits", async (t) => {
      const { leader, url } = await start(
        t,
        {},
        { tickMs: () => 20, tick: () => [{ do: "send", packets: ["tick"] }] },
      );
      const client = await LineClient.login(url, "ada");
      leader.judge = () => "silence";
      client.say("say waits");
      await until("the command", () => leader.heard.length === 2);
      const from = client.lines.length;
      await until("ticks", () => client.lines.length >= from + 2);
    });

    test("stopping tells everybody, closes their sessions and leaves nothing behind", async (t) => {
      const { leader, gateway, url } = await start(t);
      const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
      const stopped = gateway.stop();
      assert.deepEqual(gateway.ready(), { ready: false, why: "draining" });
      await Promise.all([one.line("bye drain"), two.line("bye drain")]);
      await stopped;
      assert.equal(leader.sessions.size, 0);
      await assert.rejects(once(connect(gateway.port ?? 0, "127.0.0.1"), "connect"));
    });

    test("a journal that went back has clients come back to a new roster", async (t) => {
      const { leader, gateway, url } = await start(t);
      const client = await LineClient.login(url, "ada");
      await leader.append([leader.commit(leader.posted(ada, "true until now"))]);
      await client.line("ada: true until now");
      await leader.goBack();
      await client.line("bye drain");
      await client.closed();
      await until("a new roster", () => gateway.ready().ready);
      const back = await LineClient.login(url, "ada");
      back.say("echo here");
      await back.line("echo echo here");
    });
  });
}
