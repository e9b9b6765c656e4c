import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SessionId } from "@dragoman/bus-schema";
import { violations } from "../state/violations.ts";
import type { Body, Decision } from "./contract.ts";
import { eventOf, House, outcome } from "./given.ts";
import { timers } from "./index.ts";

const callMs = 15 * 60_000;

function scene(graceMs = 0) {
  const house = new House({ graceMs });
  house.person("ada");
  house.person("bot");
  house.operator({
    type: "channel.create",
    kind: "text",
    name: "stage",
    permissions: { view: ["user"], send: ["owner"] },
  });
  const bot = house.enter("bot", "originchats");
  const ada = house.enter("ada", "originchats");
  const register = (sessionId: SessionId, name: string, ephemeral = false) =>
    house.as(sessionId, {
      type: "slash.register",
      commands: [{ name, description: "", options: [], ephemeral }],
    });
  const call = (name: string, channel = "general") =>
    house.as(ada, {
      type: "slash.call",
      channelId: house.place(channel).channelId,
      name,
      args: {},
    });
  const answer = (name: string, more: object = {}) =>
    house.as(bot, {
      type: "slash.respond",
      channelId: house.place("general").channelId,
      name,
      content: { text: "four", markup: "markdown" },
      invoker: house.userId("ada"),
      ...more,
    } as Body);
  return { house, bot, ada, register, call, answer };
}

const code = (decision: Decision): unknown => !decision.ok && decision.rejection.code;
/** Takes the right to write from everybody but owners. */
const hush = (house: House): Decision =>
  house.operator({
    type: "channel.update",
    channel: "general",
    permissions: { view: ["user"], send: ["owner"] },
  });

describe("slash.register", () => {
  it("replaces the session's own commands, and tells those that are dropped", () => {
    const { house, bot, register } = scene();
    register(bot, "roll");
    const again = register(bot, "spin");
    assert.deepEqual(outcome(again), ["slash.removed", "slash.registered"]);
    assert.deepEqual(eventOf(again, "slash.removed")?.names, ["roll"]);
    assert.deepEqual(violations(house.state), []);
  });

  it("is refused to another session of the person as long as the first has commands", () => {
    const { house, bot, register } = scene();
    register(bot, "roll");
    const second = house.enter("bot", "originchats");
    assert.equal(code(register(second, "roll")), "already_exists");
    const close = house.as(bot, { type: "session.close", why: "leave", seen: 0 });
    assert.deepEqual(outcome(close), ["slash.removed", "session.closed"]);
    assert.deepEqual(outcome(register(second, "roll")), ["slash.registered"]);
  });
});

describe("slash.call", () => {
  it("finds no handler while it is lost, and no command once it is gone", () => {
    const { house, bot, register, call } = scene(5_000);
    register(bot, "roll");
    house.as(bot, { type: "session.close", why: "lost", seen: 0 });
    const lost = call("roll");
    assert.deepEqual(!lost.ok && lost.rejection, {
      code: "not_found",
      what: "session",
      given: "roll",
    });
    house.nowMs += 5_000;
    for (const { body } of timers(house.state)) house.core(body);
    const gone = call("roll");
    assert.deepEqual(!gone.ok && gone.rejection, {
      code: "not_found",
      what: "command",
      given: "roll",
    });
  });

  it("needs a channel that its caller sees and writes in", () => {
    const { bot, register, call } = scene();
    register(bot, "roll");
    assert.equal(code(call("roll", "stage")), "not_permitted");
    assert.equal(code(call("roll", "nowhere")), "not_found");
  });
});

describe("slash.respond", () => {
  it("answers an open call where the bot may not write, for 15 minutes", () => {
    const { house, bot, register, call, answer } = scene();
    register(bot, "roll");
    call("roll");
    hush(house);
    house.nowMs += callMs - 1;
    assert.deepEqual(outcome(answer("roll")), ["message.posted"]);
    house.nowMs += 1;
    assert.equal(code(answer("roll")), "not_permitted");
  });

  it("counts the call of that command, of that caller, in that channel alone", () => {
    const { house, bot, register, call, answer } = scene();
    register(bot, "roll");
    call("roll");
    hush(house);
    assert.equal(code(answer("spin")), "not_permitted");
    assert.equal(code(answer("roll", { invoker: house.userId("bot") })), "not_permitted");
    assert.equal(
      code(answer("roll", { channelId: house.place("stage").channelId })),
      "not_permitted",
    );
  });

  it("still answers a caller who has left meanwhile", () => {
    const { house, bot, ada, register, call, answer } = scene();
    register(bot, "roll");
    call("roll");
    house.as(ada, { type: "session.close", why: "leave", seen: 0 });
    hush(house);
    const said = eventOf(answer("roll"), "message.posted")?.message;
    assert.deepEqual(said?.interaction, { command: "roll", userId: house.userId("ada") });
  });

  it("to an ephemeral command is no message, and costs like one", () => {
    const { house, bot, register, call, answer } = scene();
    register(bot, "hush", true);
    const called = eventOf(call("hush"), "slash.called");
    const answered = eventOf(answer("hush"), "slash.answered");
    assert.equal(answered?.callId, called?.callId);
    assert.equal(answered?.invokerId, house.userId("ada"));
    assert.equal(house.state.spends.get(house.userId("bot"))?.length, 1);
    assert.deepEqual(violations(house.state), []);
  });
});
