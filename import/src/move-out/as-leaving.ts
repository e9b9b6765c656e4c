/** A house as the records that leave it. Whispers stay: no other form has a place that their two people alone can read. */
import type {
  Author,
  Channel,
  ChannelId,
  Message,
  Place,
  RosterUser,
  ServerAsset,
  StoredFile,
  UserId,
} from "@dragoman/bus-schema";
import { looksOf } from "../channel-looks.ts";
import type { Present } from "../house.ts";
import type { Report } from "../report.ts";
import type { SourceMessage, SourcePerson, SourcePlace, Who } from "../source.ts";
import type { Books } from "./books.ts";
import type {
  Leaving,
  LeavingAttachment,
  LeavingChannel,
  LeavingFile,
  LeavingPart,
  Picture,
} from "./leaving.ts";

const privateWhy = "is between two people, and no form has a place that they alone can read";

/** Reads what is small; messages, files and marks are read when they are asked for. */
export async function leavingOf(books: Books, report: Report): Promise<Leaving> {
  const present = await books.present();
  return new House(books, report, present).leaving();
}

class House {
  readonly #books: Books;
  readonly #report: Report;
  readonly #present: Present;
  readonly #users: ReadonlyMap<UserId, RosterUser>;
  readonly #channels: ReadonlyMap<ChannelId, Channel>;

  constructor(books: Books, report: Report, present: Present) {
    this.#books = books;
    this.#report = report;
    this.#present = present;
    this.#users = new Map(present.users.map((user) => [user.userId, user]));
    const kept = present.channels.filter(({ kind }) => kind !== "whisper");
    this.#channels = new Map(kept.map((channel) => [channel.channelId, channel]));
  }

