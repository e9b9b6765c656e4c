import assert from "node:assert/strict";
import { test } from "node:test";
import { typingMax } from "../client.ts";
import { edge } from "../edge.ts";
import {
  ada,
  connection,
  errorOf,
  general,
  nowMs,
  only,
  say,
  sent,
  session,
  view,
  whisper,
} from "../testing/edge.ts";

const packet = { cmd: "typing", channel: "general", listener: "l" };

test("typing needs a place that the person may view", () => {
  assert.equal(errorOf(say(ada, { cmd: "typing" })), "Channel name or thread_id not provided");
  assert.equal(errorOf(say(ada, { cmd: "typing", thread_id: "t" })), "Thread not found");
  assert.equal(errorOf(say(ada, { cmd: "typing", channel: "none" })), "Channel not found");
  assert.equal(errorOf(say(ada, { cmd: "typing", channel: "staff" })), "Channel not found");
});

test("the typist has its own copy with the listener, the others theirs by signal", () => {
  const step = only(say(ada, packet), "command");
  assert.deepEqual(step.body, { type: "typing.start", place: { channelId: general.channelId } });
  const told = { cmd: "typing", channel: "general", user: "ada", thread_id: null, global: true };
  assert.deepEqual(sent(step.unchanged?.(view()) ?? []), [{ ...told, listener: "l" }]);
  const { sessionId, userId } = session(ada);
  const signal = {
    type: "typing",
    place: { channelId: general.channelId },
    userId,
    sessionId,
  } as const;
  const [delivery] = edge.renderSignal(signal, view());
  assert.deepEqual(delivery?.packets?.("json"), [JSON.stringify(told)]);
  assert.equal(delivery?.exceptSessionId, sessionId);
  const whispered = { ...signal, place: { channelId: whisper.channelId } };
  const [personal] = edge.renderSignal(whispered, view());
  const packets = personal?.personal?.(connection(ada)) ?? [];
  assert.equal(JSON.parse(packets[0] ?? "{}").channel, "@ben");
});

test("typing under a time-out is answered with what is left of it", () => {
  const { refuse } = only(say(ada, packet), "command");
  const [answer] = sent(refuse({ code: "silenced", untilMs: nowMs + 2_766 }, view()));
  assert.deepEqual(answer, {
    cmd: "rate_limit",
    reason: "You are in timeout for 2.8 more seconds",
    length: 2_766,
    listener: "l",
  });
});

test("typing over a limit is dropped without a word", () => {
  const client = connection(ada);
  const frame = { kind: "text", text: JSON.stringify(packet) } as const;
  for (let n = 0; n < typingMax; n += 1)
    assert.equal(edge.receive(frame, client, view()).length, 1);
  assert.deepEqual(edge.receive(frame, client, view()), []);
  assert.equal(edge.receive(frame, client, { ...view(), steadyMs: nowMs + 10_000 }).length, 1);
  const { refuse } = only(say(ada, packet), "command");
  assert.deepEqual(refuse({ code: "rate_limited", why: "packets", waitMs: 1 }, view()), []);
});

test("typing where a community that leaves only reads is dropped without a word: /move is typed too", () => {
  const { refuse } = only(say(ada, packet), "command");
  assert.deepEqual(refuse({ code: "leaving", phase: "read-only" }, view()), []);
});
