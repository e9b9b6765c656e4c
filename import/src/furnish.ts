/** What a community is made of besides roles and channels: threads, files, emoji and webhooks of a source, in the house. */
import { createHash } from "node:crypto";
import type {
  AttachmentId,
  EmojiId,
  FileId,
  ServerAsset,
  StoredFile,
  ThreadId,
  WebhookId,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import { type Furnishing, give } from "./furnishing.ts";
import { forEachAtOnce, type Present } from "./house.ts";
import { derivedId, keptId } from "./id.ts";
import type { People } from "./people.ts";
import type { SourceFile, SourcePicture } from "./source.ts";

const filesAtOnce = 4;
const tokenIdLength = 36;
const wentWhy = "its file went since it was named";

export async function bringServer(of: Furnishing): Promise<void> {
  const { source, isFirst, report, house } = of;
  const { name, icon, banner } = source.server;
  if (!isFirst || (name === undefined && icon === undefined && banner === undefined)) return;
  report.count("server", "read");
  if ((await house.words()).lived) {
    report.leave("server", name ?? "", "the house keeps its own name, for it has lived");
    return;
  }
  await give(of, "server", name ?? "", {
    type: "server.update",
    ...(name === undefined ? {} : { name }),
    ...(await shownAs(of, "icon", icon)),
    ...(await shownAs(of, "banner", banner)),
  });
}

/** A picture of the server as the house shows it: a file of its own, or what lies elsewhere. */
async function shownAs(
  of: Furnishing,
  what: "icon" | "banner",
  picture: SourcePicture | undefined,
): Promise<{ readonly [each in typeof what]?: ServerAsset }> {
  if (picture === undefined) return {};
  if ("url" in picture) return { [what]: { kind: "url", url: picture.url } };
  const file = await store(of, `${what} file`, what, picture.file);
  if (file !== undefined) return { [what]: { kind: "file", file } };
  of.report.leave(what, what, wentWhy);
  return {};
}

export async function bringThreads(of: Furnishing, people: People): Promise<void> {
  const { source, report, places } = of;
  for (const thread of source.threads) {
    report.count("thread", "read");
    const channelId = places.channels.get(thread.channel);
    const creatorId = people.of(thread.creator);
    if (channelId === undefined || creatorId === undefined) {
      report.leave("thread", thread.name, "is in no channel, or nobody's");
      continue;
    }
    const threadId = keptId(source.name, "thread", thread.id) as ThreadId;
    const participantIds = thread.participants.flatMap((who) => people.of(who) ?? []);
    await people.ready();
    const { name, createdAtUs, locked, archived } = thread;
    const isThere = await give(of, "thread", name, {
      type: "import.thread",
      thread: {
        threadId,
        channelId,
        name,
        creatorId,
        createdAtUs,
        locked,
        archived,
        participantIds,
      },
    });
    if (isThere) places.threads.set(thread.id, { channelId, threadId });
  }
}

/** Stores a file; undefined: it went since it was named, as where the old server lives. */
async function store(
  { house, source, report }: Furnishing,
  kind: string,
  id: string,
  { path, mime, width, height }: SourceFile,
): Promise<StoredFile | undefined> {
  const fileId = derivedId(source.name, kind, id) as FileId;
  const stored = await house.storeFile(fileId, path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stored === undefined) return undefined;
  const { size, hash } = stored;
  report.weigh(kind, size);
  return {
    fileId,
    size,
    hash,
    mime,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

export async function bringAttachments(of: Furnishing, people: People): Promise<void> {
  const { source, report, places } = of;
  await forEachAtOnce(source.attachments, filesAtOnce, async (attachment) => {
    report.count("attachment", "read");
    const channelId = places.channels.get(attachment.channel);
    const ownerId = people.of(attachment.owner);
    if (channelId === undefined || ownerId === undefined) {
      report.leave("attachment", attachment.name, "is in no channel, or nobody's");
      return;
    }
    await people.ready();
    const { id, name, createdAtMs, expiresAtMs, permanent } = attachment;
    const file = await store(of, "attachment file", id, attachment.file);
    if (file === undefined) {
      report.leave("attachment", name, wentWhy);
      return;
    }
    await give(of, "attachment", name, {
      type: "import.attachment",
      attachment: {
        attachmentId: keptId(source.name, "attachment", id) as AttachmentId,
        name,
        file,
        ownerId,
        channelId,
        createdAtMs,
        expiresAtMs,
        unusedUntilMs: expiresAtMs,
        permanent,
      },
    });
  });
}

export async function bringEmojis(of: Furnishing, present: Present): Promise<void> {
  const known = new Map((present.emojis ?? []).map(({ emojiId, name }) => [emojiId, name]));
  for (const { id, name, file } of of.source.emojis) {
    of.report.count("emoji", "read");
    if (known.get(id as EmojiId) === name) {
      of.report.count("emoji", "there");
      continue;
    }
    const stored = await store(of, "emoji file", id, file);
    if (stored === undefined) {
      of.report.leave("emoji", name, wentWhy);
      continue;
    }
    await give(of, "emoji", name, {
      type: "import.emoji",
      emoji: { emojiId: id as EmojiId, name, file: stored },
    });
  }
}

export async function bringWebhooks(of: Furnishing, people: People): Promise<void> {
  const { source, report, places } = of;
  for (const webhook of source.webhooks) {
    report.count("webhook", "read");
    const channelId = places.channels.get(webhook.channel);
    const createdById = people.of(webhook.creator);
    if (channelId === undefined || createdById === undefined) {
      report.leave("webhook", webhook.name, "is in no channel, or nobody's");
      continue;
    }
    await people.ready();
    const { id, name, avatar, createdAtMs, token } = webhook;
    await give(of, "webhook", name, {
      type: "import.webhook",
      webhook: {
        webhookId: keptId(source.name, "webhook", id) as WebhookId,
        channelId,
        name,
        avatar,
        createdById,
        createdAtMs,
        tokenId: token.slice(0, tokenIdLength).toLowerCase() as WebhookTokenId,
        digest: createHash("sha256").update(token).digest("hex"),
      },
    });
  }
}
