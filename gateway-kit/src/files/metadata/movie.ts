/**
 * The description of a film or a sound (`moov`, `moof`): times and everything that is no picture and no sound leave
 * it. A track of another kind (places of a camera on its way, texts, time codes) goes with its samples.
 */
import { type Box, blank, boxesIn, type Loaded } from "./boxes.ts";
import { sure } from "./source.ts";

/** What a box of the description may hold; of those with `inside`, what they hold in turn. Everything else is blanked. */
interface Rule {
  readonly inside?: Readonly<Record<string, Rule>>;
  /** It begins with version and flags, and then with the times when it was made and changed. */
  readonly timed?: true;
}

const leaf: Rule = {};
const leaves = (...names: readonly string[]): Record<string, Rule> =>
  Object.fromEntries(names.map((name) => [name, leaf]));

const sampleTable = leaves(
  ...[
    "stsd",
    "stts",
    "ctts",
    "cslg",
    "stss",
    "stps",
    "stsh",
    "stsc",
    "stsz",
    "stz2",
    "stco",
    "co64",
  ],
  ...["sdtp", "sbgp", "sgpd", "subs", "saiz", "saio"],
);
const media: Rule = {
  inside: {
    mdhd: { timed: true },
    minf: {
      inside: {
        ...leaves("vmhd", "smhd", "hmhd", "nmhd", "gmhd", "sthd", "hdlr"),
        dinf: { inside: leaves("dref") },
        stbl: { inside: sampleTable },
      },
    },
    ...leaves("hdlr", "elng"),
  },
};
const track: Rule = {
  inside: {
    tkhd: { timed: true },
    edts: { inside: leaves("elst") },
    mdia: media,
    ...leaves("tref", "tapt", "trgr"),
  },
};
const roots: Readonly<Record<string, Rule>> = {
  moov: {
    inside: {
      mvhd: { timed: true },
      trak: track,
      mvex: { inside: leaves("mehd", "trex", "leva") },
      ...leaves("iods", "pssh"),
    },
  },
  moof: {
    inside: {
      ...leaves("mfhd", "pssh"),
      traf: {
        inside: leaves(
          "tfhd",
          "tfdt",
          "trun",
          "sdtp",
          "sbgp",
          "sgpd",
          "subs",
          "saiz",
          "saio",
          "senc",
        ),
      },
    },
  },
};

/** A description that says all of it in another place, or compressed, hides what is in it. */
const hidden: ReadonlySet<string> = new Set(["cmov", "rmra"]);

/**
 * Plans what becomes of a `moov` or `moof`.
 * @returns how many tracks go
 * @throws UnreadableError
 */
export function planMovie(box: Box, loaded: Loaded): number {
  const rule = roots[box.type];
  sure(rule !== undefined, "no description of a film");
  const whole = { ...box, start: 0, body: box.body - box.start, end: box.end - box.start };
  return plan(whole, rule, loaded);
}

function plan(box: Box, rule: Rule, at: Loaded): number {
  if (rule.timed === true) blankTimes(box, at);
  if (rule.inside === undefined) return 0;
  let others = 0;
  for (const child of boxesIn(at.bytes, { start: box.body, end: box.end }, at.budget)) {
    sure(!hidden.has(child.type), "a description that lies elsewhere");
    const inner = Object.hasOwn(rule.inside, child.type) ? rule.inside[child.type] : undefined;
    if (inner === undefined) blank(at.changes, child, at.from);
    else if (inner === track && !isShown(child, at)) {
      blankSamples(child, at);
      blank(at.changes, child, at.from);
      others += 1;
    } else others += plan(child, inner, at);
  }
  return others;
}

function blankTimes({ body, end }: Box, { bytes, from, changes }: Loaded): void {
  sure(end - body >= 4, "a box is cut off");
  const length = bytes[body] === 1 ? 16 : 8;
  sure(end - body >= 4 + length, "a box is cut off");
  changes.blanks.push({ start: from + body + 4, end: from + body + 4 + length });
}

function find(box: Box, path: readonly string[], at: Loaded): Box | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return box;
  for (const child of boxesIn(at.bytes, { start: box.body, end: box.end }, at.budget)) {
    if (child.type === name) return find(child, rest, at);
  }
  return undefined;
}

const shown: ReadonlySet<string> = new Set(["vide", "soun", "pict", "auxv"]);

/** Whether a track is something to see or to hear. */
function isShown(trak: Box, at: Loaded): boolean {
  const handler = find(trak, ["mdia", "hdlr"], at);
  sure(handler !== undefined && handler.end - handler.body >= 12, "a track of no kind");
  return shown.has(at.bytes.toString("latin1", handler.body + 8, handler.body + 12));
}

/** A table of a track: version and flags, so many numbers ahead, and its rows. */
interface Table {
  readonly at: number;
  readonly count: number;
}

function tableOf(box: Box | undefined, ahead: number, rowBytes: number, { bytes }: Loaded): Table {
  sure(box !== undefined && box.end - box.body >= 8 + ahead, "a track without a table");
  const count = bytes.readUInt32BE(box.body + 4 + ahead);
  const at = box.body + 8 + ahead;
  sure(rowBytes === 0 || at + count * rowBytes <= box.end, "a table is cut off");
  return { at, count };
}

/** Stretches of samples of one film; a camera writes some thousands in an hour. */
const stretchesMax = 200_000;

/** Zeroes what a track's samples are, chunk by chunk. */
function blankSamples(trak: Box, at: Loaded): void {
  const { bytes, changes, fileSize } = at;
  const inTable = (name: string): Box | undefined => find(trak, ["mdia", "minf", "stbl", name], at);
  const wide = inTable("co64");
  const offsets = tableOf(wide ?? inTable("stco"), 0, wide === undefined ? 4 : 8, at);
  if (offsets.count === 0) return;
  const sizes = inTable("stsz");
  sure(sizes !== undefined && sizes.end - sizes.body >= 12, "a track without a table");
  const each = bytes.readUInt32BE(sizes.body + 4);
  const samples = tableOf(sizes, 4, each === 0 ? 4 : 0, at);
  const runs = tableOf(inTable("stsc"), 0, 12, at);
  let sample = 0;
  let run = -1;
  for (let chunk = 0; chunk < offsets.count; chunk += 1) {
    const next = runs.at + (run + 1) * 12;
    if (run + 1 < runs.count && bytes.readUInt32BE(next) <= chunk + 1) run += 1;
    sure(run >= 0, "a chunk without samples");
    const inChunk = bytes.readUInt32BE(runs.at + run * 12 + 4);
    const last = Math.min(samples.count, sample + inChunk);
    let length = each * (last - sample);
    if (each === 0) {
      for (let n = sample; n < last; n += 1) length += bytes.readUInt32BE(samples.at + n * 4);
    }
    sample = last;
    const start =
      wide === undefined
        ? bytes.readUInt32BE(offsets.at + chunk * 4)
        : Number(bytes.readBigUInt64BE(offsets.at + chunk * 8));
    sure(start + length <= fileSize, "a sample lies beyond the file");
    sure(changes.blanks.length < stretchesMax, "too many samples");
    changes.blanks.push({ start, end: start + length });
  }
  sure(sample === samples.count, "samples without a chunk");
}
