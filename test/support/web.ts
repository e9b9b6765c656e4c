/** HTTP requests to a gateway, as programs make them. */
import type { OriginchatsClient } from "./originchats-client.ts";
import { dataUri, png } from "./picture.ts";

export interface Uploaded {
  readonly status: number;
  readonly body: {
    readonly error?: string;
    readonly permanent?: boolean;
    readonly attachment?: {
      readonly id: string;
      readonly name: string;
      readonly url: string;
      readonly size: number;
      readonly expires_at: number;
      readonly [field: string]: unknown;
    };
  };
}

/** What proves whose upload it is: the handshake's key and the token of `ready`. */
export function proofOf(client: OriginchatsClient): {
  readonly validator_key: string;
  readonly validator: string;
} {
  const handshake = client.log.entries.find(({ cmd }) => cmd === "handshake");
  const ready = client.log.entries.find(({ cmd }) => cmd === "ready");
  if (handshake === undefined || ready === undefined) throw new Error("not signed in");
  const { validator_key } = handshake["val"] as { readonly validator_key: string };
  return { validator_key, validator: String(ready["validator"]) };
}

/** `POST` of JSON, or of a text as it is. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** Uploads a picture to `general`, but for what is said otherwise. */
export async function uploadTo(
  base: string,
  client: OriginchatsClient,
  change: Readonly<Record<string, unknown>> = {},
): Promise<Uploaded> {
  const { status, body } = await post(`${base}/attachments/upload`, {
    ...proofOf(client),
    file: dataUri("image/png", png),
    name: "pic.png",
    mime_type: "image/png",
    channel: "general",
    ...change,
  });
  return { status, body: body as Uploaded["body"] };
}
