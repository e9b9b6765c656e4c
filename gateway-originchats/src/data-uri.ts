/** Pictures in packets: `data:image/…;base64,…`, read strictly. What they are is told by their bytes elsewhere. */

const form = /^data:image\/[A-Za-z0-9.+-]+;base64,/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes, or which half of the text is wrong. */
export type DataUri =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly fault: "uri" | "base64" };

export const isDataUri = (text: string): boolean => text.startsWith("data:");

/** Reads a picture's data URI. Nothing at all is no picture. */
export function readDataUri(text: string): DataUri {
  const head = form.exec(text)?.[0];
  if (head === undefined) return { ok: false, fault: "uri" };
  const encoded = text.slice(head.length);
  if (encoded === "" || !base64.test(encoded)) return { ok: false, fault: "base64" };
  return { ok: true, bytes: decode(encoded) };
}

function decode(encoded: string): Uint8Array {
  const text = atob(encoded);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
