/** Uploads: given, when, then (OriginChats part 2, section 14). */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AttachmentId, CommandOf, Place, SessionId, ThreadId } from "@dragoman/bus-schema";
import fc from "fast-check";
import { attachmentAt, filesInUse } from "../state/file.ts";
import { violations } from "../state/violations.ts";
import { expiredAtOnceMax, keptDays } from "./attachment.ts";
import type { Decision } from "./contract.ts";
import { eventOf, House, type Settings } from "./given.ts";
import { storedFile } from "./given-files.ts";

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
  const house = new House(settings);
  house.person("olga", "owner");
  house.person("ada");
  house.person("ben");
  const enter = (name: string) => house.enter(name, "originchats");
  return { house, olga: enter("olga"), ada: enter("ada"), ben: enter("ben") };
}

const adding = (
  house: House,
  of: SessionId,
  change: Partial<CommandOf<"attachment.add">> = {},
): CommandOf<"attachment.add"> => ({
  type: "attachment.add",
  key: house.state.sessions.get(of)?.session.keyTag ?? "",
  attachmentId: newId(),
  channelId: house.place("general").channelId,
  name: "a.png",
  file: { ...storedFile(serial), hash: serial.toString(16).padStart(64, "0") },
  ...change,
});

/** Uploads, by whichever gateway. */
function upload(house: House, of: SessionId, change: Partial<CommandOf<"attachment.add">> = {}) {
  const body = adding(house, of, change);
  const other = [...house.state.sessions.keys()].find((id) => id !== of) ?? of;
  return { id: body.attachmentId, decision: house.as(other, body) };
}

const showing = (house: House, ids: readonly AttachmentId[], channel = "general") =>
  ({
    type: "message.post" as const,
    place: house.place(channel),
    kind: "text" as const,
    content: { text: "", markup: "markdown" as const },
    attachmentIds: [...ids],
  }) satisfies CommandOf<"message.post">;

/** What the timer takes away now, and why. */
function endings(house: House): readonly unknown[] {
  const decision = house.core({ type: "attachment.expire" });
  return decision.ok
    ? decision.events.map((event) =>
        event.type === "attachment.deleted" ? [event.attachmentId, event.why] : event,
      )
    : [decision];
}

