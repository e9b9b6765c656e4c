/** Commands about files for the laws of the core, made from numbers. */
import type { EmojiId, FileId, StoredFile } from "@dragoman/bus-schema";
import type { Body } from "./contract.ts";
import type { House } from "./given.ts";

type Make = (house: House, a: number, b: number, c: number) => Body;

const uuid = (n: number): string =>
  `00000000-0000-4000-a000-${(n % 2 ** 40).toString(16).padStart(12, "0")}`;

/** A picture; few different ones, so that uploads share bytes. */
export function storedFile(n: number): StoredFile {
  return {
    fileId: uuid(n) as FileId,
    size: 10 + (n % 5),
    mime: n % 11 === 0 ? "text/plain" : "image/png",
    hash: String(n % 5).repeat(64),
  };
}

function nth<T>(from: Iterable<T>, n: number): T | undefined {
  const all = [...from];
  return all[n % Math.max(1, all.length)];
}

const emojiNames = ["wave", "WAVE", "bad name", "cat", "dog"];
const emojiName = (n: number): string => emojiNames[n % emojiNames.length] ?? "";
const emojiOf = (house: House, n: number): EmojiId =>
  nth(house.state.emojis.keys(), n) ?? ("99" as EmojiId);
const webhookOf = (house: House, n: number): string => nth(house.state.webhooks.keys(), n) ?? "?";
const channelOf = (house: House, n: number) =>
  nth(house.state.channels.keys(), n) ?? house.place("general").channelId;

/** What people and programs ask about files. */
export const filed: readonly Make[] = [
  (house, a, b, c) => ({
    type: "attachment.add",
    key: nth(house.state.keyTags.keys(), a) ?? "nobody's",
    attachmentId: uuid(house.state.seq * 1_000 + b) as never,
    channelId: channelOf(house, b % 3),
    name: "a.png",
    file: storedFile(house.state.seq * 100 + c),
    ...(c % 4 === 0 ? { expiresInMs: c % 900 } : {}),
  }),
  (house, a, b, c) => ({
    type: "message.post",
    place: { channelId: channelOf(house, c % 2) },
    kind: "text",
    content: { text: a % 2 === 0 ? "" : "see", markup: "markdown" },
    attachmentIds: [nth(house.state.attachments.keys(), b) ?? (uuid(1) as never)],
  }),
  (house, a) => ({
    type: "attachment.delete",
    attachmentId: nth(house.state.attachments.keys(), a) ?? "?",
  }),
  (_, a, b) => ({ type: "emoji.add", name: emojiName(a), file: storedFile(b) }),
  (house, a, b, c) => ({
    type: "emoji.update",
    emojiId: emojiOf(house, a),
    ...(b % 2 === 0 ? { name: emojiName(b) } : { file: storedFile(c) }),
  }),
  (house, a) => ({ type: "emoji.delete", emojiId: emojiOf(house, a) }),
  (house, a, b) => ({
    type: "webhook.create",
    channelId: channelOf(house, a),
    name: b % 5 === 0 ? " " : "hook",
  }),
  (house, a, b) => ({
    type: "webhook.update",
    webhookId: webhookOf(house, a),
    ...(b % 2 === 0 ? { name: "other" } : { avatar: null }),
  }),
  (house, a, b) =>
    b % 3 === 0
      ? { type: "webhook.delete", webhookId: webhookOf(house, a) }
      : { type: "webhook.renew", webhookId: webhookOf(house, a) },
  (house, a, b) => ({
    type: "webhook.post",
    token: nth(house.state.webhooks.values(), a)?.tokenId ?? "forged",
    content: { text: b % 4 === 0 ? "" : "from outside", markup: "markdown" },
    ...(b % 5 === 0 ? { as: { name: "Other" } } : {}),
  }),
  (_, a, b) => ({
    type: "server.update",
    name: a % 2 === 0 ? "Renamed" : "Again",
    ...(b % 2 === 0 ? { icon: { kind: "file", file: storedFile(b) } } : {}),
    ...(b % 3 === 0 ? { banner: null } : {}),
  }),
];
