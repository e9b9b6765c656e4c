/**
 * A Sock Chat server's data, read once into a stage, and from there as often as it takes: people, channels, and the lines
 * of each channel behind a cursor (docs/decisions/import-sockchat.md).
 */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceRefusal } from "../refusal.ts";
import { FaceBook } from "./face-book.ts";
import {
  type FillOptions,
  fillFromDump,
  fillFromFolder,
  fillFromSilences,
  fillFromSqlite,
  type Kind,
  kindOf,
} from "./files.ts";
import { defaultNameIn } from "./flat-files.ts";
import type { Reading } from "./forms.ts";
import type { Remark } from "./item.ts";
import { type IdPage, idPagesOf, messagesOf, pagesOf, type SourceMessage } from "./lines.ts";
import { NameBook } from "./name-book.ts";
import { peopleOf, type SourcePerson } from "./people.ts";
import { channelsOf, type SourceChannel } from "./places.ts";
import { Stage, type StagedChannel } from "./stage.ts";
import { Tables } from "./tables.ts";
import { Zone } from "./time.ts";

/** A ban that the site keeps (Sock Chat reference, 3.3). `untilMs` null: for ever. */
export interface SiteBan {
  readonly id: number | null;
  readonly ip: string;
  readonly untilMs: number | null;
}

export interface SockChatOptions {
  /** A dump, an SQLite file, or a folder of flat files. */
  readonly path: string;
  /** What ids are made of beside those of the source; the same from run to run. */
  readonly source: string;
  readonly nowMs: number;
  /** Of times that do not say it: `UTC`, `+02:00`, `Europe/Berlin`. */
  readonly zone?: string;
  /** Of the PHP server's tables, where there are several chats in one dump. */
  readonly prefix?: string;
  readonly defaultChannel?: string;
  /** `names`: the server gave numbers anew at each start (`AUTOID`), so that they mean nothing. */
  readonly peopleBy?: "numbers" | "names";
  readonly open?: ReadonlySet<string> | "all";
  readonly siteBans?: readonly SiteBan[];
  /** The PHP server's folder of silences; without it, the one that belongs to a folder of its flat files. */
  readonly silences?: string;
  readonly onRemark: (remark: Remark) => void;
  readonly onProgress?: (bytes: number, bytesOfAll: number) => void;
  /** Whether it is to be given up; its reason is what is thrown then. */
  readonly signal?: AbortSignal;
}

export class SockChatSource {
  readonly #stage: Stage;
  readonly #options: SockChatOptions;
  readonly #folder: string;
  readonly #defaultName: string | null;

  private constructor(
    stage: Stage,
    options: SockChatOptions,
    folder: string,
    defaultName: string | null,
  ) {
    this.#stage = stage;
    this.#options = options;
    this.#folder = folder;
    this.#defaultName = defaultName;
  }

