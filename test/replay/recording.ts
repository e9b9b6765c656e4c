/**
 * A recording of an original server: one JSON object a line (`test/transcripts/<protocol>/README.md`), the seed
 * first. Lines are counted from the seed, which is line 0.
 */
import { readFile } from "node:fs/promises";
import { Seed } from "./seed.ts";

/** What a client did, or what passed outside the sockets, at that line. */
export type Action =
  | { readonly do: "open" }
  | { readonly do: "send"; readonly text: string }
  | { readonly do: "binary"; readonly base64: string }
  /** A text frame whose bytes are no UTF-8. */
  | { readonly do: "bytes"; readonly base64: string }
  | { readonly do: "fragments"; readonly pieces: readonly string[] }
  | { readonly do: "ping"; readonly text: string }
  | { readonly do: "close" }
  | { readonly do: "cut" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "http"; readonly request: unknown; readonly response: unknown };

/** One action and all that followed until the next. Frames are texts, as they came. */
export interface Step {
  /** Line of the action; the seed is line 0. */
  readonly line: number;
  readonly who: string;
  readonly action: Action;
  /** Per client the frames that it received then, in order. */
  readonly received: Map<string, string[]>;
  /** Who was closed then, with the code. */
  readonly closed: Map<string, number>;
  /** The original failed inside: why a reply is missing. */
  readonly failed: string[];
  /** What the original asked its site then, and the answer. */
  readonly site: { readonly request: string; readonly answer: string }[];
  /** A detour puts it there: what it brings is written as ours. */
  readonly isAdded?: true;
}

interface Line {
  readonly t: string;
  readonly who?: string;
  readonly frame?: unknown;
  readonly raw?: string;
  readonly binary?: string | boolean;
  readonly fragments?: readonly string[];
  readonly ping?: string;
  readonly pong?: string;
  readonly control?: string;
  readonly by?: string;
  readonly code?: number;
  readonly ms?: number;
  readonly req?: unknown;
  readonly res?: unknown;
  readonly text?: string;
  readonly request?: string;
  readonly answer?: string;
}

const asText = (frame: unknown): string =>
  typeof frame === "string" ? frame : JSON.stringify(frame);

/** Whether the server ended the connection: a recording that does not say so shows it by what came before. */
function endedByServer(line: Line, before: Step | undefined): boolean {
  if (line.by !== undefined) return line.by !== "client";
  const last = before?.received.get(line.who ?? "")?.at(-1) ?? "";
  return line.code !== 1000 || last.includes('"cmd":"disconnect"');
}

/** A connection that its client dropped: the recorder says so, since the code does not tell whose end it was. */
const isCut = ({ who = "" }: Line, note: string): boolean =>
  note === `${who}: socket destroyed without a close frame`;

function actionOf(line: Line, before: Step | undefined, note: string): Action | undefined {
  switch (line.t) {
    case "open":
      return { do: "open" };
    case "wait":
      return { do: "wait", ms: line.ms ?? 0 };
    case "http":
      return { do: "http", request: line.req, response: line.res };
    case "close":
      if (isCut(line, note)) return { do: "cut" };
      return endedByServer(line, before) ? undefined : { do: "close" };
    case "send":
      return sent(line);
    default:
      return undefined;
  }
}

/** A long text is recorded by its beginning and its length; what follows was its last character again. */
function whole(text: string): string {
  const [, head = "", count = ""] = /^(.*)…\((\d+) characters\)$/s.exec(text) ?? [];
  if (head === "") return text;
  const end = '"}';
  return head + head.slice(-1).repeat(Number(count) - head.length - end.length) + end;
}

/** JSON cannot hold bytes that are no UTF-8: the recorders wrote a replacement character for each. */
function noUtf8(text: string): Action {
  const pieces = text.split("\ufffd").map((piece) => Buffer.from(piece));
  const bytes = pieces.flatMap((piece, at) => (at === 0 ? [...piece] : [0xff, ...piece]));
  return { do: "bytes", base64: Buffer.from(bytes).toString("base64") };
}

function sent(line: Line): Action {
  if (line.control === "ping" || line.ping !== undefined) {
    return { do: "ping", text: line.ping ?? "" };
  }
  if (line.fragments !== undefined) return { do: "fragments", pieces: line.fragments };
  if (typeof line.binary === "string") return { do: "binary", base64: line.binary };
  const text = whole(line.raw ?? asText(line.frame));
  if (line.binary === true) return { do: "binary", base64: Buffer.from(text).toString("base64") };
  return text.includes("\ufffd") ? noUtf8(text) : { do: "send", text };
}

export interface Recording {
  readonly seed: Seed;
  readonly steps: readonly Step[];
}

/**
 * Reads a recording into its seed and steps.
 * @throws Error when the first line is no seed
 */
export async function readRecording(path: string): Promise<Recording> {
  const steps: Step[] = [];
  const [head = "", ...lines] = (await readFile(path, "utf8")).split("\n");
  const seed = Seed.parse(JSON.parse(head));
  /** The recorder's last remark. */
  let note = "";
  for (const [index, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const line = JSON.parse(text) as Line;
    const who = line.who ?? "";
    if (line.t === "note") note = line.text ?? "";
    const action = actionOf(line, steps.at(-1), note);
    if (action !== undefined) {
      steps.push({
        line: index + 1,
        who,
        action,
        received: new Map(),
        closed: new Map(),
        failed: [],
        site: [],
      });
      continue;
    }
    const step = steps.at(-1);
    if (step === undefined) continue;
    if (line.t === "recv" && line.pong === undefined && line.control === undefined) {
      const frames = step.received.get(who) ?? [];
      frames.push(asText(line.frame));
      step.received.set(who, frames);
    } else if (line.t === "close") step.closed.set(who, line.code ?? 0);
    else if (line.t === "log") step.failed.push(line.text ?? "");
    else if (line.t === "site") {
      step.site.push({ request: line.request ?? "", answer: line.answer ?? "" });
    }
  }
  return { seed, steps };
}
