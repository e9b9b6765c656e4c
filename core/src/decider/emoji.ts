/** The community's own emoji (OriginChats part 3, section 8). Ids count up and are never used again. */
import {
  type CommandOf,
  type Emoji,
  type EmojiId,
  Emoji as EmojiShape,
  type Rejection,
  type StoredFile,
} from "@dragoman/bus-schema";
import type { Decision } from "./contract.ts";
import { accept, type CommandRows, type EventRows, type MemberContext, refuse } from "./row.ts";

/** A community's emoji: every gateway's roster holds them all. */
const emojisMax = 2_000;
/** Types that clients draw and that run nothing. */
const pictures: ReadonlySet<string> = new Set([
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
]);

function fault(context: MemberContext, name: string, own?: EmojiId): Rejection | null {
  if (!EmojiShape.shape.name.safeParse(name).success) {
    return { code: "invalid", field: "name", why: "alphabet" };
  }
  const lower = name.toLowerCase();
  for (const { emojiId, name: taken } of context.state.emojis.values()) {
    if (emojiId !== own && taken.toLowerCase() === lower) {
      return { code: "already_exists", what: "emoji", given: name };
    }
  }
  return null;
}

function pictureFault(context: MemberContext, file: StoredFile): Rejection | null {
  const { bytesMax } = context.inputs.emojis;
  if (!pictures.has(file.mime)) return { code: "invalid", field: "image", why: file.mime };
  return file.size > bytesMax ? { code: "too_long", field: "image", max: bytesMax } : null;
}

function add(context: MemberContext, body: CommandOf<"emoji.add">): Decision {
  const name = body.name.trim();
  const wrong = fault(context, name) ?? pictureFault(context, body.file);
  if (wrong !== null) return refuse(wrong);
  if (context.state.emojis.size >= emojisMax) {
    return refuse({ code: "limit_reached", what: "emojis", max: emojisMax });
  }
  const emojiId = String(context.state.nextEmoji) as EmojiId;
  return accept({ type: "emoji.added", emoji: { emojiId, name, file: body.file } });
}

function update(context: MemberContext, body: CommandOf<"emoji.update">): Decision {
  const { emojiId, file } = body;
  const before = context.state.emojis.get(emojiId);
  if (before === undefined) return refuse({ code: "not_found", what: "emoji", given: emojiId });
  const name = body.name?.trim() ?? before.name;
  const wrong =
    fault(context, name, emojiId) ?? (file === undefined ? null : pictureFault(context, file));
  if (wrong !== null) return refuse(wrong);
  const emoji: Emoji = { emojiId, name, file: file ?? before.file };
  return accept({ type: "emoji.updated", emoji, before });
}

function remove(context: MemberContext, { emojiId }: CommandOf<"emoji.delete">): Decision {
  const emoji = context.state.emojis.get(emojiId);
  return emoji === undefined
    ? refuse({ code: "not_found", what: "emoji", given: emojiId })
    : accept({ type: "emoji.deleted", emoji });
}

const by = { by: "session or operator", right: "manageServer" } as const;

export const emojiCommands: CommandRows<"emoji"> = {
  "emoji.add": { ...by, decide: add },
  "emoji.update": { ...by, decide: update },
  "emoji.delete": { ...by, decide: remove },
};

export const emojiEvents: EventRows<"emoji"> = {
  "emoji.added": (state, { emoji }) => {
    state.emojis.set(emoji.emojiId, emoji);
    state.nextEmoji = Math.max(state.nextEmoji, Number(emoji.emojiId) + 1);
  },
  "emoji.updated": (state, { emoji }) => {
    state.emojis.set(emoji.emojiId, emoji);
  },
  "emoji.deleted": (state, { emoji }) => {
    state.emojis.delete(emoji.emojiId);
  },
};
