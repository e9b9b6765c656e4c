/** WebM: elements of a number, a length and a content (RFC 8794). What is taken out becomes void where it lies. */
import { type Changes, changed, type Range, type Source, sure } from "./source.ts";

const ebml = 0x1a45dfa3;
const segment = 0x18538067;
const info = 0x1549a966;
const cluster = 0x1f43b675;
const voided = 0xec;
/** Of a segment, what is needed to play it: places, tracks, clusters, cues, and sums over them. */
const played: ReadonlySet<number> = new Set([0x114d9b74, 0x1654ae6b, cluster, 0x1c53bb6b]);
/** Of its description: the scale, how long it is, and what wrote it. */
const described: ReadonlySet<number> = new Set([0x2ad7b1, 0x4489, 0x4d80, 0x5741]);
/** What stands directly in a cluster. */
const inCluster: ReadonlySet<number> = new Set([
  0xe7,
  0xa3,
  0xa0,
  0xa7,
  0xab,
  0x5854,
  0xaf,
  voided,
  0xbf,
]);

const infoBytesMax = 64 * 1024;
const windowBytes = 64 * 1024;

interface Element extends Range {
  readonly id: number;
  readonly body: number;
  /** Its end is not known: it ends where something begins that is not its own. */
  readonly isOpen: boolean;
}

/** Looks at a file from its front to its end, and reads it in few pieces. */
class Window {
  readonly #source: Source;
  #from = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(source: Source) {
    this.#source = source;
  }

  async element(at: number, limit: number): Promise<Element> {
    if (at < this.#from || at + 12 > this.#from + this.#bytes.length) {
      this.#from = at;
      this.#bytes = await this.#source.read(at, windowBytes);
    }
    const head = this.#bytes.subarray(at - this.#from, at - this.#from + 12);
    const first = head[0] ?? 0;
    const idBytes = Math.clz32(first) - 23;
    sure(idBytes >= 1 && idBytes <= 4 && head.length > idBytes, "an element without a number");
    const second = head[idBytes] ?? 0;
    const sizeBytes = Math.clz32(second) - 23;
    sure(sizeBytes >= 1 && sizeBytes <= 8 && head.length >= idBytes + sizeBytes, "no length");
    let size = second & (0xff >> sizeBytes);
    let isOpen = size === 0xff >> sizeBytes;
    for (let n = 1; n < sizeBytes; n += 1) {
      const byte = head[idBytes + n] ?? 0;
      isOpen &&= byte === 0xff;
      size = size * 256 + byte;
    }
    const body = at + idBytes + sizeBytes;
    const end = isOpen ? limit : body + size;
    sure(end <= limit, "an element is longer than what holds it");
    return { id: head.readUIntBE(0, idBytes), start: at, body, end, isOpen };
  }
}

/** Makes of a stretch an element that every reader passes over. */
function makeVoid({ blanks, writes }: Changes, { start, end }: Range): void {
  const length = end - start;
  const head = Buffer.from([voided, 0x80 | (length - 2)]);
  if (length > 100) {
    const long = Buffer.alloc(9);
    long.writeBigUInt64BE(BigInt(length - 9), 1);
    long[0] = voided;
    long[1] = 1;
    writes.push({ at: start, bytes: long });
  } else writes.push({ at: start, bytes: head });
  blanks.push({ start, end });
}

/** @throws UnreadableError before the first byte where the file is not as its format says */
export async function* webmWithoutMetadata(source: Source): AsyncGenerator<Uint8Array> {
  const changes: Changes = { blanks: [], writes: [] };
  const window = new Window(source);
  const head = await window.element(0, source.size);
  sure(head.id === ebml && !head.isOpen, "no WebM");
  const whole = await window.element(head.end, source.size);
  sure(whole.id === segment && whole.end === source.size, "more than one segment");
  for (let at = whole.body; at < whole.end; ) {
    const each = await window.element(at, whole.end);
    if (each.isOpen) {
      sure(each.id === cluster, "an element without an end");
      at = await endOfCluster(window, each);
      continue;
    }
    if (each.id === info) await planInfo(window, each, changes);
    else if (!played.has(each.id)) makeVoid(changes, each);
    at = each.end;
  }
  yield* changed(source, changes);
}

async function endOfCluster(window: Window, { body, end }: Element): Promise<number> {
  let at = body;
  while (at < end) {
    const each = await window.element(at, end);
    if (!inCluster.has(each.id)) break;
    sure(!each.isOpen, "an element without an end");
    at = each.end;
  }
  return at;
}

async function planInfo(window: Window, { body, end }: Element, changes: Changes): Promise<void> {
  sure(end - body <= infoBytesMax, "a description of no sensible length");
  for (let at = body; at < end; ) {
    const each = await window.element(at, end);
    sure(!each.isOpen, "an element without an end");
    if (!described.has(each.id)) makeVoid(changes, each);
    at = each.end;
  }
}
