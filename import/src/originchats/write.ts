/**
 * Writes what leaves a house as the data folder of an original OriginChats server (OriginChats part 3, section 16), which
 * starts on it. Nothing of it is held but people, channels, and one poll at a time.
 */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { below } from "../folder-path.ts";
import type {
  Leaving,
  LeavingFile,
  LeavingPart,
  Picture,
  Told,
  Translate,
} from "../move-out/leaving.ts";
import { LineFile, makeFolder, ObjectFile, writeBytes, writeJson } from "../move-out/output.ts";
import type { Report } from "../report.ts";
import { channelsFile, configOf, rolesFile, threadFile } from "./write-community.ts";
import { lineOf, pollFields, votesOf } from "./write-message.ts";
import { WrittenNames } from "./write-names.ts";
import { accountFields } from "./write-people.ts";

export interface OriginchatsWriting {
  readonly leaving: Leaving;
  /** Empty, and the writer's own. */
  readonly folder: string;
  readonly report: Report;
  readonly translate: Translate;
  readonly told: Told;
  /** Where the server will be, such as `https://chat.example`. */
  readonly url?: string;
}

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "application/pdf": "pdf",
};
const extensionOf = (mime: string): string => extensions[mime] ?? "bin";
const usualTypes = ["gif", "jpg", "jpeg", "png"];

/** @throws Error when it cannot be written, or the house does not say */
export async function writeOriginchats(writing: OriginchatsWriting): Promise<void> {
  await new Folder(writing).write();
}

class Folder {
  readonly #of: OriginchatsWriting;
  readonly #names: WrittenNames;
  readonly #db: string;

  constructor(of: OriginchatsWriting) {
    this.#of = of;
    this.#names = new WrittenNames(of.leaving, of.report);
    this.#db = join(of.folder, "db");
  }

