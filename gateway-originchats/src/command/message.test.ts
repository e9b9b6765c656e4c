import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, Rejection } from "@dragoman/bus-schema";
import type { Packet, Step } from "@dragoman/gateway-kit";
import {
  ada,
  ben,
  commit,
  errorOf,
  general,
  message,
  mona,
  only,
  roster,
  say,
  sent,
  staff,
  view,
  whisper,
} from "../testing/edge.ts";

const post = (packet: object): readonly Step[] => say(ada, { cmd: "message_new", ...packet });
const edit = (packet: object): readonly Step[] => say(ada, { cmd: "message_edit", ...packet });
const remove = (packet: object): readonly Step[] => say(ada, { cmd: "message_delete", ...packet });
const refusal = (steps: readonly Step[], rejection: Rejection): unknown =>
  errorOf(only(steps, "command").refuse(rejection, view()));

const in_ = { channel: "general" };
const { messageId } = message(9);
const nobody = roster({ users: [{ ...ada, roleIds: [] }] });

test("message_new checks in the reference's order", () => {
  assert.equal(errorOf(post({})), "Missing fields: channel or thread_id, content or attachments");
  assert.equal(errorOf(post({ content: "x" })), "Missing fields: channel or thread_id");
  assert.equal(errorOf(post({ ...in_, content: null })), "Missing fields: content or attachments");
  assert.equal(errorOf(post({ ...in_, embeds: [{}] })), "Missing fields: content or attachments");
  const blank = "Message content or attachments cannot be empty";
  assert.equal(errorOf(post({ ...in_, content: " \n", embeds: 5 })), blank);
  const long = { ...in_, content: "x".repeat(2001) };
  assert.equal(errorOf(post({ ...long, embeds: 5 })), "Embeds must be an array");
  assert.equal(errorOf(post(long)), "Message too long. Maximum length is 2000 characters");
  const roleless = say(ada, { cmd: "message_new", channel: "none", content: "x" }, view(nobody));
  assert.equal(errorOf(roleless), "User roles not found");
  assert.equal(errorOf(post({ ...in_, thread_id: "t", content: "x" })), "Thread not found");
  assert.equal(errorOf(post({ channel: "none", content: "x" })), "Channel not found");
  assert.equal(errorOf(post({ channel: "staff", content: "x" })), "Channel not found");
  const attached = { content: "x", attachments: [{ id: "a" }] };
  const refused = [
    ["a", "Attachments must be an array"],
    [["a"], "Each attachment must be an object"],
    [[{ name: "x" }], "Attachment ID is required"],
    [[{ id: "a" }], "Attachment a not found or expired"],
  ] as const;
  for (const [attachments, text] of refused) {
    assert.equal(errorOf(post({ ...in_, content: "x", attachments })), text);
  }
  assert.equal(
    errorOf(say(mona, { cmd: "message_new", channel: "staff", ...attached })),
    "You do not have permission to send messages in this channel",
  );
  assert.equal(
    errorOf(post({ ...in_, content: "x", reply_to: "no-uuid" })),
    "The message you're trying to reply to was not found",
  );
});

test("the length is counted in code points after trimming", () => {
  const steps = post({ ...in_, content: ` ${"😀".repeat(2000)} ` });
  assert.equal(only(steps, "command").body.type, "message.post");
});

test("message_new becomes one command with what was given", () => {
  const steps = post({
    ...in_,
    content: " hi ",
    reply_to: messageId,
    ping: 0,
    embeds: [{ title: "t", color: null }],
    attachments: [],
    user: "olga",
  });
  assert.deepEqual(only(steps, "command").body, {
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "text",
    content: { text: "hi", markup: "markdown" },
    replyTo: messageId,
    ping: false,
    embeds: [{ title: "t" }],
  });
  assert.deepEqual(only(post({ ...in_, content: "x", ping: null, reply_to: "" }), "command").body, {
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "text",
    content: { text: "x", markup: "markdown" },
  });
});

test("a whisper channel is written to by the name that the person sees", () => {
  const { body } = only(post({ channel: "@ben", content: "x" }), "command");
  assert.deepEqual(body.type === "message.post" && body.place, { channelId: whisper.channelId });
  const staffed = roster({ channels: [general, staff] });
  const first = { cmd: "message_new", channel: "@Ben", content: "x" };
  assert.deepEqual(only(say(ada, first, view(staffed)), "command").body, {
    type: "message.whisper",
    target: ben.userId,
    content: { text: "x", markup: "markdown" },
  });
  for (const channel of ["@ada", "@nobody", "@"]) {
    assert.equal(errorOf(say(ada, { ...first, channel })), "Channel not found");
  }
  for (const [fields, text] of [
    [{ embeds: [{ title: "t" }] }, "The first message to somebody is words alone"],
    [{ attachments: [{ id: "x" }] }, "The first message to somebody is words alone"],
    [{ reply_to: "x" }, "The message you're trying to reply to was not found"],
  ] as const) {
    assert.equal(errorOf(say(ada, { ...first, ...fields }, view(staffed))), text);
  }
});

