/** Webhooks, emoji and the server's own things: given, when, then (OriginChats part 3, sections 5, 8 and 9). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Phase, Protocol } from "@dragoman/bus-schema";
import { Community, description, eventOf, type Settings } from "@dragoman/testing/community";
import { storedFile } from "@dragoman/testing/random/files";
import type { Decision } from "./contract.ts";

/** The types of the events, or the code of the refusal. */
const told = (decision: Decision) =>
  decision.ok ? decision.events.map(({ type }) => type) : decision.rejection.code;

function peopled(settings: Settings = {}) {
  const community = new Community(settings);
  community.person("olga", "owner");
  community.person("ada");
  const olga = community.enter("olga", "originchats");
  return { community, olga, ada: community.enter("ada", "originchats") };
}

const content = (text: string) => ({ text, markup: "markdown" as const });

describe("webhook.post", () => {
  function hooked(settings: Settings = {}) {
    const { community, olga, ada } = peopled(settings);
    const { channelId } = community.place("general");
    const made = community.as(olga, { type: "webhook.create", channelId, name: " Hook " });
    const webhook = eventOf(made, "webhook.created")?.webhook;
    if (webhook === undefined) throw new Error("no webhook");
    const post = (text: string, token: string = webhook.tokenId): Decision =>
      community.as(ada, { type: "webhook.post", token, content: content(text) });
    return { community, olga, webhook, post };
  }

  it("is a line by the server under the webhook's name, free of anybody's budget", () => {
    const { post, webhook, community } = hooked();
    const before = structuredClone(community.state.spends);
    const message = eventOf(post(" hi "), "message.posted")?.message;
    assert.deepEqual(message?.author, { kind: "system" });
    assert.equal(message?.content.text, "hi");
    const { webhookId } = webhook;
    assert.deepEqual(message?.webhook, { webhookId, name: "Hook", avatar: null });
    assert.deepEqual(community.state.spends, before);
  });

  it("speaks under no name that looks like a person's, and under every other", () => {
    const { community, olga, webhook } = hooked();
    const { channelId } = community.place("general");
    const post = (name: string) => {
      const { tokenId: token } = webhook;
      const body = { type: "webhook.post", token, content: content("x"), as: { name } } as const;
      return eventOf(community.as(olga, body), "message.posted")?.message.webhook?.name;
    };
    for (const name of ["ada", "Áda", "oIga", "ad\u200ba", "everyone"]) {
      assert.equal(post(name), "Hook", name);
      const made = community.as(olga, { type: "webhook.create", channelId, name });
      assert.equal(told(made), "already_exists", name);
      const renamed = { type: "webhook.update", webhookId: webhook.webhookId, name } as const;
      assert.equal(told(community.as(olga, renamed)), "already_exists", name);
    }
    assert.equal(post("Nig\u202ehtly"), "Nightly");
  });

  it("tells a forged token before everything else", () => {
    const { post } = hooked();
    assert.equal(told(post("", "forged")), "not_found");
    assert.equal(told(post("")), "invalid");
    assert.equal(told(post("x".repeat(2_001))), "too_long");
  });

  it("says nothing where its protocol can only be read, whatever the other one's phase", () => {
    const { community, post } = hooked();
    const phased = (protocol: Protocol, phase: Phase) =>
      community.operator({ type: "server.phase", protocol, phase });
    phased("sockchat", "closed");
    phased("originchats", "invited");
    assert.deepEqual(told(post("1")), ["message.posted"]);
    phased("originchats", "read-only");
    assert.equal(told(post("2")), "leaving");
    assert.equal(told(post("3", "forged")), "not_found");
    phased("originchats", "closed");
    assert.equal(told(post("4")), "leaving");
    phased("originchats", "announced");
    assert.deepEqual(told(post("5")), ["message.posted"]);
  });

  it("has a budget of its own", () => {
    const { post, community } = hooked({ limits: { webhookPerMinute: 2 } });
    post("1");
    post("2");
    assert.equal(told(post("3")), "limit_reached");
    community.nowMs += 60_001;
    assert.deepEqual(told(post("4")), ["message.posted"]);
  });

  it("ends with a new token, with the webhook and with its channel", () => {
    const { community, olga, webhook, post } = hooked();
    const { webhookId } = webhook;
    const renewed = eventOf(
      community.as(olga, { type: "webhook.renew", webhookId }),
      "webhook.renewed",
    );
    assert.equal(told(post("old")), "not_found");
    assert.deepEqual(told(post("new", renewed?.webhook.tokenId)), ["message.posted"]);
    community.as(olga, { type: "webhook.delete", webhookId });
    assert.equal(told(post("x", renewed?.webhook.tokenId)), "not_found");
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"] },
    });
    const { channelId } = community.place("den");
    community.as(olga, { type: "webhook.create", channelId, name: "x" });
    community.operator({ type: "channel.delete", channel: "den" });
    assert.equal(community.state.webhooks.size, 0);
  });

  it("is made by whoever manages the server, for a text channel", () => {
    const { community, olga, ada } = peopled();
    const { channelId } = community.place("general");
    const create = { type: "webhook.create", channelId, name: "x" } as const;
    assert.equal(told(community.as(ada, create)), "not_permitted");
    community.operator({ type: "channel.create", kind: "voice", name: "lounge", permissions: {} });
    const lounge = [...community.state.channels.values()].find(({ name }) => name === "lounge");
    assert.equal(
      told(community.as(olga, { ...create, channelId: lounge?.channelId ?? channelId })),
      "invalid",
    );
    for (const name of [" ", "\u0301"]) {
      assert.equal(told(community.as(olga, { ...create, name })), "invalid");
    }
    assert.equal(told(community.as(olga, { ...create, name: "x".repeat(101) })), "too_long");
  });
});

