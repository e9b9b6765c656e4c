/** What a gateway that is told to stop owes to its clients first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LineClient, until } from "@dragoman/testing/line-client";
import { overTcp, overWebSocket, startLineGateway } from "@dragoman/testing/line-gateway";
import { openNats } from "@dragoman/testing/nats";

const nats = openNats();

for (const carrier of [overWebSocket, overTcp]) {
  test(`what is under way over ${carrier.name} is answered before the farewell`, async (t) => {
    const house = await startLineGateway(t, nats, carrier, { drainMs: 5_000 });
    const { leader, gateway, url } = house;
    const client = await LineClient.login(url, "ada");
    let hold = true;
    leader.judge = ({ body }) => (hold && body.type === "message.post" ? "silence" : undefined);
    client.say("say one", "say two", "echo three");
    await until("the first message", () => leader.heard.length > 1);
    const stopped = gateway.stop();
    hold = false;
    await leader.lead();
    await client.closed();
    assert.deepEqual(client.lines.slice(3), [
      "ada: one",
      "said one",
      "ada: two",
      "said two",
      "echo echo three",
      "bye drain",
    ]);
    await stopped;
    assert.equal(leader.sessions.size, 0);
  });
}

test("who gets no answer in time is not waited for", async (t) => {
  const { leader, gateway, url } = await startLineGateway(t, nats, overWebSocket, { drainMs: 200 });
  const client = await LineClient.login(url, "ada");
  leader.judge = () => "silence";
  client.say("say lost");
  await until("the message", () => leader.heard.length > 1);
  const stopped = gateway.stop();
  await client.closed();
  assert.equal(client.lines.at(-1), "bye drain");
  await stopped;
});

test("it is not ready before the first socket ends, and who came last goes last", async (t) => {
  const options = { drainAheadMs: 300, drainPerSecond: 10 };
  const { gateway, url } = await startLineGateway(t, nats, overWebSocket, options);
  const clients = [await LineClient.login(url, "ada"), await LineClient.login(url, "ben")];
  const ends: string[] = [];
  const closed = clients.map(async (client, n) => {
    await client.closed();
    ends.push(String(n));
  });
  const begun = performance.now();
  const stopped = gateway.stop();
  assert.deepEqual(gateway.ready(), { ready: false, why: "draining" });
  const late = await LineClient.login(url, "ada");
  assert.ok(clients.every(({ end }) => end === undefined));
  await Promise.all(closed);
  assert.ok(performance.now() - begun >= 300);
  assert.deepEqual(ends, ["0", "1"]);
  assert.ok(late.end === undefined, "spread by number");
  await late.closed();
  await stopped;
});
