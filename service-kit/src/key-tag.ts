/** Keys that one connection alone was given, and their tags, which everybody may see. */
import { createHash } from "node:crypto";
import type { KeyTag } from "@dragoman/bus-schema";

/** 32 characters of base64url: 192 bits of the digest. */
const tagLength = 32;

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The tag of a key: whoever shows the key owns the session that carries its tag. */
export function keyTagOf(key: string): KeyTag {
  return digest(`tag ${key}`).slice(0, tagLength) as KeyTag;
}

/** A second key that follows from the first and does not lead back to it; 43 characters of base64url. */
export function derivedKey(key: string): string {
  return digest(`derived ${key}`);
}
