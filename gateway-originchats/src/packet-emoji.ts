/** Packets about the community's own emoji (part 3, section 8), with our `name` and `fileName`. */
import type { Emoji } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** JPEG is stored as `.jpeg`. */
const extensions = new Map([
  ["image/gif", "gif"],
  ["image/jpeg", "jpeg"],
  ["image/png", "png"],
  ["image/webp", "webp"],
]);

/** The name of an emoji's picture under `/emojis/`. */
export function emojiFileName({ emojiId, file }: Emoji): string {
  return `${emojiId}.${extensions.get(file.mime) ?? "bin"}`;
}

/** `emoji_add`: the id is a string. */
export const emojiAdd = (emoji: Emoji): object => ({
  cmd: "emoji_add",
  id: emoji.emojiId,
  added: true,
  name: emoji.name,
  fileName: emojiFileName(emoji),
});

/** `emoji_update`: the id is a number. */
export const emojiUpdate = (emoji: Emoji): object => ({
  cmd: "emoji_update",
  id: Number(emoji.emojiId),
  updated: true,
  name: emoji.name,
  fileName: emojiFileName(emoji),
});

/** `emoji_delete`: the id is a number. */
export const emojiDelete = (emoji: Pick<Emoji, "emojiId">): object => ({
  cmd: "emoji_delete",
  id: Number(emoji.emojiId),
  deleted: true,
});

/** All emoji, an object by id: `emoji_get_all`, in the newer dialect `emoji_list`. */
export const emojisAs =
  (cmd: string) =>
  (roster: Roster): object => ({
    cmd,
    emojis: Object.fromEntries(
      [...roster.emojis].map((emoji) => [
        emoji.emojiId,
        { name: emoji.name, fileName: emojiFileName(emoji) },
      ]),
    ),
  });
