/** Ids that follow from what a thing was called where it comes from, so that every run makes the same. */
import { createHash } from "node:crypto";
import type { ChannelId, MessageId, UserId } from "@dragoman/bus-schema";

/** A UUID (version 8, of our own making) of some words. */
function uuidOf(...words: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(words)).digest("hex");
  const variant = variants[Number.parseInt(hex[16] ?? "", 16) & 3];
  const ends = `${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}`;
  return `${hex.slice(0, 8)}-${ends}-${hex.slice(20, 32)}`;
}

/** The digit of a UUID that has two bits of its own. */
const variants = "89ab";

/** The person whom the site numbers so, from whatever source: there is one site. */
export const siteUserId = (number: number): UserId =>
  uuidOf("sockchat", "site", String(number)) as UserId;

/** A person whom a source knows by name alone. */
export const namedUserId = (source: string, name: string): UserId =>
  uuidOf("sockchat", source, "name", name) as UserId;

export const channelIdOf = (source: string, key: string): ChannelId =>
  uuidOf("sockchat", source, "channel", key) as ChannelId;

/** @param ident of the line, within its source */
export const messageIdOf = (source: string, ident: string): MessageId =>
  uuidOf("sockchat", source, "message", ident) as MessageId;
