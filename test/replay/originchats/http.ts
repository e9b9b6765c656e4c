/** HTTP exchanges of a recording: asked again of our gateway. An answer is a frame to the client `http`. */
import { request as httpRequest } from "node:http";
import type { Action } from "../recording.ts";
import type { Json, JsonObject } from "./frame.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBytes?: number;
}

/** Headers that clients depend on. */
const headers = [
  "content-type",
  "cache-control",
  "accept-ranges",
  "allow",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
];

/** Whoever receives the answers over HTTP. */
export const httpClient = "http";

function bodyOf({ body = "", bodyBytes }: Answer, isBinary: boolean): Json {
  if (isBinary) return { bytes: bodyBytes ?? 0 };
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

/** What of an answer is compared, as a frame. A body that is no text is compared by its length. */
export function compared(answer: Answer, isBinary = answer.bodyBytes !== undefined): string {
  const given = new Map(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const shown: JsonObject = Object.fromEntries(
    headers.flatMap((name) => {
      const value = given.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return JSON.stringify({
    status: answer.status,
    headers: shown,
    body: bodyOf(answer, isBinary),
  });
}

const shortened = /^(.)\1*…\((\d+) characters\)$/s;

/** The body as it was sent: long ones of one character are written short. */
function sentBody(body = ""): string {
  const [, character, length] = shortened.exec(body) ?? [];
  if (character !== undefined) return character.repeat(Number(length));
  return body.replace(/(.)\1{50,}…\((\d+) characters\)/s, (_, c: string, n: string) =>
    c.repeat(Number(n)),
  );
}

/**
 * Asks the gateway on that port what the recording asked.
 * @returns the answer as a frame
 */
export async function askAgain(port: number, action: Action & { do: "http" }): Promise<string> {
  const { method, path, headers: sent, body } = action.request as Request;
  const { bodyBytes } = action.response as Answer;
  const answer = await new Promise<Answer>((resolve, reject) => {
    const asked = httpRequest({ port, host: "127.0.0.1", method, path, headers: sent });
    const headersOf = (all: NodeJS.Dict<string | string[]>): Record<string, string> =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
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
    asked.end(sentBody(body));
  });
  return compared(answer, bodyBytes !== undefined);
}