  async leaving(): Promise<Leaving> {
    const { server, roles, threads, emojis = [], users } = this.#present;
    await this.#leaveWhispers();
    return {
      server: {
        name: server.name,
        ownerName: server.ownerName,
        postContentMax: server.postContentMax,
        ...(server.icon === undefined ? {} : { icon: this.#picture(server.icon) }),
        ...(server.banner === undefined ? {} : { banner: this.#picture(server.banner) }),
      },
      departed: new Set(
        users.flatMap(({ departed, name }) => (departed ? [name.toLowerCase()] : [])),
      ),
      roles: roles.map(({ roleId: _, position: __, ...role }) => role),
      roleIds: new Map(roles.map(({ roleId, name }) => [name, roleId])),
      people: await this.#people(),
      channels: [...this.#channels.values()].flatMap(channelOf),
      threads: threads.flatMap((thread) => {
        const channel = this.#channels.get(thread.channelId);
        if (channel === undefined) return [];
        const { threadId, name, slug, creatorId, createdAtUs, locked, archived } = thread;
        return [
          {
            id: threadId,
            channel: channel.name,
            name,
            slug,
            creator: this.#who(creatorId),
            createdAtUs,
            locked,
            archived,
            participants: thread.participantIds.map((userId) => this.#who(userId)),
          },
        ];
      }),
      emojis: emojis.map(({ emojiId, name, file }) => ({
        id: emojiId,
        name,
        file: this.#file(file),
      })),
      webhooks: (await this.#books.webhooks()).flatMap(({ webhook, token }) => {
        const channel = this.#channels.get(webhook.channelId);
        const { webhookId, name, avatar, createdById, createdAtMs, digest } = webhook;
        if (channel === undefined) return [];
        return [
          {
            id: webhookId,
            channel: channel.name,
            name,
            avatar,
            creator: this.#who(createdById),
            createdAtMs,
            token,
            foreign: digest !== undefined,
          },
        ];
      }),
      parts: await this.#parts(),
      attachments: () => this.#attachments(),
      marks: () => this.#marks(),
    };
  }

  async #leaveWhispers(): Promise<void> {
    for (const { kind, channelId, name } of this.#present.channels) {
      if (kind !== "whisper") continue;
      const total = await this.#books.total({ channelId });
      this.#report.count("whisper", "read", total);
      this.#report.count("whisper", "left", total);
      this.#report.say("whisper", name, privateWhy);
    }
  }

  async #people(): Promise<readonly SourcePerson[]> {
    const roleNames = new Map(this.#present.roles.map(({ roleId, name }) => [roleId, name]));
    const people: SourcePerson[] = [];
    for await (const { userId, identities, passwordHash, banned } of this.#books.people()) {
      const user = this.#users.get(userId);
      if (user === undefined || user.departed) continue;
      const { name, number, pictureUrl, status, color } = user;
      const nickname = user.lastingNickname === undefined ? user.nickname : user.lastingNickname;
      people.push({
        id: userId,
        name,
        number,
        roles: user.roleIds.flatMap((roleId) => roleNames.get(roleId) ?? []),
        status: status.afk ?? { status: status.status, text: status.text },
        ...(passwordHash === undefined ? {} : { passwordHash }),
        ...(identities === undefined ? {} : { identities }),
        ...(nickname == null ? {} : { nickname }),
        ...(pictureUrl === undefined ? {} : { pictureUrl }),
        ...(color == null ? {} : { color }),
        ...(banned === undefined ? {} : { banned }),
      });
    }
    return people;
  }

  /** Whom an account's words are by: of one that became part of another, the other's. */
  #who(userId: UserId): Who {
    let user = this.#users.get(userId);
    for (let hops = 0; user?.mergedInto !== undefined && hops < 10; hops += 1)
      user = this.#users.get(user.mergedInto) ?? user;
    if (user === undefined) return { kind: "name", name: "unknown" };
    return user.departed ? { kind: "name", name: user.name } : { kind: "person", id: user.userId };
  }

  #author(author: Author): Who {
    return author.kind === "system" ? { kind: "system" } : this.#who(author.userId);
  }

  #place({ channelId, threadId }: Place): SourcePlace | undefined {
    const channel = this.#channels.get(channelId);
    if (channel === undefined) return undefined;
    return threadId === undefined ? { channel: channel.name } : { thread: threadId };
  }

  async #parts(): Promise<readonly LeavingPart[]> {
    const upTo = this.#present.lastMessageNumber ?? Number.MAX_SAFE_INTEGER;
    const places: readonly Place[] = [
      ...[...this.#channels.values()]
        .filter(({ kind }) => kind === "text")
        .map(({ channelId }) => ({ channelId })),
      ...this.#present.threads.map(({ channelId, threadId }) => ({ channelId, threadId })),
    ];
    const parts: LeavingPart[] = [];
    for (const place of places) {
      const known = this.#place(place);
      const total = known === undefined ? 0 : await this.#books.total(place);
      if (known === undefined || total === 0) continue;
      parts.push({ place: known, total, messages: () => this.#messages(place, upTo) });
    }
    return parts;
  }

  async *#messages(place: Place, upTo: number): AsyncGenerator<SourceMessage> {
    for await (const message of this.#books.messages(place, upTo))
      yield await this.#message(message);
  }

  async #message(message: Message): Promise<SourceMessage> {
    const { messageId, author, content, kind, createdAtUs, editedAtUs, replyTo, ping } = message;
    const { pinned, reactions = [], attachments, embeds, webhook, poll, interaction } = message;
    return {
      id: messageId,
      by: this.#author(author),
      text: content.text,
      markup: content.markup,
      kind,
      atUs: createdAtUs,
      ...(editedAtUs === undefined ? {} : { editedAtUs }),
      ...(replyTo === undefined
        ? {}
        : { replyTo: { id: replyTo.messageId, by: this.#author(replyTo.author) } }),
      ...(ping === undefined ? {} : { ping }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(reactions.length === 0
        ? {}
        : {
            reactions: reactions.map(({ emoji, userIds }) => ({
              emoji,
              people: userIds.map((userId) => this.#who(userId)),
            })),
          }),
      ...(attachments === undefined ? {} : { attachments }),
      ...(embeds === undefined ? {} : { embeds }),
      ...(webhook === undefined ? {} : { webhook }),
      ...(interaction === undefined
        ? {}
        : {
            interaction: { command: interaction.command, who: this.#who(interaction.userId) },
          }),
      ...(poll === undefined ? {} : { poll: await this.#poll(poll) }),
    };
  }

  async #poll(poll: NonNullable<Message["poll"]>): Promise<NonNullable<SourceMessage["poll"]>> {
    const { pollId, creatorId, createdAtUs, question, options, multi, endsMs, endedAtUs } = poll;
    const votes = await this.#books.votes(pollId);
    return {
      id: pollId,
      creator: this.#who(creatorId),
      createdAtUs,
      question,
      options: options.map(({ votes: _, ...option }) => option),
      multi,
      endsMs,
      endedAtUs,
      votes: votes.flatMap(({ userId, optionIds }) =>
        optionIds.length === 0 ? [] : [{ who: this.#who(userId), optionIds }],
      ),
    };
  }

  async *#attachments(): AsyncGenerator<LeavingAttachment> {
    for await (const attachment of this.#books.attachments()) {
      const channel = this.#channels.get(attachment.channelId);
      const { attachmentId, name, file, ownerId, createdAtMs, expiresAtMs, permanent } = attachment;
      this.#report.count("attachment", "read");
      if (channel === undefined) {
        this.#report.leave("attachment", attachmentId, privateWhy);
        continue;
      }
      yield {
        id: attachmentId,
        name,
        file: this.#file(file),
        owner: this.#who(ownerId),
        channel: channel.name,
        createdAtMs,
        expiresAtMs,
        permanent,
      };
    }
  }

  /** What was read of words that came after the beginning ends with the last before it. */
  async *#marks(): AsyncGenerator<{ who: Who; place: SourcePlace; messageId: string }> {
    const upTo = this.#present.lastMessageNumber ?? Number.MAX_SAFE_INTEGER;
    const key = (place: Place): string => `${place.channelId} ${place.threadId ?? ""}`;
    const newest = new Map(
      this.#present.lastMessages.map(({ place, messageId }) => [key(place), messageId]),
    );
    const people = this.#present.users.flatMap(({ userId, departed }) =>
      departed ? [] : [userId],
    );
    for await (const { userId, place, messageId, number } of this.#books.marks(people)) {
      const known = this.#place(place);
      const id = number > upTo ? newest.get(key(place)) : messageId;
      if (known === undefined || id === undefined) continue;
      yield { who: this.#who(userId), place: known, messageId: id };
    }
  }

  #file({ fileId, mime, size, hash, width, height }: StoredFile): LeavingFile {
    return {
      mime,
      size,
      hash,
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      bytes: () => this.#books.bytes(fileId),
    };
  }

  #picture(asset: ServerAsset): Picture {
    return asset.kind === "url" ? { url: asset.url } : { file: this.#file(asset.file) };
  }
}

function channelOf(channel: Channel): LeavingChannel[] {
  const { kind, name, slug, permissions, minRank, hasPassword, temporary } = channel;
  if (kind === "whisper") return [];
  return [
    {
      key: name,
      name,
      slug,
      kind,
      ...looksOf(channel),
      permissions,
      minRank,
      hasPassword,
      temporary,
    },
  ];
}
