/**
 * The history worker: owns the database, so that nothing of it ever blocks the main thread. Questions are
 * answered between two transactions, and a transaction ends with the record in which somebody asks, so neither a flood of
 * records nor what a channel leaves behind delays a page by more than one of them. A disk that takes nothing is waited for; any other error while
 * storing ends the worker, and with it the core.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Position } from "@dragoman/service-kit";
import type { Advance } from "./change.ts";
import type { Answer, FromWorker, Question, ToWorker, WorkerOptions } from "./exchange.ts";
import { replaceFile } from "./guard.ts";
import { Projection, RewoundError } from "./projection.ts";

/** Between two tries to store something on a disk that does not take it. */
const faultPauseMs = 1_000;
/** What SQLite says of a disk that is full, gone, broken or not ours to write to. */
const ofTheDisk = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|PERM|NOLFS)/;
/** And of a file that is damaged. */
const ofTheFile = /^SQLITE_(CORRUPT|NOTADB)/;

/**
 * A transaction ends after so many records or so long, whichever is first, and before where somebody waits for an answer: a
 * long one writes less.
 */
const recordsMax = 500;
const transactionMs = 100;

const { path, slowMs, namesDays } = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error("the history worker is no program of its own");
const receiver = port;

/** Does the work; an error of the driver is thrown on as a native one, which reaches the main thread whole. */
function withNativeErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : String(error));
  }
}

const open = (): Projection => new Projection(path, namesDays === undefined ? {} : { namesDays });

let projection = withNativeErrors(open);
const records: Advance[] = [];
const questions: { readonly id: number; readonly question: Question }[] = [];
const pause = new Int32Array(new SharedArrayBuffer(4));
let era = 0;
let rewound = false;
let scheduled = false;
let faulted = false;
let closing = false;
/** Runs while somebody reads the file that is to be cleaned. */
let unread: NodeJS.Timeout | undefined;
/** Runs while the disk is waited for. */
let retry: NodeJS.Timeout | undefined;

function say(message: FromWorker): void {
  port?.postMessage(message);
}

type Answers = {
  readonly [A in Question["ask"]]: (question: Extract<Question, { ask: A }>) => Answer;
};

const answers: Answers = {
  lookup: ({ ref }) => projection.lookup(ref),
  endedPoll: ({ ref }) => projection.endedPoll(ref),
  page: ({ query }) => projection.page(query),
  counts: ({ userId, places }) => projection.counts(userId, places),
  around: ({ query }) => projection.reading.around(query),
  one: ({ query }) => projection.reading.one(query),
  replies: ({ query }) => projection.reading.replies(query),
  search: ({ query }) => projection.reading.search(query),
  matches: ({ query, isSearched }) =>
    projection.reading.matches(query, isSearched, () => performance.now()),
  pinned: ({ query }) => projection.reading.pinned(query),
  votes: ({ userId, pollIds }) => projection.votes.of(userId, pollIds),
  voters: ({ pollId, limit }) => projection.votes.in(pollId, limit),
  audit: ({ query, cutoffs }) => projection.audit.entries(query, cutoffs),
  old: ({ behind, since, limit }) => projection.old.find(behind, since, limit),
  traces: ({ sought, below }) => projection.eraser.traces(sought, below, projection.littered),
  told: ({ place, after }) => projection.walk.messages(place, after),
  votesBehind: ({ pollId, after }) => projection.walk.votes(pollId, after),
  marksOf: ({ userIds }) => projection.walk.marks(userIds),
  adoption: ({ count, namesMax }) => projection.adoption.days(count, namesMax),
  auditSummary: ({ cutoffs }) => projection.audit.summary(cutoffs),
  pings: ({ tokens, channelIds, query }) => projection.reading.pings(tokens, channelIds, query),
};

function answer(question: Question): Answer {
  return (answers[question.ask] as (question: Question) => Answer)(question);
}

