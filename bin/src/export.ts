/** `dragoman export`: the house as another server's data, by the operator's questions. */
import { join } from "node:path";
import { treeOf } from "@dragoman/bus-schema";
import { marked } from "@dragoman/gateway-originchats";
import { tagged } from "@dragoman/gateway-sockchat";
import {
  type Leaving,
  leavingOf,
  Report,
  TargetRefusal,
  type Told,
  type Translate,
  writeBeside,
  writeOriginchats,
  writeSockchat,
} from "@dragoman/import";
import { OperatorError } from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";
import { booksOf } from "./export-house.ts";
import type { ExportReport } from "./export-report.ts";
import { inHouse } from "./house-hands.ts";
import { carriedOf } from "./import-report.ts";

const tellMs = 1_000;

/**
 * Writes the house as the data folder of an OriginChats server.
 * @param url where that server will be
 */
export async function exportOriginchats(
  folder: string,
  url: string | undefined,
): Promise<ExportReport> {
  if (url !== undefined) refuseAddress(url);
  return write(folder, "folder", ({ leaving, report, told }, into) =>
    writeOriginchats({
      leaving,
      folder: into,
      report,
      translate: inMarkdown,
      told,
      ...(url === undefined ? {} : { url }),
    }),
  );
}

/** @throws OperatorError where it is no address of a server: files would be looked for below it */
function refuseAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (isWeb && url.search === "" && url.hash === "" && url.username === "" && url.password === "")
    return;
  const why = "is no address of a server, such as https://chat.example.org";
  throw new OperatorError(`--url: ${JSON.stringify(text)} ${why}`, exitCode.usage);
}

/** As the gateway shows it, with people called as they were. */
const inMarkdown: Translate = ({ text, markup, kind }) => {
  const isAction = kind === "action";
  if (markup === "markdown") return isAction ? `_${text}_` : text;
  const tree = treeOf({ text, markup });
  return marked(isAction ? [{ kind: "em", children: tree }] : tree);
};

const sqliteName = "sharpchat.sqlite";

/**
 * Writes the house as SharpChat's SQLite file.
 * @param closed also channels that not everybody may read
 */
export function exportSockchat(path: string, closed: boolean): Promise<ExportReport> {
  return write(path, { file: sqliteName }, ({ leaving, report, told }, into) =>
    writeSockchat({
      leaving,
      path: join(into, sqliteName),
      report,
      translate: ({ text, markup }) => tagged(treeOf({ text, markup }), {}),
      told,
      withClosed: closed,
    }),
  );
}

interface Writing {
  readonly leaving: Leaving;
  readonly report: Report;
  readonly told: Told;
}

async function write(
  path: string,
  form: "folder" | { readonly file: string },
  work: (writing: Writing, into: string) => Promise<void>,
): Promise<ExportReport> {
  const begunMs = performance.now();
  const report = new Report();
  await inHouse("house", ({ operator }) =>
    writeBeside(path, form, async (into) => {
      const leaving = await leavingOf(booksOf(operator), report);
      const progress = progressOf(leaving);
      try {
        await work({ leaving, report, told: progress.told }, into);
      } finally {
        progress.end();
      }
    }).catch((error: unknown) => {
      throw error instanceof TargetRefusal ? new OperatorError(error.message, 2) : error;
    }),
  );
  return { path, ...carriedOf(report.summary, (performance.now() - begunMs) / 1000) };
}

/** Tells on standard error how far it is. */
function progressOf({ parts }: Leaving): { readonly told: Told; end(): void } {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const begunMs = performance.now();
  let messages = 0;
  let bytes = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - begunMs) / 1000;
    const rate = messages / seconds;
    const left = rate > 0 ? `, ${Math.ceil((total - messages) / rate)} s left` : "";
    const files = bytes === 0 ? "" : `, ${(bytes / 1e6).toFixed(1)} MB of files`;
    process.stderr.write(
      `${messages} of ${total} messages, ${Math.round(rate)} a second${left}${files}\n`,
    );
  }, tellMs);
  return {
    told: (n, size) => {
      messages += n;
      bytes += size;
    },
    end: () => clearInterval(timer),
  };
}