  async write(): Promise<void> {
    const { leaving, report } = this.#of;
    for (const folder of ["channels", "threads", "threadMessages", "attachments"])
      await makeFolder(join(this.#db, folder));
    for (const folder of ["serverEmojis", "serverAssets", "serverStickers"])
      await makeFolder(join(this.#db, folder));
    await writeJson(join(this.#db, "roles.json"), rolesFile(leaving, report));
    await writeJson(join(this.#db, "channels.json"), channelsFile(leaving, this.#names, report));
    await this.#people();
    await this.#threads();
    await this.#messages();
    await this.#attachments();
    await this.#marks();
    await this.#webhooks();
    await this.#config(await this.#emojis());
    // Else a plugin of the original greets everybody anew.
    const known = [...this.#names.accounts.values()].map(({ key }) => key);
    await writeJson(join(this.#of.folder, "plugins", "welcomed_users.json"), known);
  }

  async #people(): Promise<void> {
    const file = new ObjectFile(join(this.#db, "users.json"));
    for (const person of this.#of.leaving.people) {
      const account = this.#names.accounts.get(person.id);
      if (account !== undefined)
        await file.put(account.key, accountFields(person, account, this.#of.report));
    }
    await file.end();
  }

  async #threads(): Promise<void> {
    const { leaving, report } = this.#of;
    for (const thread of leaving.threads) {
      const path = this.#below("threads", `${thread.id}.json`);
      await writeJson(path, threadFile(thread, this.#names));
      report.count("thread", "read");
      report.count("thread", "brought");
    }
  }

  async #messages(): Promise<void> {
    const { leaving } = this.#of;
    const polls = new ObjectFile(join(this.#db, "polls.json"));
    const votes = new ObjectFile(join(this.#db, "poll_votes.json"));
    const written = new Set<string>();
    for (const part of leaving.parts) {
      const path = this.#pathOf(part);
      written.add(path);
      await this.#part(part, path, polls, votes);
    }
    for (const { key, kind } of leaving.channels) {
      const path = this.#below("channels", `${this.#names.channels.get(key)}.json`);
      if (kind !== "separator" && !written.has(path)) await new LineFile(path).end();
    }
    await polls.end();
    await votes.end();
  }

  #pathOf({ place }: LeavingPart): string {
    return "thread" in place
      ? this.#below("threadMessages", `${place.thread}.jsonl`)
      : this.#below("channels", `${this.#names.channels.get(place.channel)}.json`);
  }

  async #part(
    part: LeavingPart,
    path: string,
    polls: ObjectFile,
    votes: ObjectFile,
  ): Promise<void> {
    const { report, translate, told, url = "" } = this.#of;
    const base = url.endsWith("/") ? url.slice(0, -1) : url;
    const of = { names: this.#names, translate, report, url: base };
    const file = new LineFile(path);
    for await (const message of part.messages()) {
      const { poll, id } = message;
      await file.put(lineOf(message, of));
      if (poll !== undefined) {
        await polls.put(poll.id, pollFields(poll, id, part.place, this.#names));
        await votes.put(poll.id, votesOf(poll, this.#names));
        report.count("poll", "read");
        report.count("poll", "brought");
      }
      told(1, 0);
    }
    await file.end();
  }

  async #attachments(): Promise<void> {
    const { leaving, report } = this.#of;
    const index = new ObjectFile(join(this.#db, "attachments.json"));
    for await (const attachment of leaving.attachments()) {
      const { id, name, file, owner, channel, createdAtMs, expiresAtMs, permanent } = attachment;
      const filename = `${id}.${extensionOf(file.mime)}`;
      if (!(await this.#file("attachment", name, join("attachments", filename), file))) continue;
      await index.put(id, {
        id,
        filename,
        original_name: name,
        mime_type: file.mime,
        size: file.size,
        hash: file.hash,
        uploader_id: this.#names.key(owner),
        uploader_name: this.#names.username(owner),
        channel: this.#names.channels.get(channel),
        created_at: createdAtMs / 1000,
        expires_at: expiresAtMs / 1000,
        permanent,
        // Else the original takes away within an hour what it does not see used.
        referenced: true,
        ...(file.width === undefined ? {} : { width: file.width }),
        ...(file.height === undefined ? {} : { height: file.height }),
      });
      report.count("attachment", "brought");
    }
    await index.end();
  }

  /** @returns the kinds of files that were written */
  async #emojis(): Promise<ReadonlySet<string>> {
    const { leaving, report } = this.#of;
    const kinds = new Set<string>();
    const index = new ObjectFile(join(this.#db, "serverEmojis.json"));
    for (const { id, name, file } of leaving.emojis) {
      const kind = extensionOf(file.mime);
      const fileName = `${id}.${kind}`;
      report.count("emoji", "read");
      if (!(await this.#file("emoji", name, join("serverEmojis", fileName), file))) continue;
      await index.put(id, { name, fileName });
      kinds.add(kind);
      report.count("emoji", "brought");
    }
    await index.end();
    return kinds;
  }

  /** Whether the bytes of a file are there, and all of them. */
  async #file(kind: string, what: string, path: string, file: LeavingFile): Promise<boolean> {
    const { report, told } = this.#of;
    const bytes = await file.bytes();
    if (bytes === null) {
      report.leave(kind, what, "its file is not there");
      return false;
    }
    const digest = createHash("sha256");
    async function* watched(from: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of from) {
        digest.update(piece);
        told(0, piece.length);
        yield piece;
      }
    }
    const whole = this.#below(path);
    try {
      await writeBytes(whole, watched(bytes));
    } catch (error) {
      if ((await file.bytes()) !== null) throw error;
      // Its time was over, or somebody deleted it.
      await rm(whole, { force: true });
      report.leave(kind, what, "its file went while it was read");
      return false;
    }
    if (digest.digest("hex") !== file.hash)
      report.say(kind, what, "its bytes are others than they were");
    return true;
  }

  async #marks(): Promise<void> {
    const { leaving, report } = this.#of;
    const file = new ObjectFile(join(this.#db, "unreads.json"));
    let of: string | undefined;
    let places: Record<string, string> = Object.create(null);
    const flush = async (): Promise<void> => {
      if (of !== undefined) await file.put(of, places);
      places = Object.create(null);
    };
    for await (const { who, place, messageId } of leaving.marks()) {
      const key = this.#names.key(who);
      const name = this.#names.place(place);
      report.count("mark", "read");
      if (name === undefined) {
        report.leave("mark", messageId, "is of no place");
        continue;
      }
      if (key !== of) await flush();
      of = key;
      places[name] = messageId;
      report.count("mark", "brought");
    }
    await flush();
    await file.end();
  }

  async #webhooks(): Promise<void> {
    const { leaving, report } = this.#of;
    const file = new ObjectFile(join(this.#db, "webhooks.json"));
    for (const webhook of leaving.webhooks) {
      const { id, name, channel, avatar, creator, createdAtMs, token, foreign } = webhook;
      report.count("webhook", "read");
      report.count("webhook", "brought");
      if (foreign)
        report.say("webhook", name, "has another address: of its first one a digest alone is kept");
      await file.put(id, {
        id,
        channel: this.#names.channels.get(channel),
        name,
        token,
        created_by: this.#names.key(creator),
        created_at: createdAtMs / 1000,
        avatar,
      });
    }
    await file.end();
  }

  async #config(emojiKinds: ReadonlySet<string>): Promise<void> {
    const { leaving, url, report } = this.#of;
    const { name, ownerName, postContentMax, icon, banner } = leaving.server;
    const pictures = {
      ...(await this.#picture("icon", icon)),
      ...(await this.#picture("banner", banner)),
    };
    const accounts = [...this.#names.accounts.values()];
    const hasRotur = accounts.some(({ isRotur }) => isRotur);
    report.count("server", "read");
    report.count("server", "brought");
    const config = configOf({
      server: {
        name,
        owner: { name: ownerName },
        ...pictures,
        ...(url === undefined ? {} : { url }),
      },
      postContentMax,
      emojiTypes: [...new Set([...usualTypes, ...emojiKinds])],
      authMode: hasRotur ? "cracked" : "cracked-only",
    });
    await writeJson(join(this.#of.folder, "config.json"), config);
  }

  async #picture(what: "icon" | "banner", picture: Picture | undefined): Promise<object> {
    if (picture === undefined) return {};
    if ("url" in picture) return { [what]: picture.url };
    const name = `${what}.${extensionOf(picture.file.mime)}`;
    const isThere = await this.#file("server", what, join("serverAssets", name), picture.file);
    return isThere ? { [what]: name } : {};
  }

  /** A path in the folder, whatever ids and names say. */
  #below(...names: readonly string[]): string {
    const path = below(this.#db, join(...names));
    if (path === undefined) throw new Error(`${names.join("/")} leads out of the folder`);
    return path;
  }
}
