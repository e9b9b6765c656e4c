/** Uploads: given, when, then (OriginChats part 2, section 14). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AttachmentId, CommandOf, Place, SessionId, ThreadId } from "@dragoman/bus-schema";
import { Community, eventOf, type Settings } from "@dragoman/testing/community";
import { storedFile } from "@dragoman/testing/random/files";
import fc from "fast-check";
import { attachmentAt, filesInUse } from "../state/file.ts";
import { violations } from "../state/violations.ts";
import { expiredAtOnceMax, keptDays } from "./attachment.ts";
import type { Decision } from "./contract.ts";

/** The types of the events, or the code of the refusal. */
const told = (decision: Decision) =>
  decision.ok ? decision.events.map(({ type }) => type) : decision.rejection.code;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let serial = 0;
const newId = (): AttachmentId => {
  serial += 1;
  return `00000000-0000-4000-b000-${String(serial).padStart(12, "0")}` as AttachmentId;
};

function peopled(settings: Settings = {}) {
  const community = new Community(settings);
  community.person("olga", "owner");
  community.person("ada");
  community.person("ben");
  const enter = (name: string) => community.enter(name, "originchats");
  return { community, olga: enter("olga"), ada: enter("ada"), ben: enter("ben") };
}

const adding = (
  community: Community,
  of: SessionId,
  change: Partial<CommandOf<"attachment.add">> = {},
): CommandOf<"attachment.add"> => ({
  type: "attachment.add",
  key: community.state.sessions.get(of)?.session.keyTag ?? "",
  attachmentId: newId(),
  channelId: community.place("general").channelId,
  name: "a.png",
  file: { ...storedFile(serial), hash: serial.toString(16).padStart(64, "0") },
  ...change,
});

/** Uploads, by whichever gateway. */
function upload(
  community: Community,
  of: SessionId,
  change: Partial<CommandOf<"attachment.add">> = {},
) {
  const body = adding(community, of, change);
  const other = [...community.state.sessions.keys()].find((id) => id !== of) ?? of;
  return { id: body.attachmentId, decision: community.as(other, body) };
}

const showing = (community: Community, ids: readonly AttachmentId[], channel = "general") =>
  ({
    type: "message.post" as const,
    place: community.place(channel),
    kind: "text" as const,
    content: { text: "", markup: "markdown" as const },
    attachmentIds: [...ids],
  }) satisfies CommandOf<"message.post">;

/** What the timer takes away now, and why. */
function endings(community: Community): readonly unknown[] {
  const decision = community.core({ type: "attachment.expire" });
  return decision.ok
    ? decision.events.map((event) =>
        event.type === "attachment.deleted" ? [event.attachmentId, event.why] : event,
      )
    : [decision];
}

