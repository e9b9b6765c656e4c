/** Emoji (part 3, section 8): told to everybody, with the fields that the stock client's handlers expect. */
import { emojiAdded, emojiDeleted, emojiUpdated } from "../packet-emoji.ts";
import { type Rows, toEveryone } from "./row.ts";

export const emojiRows: Rows<"emoji"> = {
  "emoji.added": ({ emoji }) => [toEveryone(() => emojiAdded(emoji))],
  "emoji.updated": ({ emoji }) => [toEveryone(() => emojiUpdated(emoji))],
  "emoji.deleted": ({ emoji }) => [toEveryone(() => emojiDeleted(emoji))],
};
