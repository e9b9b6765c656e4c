/**
 * What leaves a house: the records that a source consists of (`../source.ts`), with what a writer has to know besides. A
 * writer makes another server's data of them; nothing before it knows which server that is.
 */
import type {
  Source,
  SourceAttachment,
  SourceChannel,
  SourceEmoji,
  SourceFile,
  SourceMark,
  SourceMessage,
  SourcePlace,
  SourceThread,
  SourceWebhook,
} from "../source.ts";

/** A file, whose bytes are asked for when they are written. */
export interface LeavingFile extends Omit<SourceFile, "path"> {
  readonly size: number;
  /** SHA-256, in hex. */
  readonly hash: string;
  /** Null: they are not there. */
  bytes(): Promise<AsyncIterable<Uint8Array> | null>;
}

type WithFile<T extends { readonly file: SourceFile }> = Omit<T, "file"> & {
  readonly file: LeavingFile;
};
export type LeavingAttachment = WithFile<SourceAttachment>;
type LeavingEmoji = WithFile<SourceEmoji>;

/** `slug`: its name in letters, digits, `-` and `_`. */
export interface LeavingChannel extends SourceChannel {
  readonly slug: string;
  readonly hasPassword: boolean;
  readonly temporary: boolean;
}

interface LeavingThread extends SourceThread {
  readonly slug: string;
}

/** `foreign`: where it came from it had another token, of which the house has a digest alone. */
interface LeavingWebhook extends SourceWebhook {
  readonly foreign: boolean;
}

/** What is said in one place, the oldest first. */
export interface LeavingPart {
  readonly place: SourcePlace;
  /** Messages that there are. */
  readonly total: number;
  messages(): AsyncIterable<SourceMessage>;
}

/** The community's icon or banner. */
export type Picture = { readonly url: string } | { readonly file: LeavingFile };

export interface Leaving extends Pick<Source, "roles" | "roleIds" | "people"> {
  readonly server: {
    readonly name: string;
    readonly ownerName: string;
    /** In code points. */
    readonly postContentMax: number;
    readonly icon?: Picture;
    readonly banner?: Picture;
  };
  /** Names of accounts that have ended, in small letters: what they said is by these. */
  readonly departed: ReadonlySet<string>;
  readonly channels: readonly LeavingChannel[];
  readonly threads: readonly LeavingThread[];
  readonly emojis: readonly LeavingEmoji[];
  readonly webhooks: readonly LeavingWebhook[];
  readonly parts: readonly LeavingPart[];
  attachments(): AsyncIterable<LeavingAttachment>;
  /** One person's behind the other's. */
  marks(): AsyncIterable<SourceMark>;
}

/** What people wrote on the other side, in the markup of the server that it goes to, and an action as that shows it. */
export type Translate = (message: Pick<SourceMessage, "text" | "markup" | "kind">) => string;

/** What is told while it is written: messages, and bytes of files. */
export type Told = (messages: number, bytes: number) => void;