describe("attachment.add", () => {
  it("is for the live session whose key is shown, at whichever gateway", () => {
    const { community, ada } = peopled();
    const { decision } = upload(community, ada);
    assert.equal(
      eventOf(decision, "attachment.added")?.attachment.ownerId,
      community.userId("ada"),
    );
    const nobody = upload(community, ada, { key: "nobody's" });
    assert.equal(told(nobody.decision), "not_authenticated");
    community.as(ada, { type: "session.close", why: "leave" });
    const gone = upload(community, ada, { key: `tag-${ada}` });
    assert.equal(told(gone.decision), "not_authenticated");
    assert.deepEqual(violations(community.state), []);
  });

  it("keeps what is small for seven days, and less where it is asked", () => {
    const { community, ada } = peopled();
    const kept = (change: Partial<CommandOf<"attachment.add">>) => {
      const added = eventOf(upload(community, ada, change).decision, "attachment.added");
      return (added?.attachment.expiresAtMs ?? 0) - community.nowMs;
    };
    assert.equal(kept({}), 7 * dayMs);
    assert.equal(kept({ expiresInMs: dayMs }), dayMs);
    assert.equal(kept({ expiresInMs: 99 * dayMs }), 7 * dayMs);
    assert.equal(kept({ file: { ...storedFile(1), size: 100 * 2 ** 20 } }), dayMs);
    for (const [mebibytes, days] of [
      [1, 49],
      [5, 49],
      [15, 28],
      [25, 7],
      [50, 5],
      [100, 1],
    ] as const) {
      assert.equal(Math.round(keptDays(mebibytes)), days);
    }
  });

  it("keeps for a year what somebody with one of the named subscriptions uploads, whatever its size", () => {
    const added = (tier: string | undefined, change: Partial<CommandOf<"attachment.add">> = {}) => {
      const attachments = { permanentTiers: ["Pro"], permanentMs: 365 * dayMs };
      const { community, ada } = peopled({ attachments, ...(tier === undefined ? {} : { tier }) });
      const { attachment } =
        eventOf(upload(community, ada, change).decision, "attachment.added") ??
        assert.fail("refused");
      return [(attachment.expiresAtMs - community.nowMs) / dayMs, attachment.permanent];
    };
    assert.deepEqual(added("pro", { file: { ...storedFile(1), size: 99 * 2 ** 20 } }), [365, true]);
    assert.deepEqual(added("pro", { expiresInMs: dayMs }), [1, true]);
    assert.deepEqual(added("max"), [7, false]);
    assert.deepEqual(added(undefined), [7, false]);
  });

  it("needs the right to send, a size, and no silence", () => {
    const { community, olga, ada } = peopled({ attachments: { bytesMax: 5 } });
    const small = { file: { ...storedFile(1), size: 5 } };
    assert.equal(told(upload(community, ada).decision), "too_long");
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "staff",
      permissions: { view: ["owner"], send: ["owner"] },
    });
    const staff = community.place("staff").channelId;
    assert.equal(
      told(upload(community, ada, { ...small, channelId: staff }).decision),
      "not_found",
    );
    community.as(olga, { type: "moderation.silence", target: "ada", replace: false });
    assert.equal(told(upload(community, ada, small).decision), "silenced");
  });

  it("is limited by the minute, and can be switched off", () => {
    const { community, ada, ben } = peopled({ attachments: { perMinute: 2 } });
    const outcomes = [1, 2, 3].map(() => told(upload(community, ada).decision));
    assert.deepEqual(outcomes.at(2), "limit_reached");
    assert.deepEqual(told(upload(community, ben).decision), ["attachment.added"]);
    community.nowMs += 60_001;
    assert.deepEqual(told(upload(community, ada).decision), ["attachment.added"]);
    const off = peopled({ attachments: { enabled: false } });
    assert.equal(told(upload(off.community, off.ada).decision), "disabled");
    const none = peopled({ attachments: { perPerson: 0 } });
    assert.equal(told(upload(none.community, none.ada).decision), "disabled");
  });

  it("lets the oldest go above a person's number, also when a message shows it", () => {
    const { community, ada } = peopled({ attachments: { perPerson: 2 } });
    const first = upload(community, ada).id;
    community.as(ada, showing(community, [first]));
    upload(community, ada);
    const third = upload(community, ada).decision;
    assert.deepEqual(told(third), ["attachment.deleted", "attachment.added"]);
    const gone = eventOf(third, "attachment.deleted");
    assert.deepEqual([gone?.attachmentId, gone?.why], [first, "replaced"]);
    assert.deepEqual(violations(community.state), []);
  });

  it("stores equal bytes once and shares no id", () => {
    const { community, ada, ben } = peopled();
    const file = storedFile(7);
    const one = upload(community, ada, { file });
    const two = upload(community, ben, { file: { ...file, fileId: storedFile(8).fileId } });
    assert.notEqual(one.id, two.id);
    assert.equal(eventOf(two.decision, "attachment.added")?.attachment.file.fileId, file.fileId);
    community.as(ada, { type: "attachment.delete", attachmentId: one.id });
    assert.deepEqual([...filesInUse(community.state)], [file.fileId]);
    community.as(ben, { type: "attachment.delete", attachmentId: two.id });
    assert.deepEqual([...filesInUse(community.state)], []);
  });
});

