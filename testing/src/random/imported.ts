/** What operators bring along from another server, for the laws of the core, made from numbers. */
import type { MessageId, UserId } from "@dragoman/bus-schema";
import { type Makers, pick } from "./make.ts";

const uuid = (n: number): string =>
  `00000000-0000-4000-b000-${(n % 2 ** 40).toString(16).padStart(12, "0")}`;
const called = ["ada", "Ada", "brought", "a b", "12", "аdа"];

/** People whose names may be taken, messages that may be older than what is there, and marks. */
export const imported = {
  "import.person": (_, a, b) => ({
    type: "import.person",
    person: {
      userId: `brought-${a % 9}` as UserId,
      name: called[b % called.length] ?? "",
      roleIds: [],
      ...(b % 3 === 0 ? { nickname: `Nick ${a % 9}` } : {}),
      ...(b % 5 === 0 ? { banned: { reason: "", untilMs: null } } : {}),
      ...(b % 7 === 0 ? { departed: true } : {}),
    },
  }),
  "import.merge": (community, a, b) => ({
    type: "import.merge",
    fromId: `brought-${a % 9}` as UserId,
    intoId: pick(community.state.people.keys(), b) ?? ("" as UserId),
  }),
  "import.silence": (community, a, b) => ({
    type: "import.silence",
    userId: pick(community.state.people.keys(), a) ?? ("" as UserId),
    untilMs: b % 3 === 0 ? null : community.nowMs + (b % 5) * 1_000 - 1_000,
    progress: { source: "old", key: `silence-${a % 4}`, cursor: `${b % 3}` },
  }),
  "import.push": (community, a, b) => ({
    type: "import.push",
    privateKey: "A".repeat(43),
    userId: pick(community.state.people.keys(), a) ?? ("" as UserId),
    subscription: { endpoint: `e${b % 5}`, p256dh: "p", auth: "a" },
    progress: { source: "old", key: `push-${b % 5}`, cursor: "1" },
  }),
  "import.messages": (community, a, b, c) => {
    const key = `part-${a % 2}`;
    const place = pick(
      [...community.state.channels.values()].filter(({ kind }) => kind === "text"),
      b,
    );
    const count = place === undefined ? 0 : 1 + (c % 3);
    return {
      type: "import.messages",
      progress: { source: "old", key, cursor: `${community.state.seq}` },
      from: community.state.imports.get(`old ${key}`) ?? null,
      messages: Array.from({ length: count }, (_, n) => ({
        messageId: uuid(community.state.seq * 100 + n) as MessageId,
        place: { channelId: place?.channelId ?? ("" as never) },
        author: { kind: "user", userId: pick(community.state.people.keys(), c) ?? ("" as UserId) },
        kind: "text",
        content: { text: "long ago", markup: "markdown" },
        createdAtUs: b % 2 === 0 ? 1_600_000_000_000_000 : community.nowMs * 1000,
      })),
    };
  },
  "import.revise": (community, a, b) => {
    const ring = pick(community.state.rings.values(), a);
    const messageId = pick(ring?.entries ?? [], b)?.messageId ?? (uuid(a) as MessageId);
    const changed = {
      content: { text: `revised ${a}`, markup: "markdown" } as const,
      editedAtUs: community.nowMs * 1000,
    };
    return {
      type: "import.revise",
      place: ring?.place ?? { channelId: "" as never },
      messageId,
      ...(b % 2 === 0 ? { changed } : {}),
    };
  },
  "import.marks": (community, a, b) => {
    const ring = pick(community.state.rings.values(), a);
    const messageId = ring?.entries.at(-1)?.messageId;
    const userId = pick(community.state.people.keys(), b);
    const isThere = ring !== undefined && messageId !== undefined && userId !== undefined;
    return {
      type: "import.marks",
      marks: isThere ? [{ userId, place: ring.place, messageId }] : [],
    };
  },
} satisfies Makers;
