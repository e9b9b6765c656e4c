/** Whether what is done with a text takes time that grows with its length and no faster. */
import assert from "node:assert/strict";

const longBytes = 2 ** 20;
const times = 8;
/**
 * Linear work that makes many objects takes two to three times as much for each byte of the long text, for they are collected
 * meanwhile; where time grows with the square of the length it is `times` times as much.
 */
const slack = 4;
/** Below this a clock says more of the machine than of the work. */
const shortMs = 40;
/** One slow run says nothing of the work: rubbish may be collected within it, and that counts. */
const triesMax = 6;

function tookMs(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/**
 * Does the work with a mebibyte of a piece, with an eighth of that, and with an eighth of the eighth: the shorter ones first,
 * so that nobody waits for what does not end.
 * @throws AssertionError where the longer one takes more than four times as long for each byte, each at its quickest
 */
export function assertLinear(piece: string, work: (text: string) => unknown): void {
  const text = piece.repeat(Math.ceil(longBytes / piece.length));
  const part = text.slice(0, text.length / times);
  assertStep(piece, work, part.slice(0, part.length / times), part);
  assertStep(piece, work, part, text);
}

function assertStep(
  piece: string,
  work: (text: string) => unknown,
  shorter: string,
  longer: string,
): void {
  const took = (each: string): number => tookMs(() => void work(each));
  // Both are warm: what is compiled while the first runs is not the work.
  took(shorter);
  const short = Math.max(Math.min(took(shorter), took(shorter)), shortMs / times);
  let long = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < triesMax; tries += 1) {
    long = Math.min(long, took(longer));
    if (long < shortMs || long < short * times * slack) return;
  }
  assert.fail(`${piece}: ${long / short} times an eighth of it`);
}