describe("emoji", () => {
  it("have ids that count up and come once, and names that come once", () => {
    const { community, olga, ada } = peopled();
    const add = (name: string, file = storedFile(1)) =>
      community.as(olga, { type: "emoji.add", name, file });
    assert.equal(eventOf(add(" wave "), "emoji.added")?.emoji.emojiId, "0");
    assert.equal(told(add("WAVE")), "already_exists");
    assert.equal(told(add("bad name")), "invalid");
    assert.equal(told(add("x", { ...storedFile(1), mime: "image/svg+xml" })), "invalid");
    assert.equal(told(add("x", { ...storedFile(1), size: 300_000 })), "too_long");
    const [emoji] = [...community.state.emojis.values()];
    community.as(olga, { type: "emoji.delete", emojiId: emoji?.emojiId as never });
    assert.equal(eventOf(add("wave"), "emoji.added")?.emoji.emojiId, "1");
    const refused = community.as(ada, { type: "emoji.add", name: "mine", file: storedFile(1) });
    assert.equal(told(refused), "not_permitted");
  });
});

describe("server.update", () => {
  it("stays until the configuration says something else than before", () => {
    const { community, olga, ada } = peopled();
    assert.equal(told(community.as(ada, { type: "server.update", name: "Mine" })), "not_permitted");
    community.as(olga, { type: "server.update", name: "Renamed" });
    const describe = (change: Partial<typeof description>): Decision =>
      community.core({ type: "server.describe", server: { ...description, ...change } });
    assert.deepEqual(told(describe({})), []);
    describe({ motd: "Welcome" });
    assert.deepEqual(
      [community.state.server?.name, community.state.server?.motd],
      ["Renamed", "Welcome"],
    );
    describe({ motd: "Welcome", name: "From the file" });
    assert.equal(community.state.server?.name, "From the file");
  });

  it("does not hide the default channel from everybody", () => {
    const { community, olga } = peopled();
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "staff",
      permissions: { view: ["owner"] },
    });
    const hidden = community.as(olga, {
      type: "server.update",
      defaultChannelId: community.place("staff").channelId,
    });
    assert.equal(told(hidden), "protected");
    const icon = { kind: "file", file: storedFile(3) } as const;
    community.as(olga, { type: "server.update", icon });
    assert.deepEqual(community.state.server?.icon, icon);
    community.as(olga, { type: "server.update", icon: null });
    assert.equal(community.state.server?.icon, undefined);
  });
});