describe("attachments of a message", () => {
  it("must be there and the author's own", () => {
    const { community, ada, ben } = peopled();
    const { id } = upload(community, ada);
    const posted = eventOf(community.as(ada, showing(community, [id])), "message.posted");
    assert.deepEqual(
      posted?.message.attachments?.map(({ attachmentId }) => attachmentId),
      [id],
    );
    assert.equal(told(community.as(ben, showing(community, [id]))), "not_permitted");
    assert.equal(told(community.as(ben, showing(community, [newId()]))), "not_found");
    community.nowMs += 7 * dayMs;
    assert.equal(told(community.as(ada, showing(community, [id]))), "not_found");
  });

  it("go with the last message that shows them", () => {
    const { community, ada } = peopled();
    const { id } = upload(community, ada);
    const posts = [1, 2].map(() =>
      eventOf(community.as(ada, showing(community, [id])), "message.posted"),
    );
    const remove = (index: number) =>
      community.as(ada, { type: "message.delete", message: posts[index]?.message.messageId ?? "" });
    assert.deepEqual(told(remove(0)), ["message.deleted"]);
    assert.deepEqual(told(remove(1)), ["message.deleted", "attachment.deleted"]);
    assert.deepEqual(violations(community.state), []);
  });

  it("go with their channel, unless another one shows them", () => {
    const { community, ada } = peopled();
    community.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"], send: ["user"] },
    });
    const den = community.place("den").channelId;
    const [both, here, unshown] = [1, 2, 3].map(
      () => upload(community, ada, { channelId: den }).id,
    );
    community.as(ada, showing(community, [both as AttachmentId, here as AttachmentId], "den"));
    community.as(ada, showing(community, [both as AttachmentId]));
    community.operator({ type: "channel.delete", channel: "den" });
    const there = (id: AttachmentId | undefined) =>
      attachmentAt(community.state, id ?? "", community.nowMs);
    assert.deepEqual([there(here), there(unshown)], [undefined, undefined]);
    assert.notEqual(there(both), undefined);
    assert.deepEqual(violations(community.state), []);
    assert.deepEqual(endings(community), [
      [here, "message"],
      [unshown, "unused"],
    ]);
    assert.deepEqual([...community.state.attachments.keys()], [both]);
    assert.deepEqual(violations(community.state), []);
  });

  it("go with their thread, unless another place shows them", () => {
    const { community, ada } = peopled();
    community.operator({
      type: "channel.create",
      kind: "forum",
      name: "help",
      permissions: { view: ["user"], send: ["user"], create_thread: ["user"] },
    });
    const { channelId } = community.place("help");
    const threadOf = (name: string): Place => {
      const decision = community.as(ada, { type: "thread.create", channelId, name });
      const { threadId } = eventOf(decision, "thread.created")?.thread ?? assert.fail("no thread");
      return { channelId, threadId };
    };
    const [one, two] = [threadOf("one"), threadOf("two")];
    const [both, here, there, unshown] = [1, 2, 3, 4].map(
      () => upload(community, ada, { channelId }).id,
    );
    const show = (place: Place, ...ids: (AttachmentId | undefined)[]) =>
      community.as(ada, { ...showing(community, ids as AttachmentId[]), place });
    show(one, both, here);
    show(two, both, there);
    community.as(ada, { type: "thread.delete", threadId: one.threadId as ThreadId });
    assert.deepEqual(endings(community), [[here, "message"]]);
    assert.deepEqual([...community.state.attachments.keys()], [both, there, unshown]);
    assert.deepEqual(violations(community.state), []);
    community.operator({ type: "channel.delete", channel: "help" });
    assert.equal(endings(community).length, 3);
    assert.equal(community.state.attachments.size, 0);
  });
});

describe("attachment.expire", () => {
  it("takes what nobody has shown for an hour, and the rest at its end", () => {
    const { community, ada } = peopled();
    const shown = upload(community, ada).id;
    const unshown = upload(community, ada).id;
    community.as(ada, showing(community, [shown]));
    const due = () => community.state.timers.get("attachments")?.dueMs;
    assert.equal(due(), community.nowMs + hourMs);
    assert.deepEqual(told(community.core({ type: "attachment.expire" })), []);
    community.nowMs += hourMs;
    const first = community.core({ type: "attachment.expire" });
    assert.deepEqual(
      first.ok &&
        first.events.map(
          (event) => event.type === "attachment.deleted" && [event.attachmentId, event.why],
        ),
      [[unshown, "unused"]],
    );
    community.nowMs += 7 * dayMs;
    const last = eventOf(community.core({ type: "attachment.expire" }), "attachment.deleted");
    assert.deepEqual([last?.attachmentId, last?.why], [shown, "expired"]);
    assert.equal(due(), undefined);
  });

  it("comes in pieces that fit a commit", () => {
    const { community, ada } = peopled({ attachments: { perMinute: 1_000 } });
    for (let n = 0; n < expiredAtOnceMax + 20; n += 1) upload(community, ada);
    community.nowMs += hourMs;
    const counts = [1, 2, 3].map(() => {
      const decision = community.core({ type: "attachment.expire" });
      return decision.ok ? decision.events.length : -1;
    });
    assert.deepEqual(counts, [expiredAtOnceMax, 20, 0]);
  });
});

describe("the ends of uploads", () => {
  it("stay in order whatever comes and goes", () => {
    const step = fc.record({ what: fc.nat(3), which: fc.nat(30), ms: fc.nat(2 * hourMs) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { community, ada } = peopled({ attachments: { perMinute: 1_000 } });
        for (const { what, which, ms } of steps) {
          const ids = [...community.state.attachments.keys()];
          const id = ids[which % Math.max(1, ids.length)];
          if (what === 0 || id === undefined) upload(community, ada, { expiresInMs: ms });
          else if (what === 1) community.as(ada, showing(community, [id]));
          else if (what === 2) community.as(ada, { type: "attachment.delete", attachmentId: id });
          else {
            community.nowMs += ms;
            community.core({ type: "attachment.expire" });
          }
          assert.deepEqual(violations(community.state), []);
        }
      }),
      { numRuns: 60 },
    );
  });
});
