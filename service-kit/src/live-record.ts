/** Reads records of the journal as the stream's republish brings them. */
import { gistHeader } from "@dragoman/bus-schema";
import type { Msg } from "./bus.ts";
import { decodeRecord, type FeedRecord, type Unreadable } from "./record-reader.ts";
import { isTracing, tracesHeader, tracesMax } from "./tracing.ts";

/**
 * The record of a message. Journal 4.2: an event counts only with the stream's own headers.
 * @param gistIsEnough whether no more is read of a record that has a gist
 * @returns undefined: the message names no place in the journal
 */
export function readLive(
  message: Msg,
  ofStream: string,
  gistIsEnough: boolean,
): FeedRecord | Unreadable | undefined {
  // Each stands there once: the server adds its own behind what a stored message brought along.
  const [stream, ...more] = message.headers?.values("Nats-Stream") ?? [];
  const [place, ...others] = message.headers?.values("Nats-Sequence") ?? [];
  const seq = Number(place ?? "");
  const isOwn = stream === ofStream && more.length === 0 && others.length === 0;
  if (!isOwn || !Number.isInteger(seq) || seq < 1) return undefined;
  const gist = gistIsEnough ? message.headers?.get(gistHeader) : undefined;
  const record = decodeRecord(seq, message.data, gist);
  const traces = isTracing() ? (message.headers?.get(tracesHeader) ?? "") : "";
  if (traces === "" || !("batch" in record)) return record;
  return { ...record, traces: traces.split(",").slice(0, tracesMax) };
}
