import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { violations } from "../state/violations.ts";
import type { Body, Decision } from "./contract.ts";
import { timers } from "./index.ts";

const callMs = 15 * 60_000;

function setUp(graceMs = 0) {
  const community = new Community({ graceMs });
  community.person("ada");
  community.person("bot");
  community.operator({
    type: "channel.create",
    kind: "text",
    name: "stage",
    permissions: { view: ["user"], send: ["owner"] },
  });
  const bot = community.enter("bot", "originchats");
  const ada = community.enter("ada", "originchats");
  const register = (sessionId: SessionId, name: string, ephemeral = false) =>
    community.as(sessionId, {
      type: "slash.register",
      commands: [{ name, description: "", options: [], ephemeral }],
    });
  const call = (name: string, channel = "general") =>
    community.as(ada, {
      type: "slash.call",
      channelId: community.place(channel).channelId,
      name,
      args: {},
    });
  const answer = (name: string, more: object = {}) =>
    community.as(bot, {
      type: "slash.respond",
      channelId: community.place("general").channelId,
      name,
      content: { text: "four", markup: "markdown" },
      invoker: community.userId("ada"),
      ...more,
    } as Body);
  return { community, bot, ada, register, call, answer };
}

const code = (decision: Decision): unknown => !decision.ok && decision.rejection.code;
/** Takes the right to write from everybody but owners. */
const hush = (community: Community): Decision =>
  community.operator({
    type: "channel.update",
    channel: "general",
    permissions: { view: ["user"], send: ["owner"] },
  });

describe("slash.register", () => {
  it("replaces the session's own commands, and tells those that are dropped", () => {
    const { community, bot, register } = setUp();
    register(bot, "roll");
    const again = register(bot, "spin");
    assert.deepEqual(outcome(again), ["slash.removed", "slash.registered"]);
    assert.deepEqual(eventOf(again, "slash.removed")?.names, ["roll"]);
    assert.deepEqual(violations(community.state), []);
  });

  it("is refused to another session of the person as long as the first has commands", () => {
    const { community, bot, register } = setUp();
    register(bot, "roll");
    const second = community.enter("bot", "originchats");
    assert.equal(code(register(second, "roll")), "already_exists");
    const close = community.as(bot, { type: "session.close", why: "leave", seen: 0 });
    assert.deepEqual(outcome(close), ["slash.removed", "session.closed"]);
    assert.deepEqual(outcome(register(second, "roll")), ["slash.registered"]);
  });
});

describe("slash.call", () => {
  it("finds no handler while it is lost, and no command once it is gone", () => {
    const { community, bot, register, call } = setUp(5_000);
    register(bot, "roll");
    community.as(bot, { type: "session.close", why: "lost", seen: 0 });
    const lost = call("roll");
    assert.deepEqual(!lost.ok && lost.rejection, {
      code: "not_found",
      what: "session",
      given: "roll",
    });
    community.nowMs += 5_000;
    for (const { body } of timers(community.state)) community.core(body);
    const gone = call("roll");
    assert.deepEqual(!gone.ok && gone.rejection, {
      code: "not_found",
      what: "command",
      given: "roll",
    });
  });

  it("needs a channel that its caller sees and writes in", () => {
    const { bot, register, call } = setUp();
    register(bot, "roll");
    assert.equal(code(call("roll", "stage")), "not_permitted");
    assert.equal(code(call("roll", "nowhere")), "not_found");
  });
});

describe("slash.respond", () => {
  it("answers an open call where the bot may not write, for 15 minutes", () => {
    const { community, bot, register, call, answer } = setUp();
    register(bot, "roll");
    call("roll");
    hush(community);
    community.nowMs += callMs - 1;
    assert.deepEqual(outcome(answer("roll")), ["message.posted"]);
    community.nowMs += 1;
    assert.equal(code(answer("roll")), "not_permitted");
  });

  it("counts the call of that command, of that caller, in that channel alone", () => {
    const { community, bot, register, call, answer } = setUp();
    register(bot, "roll");
    call("roll");
    hush(community);
    assert.equal(code(answer("spin")), "not_permitted");
    assert.equal(code(answer("roll", { invoker: community.userId("bot") })), "not_permitted");
    assert.equal(
      code(answer("roll", { channelId: community.place("stage").channelId })),
      "not_permitted",
    );
  });

  it("without a call names nobody but the bot, and no command but its own", () => {
    const { community, bot, register, answer } = setUp();
    const unknown = { code: "not_found", what: "command", given: "kick" };
    assert.deepEqual(outcome(answer("kick")), unknown);
    register(bot, "roll");
    assert.deepEqual(outcome(answer("kick")), unknown);
    const said = eventOf(answer("roll"), "message.posted")?.message;
    assert.deepEqual(said?.interaction, { command: "roll", userId: community.userId("bot") });
  });

  it("still answers a caller who has left meanwhile", () => {
    const { community, bot, ada, register, call, answer } = setUp();
    register(bot, "roll");
    call("roll");
    community.as(ada, { type: "session.close", why: "leave", seen: 0 });
    hush(community);
    const said = eventOf(answer("roll"), "message.posted")?.message;
    assert.deepEqual(said?.interaction, { command: "roll", userId: community.userId("ada") });
  });

  it("to an ephemeral command is no message, and costs like one", () => {
    const { community, bot, register, call, answer } = setUp();
    register(bot, "hush", true);
    const called = eventOf(call("hush"), "slash.called");
    const answered = eventOf(answer("hush"), "slash.answered");
    assert.equal(answered?.callId, called?.callId);
    assert.equal(answered?.invokerId, community.userId("ada"));
    assert.equal(community.state.spends.get(community.userId("bot"))?.messages.length, 1);
    assert.deepEqual(violations(community.state), []);
  });
});