test("a refused message has the reference's text", () => {
  const steps = post({ ...in_, content: "x", listener: "l" });
  const texts: readonly [Rejection, string][] = [
    [{ code: "not_found", what: "channel", given: "x" }, "Channel not found"],
    [{ code: "not_permitted", need: "send", hidden: true }, "Channel not found"],
    [
      { code: "not_permitted", need: "send", hidden: false },
      "You do not have permission to send messages in this channel",
    ],
    [
      { code: "not_found", what: "message", given: "x" },
      "The message you're trying to reply to was not found",
    ],
    [
      { code: "too_long", field: "content", max: 5 },
      "Message too long. Maximum length is 5 characters",
    ],
    [
      { code: "invalid", field: "content", why: "empty" },
      "Message content or attachments cannot be empty",
    ],
    [{ code: "busy", waitMs: 1 }, "Server busy, try again"],
  ];
  for (const [rejection, text] of texts) assert.equal(refusal(steps, rejection), text);
});

test("the author's copy comes last and carries the listener", () => {
  const step = only(post({ ...in_, content: "hi", listener: "l" }), "command");
  const all = commit({ type: "message.posted", message: message(9) });
  const own: Packet[] = ['{"cmd":"message_new","channel":"general"}', '{"cmd":"messages_get"}'];
  assert.deepEqual(sent(step.settle?.(own, all, view()) ?? []), [
    { cmd: "messages_get" },
    { cmd: "message_new", channel: "general", listener: "l" },
  ]);
  const [unheard] = sent(step.settle?.([], all, view()) ?? []);
  assert.equal(unheard?.["cmd"], "message_new");
  assert.equal(unheard?.["listener"], "l");
});

test("message_edit checks in the reference's order", () => {
  const format = "Invalid message edit format";
  assert.equal(errorOf(edit({})), format);
  assert.equal(errorOf(edit({ id: messageId, content: "x" })), format);
  assert.equal(errorOf(edit({ id: messageId, ...in_, content: " " })), format);
  const given = { id: messageId, content: "x" };
  assert.equal(errorOf(edit({ ...given, channel: "none", embeds: 5 })), "Embeds must be an array");
  assert.equal(errorOf(edit({ ...given, channel: "none" })), "Channel not found");
  assert.equal(errorOf(edit({ ...given, thread_id: "t" })), "Thread not found");
  const notThere = "Message not found or cannot be edited";
  assert.equal(errorOf(edit({ ...in_, id: "17", content: "x" })), notThere);
  const long = edit({ ...in_, id: messageId, content: "x".repeat(2001) });
  assert.equal(errorOf(long), "Message too long. Maximum length is 2000 characters");
});

test("message_edit keeps, clears or replaces embeds, and is refused in the reference's words", () => {
  const given = { ...in_, id: messageId, content: " new " };
  const bodyOf = (packet: object) => only(edit(packet), "command").body;
  const bare = {
    type: "message.edit",
    message: messageId,
    place: { channelId: general.channelId },
    content: { text: "new", markup: "markdown" },
  };
  assert.deepEqual(bodyOf(given), bare);
  assert.deepEqual(bodyOf({ ...given, embeds: null }), bare);
  assert.deepEqual(bodyOf({ ...given, embeds: [] }), { ...bare, embeds: [] });
  const texts: readonly [Rejection, string][] = [
    [{ code: "not_found", what: "message", given: "x" }, "Message not found or cannot be edited"],
    [
      { code: "not_permitted", need: "author", hidden: false },
      "You do not have permission to edit this message",
    ],
    [
      { code: "not_permitted", need: "edit_own", hidden: false },
      "You do not have permission to edit your own message in this channel",
    ],
  ];
  for (const [rejection, text] of texts) assert.equal(refusal(edit(given), rejection), text);
});

test("message_delete checks in the reference's order and is refused in its words", () => {
  const format = "Invalid message delete format";
  assert.equal(errorOf(remove({ ...in_ })), format);
  assert.equal(errorOf(remove({ id: messageId })), format);
  assert.equal(errorOf(remove({ id: messageId, channel: "none" })), "Channel not found");
  const notThere = "Message not found or cannot be deleted";
  assert.equal(errorOf(remove({ ...in_, id: "17" })), notThere);
  const texts: readonly [Rejection, string][] = [
    [{ code: "not_found", what: "message", given: "x" }, notThere],
    [
      { code: "not_permitted", need: "delete", hidden: false },
      "You do not have permission to delete this message",
    ],
    [
      { code: "not_permitted", need: "delete_own", hidden: false },
      "You do not have permission to delete your own message in this channel",
    ],
    [{ code: "rank_too_low", given: "x" }, "You do not have permission to delete this message"],
  ];
  const steps = remove({ ...in_, id: messageId });
  for (const [rejection, text] of texts) assert.equal(refusal(steps, rejection), text);
});

// ---- messages_get ---------------------------------------------------------------------------------------

const get = (packet: object): readonly Step[] => say(ada, { cmd: "messages_get", ...packet });

