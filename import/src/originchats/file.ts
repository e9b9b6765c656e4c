/** Uploads, emoji and webhooks of a data folder (OriginChats part 3, sections 8, 9 and 16). */
import { join } from "node:path";
import type { MessageAttachment } from "@dragoman/bus-schema";
import { below, plainFile } from "../folder-path.ts";
import type { Report } from "../report.ts";
import type { SourceAttachment, SourceEmoji, SourceWebhook } from "../source.ts";
import type { Names } from "./names.ts";
import {
  type Fields,
  fieldsOf,
  isFields,
  isId,
  millisecondsOf,
  numberOf,
  textOf,
} from "./value.ts";

const dayMs = 24 * 3_600_000;
/** What the original keeps a file for that its owner's subscription keeps (`attachments.permanent_expiration_days`). */
const permanentMs = 365 * dayMs;
const mimeForm = /^(?:image|video|audio)\/[a-z0-9.+-]{1,60}$|^application\/pdf$/i;

/** What a browser may be told that it is: never anything that runs. */
function safeMime(given: unknown): string {
  const mime = textOf(given, 100)?.toLowerCase();
  const isSafe = mime !== undefined && mimeForm.test(mime) && !mime.includes("svg");
  return isSafe ? mime : "application/octet-stream";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const barredInNames = /[/\\\u0000-\u001f\u007f-\u009f]/g;

function fileName(given: unknown): string {
  const name = (textOf(given, 255) ?? "").replace(barredInNames, "_");
  return name === "" || name === "." || name === ".." ? "file" : name;
}

function pixels(value: unknown): number | undefined {
  const n = numberOf(value);
  return n !== undefined && Number.isInteger(n) && n >= 1 && n <= 65_535 ? n : undefined;
}

function sizes(fields: Fields): { readonly width?: number; readonly height?: number } {
  const [width, height] = [pixels(fields["width"]), pixels(fields["height"])];
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

/** An attachment as a message shows it; undefined: it is none. */
export function shownOf(given: unknown, atMs: number): MessageAttachment | undefined {
  const fields = fieldsOf(given);
  const { id } = fields;
  if (!isId(id)) return undefined;
  const size = numberOf(fields["size"]) ?? 0;
  return {
    attachmentId: id.toLowerCase() as MessageAttachment["attachmentId"],
    name: fileName(fields["name"]),
    mime: safeMime(fields["mime_type"]),
    size: Number.isSafeInteger(size) && size >= 0 ? size : 0,
    expiresAtMs: millisecondsOf(fields["expires_at"]) ?? atMs + permanentMs,
    permanent: fields["permanent"] === true,
    ...sizes(fields),
  };
}

export interface FileReading {
  readonly folder: string;
  readonly report: Report;
  readonly nowMs: number;
}

export async function attachmentsOf(
  given: unknown,
  { folder, report, nowMs }: FileReading,
  names: Names,
): Promise<readonly SourceAttachment[]> {
  const place = join(folder, "db", "attachments");
  const found: SourceAttachment[] = [];
  for (const [id, fields] of Object.entries(fieldsOf(given))) {
    const name = isFields(fields) ? textOf(fields["filename"], 255) : undefined;
    const path = name === undefined ? undefined : below(place, name);
    const channel = isFields(fields) ? textOf(fields["channel"], 200) : undefined;
    if (!isFields(fields) || !isId(id) || channel === undefined) {
      report.leave("attachment", id, "is no upload");
      continue;
    }
    const createdAtMs = millisecondsOf(fields["created_at"]) ?? nowMs;
    const expiresAtMs = millisecondsOf(fields["expires_at"]) ?? nowMs + permanentMs;
    if (path === undefined) report.leave("attachment", id, "its file lies outside of the folder");
    else if (expiresAtMs <= nowMs) report.leave("attachment", id, "its time is over");
    else if (!(await plainFile(folder, path)))
      report.leave("attachment", id, "its file is not there, or a link leads to it");
    else {
      found.push({
        id,
        name: fileName(fields["original_name"]),
        file: { path, mime: safeMime(fields["mime_type"]), ...sizes(fields) },
        owner: names.who(fields["uploader_id"]),
        channel,
        createdAtMs,
        expiresAtMs,
        permanent: fields["permanent"] === true || fields["expires_at"] === null,
      });
    }
  }
  return found;
}

const pictures: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

/** What a picture is by the end of its name; undefined: none that browsers draw. */
export const pictureMime = (name: string): string | undefined =>
  pictures[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ""];

export async function emojisOf(
  given: unknown,
  { folder, report }: FileReading,
): Promise<readonly SourceEmoji[]> {
  const place = join(folder, "db", "serverEmojis");
  const found: SourceEmoji[] = [];
  for (const [id, fields] of Object.entries(fieldsOf(given))) {
    const name = isFields(fields) ? textOf(fields["name"], 64) : undefined;
    const file = isFields(fields) ? textOf(fields["fileName"], 255) : undefined;
    const path = file === undefined ? undefined : below(place, file);
    const mime = pictureMime(file ?? "");
    if (!/^(?:0|[1-9][0-9]{0,14})$/.test(id) || name === undefined || !/^\w+$/.test(name)) {
      report.leave("emoji", id, "is no emoji");
    } else if (path === undefined || mime === undefined || !(await plainFile(folder, path))) {
      report.leave("emoji", name, "its picture is not there, or none that browsers draw");
    } else found.push({ id, name, file: { path, mime } });
  }
  return found;
}

const tokenForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[0-9a-f]{32}$/;

export function webhooksOf(given: unknown, names: Names, report: Report): readonly SourceWebhook[] {
  return Object.entries(fieldsOf(given)).flatMap(([id, fields]): readonly SourceWebhook[] => {
    const channel = isFields(fields) ? textOf(fields["channel"], 200) : undefined;
    const token = isFields(fields) ? textOf(fields["token"], 200) : undefined;
    if (!isFields(fields) || channel === undefined || !tokenForm.test(token ?? "")) {
      report.leave("webhook", id, "is no webhook");
      return [];
    }
    return [
      {
        id,
        channel,
        name: textOf(fields["name"], 100)?.trim() || "webhook",
        avatar: textOf(fields["avatar"], 2000) ?? null,
        creator: names.who(fields["created_by"]),
        createdAtMs: millisecondsOf(fields["created_at"]) ?? 0,
        token: token ?? "",
      },
    ];
  });
}
