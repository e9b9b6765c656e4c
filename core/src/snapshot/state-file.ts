/** A state with its place in the journal as a stream of bytes, and back: never as a whole in either form. */
import { Readable } from "node:stream";
import { createGunzip, createGzip, constants as zlib } from "node:zlib";
import { noSkips, type Skips } from "@dragoman/service-kit";
import { encodeState, StateDecoder } from "../state/codec.ts";
import { initialState, type Reading, type State } from "../state/shape.ts";

/** A record's place, time and term. */
export interface RecordPosition {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly term: number;
}

/** Where a replica begins: the state behind a record, and what is known to be passed over. */
export interface Beginning {
  readonly state: State;
  readonly position: RecordPosition;
  readonly skips: Skips;
}

interface Head {
  readonly position: RecordPosition;
  readonly skips: readonly (readonly [number, { readonly id: string }])[];
}

function* linesOf(state: Reading<State>, head: Head): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  for (const line of encodeState(state)) yield `${line}\n`;
}

/** The bytes of a state; it may not change meanwhile. Text of this kind falls to a fifth at the quickest level. */
export function writeState(
  state: Reading<State>,
  position: RecordPosition,
  skips: Skips,
): AsyncIterable<Uint8Array> {
  const lines = linesOf(state, { position, skips: [...skips] });
  return Readable.from(lines).pipe(createGzip({ level: zlib.Z_BEST_SPEED }));
}

/** Before the first record. */
export const atTheStart = (): Beginning => ({
  state: initialState(),
  position: { seq: 0, id: "", at: 0, term: 0 },
  skips: noSkips(),
});

/**
 * Reads a state, unless it holds what a record said that is known to be passed over.
 * @throws Error also when it does
 */
export async function readStateWith(
  bytes: AsyncIterable<Uint8Array>,
  known: Skips,
): Promise<Beginning> {
  const beginning = await readState(bytes);
  for (const seq of known.keys()) {
    if (seq > beginning.position.seq || beginning.skips.has(seq)) continue;
    throw new Error(`record ${seq}, which is passed over, was applied`);
  }
  return beginning;
}

/** @throws Error when the bytes are damaged, cut off or of a newer version */
async function readState(bytes: AsyncIterable<Uint8Array>): Promise<Beginning> {
  const source = Readable.from(bytes);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  const decoder = new StateDecoder();
  let head: Head | undefined;
  for await (const line of linesIn(source.pipe(gunzip))) {
    if (head === undefined) head = JSON.parse(line) as Head;
    else decoder.take(line);
  }
  if (head === undefined) throw new Error("an empty snapshot");
  return { state: decoder.finish(), position: head.position, skips: new Map(head.skips) };
}

async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const text = new TextDecoder();
  let rest = "";
  for await (const piece of bytes) {
    const lines = (rest + text.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
