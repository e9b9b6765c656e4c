import assert from "node:assert/strict";
import { it } from "node:test";
import { featureLevel } from "@dragoman/bus-schema";
import { Community, outcome } from "@dragoman/testing/community";
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
