/** Bytes to validated values and back: every trust boundary goes through here, once per record. */
import { z } from "zod";
import { Batch, Cause, type Commit } from "./envelope.ts";
import { eventShapes } from "./event/index.ts";
import { readJson } from "./text.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** Decodes JSON bytes by a shape. Never throws: foreign bytes give a reason. Unknown fields are kept out. */
export function decode<T>(shape: z.ZodType<T>, bytes: Uint8Array): Decoded<T> {
  return read(shape, () => utf8.decode(bytes));
}

/** Decodes JSON text, as `decode` does bytes. */
export function decodeText<T>(shape: z.ZodType<T>, text: string): Decoded<T> {
  return read(shape, () => text);
}

function read<T>(shape: z.ZodType<T>, textOf: () => string): Decoded<T> {
  let json: unknown;
  try {
    json = readJson(textOf());
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : "not JSON" };
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: issue ? `${issue.path.join(".")}: ${issue.message}` : "invalid" };
}

export function encode(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** A record whose events may be of unknown types: what a newer version wrote. */
const LooseBatch = Batch.extend({
  commits: z.array(
    z.object({ cause: Cause, events: z.array(z.looseObject({ type: z.string() })) }),
  ),
});

/** A decoded journal record. `unknown` lists event types that this version does not know; they are left out. */
export interface DecodedBatch {
  readonly batch: Omit<Batch, "commits"> & {
    readonly commits: readonly (Omit<Commit, "events"> & { readonly events: Commit["events"] })[];
  };
  readonly unknown: readonly string[];
}

/**
 * Decodes a journal record. A gateway passes over unknown event types with a metric; a core that meets one
 * must stop (it would decide on a false state). A known type with a wrong shape is a broken record.
 */
export function decodeBatch(bytes: Uint8Array): Decoded<DecodedBatch> {
  const strict = decode(Batch, bytes);
  if (strict.ok) return { ok: true, value: { batch: strict.value, unknown: [] } };
  const loose = decode(LooseBatch, bytes);
  if (!loose.ok) return strict;
  const unknown: string[] = [];
  const commits: Commit[] = [];
  for (const commit of loose.value.commits) {
    const events: Commit["events"] = [];
    for (const event of commit.events) {
      if (!Object.hasOwn(eventShapes, event.type)) {
        unknown.push(event.type);
        continue;
      }
      const shape = eventShapes[event.type as keyof typeof eventShapes];
      const parsed = shape.safeParse(event);
      if (!parsed.success) return strict;
      events.push(parsed.data);
    }
    commits.push({ cause: commit.cause, events });
  }
  if (unknown.length === 0) return strict;
  return { ok: true, value: { batch: { ...loose.value, commits }, unknown } };
}