function answerAll(): void {
  for (const { id, question } of questions.splice(0)) {
    try {
      say({ kind: "answer", id, through: projection.position.seq, answer: answer(question) });
    } catch (error) {
      say({ kind: "failed", id, why: error instanceof Error ? error.message : String(error) });
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

function fault(error: unknown): void {
  if (!faulted) {
    say({ kind: "faulted", why: error instanceof Error ? error.message : String(error) });
  }
  faulted = true;
  if (retry !== undefined) return;
  retry = setTimeout(() => {
    retry = undefined;
    schedule();
  }, faultPauseMs);
}

/** What came in while a transaction ran, and cannot be done within it. */
const behind: ToWorker[] = [];

/** Whether somebody waits for more than that records are stored. */
function isAwaited(): boolean {
  while (behind.length === 0) {
    const heard = receiveMessageOnPort(receiver) as { message: ToWorker } | undefined;
    if (heard === undefined) break;
    if (heard.message.kind === "apply") take(heard.message.advances);
    else behind.push(heard.message);
  }
  return behind.length > 0;
}

function take(advances: readonly Advance[]): void {
  if (!rewound) records.push(...advances);
}

function store(): void {
  const end = performance.now() + transactionMs;
  const enough = (): boolean => {
    if (slowMs > 0) Atomics.wait(pause, 0, 0, slowMs);
    return isAwaited() || performance.now() >= end;
  };
  const before = projection.position.seq;
  try {
    const taken = projection.apply(records.slice(0, recordsMax), enough);
    records.splice(0, taken);
    if (faulted) say({ kind: "mended" });
    faulted = false;
  } catch (error) {
    const code = codeOf(error);
    if (ofTheDisk.test(code)) {
      fault(error);
      return;
    }
    if (!(error instanceof RewoundError || ofTheFile.test(code))) throw error;
    rewound = true;
    records.length = 0;
    say({ kind: "rewound", era, why: error instanceof Error ? error.message : code });
  }
  if (projection.position.seq > before) {
    say({ kind: "applied", era, position: projection.position });
  }
}

function rebuild(from: string | null, at: Position): void {
  if (from === null) {
    projection.rebuild(at);
    return;
  }
  projection.close();
  replaceFile(path, from);
  projection = open();
}

function slice(): void {
  scheduled = false;
  answerAll();
  if (closing) {
    clearTimeout(retry);
    clearTimeout(unread);
    projection.close();
    port?.close();
    return;
  }
  if (retry !== undefined) return;
  if (records.length > 0) store();
  for (const message of behind.splice(0)) hear(message);
  if (retry === undefined && projection.littered) sweep();
  if (retry === undefined && projection.eraser.pending) clean();
  const isLeft = projection.littered || (projection.eraser.pending && unread === undefined);
  if (retry === undefined && (records.length > 0 || isLeft)) schedule();
}

/** Cleans the file of what was erased; while somebody reads it, a moment later. */
function clean(): void {
  if (unread !== undefined) return;
  try {
    if (projection.eraser.clean()) return;
  } catch (error) {
    if (!ofTheDisk.test(codeOf(error))) throw error;
    fault(error);
    return;
  }
  unread = setTimeout(() => {
    unread = undefined;
    schedule();
  }, faultPauseMs);
}

function sweep(): void {
  try {
    projection.sweep();
  } catch (error) {
    if (!ofTheDisk.test(codeOf(error))) throw error;
    fault(error);
  }
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => withNativeErrors(slice));
}

function hear(message: ToWorker): void {
  switch (message.kind) {
    case "apply":
      take(message.advances);
      break;
    case "ask":
      questions.push(message);
      break;
    case "rebuild":
      answerAll();
      records.length = 0;
      withNativeErrors(() => rebuild(message.from, message.at));
      era = message.era;
      rewound = false;
      say({ kind: "rebuilt", era, position: projection.position });
      break;
    case "close":
      closing = true;
      break;
    default:
      message satisfies never;
  }
  schedule();
}

receiver.on("message", hear);

say({ kind: "applied", era, position: projection.position });
if (projection.littered || projection.eraser.pending) schedule();
