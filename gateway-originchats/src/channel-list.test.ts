/** What the list of channels holds for whom, and what of it is made anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel, RosterUser, Thread, ThreadId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { channel } from "@dragoman/testing/people";
import { ChannelLists } from "./channel-list.ts";
import {
  ada,
  ben,
  forum,
  general,
  message,
  mona,
  olga,
  roster,
  staff,
  thread,
  whisper,
} from "./testing/edge.ts";
import { longestShare } from "./testing/steps.ts";

interface Listed {
  readonly type: string;
  readonly name: string;
  readonly description?: string;
  readonly last_message_id?: string | null;
  readonly threads?: readonly { readonly name: string; readonly participants: readonly string[] }[];
}

function piecesOf(of: Roster, viewer = ada): readonly Buffer[] {
  const making = of.extension(ChannelLists).make(viewer.userId, "l");
  for (;;) {
    const { done, value } = making.next();
    if (done === true) return value;
  }
}

function listOf(of: Roster, viewer = ada): readonly Listed[] {
  const packet = JSON.parse(Buffer.concat(piecesOf(of, viewer)).toString()) as {
    readonly val: readonly Listed[];
    readonly channels: readonly object[];
  };
  assert.deepEqual(Object.keys(packet), ["cmd", "val", "channels", "listener"]);
  assert.deepEqual(
    packet.channels,
    packet.val.map(({ type, name, description }) => ({
      type,
      name,
      ...(description === undefined ? {} : { description }),
    })),
  );
  return packet.val;
}

const names = (of: Roster, viewer: RosterUser): readonly string[] =>
  listOf(of, viewer).map(({ name }) => name);

const apply = (of: Roster, event: Parameters<Roster["apply"]>[0]): unknown =>
  of.apply(event, { term: 1 });

const many = (count: number): readonly Channel[] =>
  Array.from({ length: count }, (_, n) => channel(`c${n}`, 1_000 + n, ["user"]));

/** How many pieces of one list are not the other's own. */
const otherThan = (known: readonly Buffer[], pieces: readonly Buffer[]): number =>
  pieces.slice(0, -1).filter((piece) => !known.includes(piece)).length;

test("everybody is listed what they see, a whisper under the other's name, a secret room once it is open", () => {
  const secret = { ...channel("secret", 9, ["user"]), hasPassword: true, passwordId: "p" as never };
  const of = roster({ channels: [general, staff, whisper, secret] });
  assert.deepEqual(names(of, ada), ["general", "@ben"]);
  assert.deepEqual(names(of, ben), ["general", "@ada"]);
  assert.deepEqual(names(of, olga), ["general", "staff", "secret"]);
  const { channelId } = secret;
  apply(of, { type: "channel.admitted", channelId, userId: ada.userId, passwordId: "p" as never });
  assert.deepEqual(names(of, ada), ["general", "secret", "@ben"]);
  apply(of, { type: "user.assigned", userId: mona.userId, roleIds: [], before: [] });
  assert.deepEqual(names(of, mona), []);
});

test("who sees the same is given the same bytes; a message makes its own piece anew", () => {
  const of = roster({ channels: [general, ...many(2_000)] });
  const first = piecesOf(of);
  assert.ok(first.length > 20);
  assert.equal(otherThan(first, piecesOf(of, ben)), 0);
  apply(of, { type: "message.posted", message: message(9) });
  const next = piecesOf(of);
  assert.equal(otherThan(first, next), 1);
  assert.equal(listOf(of)[0]?.last_message_id, message(9).messageId);
  // One who sees more shares what both see.
  const more = piecesOf(roster({ channels: [general, ...many(2_000)] }), olga);
  assert.equal(more.length, next.length);
});

test("a long list of threads is made in steps of which none is long", () => {
  const threads = Array.from({ length: 5_000 }, (_, n): Thread => {
    const threadId = `00000000-0000-4000-9000-${String(10_000 + n).padStart(12, "0")}` as ThreadId;
    return {
      ...thread,
      threadId,
      slug: `t${n}`,
      participantIds: [ada, ben, mona, olga].map(({ userId }) => userId),
    };
  });
  const making = () =>
    roster({ channels: [general, forum], threads })
      .extension(ChannelLists)
      .make(ada.userId, undefined);
  assert.ok(longestShare(making) < 0.4);
});

test("a thread that moves to the front, goes or has another name in it changes little", () => {
  const threads = Array.from({ length: 2_000 }, (_, n): Thread => {
    const threadId = `00000000-0000-4000-9000-${String(10_000 + n).padStart(12, "0")}` as ThreadId;
    return { ...thread, threadId, name: `t${n}`, slug: `t${n}`, createdAtUs: 1_000_000 - n };
  });
  const of = roster({ channels: [general, forum, staff], threads });
  const first = piecesOf(of);
  const shown = (): readonly string[] => listOf(of)[1]?.threads?.map(({ name }) => name) ?? [];
  assert.deepEqual(
    shown(),
    threads.map(({ name }) => name),
  );
  const last = threads.at(-1) as Thread;
  const place = { channelId: forum.channelId, threadId: last.threadId };
  apply(of, { type: "message.posted", message: message(9, { place }) });
  assert.deepEqual(shown(), ["t1999", ...threads.slice(0, -1).map(({ name }) => name)]);
  assert.ok(otherThan(first, piecesOf(of)) <= 4);
  const { threadId, name } = threads[1_000] as Thread;
  apply(of, { type: "thread.deleted", threadId, channelId: forum.channelId, name } as never);
  assert.ok(!shown().includes("t1000") && shown().length === 1_999);
  apply(of, {
    type: "user.renamed",
    userId: ben.userId,
    name: "benno",
    handle: "benno",
    before: "ben",
  } as never);
  assert.deepEqual(listOf(of)[1]?.threads?.[0]?.participants, ["benno"]);
  assert.deepEqual(names(of, ada), ["general", "forum"]);
});

test("a list that was shown before names nobody as they were called before, whatever gave the new name", () => {
  const of = roster({ channels: [general, forum, whisper], threads: [thread] });
  const shown = (): string => JSON.stringify(listOf(of));
  assert.ok(shown().includes(`"@${ben.name}"`));
  const accounts = [{ userId: ben.userId, name: "erased-2" }];
  apply(of, { type: "user.erased", accounts, credentialIds: [] } as never);
  assert.ok(shown().includes('"@erased-2"'));
  assert.ok(!shown().includes(`"@${ben.name}"`) && !shown().includes(`"${ben.name}"`));
  // Who comes back may have another name than whoever left.
  const user = { ...ben, name: "benno", handle: "benno" };
  apply(of, { type: "user.joined", user, isBack: true } as never);
  assert.ok(shown().includes('"@benno"') && !shown().includes("erased-2"));
});
