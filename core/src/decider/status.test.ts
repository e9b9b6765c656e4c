import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Status } from "@dragoman/bus-schema";
import { Community, eventOf, outcome } from "@dragoman/testing/community";

function community(): { readonly at: Community; readonly statusOf: () => Status | undefined } {
  const at = new Community({ graceMs: 0 });
  at.person("ada");
  return { at, statusOf: () => at.state.people.get(at.userId("ada"))?.user.status };
}

describe("status.set", () => {
  it("tells what is new and what was before, and nothing where nothing changes", () => {
    const { at } = community();
    const session = at.enter("ada", "originchats");
    const set = { type: "status.set", status: "dnd", text: "busy" } as const;
    const event = eventOf(at.as(session, set), "status.changed");
    assert.deepEqual(event?.status, { status: "dnd", text: "busy" });
    assert.deepEqual(event?.before, { status: "online", text: "" });
    assert.deepEqual(outcome(at.as(session, set)), []);
  });

  it("counts its text in code points", () => {
    const { at } = community();
    const session = at.enter("ada", "originchats");
    const set = (text: string) => at.as(session, { type: "status.set", status: "idle", text });
    assert.ok(set("😀".repeat(100)).ok);
    assert.deepEqual(outcome(set("😀".repeat(101))), { code: "too_long", field: "text", max: 100 });
  });
});

describe("being away", () => {
  it("remembers what was chosen before, however often it is set anew", () => {
    const { at, statusOf } = community();
    const session = at.enter("ada", "sockchat");
    at.as(session, { type: "status.set", status: "dnd", text: "busy" });
    for (const text of ["tea", "cake"]) {
      at.as(session, { type: "status.set", status: "idle", text, afk: true });
    }
    assert.deepEqual(statusOf(), {
      status: "idle",
      text: "cake",
      afk: { status: "dnd", text: "busy" },
    });
    assert.deepEqual(outcome(at.as(session, { type: "status.back" })), ["status.changed"]);
    assert.deepEqual(statusOf(), { status: "dnd", text: "busy" });
    assert.deepEqual(outcome(at.as(session, { type: "status.back" })), []);
  });

  it("ends with a message or a whisper, before it, on either side", () => {
    const { at } = community();
    at.person("ben");
    const session = at.enter("ada", "sockchat");
    const web = at.enter("ada", "originchats");
    const away = { type: "status.set", status: "idle", text: "", afk: true } as const;
    at.as(session, away);
    assert.deepEqual(outcome(at.post(web, "hi")), ["status.changed", "message.posted"]);
    at.as(session, away);
    const content = { text: "psst", markup: "bbcode" } as const;
    const whisper = at.as(session, { type: "message.whisper", target: "ben", content });
    assert.deepEqual(outcome(whisper), ["status.changed", "channel.created", "message.posted"]);
  });

  it("never ends a status that was chosen", () => {
    const { at, statusOf } = community();
    const session = at.enter("ada", "originchats");
    at.as(session, { type: "status.set", status: "dnd", text: "busy" });
    assert.deepEqual(outcome(at.post(session, "hi")), ["message.posted"]);
    assert.deepEqual(statusOf(), { status: "dnd", text: "busy" });
  });

  it("ends with the last session, and hides whoever hid before", () => {
    const { at, statusOf } = community();
    const session = at.enter("ada", "sockchat");
    at.as(session, { type: "status.set", status: "invisible", text: "" });
    at.as(session, { type: "status.set", status: "idle", text: "tea", afk: true });
    assert.equal(statusOf()?.status, "invisible");
    at.as(session, { type: "session.close", why: "leave" });
    assert.deepEqual(statusOf(), { status: "invisible", text: "" });
  });
});
