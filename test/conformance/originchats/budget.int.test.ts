/**
 * OriginChats 1, 7.1 to 7.3 and 3, section 6: the message budget, `rate_limit_status` and `rate_limit_reset`, with
 * the limits of the recorded run (transcript 23).
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const valOf = (packet: OriginchatsPacket): unknown => [packet.cmd, packet["src"], packet["val"]];
const post = (by: OriginchatsClient, content: string): Promise<OriginchatsPacket> =>
  by.ask({ cmd: "message_new", channel: "general", content });

describe("with a limiter", () => {
  const home = stackForTests({
    config: { limits: { messagesPerMinute: 8, burstLimit: 4, cooldownMs: 30_000 } },
  });

  const statusOf = async (by: OriginchatsClient, user?: string): Promise<OriginchatsPacket> =>
    by.ask({ cmd: "rate_limit_status", ...(user === undefined ? {} : { user }) });

  test("rate_limit_status begins with zeros, counts, and tells the pause", async () => {
    const ben = await home.onOriginchats("ben");
    const fresh = await statusOf(ben);
    assert.equal(fresh["user"], "ben");
    assert.deepEqual(fresh["status"], {
      messages_this_minute: 0,
      messages_per_minute_limit: 8,
      recent_messages: 0,
      burst_limit: 4,
      cooldown_remaining: 0,
    });
    for (const n of [0, 1, 2, 3]) assert.equal((await post(ben, `burst ${n}`)).cmd, "message_new");
    const burst = await post(ben, "burst 4");
    assert.deepEqual(
      [burst.cmd, burst["reason"], burst["length"]],
      ["rate_limit", "Burst limit exceeded. You're in cooldown for 30 seconds", 30_000],
    );
    const error = await ben.next("error");
    assert.equal(
      error["val"],
      "Rate limited: Burst limit exceeded. You're in cooldown for 30 seconds",
    );
    const paused = await post(ben, "burst 5");
    assert.match(
      String(paused["reason"]),
      /^You are in cooldown for (?:30\.0|2\d\.\d) more seconds$/,
    );
    const { status } = (await statusOf(ben)) as unknown as {
      readonly status: Readonly<Record<string, number>>;
    };
    assert.deepEqual(
      [status["messages_this_minute"], status["recent_messages"]],
      [4, 4],
      "refusals are not counted",
    );
    const left = status["cooldown_remaining"] ?? 0;
    assert.ok(left > 20 && left <= 30, `${left}`);
  });

  test("rate_limit_status of another is for owners; unknown people have spent nothing", async () => {
    const ada = await home.onOriginchats("ada");
    const olga = await home.onOriginchats("olga");
    for (const user of ["ben", "nobody", ""]) {
      assert.deepEqual(valOf(await statusOf(ada, user)), [
        "error",
        "rate_limit_status",
        "Access denied: can only check your own rate limit status",
      ]);
    }
    assert.equal((await statusOf(ada, "USR:local_ada"))["user"], "USR:local_ada");
    const wrong = await ada.ask({ cmd: "rate_limit_status", user: null });
    assert.deepEqual(valOf(wrong), ["error", "rate_limit_status", "Invalid request: user"]);
    const nobody = await statusOf(olga, "nobody");
    assert.equal(nobody["user"], "nobody");
    assert.equal((nobody["status"] as Record<string, number>)["messages_this_minute"], 0);
    const ofBen = (await statusOf(olga, "ben"))["status"] as Record<string, number>;
    assert.equal(ofBen["messages_this_minute"], 4);
    assert.ok((ofBen["cooldown_remaining"] ?? 0) > 0, "any core asks the leader for the pause");
  });

  test("rate_limit_reset checks the right, then the user, and makes the budget whole", async () => {
    const ben = await home.onOriginchats("ben");
    const olga = await home.onOriginchats("olga");
    const reset = (by: OriginchatsClient, fields: object): Promise<OriginchatsPacket> =>
      by.ask({ cmd: "rate_limit_reset", ...fields });
    assert.deepEqual(valOf(await reset(ben, {})), [
      "error",
      "rate_limit_reset",
      "Access denied: 'manage_server' permission required",
    ]);
    assert.deepEqual(valOf(await reset(olga, {})), [
      "error",
      "rate_limit_reset",
      "User parameter is required",
    ]);
    const unknown = await reset(olga, { user: "nobody" });
    assert.deepEqual(
      [unknown["user"], unknown["val"]],
      ["nobody", "Rate limit reset for user nobody"],
    );
    assert.equal((await post(ben, "still paused")).cmd, "rate_limit");
    const done = await reset(olga, { user: "ben" });
    assert.deepEqual([done["user"], done["val"]], ["ben", "Rate limit reset for user ben"]);
    assert.equal((await post(ben, "after reset")).cmd, "message_new");
    const { status } = await statusOf(ben);
    assert.equal((status as Record<string, number>)["messages_this_minute"], 1);
  });

  test("rate_limit_reset lifts a time-out as well", async () => {
    const ada = await home.onOriginchats("ada");
    const olga = await home.onOriginchats("olga");
    await olga.ask({ cmd: "user_timeout", user: "ada", timeout: 300 });
    assert.equal((await post(ada, "muted")).cmd, "rate_limit");
    await olga.ask({ cmd: "rate_limit_reset", user: "ada" });
    assert.equal((await post(ada, "free")).cmd, "message_new");
  });

  test("edits are charged too, and the minute has its own words", async () => {
    const mona = await home.onOriginchats("mona");
    const posted = await post(mona, "one");
    const { id } = posted["message"] as { readonly id: string };
    const edit = { cmd: "message_edit", channel: "general", id, content: "two" };
    assert.equal((await mona.ask(edit)).cmd, "message_edit");
    const { status } = await statusOf(mona);
    assert.equal((status as Record<string, number>)["messages_this_minute"], 2);
  });
});

describe("with a minute alone", () => {
  const home = stackForTests({ config: { limits: { messagesPerMinute: 2, burstLimit: 0 } } });

  test("the minute's limit names the time until there is room", async () => {
    const ben = await home.onOriginchats("ben");
    await post(ben, "slow 0");
    await post(ben, "slow 1");
    const refused = await post(ben, "slow 2");
    assert.match(
      String(refused["reason"]),
      /^Rate limit exceeded\. Wait (?:60\.0|5\d\.\d) seconds$/,
    );
    const length = refused["length"] as number;
    assert.ok(Number.isInteger(length) && length > 50_000 && length <= 60_000, `${length}`);
  });
});

describe("without a limiter", () => {
  const home = stackForTests();

  test("status and reset say that there is none; a time-out holds all the same", async () => {
    const ben = await home.onOriginchats("ben");
    const olga = await home.onOriginchats("olga");
    const none = "Rate limiter not available or disabled";
    assert.deepEqual(valOf(await ben.ask({ cmd: "rate_limit_status" })), [
      "error",
      "rate_limit_status",
      none,
    ]);
    assert.deepEqual(valOf(await olga.ask({ cmd: "rate_limit_reset", user: "ben" })), [
      "error",
      "rate_limit_reset",
      none,
    ]);
    await olga.ask({ cmd: "user_timeout", user: "ben", timeout: 30 });
    assert.equal((await post(ben, "muted")).cmd, "rate_limit");
  });
});
