import assert from "node:assert/strict";
import { it } from "node:test";
import { featureLevel } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";
import { isTheirs } from "../state/theirs.ts";
import { violations } from "../state/violations.ts";

const lists = { view: ["user"], send: ["user"], create_thread: ["user"] };

it("a thread of somebody who is erased loses its name before its maker, and stays for the others", () => {
  const community = new Community();
  community.core({ type: "journal.level", level: featureLevel, version: "1.0.0" });
  community.person("ada");
  const userId = community.person("zelda");
  community.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  const { channelId } = community.place("forum");
  const zelda = community.enter("zelda", "originchats");
  const made = community.as(zelda, { type: "thread.create", channelId, name: "Zelda's own" });
  assert.deepEqual(outcome(made), ["thread.created"]);
  community.operator({ type: "user.erase", target: "zelda" });
  assert.deepEqual(violations(community.state), []);

  const clear = () => outcome(community.core({ type: "user.clear", userId }));
  assert.deepEqual(clear(), ["thread.updated"]);
  assert.deepEqual(clear(), ["thread.left"]);
  assert.deepEqual(clear(), []);
  const [thread] = community.state.threads.values();
  assert.deepEqual([thread?.name, thread?.participantIds], ["thread", []]);
  assert.deepEqual(violations(community.state), []);
});

it("lines by the server that name somebody, or say what they had it say, are theirs", () => {
  const community = new Community();
  community.person("olga", "owner");
  const userId = community.person("zelda", "admin");
  community.operator({ type: "channel.create", kind: "text", name: "hall", permissions: lists });
  const zelda = community.enter("zelda", "sockchat");
  const olga = community.enter("olga", "originchats");
  const place = community.place("hall");
  const said = (command: string) => ({ command, text: `${command} **zelda**`, place });
  const reason = "loud";
  const lines = [
    community.as(zelda, { type: "channel.create", kind: "text", name: "own", permissions: lists }),
    community.as(zelda, {
      type: "message.announce",
      content: { text: "my words", markup: "bbcode" },
    }),
    community.as(olga, {
      type: "moderation.silence",
      replace: true,
      target: "zelda",
      reason,
      seconds: 5,
      said: said("mute"),
    }),
    community.as(olga, { type: "moderation.unsilence", target: "zelda", said: said("unmute") }),
    community.as(olga, { type: "moderation.kick", target: "zelda", reason, said: said("kick") }),
    community.as(olga, {
      type: "moderation.ban",
      target: "zelda",
      reason,
      addresses: false,
      said: said("ban"),
    }),
    community.as(olga, {
      type: "moderation.unban",
      target: "zelda",
      said: said("unban"),
    }),
  ];
  for (const decision of lines) {
    const event = eventOf(decision, "message.posted") ?? eventOf(decision, "message.announced");
    assert.ok(event !== undefined, JSON.stringify(outcome(decision)));
    const { message } = event;
    assert.ok(isTheirs(message, { userIds: [userId], webhookIds: [] }), message.content.text);
  }
});