  /**
   * Reads all of it.
   * @throws SourceRefusal there is nothing to read
   */
  static async read(options: SockChatOptions): Promise<SockChatSource> {
    const kind = await kindOf(options.path);
    const folder = await mkdtemp(join(tmpdir(), "dragoman-import-"));
    const { nowMs, onRemark } = options;
    let stage: Stage | undefined;
    try {
      const defaultName = options.defaultChannel ?? (await configuredName(options.path, kind));
      stage = new Stage({ path: join(folder, "stage.db"), nowMs, onRemark });
      await fill(kind, fillOptions(options, stage, folder, defaultName));
      takeSiteBans(stage, options);
      await takeSilences(kind, stage, options);
      stage.seal();
      return new SockChatSource(stage, options, folder, defaultName);
    } catch (error) {
      stage?.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  people(): Generator<SourcePerson> {
    return peopleOf(this.#stage, this.#options.source, this.#options.onRemark);
  }

  channels(): readonly SourceChannel[] {
    const { source, open = new Set<string>(), onRemark } = this.#options;
    return channelsOf(this.#stage, { source, defaultName: this.#defaultName, open, onRemark });
  }

  /** @param after cursor of the last message that is there already; null: none is */
  messages(key: string, after: string | null): Generator<SourceMessage> {
    return messagesOf(this.#stage, this.#options.source, this.#channel(key), after);
  }

  /** Many at once, behind a place that `ids` has told; without one all of them. */
  pages(key: string, behind = -1n): Generator<readonly SourceMessage[]> {
    return pagesOf(this.#stage, this.#options.source, this.#channel(key), behind);
  }

  ids(key: string): Generator<IdPage> {
    return idPagesOf(this.#stage, this.#options.source, this.#channel(key));
  }

  #channel(key: string): StagedChannel {
    const channel = this.#stage.channels.get(key);
    if (channel === undefined) throw new Error(`no channel ${key} in the source`);
    return channel;
  }

  async close(): Promise<void> {
    this.#stage.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function fill(kind: Kind, options: FillOptions): Promise<void> {
  switch (kind) {
    case "dump":
      return fillFromDump(options, false);
    case "zipped dump":
      return fillFromDump(options, true);
    case "sqlite":
      return fillFromSqlite(options);
    case "folder":
      return fillFromFolder(options);
  }
}

function fillOptions(
  options: SockChatOptions,
  stage: Stage,
  folder: string,
  defaultName: string | null,
): FillOptions {
  const { path, zone = "UTC", onRemark, onProgress, signal } = options;
  const given = zoneOf(zone);
  if (given === null) throw new SourceRefusal(`there is no time zone ${zone}`);
  const faces = new FaceBook();
  const reading = (own: string | null, names: NameBook | null): Reading => ({
    zone: (own === null ? null : zoneOf(own)) ?? given,
    defaultName,
    names,
    faces,
  });
  const book = options.peopleBy === "names" ? new NameBook() : null;
  return {
    path,
    stage,
    folder,
    reading,
    tables: (own) => new Tables(stage, () => reading(own(), book), options.prefix ?? null),
    onFault: (why, part, line) =>
      onRemark({ why, where: { part, ...(line === undefined ? {} : { line }) } }),
    onProgress: (bytes) => {
      signal?.throwIfAborted();
      onProgress?.(bytes, 0);
    },
  };
}

function zoneOf(name: string): Zone | null {
  try {
    return new Zone(name);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const configBytesMax = 1024 * 1024;

/** @throws Error where it is no plain file, or none that a configuration is: who opens a pipe waits for a writer */
async function configText(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile() || found.size > configBytesMax) throw new SourceRefusal(`${path}: no file`);
  return readFile(path, "utf8");
}

/** The default channel's name in the server's configuration, where that lies in the folder. */
async function configuredName(path: string, kind: Kind): Promise<string | null> {
  if (kind !== "folder") return null;
  const found = await Promise.all(
    [join(path, "config.php"), join(path, "..", "config.php")].map((file) =>
      configText(file).then(defaultNameIn, () => null),
    ),
  );
  return found.find((name) => name !== null) ?? null;
}

/** Where silences lie below the PHP server's folder, whatever holds its other data. */
const silencesPlace = "mods/core/ffdb/silences";

async function takeSilences(
  kind: Kind,
  stage: Stage,
  { path, silences, peopleBy }: SockChatOptions,
): Promise<void> {
  const byNames = peopleBy === "names";
  if (silences !== undefined) {
    const isFolder = await stat(silences).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new SourceRefusal(`${silences}: no such folder`);
    await fillFromSilences(silences, stage, byNames);
  } else if (kind === "folder") {
    for (const server of [path, join(path, "..")])
      await fillFromSilences(join(server, silencesPlace), stage, byNames);
  }
}

function takeSiteBans(stage: Stage, { siteBans = [] }: SockChatOptions): void {
  for (const [at, { id, ip, untilMs }] of siteBans.entries()) {
    const address = ip === "" ? null : ip;
    const ban = { kind: "ban", number: id, name: null, address, untilMs } as const;
    stage.put(ban, { part: "site", row: at + 1 });
  }
}
