/** Emoji (part 3, section 8): told to everybody, with the fields that the stock client's handlers expect. */
import { emojiAdd, emojiDelete, emojiUpdate } from "../packet-emoji.ts";
import { type Rows, toEveryone } from "./row.ts";

export const emojiRows: Rows<"emoji"> = {
  "emoji.added": ({ emoji }) => [toEveryone(() => emojiAdd(emoji))],
  "emoji.updated": ({ emoji }) => [toEveryone(() => emojiUpdate(emoji))],
  "emoji.deleted": ({ emoji }) => [toEveryone(() => emojiDelete(emoji))],
};
