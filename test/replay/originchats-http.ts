/** Plays the HTTP exchanges of a recording of OriginChats against a gateway. */
import { request } from "node:http";
import { within } from "../support/deadline.ts";
import type { Exchange } from "./protocol.ts";
import type { Step } from "./recording.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string;
  readonly bodyBytes?: number;
}

/** Headers that the reference names (part 3, section 11). */
const compared = [
  "content-type",
  "content-range",
  "cache-control",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "sec-websocket-accept",
];

/** An answer as a frame, so that choices can speak of it. */
function asFrame({ method, path }: Request, answer: Response): string {
  const headers = Object.fromEntries(
    Object.entries(answer.headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => compared.includes(name)),
  );
  const isJson = String(headers["content-type"]).startsWith("application/json");
  const text = answer.body ?? "";
  const isText = answer.bodyBytes === undefined;
  return JSON.stringify({
    cmd: "http",
    to: `${method} ${path}`,
    status: answer.status,
    headers,
    ...(isText ? { body: isJson && text !== "" ? JSON.parse(text) : text } : {}),
  });
}

function ask(port: number, { method, path, headers, body }: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** @param translate puts our ids in place of theirs */
export async function exchangeHttp(
  port: number,
  { action }: Step,
  translate: (text: string) => string,
): Promise<Exchange | null> {
  if (action.do !== "http") return null;
  const [asked, answered] = [action.request as Request, action.response as Response];
  const path = translate(asked.path);
  const question = {
    ...asked,
    path,
    ...(asked.body === undefined ? {} : { body: translate(asked.body) }),
  };
  const answer = await within(10_000, `${asked.method} ${path}`, ask(port, question));
  const theirs = asFrame(asked, answered);
  const isText = answered.bodyBytes === undefined;
  const length = Buffer.byteLength(answer.body ?? "");
  const ours = asFrame(question, isText ? answer : { ...answer, bodyBytes: length });
  return { theirs, ours };
}
