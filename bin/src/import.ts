/** `dragoman import`: the data of another server moves into the house, by the operator's commands. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { ImportProgress, type UserId } from "@dragoman/bus-schema";
import {
  derivedId,
  type House,
  ImportStopped,
  moveIn,
  Report,
  readOriginchats,
  readSockchat,
  type Source,
  SourceRefusal,
} from "@dragoman/import";
import { createLogger, OperatorError, untilSignal, wallMs } from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";
import { readConfig } from "./edges.ts";
import { inHouse } from "./house-hands.ts";
import { houseOf, type Rehearsing, rehearsalOf } from "./import-house.ts";
import { type ImportReport, reportOf } from "./import-report.ts";
import { readMap, writeMap } from "./people-map.ts";
import { sayRejection } from "./rejection-words.ts";
import { siteBans } from "./site-bans.ts";

interface ImportOptions {
  readonly dryRun: boolean;
  /** The file that says who of the source is whom of the house. */
  readonly map: string | undefined;
  /** Under which name the source is known in the house. */
  readonly as: string | undefined;
}

interface OriginchatsImportOptions extends ImportOptions {
  /** The folder of the keys of notifications. */
  readonly vapid: string | undefined;
}

interface SockchatImportOptions extends ImportOptions {
  /** The base of the site whose list of bans comes along. */
  readonly site: string | undefined;
  /** The PHP server's folder of silences. */
  readonly silences: string | undefined;
  /** Of times that do not say theirs. */
  readonly zone: string | undefined;
  readonly prefix: string | undefined;
  readonly defaultChannel: string | undefined;
  readonly peopleBy: string;
  /** Names of channels that are opened; `all`. */
  readonly open: readonly string[];
}

/** A source that is read, until it is closed. */
interface Opened {
  readonly source: Source;
  close(): Promise<void>;
}

/** How its source is opened. */
interface Opening {
  readonly report: Report;
  /** Of the operator, who wants no more of it. */
  readonly signal: AbortSignal;
}

const tellMs = 1_000;

/** Tells on standard error how far it is. */
function progressOf(source: Source): { tell(bytes: number, messages: number): void; end(): void } {
  const total = source.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const begunMs = performance.now();
  let read = 0;
  let stored = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - begunMs) / 1000;
    const share = total === 0 ? 1 : read / total;
    const left = share > 0 ? Math.ceil((seconds / share) * (1 - share)) : undefined;
    const rate = Math.round(stored / seconds);
    const wait = left === undefined ? "" : `, ${left} s left`;
    process.stderr.write(
      `${Math.floor(share * 100)} %: ${stored} messages, ${rate} a second${wait}\n`,
    );
  }, tellMs);
  return {
    tell: (bytes, messages) => {
      read += bytes;
      stored += messages;
    },
    end: () => clearInterval(timer),
  };
}

/** Brings the data folder of an OriginChats server in. */
export async function importOriginchats(
  folder: string,
  options: OriginchatsImportOptions,
): Promise<ImportReport> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new OperatorError(`${folder}: no such folder`, 2);
  return bring(options, async ({ report }) => {
    const { vapid } = options;
    const keys = vapid === undefined ? {} : { vapid };
    const reading = { folder, report, nowMs: wallMs(), ...keys, ...named(options) };
    const source = await readOriginchats(reading);
    return { source, close: () => source.close() };
  });
}

/** Brings a dump, an SQLite file or a folder of a Sock Chat server in. */
export function importSockchat(
  path: string,
  options: SockchatImportOptions,
): Promise<ImportReport> {
  const { site, silences, zone, prefix, defaultChannel, peopleBy, open } = options;
  return bring(options, async ({ report, signal }) => {
    const nowMs = wallMs();
    const source = await readSockchat({
      path,
      report,
      nowMs,
      signal,
      peopleBy: peopleBy === "names" ? "names" : "numbers",
      ...named(options),
      ...(site === undefined ? {} : { siteBans: await bansOf(site, nowMs) }),
      ...(silences === undefined ? {} : { silences }),
      ...(zone === undefined ? {} : { zone }),
      ...(prefix === undefined ? {} : { prefix }),
      ...(defaultChannel === undefined ? {} : { defaultChannel }),
      ...(open.length === 0 ? {} : { open: openOf(open) }),
    });
    return { source, close: () => source.close() };
  });
}

