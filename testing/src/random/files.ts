/** Commands about files for the laws of the core, made from numbers. */
import type { EmojiId, FileId, StoredFile } from "@dragoman/bus-schema";
import type { Community } from "../community.ts";
import { type Makers, pick } from "./make.ts";

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

const emojiNames = ["wave", "WAVE", "bad name", "cat", "dog"];
const emojiName = (n: number): string => emojiNames[n % emojiNames.length] ?? "";
const emojiOf = (community: Community, n: number): EmojiId =>
  pick(community.state.emojis.keys(), n) ?? ("99" as EmojiId);
const webhookOf = (community: Community, n: number): string =>
  pick(community.state.webhooks.keys(), n) ?? "?";
const channelOf = (community: Community, n: number) =>
  pick(community.state.channels.keys(), n) ?? community.place("general").channelId;

/** What people and programs ask about files. */
export const filed = {
  "attachment.add": (community, a, b, c) => ({
    type: "attachment.add",
    key: pick(community.state.keyTags.keys(), a) ?? "nobody's",
    attachmentId: uuid(community.state.seq * 1_000 + b) as never,
    channelId: channelOf(community, b % 3),
    name: "a.png",
    file: storedFile(community.state.seq * 100 + c),
    ...(c % 4 === 0 ? { expiresInMs: c % 900 } : {}),
  }),
  "message.post with a file": (community, a, b, c) => ({
    type: "message.post",
    place: { channelId: channelOf(community, c % 2) },
    kind: "text",
    content: { text: a % 2 === 0 ? "" : "see", markup: "markdown" },
    attachmentIds: [pick(community.state.attachments.keys(), b) ?? (uuid(1) as never)],
  }),
  "attachment.delete": (community, a) => ({
    type: "attachment.delete",
    attachmentId: pick(community.state.attachments.keys(), a) ?? "?",
  }),
  "emoji.add": (_, a, b) => ({ type: "emoji.add", name: emojiName(a), file: storedFile(b) }),
  "emoji.update": (community, a, b, c) => ({
    type: "emoji.update",
    emojiId: emojiOf(community, a),
    ...(b % 2 === 0 ? { name: emojiName(b) } : { file: storedFile(c) }),
  }),
  "emoji.delete": (community, a) => ({ type: "emoji.delete", emojiId: emojiOf(community, a) }),
  "webhook.create": (community, a, b) => ({
    type: "webhook.create",
    channelId: channelOf(community, a),
    name: b % 5 === 0 ? " " : "hook",
  }),
  "webhook.update": (community, a, b) => ({
    type: "webhook.update",
    webhookId: webhookOf(community, a),
    ...(b % 2 === 0 ? { name: "other" } : { avatar: null }),
  }),
  "webhook.delete or webhook.renew": (community, a, b) =>
    b % 3 === 0
      ? { type: "webhook.delete", webhookId: webhookOf(community, a) }
      : { type: "webhook.renew", webhookId: webhookOf(community, a) },
  "webhook.post": (community, a, b) => ({
    type: "webhook.post",
    token: pick(community.state.webhooks.values(), a)?.tokenId ?? "forged",
    content: { text: b % 4 === 0 ? "" : "from outside", markup: "markdown" },
    ...(b % 5 === 0 ? { as: { name: "Other" } } : {}),
  }),
  "server.update": (_, a, b) => ({
    type: "server.update",
    name: a % 2 === 0 ? "Renamed" : "Again",
    ...(b % 2 === 0 ? { icon: { kind: "file", file: storedFile(b) } } : {}),
    ...(b % 3 === 0 ? { banner: null } : {}),
  }),
} satisfies Makers;
