/** Webhooks, emoji and the server's own things: given, when, then (OriginChats part 3, sections 5, 8 and 9). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Decision } from "./contract.ts";
import { description, eventOf, House, type Settings } from "./given.ts";
import { storedFile } from "./given-files.ts";

/** The types of the events, or the code of the refusal. */
const told = (decision: Decision) =>
  decision.ok ? decision.events.map(({ type }) => type) : decision.rejection.code;

function peopled(settings: Settings = {}) {
  const house = new House(settings);
  house.person("olga", "owner");
  house.person("ada");
  const olga = house.enter("olga", "originchats");
  return { house, olga, ada: house.enter("ada", "originchats") };
}

const content = (text: string) => ({ text, markup: "markdown" as const });

describe("webhook.post", () => {
  function hooked(settings: Settings = {}) {
    const { house, olga, ada } = peopled(settings);
    const { channelId } = house.place("general");
    const made = house.as(olga, { type: "webhook.create", channelId, name: " Hook " });
    const webhook = eventOf(made, "webhook.created")?.webhook;
    if (webhook === undefined) throw new Error("no webhook");
    const post = (text: string, token: string = webhook.tokenId): Decision =>
      house.as(ada, { type: "webhook.post", token, content: content(text) });
    return { house, olga, webhook, post };
  }

  it("is a line by the server under the webhook's name, free of anybody's budget", () => {
    const { post, webhook, house } = hooked();
    const message = eventOf(post(" hi "), "message.posted")?.message;
    assert.deepEqual(message?.author, { kind: "system", name: "originChats" });
    assert.equal(message?.content.text, "hi");
    const { webhookId } = webhook;
    assert.deepEqual(message?.webhook, { webhookId, name: "Hook", avatar: null });
    assert.equal(house.state.spends.size, 0);
  });

  it("tells a forged token before everything else", () => {
    const { post } = hooked();
    assert.equal(told(post("", "forged")), "not_found");
    assert.equal(told(post("")), "invalid");
    assert.equal(told(post("x".repeat(2_001))), "too_long");
  });

  it("has a budget of its own", () => {
    const { post, house } = hooked({ limits: { webhookPerMinute: 2 } });
    post("1");
    post("2");
    assert.equal(told(post("3")), "limit_reached");
    house.nowMs += 60_001;
    assert.deepEqual(told(post("4")), ["message.posted"]);
  });

  it("ends with a new token, with the webhook and with its channel", () => {
    const { house, olga, webhook, post } = hooked();
    const { webhookId } = webhook;
    const renewed = eventOf(
      house.as(olga, { type: "webhook.renew", webhookId }),
      "webhook.renewed",
    );
    assert.equal(told(post("old")), "not_found");
    assert.deepEqual(told(post("new", renewed?.webhook.tokenId)), ["message.posted"]);
    house.as(olga, { type: "webhook.delete", webhookId });
    assert.equal(told(post("x", renewed?.webhook.tokenId)), "not_found");
    house.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"] },
    });
    const { channelId } = house.place("den");
    house.as(olga, { type: "webhook.create", channelId, name: "x" });
    house.operator({ type: "channel.delete", channel: "den" });
    assert.equal(house.state.webhooks.size, 0);
  });

  it("is made by whoever manages the server, for a text channel", () => {
    const { house, olga, ada } = peopled();
    const { channelId } = house.place("general");
    const create = { type: "webhook.create", channelId, name: "x" } as const;
    assert.equal(told(house.as(ada, create)), "not_permitted");
    house.operator({ type: "channel.create", kind: "voice", name: "lounge", permissions: {} });
    const lounge = [...house.state.channels.values()].find(({ name }) => name === "lounge");
    assert.equal(
      told(house.as(olga, { ...create, channelId: lounge?.channelId ?? channelId })),
      "invalid",
    );
    assert.equal(told(house.as(olga, { ...create, name: " " })), "invalid");
    assert.equal(told(house.as(olga, { ...create, name: "x".repeat(101) })), "too_long");
  });
});

describe("emoji", () => {
  it("have ids that count up and come once, and names that come once", () => {
    const { house, olga, ada } = peopled();
    const add = (name: string, file = storedFile(1)) =>
      house.as(olga, { type: "emoji.add", name, file });
    assert.equal(eventOf(add(" wave "), "emoji.added")?.emoji.emojiId, "0");
    assert.equal(told(add("WAVE")), "already_exists");
    assert.equal(told(add("bad name")), "invalid");
    assert.equal(told(add("x", { ...storedFile(1), mime: "image/svg+xml" })), "invalid");
    assert.equal(told(add("x", { ...storedFile(1), size: 300_000 })), "too_long");
    const [emoji] = [...house.state.emojis.values()];
    house.as(olga, { type: "emoji.delete", emojiId: emoji?.emojiId as never });
    assert.equal(eventOf(add("wave"), "emoji.added")?.emoji.emojiId, "1");
    const refused = house.as(ada, { type: "emoji.add", name: "mine", file: storedFile(1) });
    assert.equal(told(refused), "not_permitted");
  });
});

describe("server.update", () => {
  it("stays until the configuration says something else than before", () => {
    const { house, olga, ada } = peopled();
    assert.equal(told(house.as(ada, { type: "server.update", name: "Mine" })), "not_permitted");
    house.as(olga, { type: "server.update", name: "Renamed" });
    const describe = (change: Partial<typeof description>): Decision =>
      house.core({ type: "server.describe", server: { ...description, ...change } });
    assert.deepEqual(told(describe({})), []);
    describe({ motd: "Welcome" });
    assert.deepEqual([house.state.server?.name, house.state.server?.motd], ["Renamed", "Welcome"]);
    describe({ motd: "Welcome", name: "From the file" });
    assert.equal(house.state.server?.name, "From the file");
  });

  it("does not hide the default channel from everybody", () => {
    const { house, olga } = peopled();
    house.operator({
      type: "channel.create",
      kind: "text",
      name: "staff",
      permissions: { view: ["owner"] },
    });
    const hidden = house.as(olga, {
      type: "server.update",
      defaultChannelId: house.place("staff").channelId,
    });
    assert.equal(told(hidden), "protected");
    const icon = { kind: "file", file: storedFile(3) } as const;
    house.as(olga, { type: "server.update", icon });
    assert.deepEqual(house.state.server?.icon, icon);
    house.as(olga, { type: "server.update", icon: null });
    assert.equal(house.state.server?.icon, undefined);
  });
});