const named = ({ as }: ImportOptions): { name?: string } => (as === undefined ? {} : { name: as });

const openOf = (names: readonly string[]): ReadonlySet<string> | "all" =>
  names.includes("all") ? "all" : new Set(names.map((name) => name.toLowerCase()));

/** The list is asked for with the secret of the configuration, in the only form that has one. */
function bansOf(url: string, nowMs: number): ReturnType<typeof siteBans> {
  const { config } = readConfig();
  const logger = createLogger("error", "import");
  return siteBans({ ...config.site, form: "sharpchat", url }, logger, nowMs);
}

async function bring(
  options: ImportOptions,
  open: (opening: Opening) => Promise<Opened>,
): Promise<ImportReport> {
  const { as } = options;
  if (as !== undefined && !ImportProgress.shape.source.safeParse(as).success) {
    const form = "up to 64 letters, digits, dots, dashes and underscores";
    throw new OperatorError(`--as: ${JSON.stringify(as)} is no name of a source: ${form}`, 2);
  }
  const report = new Report();
  const ending = new AbortController();
  void untilSignal().then(() => ending.abort(endedBy(options)));
  const opening = { report, signal: ending.signal };
  const { source, close } = await open(opening).catch((error: unknown) => {
    throw error instanceof SourceRefusal ? new OperatorError(error.message, 2) : error;
  });
  try {
    return await moveAll(source, opening, options);
  } finally {
    await close();
  }
}

/** What is said of a run that its operator has ended. */
const endedBy = ({ dryRun }: ImportOptions): OperatorError =>
  dryRun
    ? new OperatorError("import: ended before its end. Nothing was stored", exitCode.refused)
    : stopped("ended before its end", exitCode.refused);

/** The same house, which is given nothing more once there is a signal. */
const until = <H extends House>(house: H, signal: AbortSignal): H => ({
  ...house,
  command: (body) => {
    signal.throwIfAborted();
    return house.command(body);
  },
});

/** @throws the signal's reason, once there is one */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener("abort", refuse, { once: true });
  });
}

function moveAll(
  source: Source,
  { report, signal }: Opening,
  options: ImportOptions,
): Promise<ImportReport> {
  return inHouse("house", async ({ operator }) => {
    const progress = progressOf(source);
    const begunMs = performance.now();
    try {
      const house = until(
        options.dryRun ? await rehearsalOf(operator, source, wallMs()) : houseOf(operator),
        signal,
      );
      const map = await mapOf(source, house, options);
      const moving = moveIn({ source, house, report, map, progress: progress.tell });
      await Promise.race([moving, aborted(signal)]);
    } catch (error) {
      throw toldError(error);
    } finally {
      progress.end();
    }
    return reportOf(report.summary, options.dryRun, (performance.now() - begunMs) / 1000);
  });
}

/** What an operator is told of an import that ended before its end. */
function toldError(error: unknown): unknown {
  if (error instanceof ImportStopped) {
    const why = error.isOvertaken
      ? "another import of the same source is under way"
      : sayRejection(error.rejection);
    return stopped(why, exitCode.refused, error);
  }
  const isSilence = error instanceof OperatorError && error.exitCode === exitCode.unanswered;
  return isSilence ? stopped(error.message, exitCode.unanswered, error) : error;
}

const stopped = (why: string, code: number, cause?: Error): OperatorError =>
  new OperatorError(
    `import: ${why}. What has come is stored: run the same command again later, and it goes on there`,
    code,
    cause === undefined ? {} : { cause },
  );

/** Who of the source is whom of the house. A dry run makes the file where there is none. */
async function mapOf(
  source: Source,
  house: House | Rehearsing,
  { map: path }: ImportOptions,
): Promise<ReadonlyMap<string, UserId>> {
  if (path === undefined) return new Map();
  const { users } = await house.present();
  if (existsSync(path) || !("holder" in house)) return readMap(path, source.people, users);
  const known = new Set<string>(users.map(({ userId }) => userId));
  const strangers = source.people.filter(
    ({ id }) => !known.has(derivedId(source.name, "person", id)),
  );
  writeMap(path, strangers, ({ name }) => {
    const holder = house.holder(name);
    return holder && { name: holder.name, why: holder.isExact ? "is called so" : "looks so" };
  });
  process.stderr.write(
    `${path}: ${strangers.length} people. Write under "becomes" whose account of the house is theirs.\n`,
  );
  return new Map();
}