describe("attachment.add", () => {
  it("is for the live session whose key is shown, at whichever gateway", () => {
    const { house, ada } = peopled();
    const { decision } = upload(house, ada);
    assert.equal(eventOf(decision, "attachment.added")?.attachment.ownerId, house.userId("ada"));
    const nobody = upload(house, ada, { key: "nobody's" });
    assert.equal(told(nobody.decision), "not_authenticated");
    house.as(ada, { type: "session.close", why: "leave" });
    const gone = upload(house, ada, { key: `tag-${ada}` });
    assert.equal(told(gone.decision), "not_authenticated");
    assert.deepEqual(violations(house.state), []);
  });

  it("keeps what is small for seven days, and less where it is asked", () => {
    const { house, ada } = peopled();
    const kept = (change: Partial<CommandOf<"attachment.add">>) => {
      const added = eventOf(upload(house, ada, change).decision, "attachment.added");
      return (added?.attachment.expiresAtMs ?? 0) - house.nowMs;
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
      const { house, ada } = peopled({ attachments, ...(tier === undefined ? {} : { tier }) });
      const { attachment } =
        eventOf(upload(house, ada, change).decision, "attachment.added") ?? assert.fail("refused");
      return [(attachment.expiresAtMs - house.nowMs) / dayMs, attachment.permanent];
    };
    assert.deepEqual(added("pro", { file: { ...storedFile(1), size: 99 * 2 ** 20 } }), [365, true]);
    assert.deepEqual(added("pro", { expiresInMs: dayMs }), [1, true]);
    assert.deepEqual(added("max"), [7, false]);
    assert.deepEqual(added(undefined), [7, false]);
  });

  it("needs the right to send, a size, and no silence", () => {
    const { house, olga, ada } = peopled({ attachments: { bytesMax: 5 } });
    const small = { file: { ...storedFile(1), size: 5 } };
    assert.equal(told(upload(house, ada).decision), "too_long");
    house.operator({
      type: "channel.create",
      kind: "text",
      name: "staff",
      permissions: { view: ["owner"], send: ["owner"] },
    });
    const staff = house.place("staff").channelId;
    assert.equal(
      told(upload(house, ada, { ...small, channelId: staff }).decision),
      "not_permitted",
    );
    house.as(olga, { type: "moderation.silence", target: "ada", replace: false });
    assert.equal(told(upload(house, ada, small).decision), "silenced");
  });

  it("is limited by the minute, and can be switched off", () => {
    const { house, ada, ben } = peopled({ attachments: { perMinute: 2 } });
    const outcomes = [1, 2, 3].map(() => told(upload(house, ada).decision));
    assert.deepEqual(outcomes.at(2), "limit_reached");
    assert.deepEqual(told(upload(house, ben).decision), ["attachment.added"]);
    house.nowMs += 60_001;
    assert.deepEqual(told(upload(house, ada).decision), ["attachment.added"]);
    const off = peopled({ attachments: { enabled: false } });
    assert.equal(told(upload(off.house, off.ada).decision), "disabled");
    const none = peopled({ attachments: { perPerson: 0 } });
    assert.equal(told(upload(none.house, none.ada).decision), "disabled");
  });

  it("lets the oldest go above a person's number, also when a message shows it", () => {
    const { house, ada } = peopled({ attachments: { perPerson: 2 } });
    const first = upload(house, ada).id;
    house.as(ada, showing(house, [first]));
    upload(house, ada);
    const third = upload(house, ada).decision;
    assert.deepEqual(told(third), ["attachment.deleted", "attachment.added"]);
    const gone = eventOf(third, "attachment.deleted");
    assert.deepEqual([gone?.attachmentId, gone?.why], [first, "replaced"]);
    assert.deepEqual(violations(house.state), []);
  });

  it("stores equal bytes once and shares no id", () => {
    const { house, ada, ben } = peopled();
    const file = storedFile(7);
    const one = upload(house, ada, { file });
    const two = upload(house, ben, { file: { ...file, fileId: storedFile(8).fileId } });
    assert.notEqual(one.id, two.id);
    assert.equal(eventOf(two.decision, "attachment.added")?.attachment.file.fileId, file.fileId);
    house.as(ada, { type: "attachment.delete", attachmentId: one.id });
    assert.deepEqual([...filesInUse(house.state)], [file.fileId]);
    house.as(ben, { type: "attachment.delete", attachmentId: two.id });
    assert.deepEqual([...filesInUse(house.state)], []);
  });
});

