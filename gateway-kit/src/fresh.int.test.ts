/** docs/journal.md 4.4: what a gateway does, and does not do, while no leader answers its heartbeats. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { loadConfig } from "@dragoman/service-kit";
import { LineClient, until } from "@dragoman/testing/line-client";
import { overWebSocket, startLineGateway } from "@dragoman/testing/line-gateway";
import { openNats } from "@dragoman/testing/nats";
import { ada, ben } from "@dragoman/testing/roster";

const nats = openNats();

const start = (t: TestContext, options: Readonly<Record<string, unknown>> = {}) =>
  startLineGateway(t, nats, overWebSocket, { "journal.freshMs": 300, ...options });

/** Longer than any proof lasts here. */
const silenceNoticedMs = 3_000;

const pongs = ({ lines }: LineClient): number => lines.filter((line) => line === "pong").length;

/** Asks whether the gateway is there, and waits for the answer. */
async function ping(client: LineClient): Promise<void> {
  const before = pongs(client);
  client.say("ping");
  await until("a pong", () => pongs(client) > before);
}

/** Has the leader fall silent, and waits until the gateway must know. */
async function fallSilent(
  { leader, gateway }: Awaited<ReturnType<typeof start>>,
  client: LineClient,
): Promise<void> {
  leader.lives = false;
  // An echo is an answer: once it stays out, so does everything.
  const deadline = performance.now() + silenceNoticedMs;
  for (let n = 0; ; n += 1) {
    assert.ok(performance.now() < deadline, "it goes on answering");
    client.say(`sounding ${n}`);
    await ping(client);
    if (!client.lines.includes(`echo sounding ${n}`)) break;
  }
  assert.ok(gateway.ready().ready, "a moment of silence takes nobody out of service");
}

describe("a gateway whose leader answers no heartbeat", () => {
  test("delivers nothing, answers nothing and sends nothing, but says that it is there", async (t) => {
    const house = await start(t);
    const { leader, url } = house;
    const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
    await fallSilent(house, one);
    const before = { one: one.lines.length, two: two.lines.length, heard: leader.heard.length };
    await leader.append([leader.commit(leader.posted(ada, "in the dark"))]);
    one.say("say held", "page");
    two.say("page");
    await Promise.all([ping(one), ping(two)]);
    assert.deepEqual(one.lines.slice(before.one), ["pong"]);
    assert.deepEqual(two.lines.slice(before.two), ["pong"]);
    assert.equal(leader.heard.length, before.heard, "no command was sent");
    assert.equal(leader.queries, 0, "no query was asked");

    leader.lives = true;
    await one.line("page in the dark,held");
    assert.deepEqual(
      one.lines.slice(before.one + 1).filter((line) => !line.startsWith("echo")),
      ["ada: in the dark", "ada: held", "said held", "page in the dark,held"],
      "what was held comes in its order, once",
    );
    // The page was asked for before the message was said, or behind it: then it holds the message.
    const page = "page in the dark";
    await two.line((line) => line.includes("held"));
    const heard = two.lines.slice(before.two + 1);
    const last = heard.includes(page) ? [page, "ada: held"] : [`${page},held`];
    assert.deepEqual(heard, ["ada: in the dark", ...last]);
  });

  test("delivers nothing to somebody who was put out meanwhile", async (t) => {
    const house = await start(t);
    const { leader, url } = house;
    const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
    await fallSilent(house, one);
    await leader.append([leader.commit(leader.posted(ada, "before the ban"))]);
    await leader.append([leader.commit(...leader.bans(ben.userId))]);
    assert.equal(await two.closed(), 1000);
    assert.equal(two.lines.at(-1), "bye banned");
    assert.ok(!two.lines.includes("ada: before the ban"));
  });

  test("holds the greeting of a newcomer and the log-in until it is fresh", async (t) => {
    const house = await start(t);
    const client = await LineClient.login(house.url, "ada");
    await fallSilent(house, client);
    let isIn = false;
    const newcomer = LineClient.login(house.url, "ben").then((welcomed) => {
      isIn = true;
      return welcomed;
    });
    await ping(client);
    assert.ok(!isIn);
    house.leader.lives = true;
    assert.deepEqual((await newcomer).lines, ["hello", "+ben", "welcome"]);
  });

  test("lets go of everybody in time, takes nobody in, and serves again with the next answer", async (t) => {
    const house = await start(t, { "journal.letGoMs": 700, "journal.comeBackMs": 50 });
    const { leader, gateway, url } = house;
    const client = await LineClient.login(url, "ada");
    await fallSilent(house, client);
    assert.ok(client.end === undefined, "not at once");
    assert.equal(await client.closed(), 1000);
    assert.equal(client.lines.at(-1), "bye drain");
    assert.equal(await LineClient.refused(url), 503);
    assert.equal(leader.sessions.size, 1, "nobody was told: no command is sent");
    leader.lives = true;
    await until("the end of the session", () => leader.sessions.size === 0);
    await until("a ready gateway", () => gateway.ready().ready);
    await LineClient.login(url, "ben");
  });
});

test("a gateway names its sessions where it is asked to, and closes the socket of one that does not exist", async (t) => {
  const { leader, url } = await start(t);
  const [one, two] = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
  assert.equal(leader.listed.length, 0);
  const ids = [...leader.sessions.keys()];
  leader.aside = { differs: true };
  await until("a list", () => leader.listed.length > 0);
  assert.deepEqual(new Set(leader.listed[0]), new Set(ids));
  const [mine] = ids;
  assert.ok(mine !== undefined);
  leader.aside = { unknown: [mine] };
  await one.closed();
  assert.equal(one.lines.at(-1), "bye unknown_outcome");
  leader.aside = {};
  two.say("say still here");
  await two.line("said still here");
});

test("a gateway lets go before the leader ends its sessions, by the settings that everybody has", () => {
  const { journal } = loadConfig({}).config;
  assert.ok(journal.heartbeatMs * 2 < journal.freshMs);
  assert.ok(journal.freshMs < journal.letGoMs);
  assert.ok(journal.letGoMs + journal.comeBackMs < journal.gatewayMs);
});
