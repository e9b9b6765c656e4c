/** HTTP exchanges of a recording: asked again of our gateway, and compared by status, headers and body. */
import { request as httpRequest } from "node:http";
import type { Difference } from "./comparison.ts";
import { httpChoices } from "./originchats-http-choices.ts";
import type { Step } from "./recording.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBytes?: number;
}

export interface HttpReplayOptions {
  readonly file: string;
  readonly port: number;
  /** Ids and tokens of the recording as ours. */
  readonly translate: (text: string) => string;
  readonly mask: (text: string) => string;
  readonly learn: (expected: string, actual: string) => void;
  /** The key that our handshake gave a client. */
  readonly keyOf: (who: string) => string;
}

/** Headers that clients depend on. */
const compared = [
  "content-type",
  "cache-control",
  "accept-ranges",
  "allow",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
];

const shortened = /^(.)\1*…\((\d+) characters\)$/s;

/** The body as it was sent: long ones of one character are written short. */
function bodyOf({ body = "" }: Request, options: HttpReplayOptions): string {
  const [, character, length] = shortened.exec(body) ?? [];
  if (character !== undefined) return character.repeat(Number(length));
  const long = body.replace(/(.)\1{50,}…\((\d+) characters\)/s, (_, c: string, n: string) =>
    c.repeat(Number(n)),
  );
  // The original asks Rotur alone; ours wants the key of a live connection (part 2, 14.1).
  return options
    .translate(long)
    .replace(/"validator_key":"any","validator":"fake\|USR:9\|rota"/, (text) =>
      text.replace('"any"', JSON.stringify(options.keyOf("rota"))),
    );
}

function ask(port: number, request: Request, body: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({
      port,
      host: "127.0.0.1",
      method: request.method,
      path: request.path,
      headers: request.headers,
    });
    const headersOf = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    asked.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const bytes = Buffer.concat(parts);
        resolve({
          status: response.statusCode ?? 0,
          headers: headersOf(response.headers),
          body: bytes.toString(),
          bodyBytes: bytes.length,
        });
      });
    });
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: headersOf(response.headers), body: "" });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** What of an answer is compared, as one text. */
function formOf(response: Response, isBinary: boolean, mask: (text: string) => string): string {
  const headers = new Map(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const shown = compared.map((name) => `${name}: ${headers.get(name) ?? ""}`);
  const body = isBinary ? `${response.bodyBytes ?? 0} bytes` : plain(response.body ?? "", mask);
  return [String(response.status), ...shown, body].join("\n");
}

function plain(body: string, mask: (text: string) => string): string {
  try {
    return mask(JSON.stringify(JSON.parse(body)));
  } catch {
    return body;
  }
}

/** Asks again; @returns the differences that no choice explains */
export async function replayHttp(
  step: Step,
  options: HttpReplayOptions,
): Promise<readonly Difference[]> {
  if (step.action.do !== "http") return [];
  const request = step.action.request as Request;
  const theirs = step.action.response as Response;
  const path = options.translate(request.path);
  const ours = await ask(options.port, { ...request, path }, bodyOf(request, options));
  const choice = httpChoices.find(
    ({ files, lines }) => files.test(options.file) && lines.includes(step.line),
  );
  const isBinary = theirs.bodyBytes !== undefined;
  const mask = (text: string): string => options.mask(text);
  if (choice !== undefined) {
    const said = choice.error === undefined ? "" : JSON.stringify({ error: choice.error });
    const fits =
      ours.status === choice.status && (choice.error === undefined || ours.body === said);
    return fits ? [] : [different(step, "extra", `${ours.status} ${ours.body ?? ""}`)];
  }
  const ownCors = "access-control-allow-origin";
  // What the original's library answers by itself has none; ours has it everywhere (part 3, 14).
  const bare = !Object.keys(theirs.headers).some((name) => name.toLowerCase() === ownCors);
  const form = (response: Response): string =>
    formOf(response, isBinary, mask)
      .split("\n")
      .filter((line) => !bare || !line.startsWith("access-control-"))
      .join("\n");
  const [wanted, got] = [form(theirs), form(ours)];
  if (wanted === got) {
    if (isJson(theirs.body)) options.learn(theirs.body ?? "", ours.body ?? "");
    return [];
  }
  return [different(step, "missing", wanted), different(step, "extra", got)];
}

function isJson(body: string | undefined): boolean {
  return body?.startsWith("{") === true;
}

function different(step: Step, kind: Difference["kind"], frame: string): Difference {
  return { line: step.line, who: "http", kind, frame: JSON.stringify(frame) };
}