describe("attachments of a message", () => {
  it("must be there and the author's own", () => {
    const { house, ada, ben } = peopled();
    const { id } = upload(house, ada);
    const posted = eventOf(house.as(ada, showing(house, [id])), "message.posted");
    assert.deepEqual(
      posted?.message.attachments?.map(({ attachmentId }) => attachmentId),
      [id],
    );
    assert.equal(told(house.as(ben, showing(house, [id]))), "not_permitted");
    assert.equal(told(house.as(ben, showing(house, [newId()]))), "not_found");
    house.nowMs += 7 * dayMs;
    assert.equal(told(house.as(ada, showing(house, [id]))), "not_found");
  });

  it("go with the last message that shows them", () => {
    const { house, ada } = peopled();
    const { id } = upload(house, ada);
    const posts = [1, 2].map(() => eventOf(house.as(ada, showing(house, [id])), "message.posted"));
    const remove = (index: number) =>
      house.as(ada, { type: "message.delete", message: posts[index]?.message.messageId ?? "" });
    assert.deepEqual(told(remove(0)), ["message.deleted"]);
    assert.deepEqual(told(remove(1)), ["message.deleted", "attachment.deleted"]);
    assert.deepEqual(violations(house.state), []);
  });

  it("go with their channel, unless another one shows them", () => {
    const { house, ada } = peopled();
    house.operator({
      type: "channel.create",
      kind: "text",
      name: "den",
      permissions: { view: ["user"], send: ["user"] },
    });
    const den = house.place("den").channelId;
    const [both, here, unshown] = [1, 2, 3].map(() => upload(house, ada, { channelId: den }).id);
    house.as(ada, showing(house, [both as AttachmentId, here as AttachmentId], "den"));
    house.as(ada, showing(house, [both as AttachmentId]));
    house.operator({ type: "channel.delete", channel: "den" });
    const there = (id: AttachmentId | undefined) =>
      attachmentAt(house.state, id ?? "", house.nowMs);
    assert.deepEqual([there(here), there(unshown)], [undefined, undefined]);
    assert.notEqual(there(both), undefined);
    assert.deepEqual(violations(house.state), []);
    assert.deepEqual(endings(house), [
      [here, "message"],
      [unshown, "unused"],
    ]);
    assert.deepEqual([...house.state.attachments.keys()], [both]);
    assert.deepEqual(violations(house.state), []);
  });

  it("go with their thread, unless another place shows them", () => {
    const { house, ada } = peopled();
    house.operator({
      type: "channel.create",
      kind: "forum",
      name: "help",
      permissions: { view: ["user"], send: ["user"], create_thread: ["user"] },
    });
    const { channelId } = house.place("help");
    const threadOf = (name: string): Place => {
      const decision = house.as(ada, { type: "thread.create", channelId, name });
      const { threadId } = eventOf(decision, "thread.created")?.thread ?? assert.fail("no thread");
      return { channelId, threadId };
    };
    const [one, two] = [threadOf("one"), threadOf("two")];
    const [both, here, there, unshown] = [1, 2, 3, 4].map(
      () => upload(house, ada, { channelId }).id,
    );
    const show = (place: Place, ...ids: (AttachmentId | undefined)[]) =>
      house.as(ada, { ...showing(house, ids as AttachmentId[]), place });
    show(one, both, here);
    show(two, both, there);
    house.as(ada, { type: "thread.delete", threadId: one.threadId as ThreadId });
    assert.deepEqual(endings(house), [[here, "message"]]);
    assert.deepEqual([...house.state.attachments.keys()], [both, there, unshown]);
    assert.deepEqual(violations(house.state), []);
    house.operator({ type: "channel.delete", channel: "help" });
    assert.equal(endings(house).length, 3);
    assert.equal(house.state.attachments.size, 0);
  });
});

describe("attachment.expire", () => {
  it("takes what nobody has shown for an hour, and the rest at its end", () => {
    const { house, ada } = peopled();
    const shown = upload(house, ada).id;
    const unshown = upload(house, ada).id;
    house.as(ada, showing(house, [shown]));
    const due = () => house.state.timers.get("attachments")?.dueMs;
    assert.equal(due(), house.nowMs + hourMs);
    assert.deepEqual(told(house.core({ type: "attachment.expire" })), []);
    house.nowMs += hourMs;
    const first = house.core({ type: "attachment.expire" });
    assert.deepEqual(
      first.ok &&
        first.events.map(
          (event) => event.type === "attachment.deleted" && [event.attachmentId, event.why],
        ),
      [[unshown, "unused"]],
    );
    house.nowMs += 7 * dayMs;
    const last = eventOf(house.core({ type: "attachment.expire" }), "attachment.deleted");
    assert.deepEqual([last?.attachmentId, last?.why], [shown, "expired"]);
    assert.equal(due(), undefined);
  });

  it("comes in pieces that fit a commit", () => {
    const { house, ada } = peopled({ attachments: { perMinute: 1_000 } });
    for (let n = 0; n < expiredAtOnceMax + 20; n += 1) upload(house, ada);
    house.nowMs += hourMs;
    const counts = [1, 2, 3].map(() => {
      const decision = house.core({ type: "attachment.expire" });
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
        const { house, ada } = peopled({ attachments: { perMinute: 1_000 } });
        for (const { what, which, ms } of steps) {
          const ids = [...house.state.attachments.keys()];
          const id = ids[which % Math.max(1, ids.length)];
          if (what === 0 || id === undefined) upload(house, ada, { expiresInMs: ms });
          else if (what === 1) house.as(ada, showing(house, [id]));
          else if (what === 2) house.as(ada, { type: "attachment.delete", attachmentId: id });
          else {
            house.nowMs += ms;
            house.core({ type: "attachment.expire" });
          }
          assert.deepEqual(violations(house.state), []);
        }
      }),
      { numRuns: 60 },
    );
  });
});
