import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "@dragoman/gateway-kit";
import {
  ada,
  commit,
  errorOf,
  general,
  message,
  only,
  say,
  sent,
  staff,
  view,
  whisper,
} from "../testing/edge.ts";

const ack = (packet: object): readonly Step[] => say(ada, { cmd: "unreads_ack", ...packet });
/** The newest message that the roster knows in general. */
const newest = message(7).messageId;
const other = message(3).messageId;
const place = { channelId: general.channelId };

type Counts = Extract<Extract<Step, { do: "query" }>, { body: { type: "unread.counts" } }>;
const counts = (steps: readonly Step[]): Counts => only(steps, "query") as Counts;
const answer = {
  places: [
    { place, lastReadId: other, unread: 7, total: 271 },
    { place: { channelId: whisper.channelId }, lastReadId: null, unread: 1, total: 1 },
    { place: { channelId: staff.channelId }, lastReadId: null, unread: 9, total: 9 },
  ],
};

test("unreads_ack needs a place", () => {
  assert.equal(errorOf(ack({})), "Channel or thread_id is required");
  assert.equal(errorOf(ack({ thread_id: "t" })), "Thread not found");
  assert.equal(errorOf(ack({ channel: "none" })), "Channel not found");
  assert.equal(errorOf(ack({ channel: "staff" })), "Channel not found");
});

test("a moved mark is told to the person's connections, then answered", () => {
  const step = only(ack({ channel: "general", message_id: newest, listener: "l" }), "command");
  assert.deepEqual(step.body, { type: "unread.mark", place, messageId: newest });
  const marked = { type: "unread.marked", userId: ada.userId, place, messageId: newest } as const;
  const own = ['{"cmd":"unreads_update"}'];
  assert.deepEqual(sent(step.settle?.(own, commit(marked), view()) ?? []), [
    { cmd: "unreads_update" },
    { cmd: "unreads_ack", channel: "general", last_read: newest, listener: "l" },
  ]);
});

test("a mark that stands on the newest already is answered alike", () => {
  const step = only(ack({ channel: "general", message_id: newest }), "command");
  assert.deepEqual(sent(step.unchanged?.(view()) ?? []), [
    { cmd: "unreads_update", last_read: newest, channel: "general" },
    { cmd: "unreads_ack", channel: "general", last_read: newest },
  ]);
});

test("an id that is not in the place moves nothing, and the mark is told as it stands", () => {
  const told = [
    { cmd: "unreads_update", last_read: other, channel: "general" },
    { cmd: "unreads_ack", channel: "general", last_read: other },
  ];
  const unknown = only(ack({ channel: "general", message_id: message(99).messageId }), "command");
  const asked = counts(unknown.unchanged?.(view()) ?? []);
  assert.deepEqual(sent(asked.answer(answer, view())), told);
  const odd = counts(ack({ channel: "general", message_id: "m0010" }));
  assert.deepEqual(sent(odd.answer(answer, view())), told);
});

test("unreads_get names the places that the person may view", () => {
  const step = counts(say(ada, { cmd: "unreads_get", listener: "l" }));
  assert.deepEqual(sent(step.answer(answer, view())), [
    {
      cmd: "unreads_get",
      unreads: {
        general: { last_read: other, unread_count: 7, total_messages: 271 },
        "@ben": { last_read: null, unread_count: 1, total_messages: 1 },
      },
      listener: "l",
    },
  ]);
});

test("unreads_count counts as unreads_get does", () => {
  assert.equal(errorOf(say(ada, { cmd: "unreads_count" })), "Channel or thread_id is required");
  const denied = say(ada, { cmd: "unreads_count", channel: "staff" });
  assert.equal(errorOf(denied), "Access denied to this channel");
  const step = counts(say(ada, { cmd: "unreads_count", channel: "general" }));
  assert.deepEqual(sent(step.answer(answer, view())), [
    {
      cmd: "unreads_count",
      channel: "general",
      unread_count: 7,
      last_read: other,
      total_messages: 271,
    },
  ]);
});