function pageSteps(packet: object) {
  const [mark, page, ...more] = get(packet);
  if (mark?.do !== "command" || page?.do !== "query" || more.length > 0) throw new Error("steps");
  if (page.body.type !== "message.page") throw new Error("query");
  return { mark, page: page as Extract<typeof page, { body: { type: "message.page" } }> };
}

const answer = (count: number) => ({
  messages: Array.from({ length: count }, (_, index) => message(index + 1)),
  total: 40,
  older: 10,
  newestId: messageId,
});

test("messages_get needs a place that the person may read", () => {
  assert.equal(errorOf(get({})), "Channel or thread_id required");
  assert.equal(errorOf(get({ ...in_, thread_id: "t" })), "Thread not found");
  assert.equal(errorOf(get({ channel: "none" })), "Channel not found");
  assert.equal(errorOf(get({ channel: "staff" })), "Channel not found");
  const roleless = say(ada, { cmd: "messages_get", channel: "general" }, view(nobody));
  assert.equal(errorOf(roleless), "User roles not found");
});

test("a page is asked for as the reference counts", () => {
  const place = { channelId: general.channelId };
  const asked = (packet: object) => pageSteps({ ...in_, ...packet }).page.body;
  const type = "message.page";
  assert.deepEqual(asked({}), { type, place, limit: 100, skip: 0 });
  assert.deepEqual(asked({ limit: 0, start: 3 }), { type, place, limit: 100, skip: 3 });
  assert.deepEqual(asked({ limit: 500, start: -2 }), { type, place, limit: 200, skip: 0 });
  assert.deepEqual(asked({ limit: -5 }), { type, place, limit: 0, skip: 0 });
  assert.deepEqual(asked({ start: messageId }), { type, place, limit: 100, before: messageId });
});

test("the mark moves first; an answer tells of it where the mark stood already", () => {
  const { mark, page } = pageSteps({ ...in_, limit: 2, listener: "l" });
  assert.deepEqual(mark.body, { type: "unread.mark", place: { channelId: general.channelId } });
  const [update, packet] = sent(page.answer(answer(2), view()));
  assert.deepEqual(update, { cmd: "unreads_update", last_read: messageId, channel: "general" });
  assert.deepEqual(Object.keys(packet ?? {}), ["cmd", "channel", "messages", "range", "listener"]);
  assert.deepEqual(packet?.["range"], { start: 0, end: 2 });

  const moved = pageSteps(in_);
  const own = ['{"cmd":"unreads_update"}'];
  assert.deepEqual(sent(moved.mark.settle?.(own, commit(), view()) ?? []), [
    { cmd: "unreads_update" },
  ]);
  assert.equal(sent(moved.page.answer(answer(2), view())).length, 1);
});

test("an empty place has no mark, and history has no pings", () => {
  const { page } = pageSteps(in_);
  const empty = { messages: [], total: 0, older: 0, newestId: null };
  assert.deepEqual(sent(page.answer(empty, view())), [
    { cmd: "messages_get", channel: "general", messages: [], range: { start: 0, end: 100 } },
  ]);
  const [, packet] = sent(page.answer(answer(1), view()));
  assert.deepEqual(packet?.["messages"], [
    {
      user: "ada",
      content: "hi",
      timestamp: 1795444253.164399,
      id: message(1).messageId,
      pinned: false,
      type: "message",
      interaction: null,
    },
  ]);
});

test("the range is the request's own, for an id the number of messages from it to the newest", () => {
  const rangeOf = (packet: object) =>
    sent(pageSteps({ ...in_, ...packet }).page.answer(answer(5), view())).at(-1)?.["range"];
  assert.deepEqual(rangeOf({ start: 500, limit: 5 }), { start: 500, end: 505 });
  assert.deepEqual(rangeOf({ start: -2, limit: 500 }), { start: -2, end: 498 });
  assert.deepEqual(rangeOf({ start: 4, limit: 0 }), { start: 4, end: 4 });
  assert.deepEqual(rangeOf({ start: messageId, limit: 5 }), { start: 25, end: 30 });
});

test("a page covers the messages in it and no others, and never a deletion", () => {
  const { page } = pageSteps(in_);
  page.answer(answer(2), view());
  const covers = (event: Event): boolean => page.covers?.(event) ?? false;
  assert.equal(covers({ type: "message.posted", message: message(2) }), true);
  assert.equal(covers({ type: "message.edited", message: message(1), recent: true }), true);
  assert.equal(covers({ type: "message.posted", message: message(3) }), false);
  assert.equal(covers({ type: "message.announced", message: message(2) }), true);
  assert.equal(covers({ type: "message.announced", message: message(3) }), false);
  const { number, place, author } = message(1);
  const deleted = { messageId: message(1).messageId, number, place, author, byId: null };
  assert.equal(covers({ type: "message.deleted", ...deleted }), false);
});

test("who may no longer read when the page comes gets none", () => {
  const { page } = pageSteps(in_);
  const hidden = roster({ channels: [{ ...general, permissions: { view: ["owner"] } }] });
  assert.equal(errorOf(page.answer(answer(2), view(hidden))), "Channel not found");
});
