/** What a run of the replay amounts to, in frames. */
import type { Outcome } from "./outcome.ts";

interface Titled {
  readonly section: string;
  readonly what: string;
}

/** The name of a rule. */
export const titleOf = ({ section, what }: Titled): string => `${section}: ${what}`;

/** Frames that a rule made, changed or left out, of all clients. */
function touched<Frame>(before: Outcome<Frame>, after: Outcome<Frame>): number {
  if (before === after) return 0;
  let count = 0;
  for (const who of new Set([...before.received.keys(), ...after.received.keys()])) {
    const [was, is] = [before.received.get(who) ?? [], after.received.get(who) ?? []];
    const gone = was.filter((frame) => !is.includes(frame)).length;
    const made = is.filter((frame) => !was.includes(frame)).length;
    count += Math.max(gone, made);
  }
  for (const who of new Set([...before.closed.keys(), ...after.closed.keys()])) {
    if (before.closed.get(who) !== after.closed.get(who)) count += 1;
  }
  return count;
}

export class Score {
  /** Frames that were expected, and how many of those are as they were recorded. */
  frames = 0;
  asRecorded = 0;
  /** Frames that detours name. */
  detoured = 0;
  /** Differences that nothing explains. */
  unexplained = 0;
  /** Frames (and actions) that a rule made, changed or left out, by its title. */
  readonly byRule = new Map<string, number>();

  count<Frame>(rule: Titled, before: Outcome<Frame>, after: Outcome<Frame>): void {
    const frames = touched(before, after);
    if (frames === 0) return;
    this.byRule.set(titleOf(rule), (this.byRule.get(titleOf(rule)) ?? 0) + frames);
  }

  /** A rule changed what is done. */
  countAct(rule: Titled): void {
    this.byRule.set(titleOf(rule), (this.byRule.get(titleOf(rule)) ?? 0) + 1);
  }

  add(other: Score): void {
    this.frames += other.frames;
    this.asRecorded += other.asRecorded;
    this.detoured += other.detoured;
    this.unexplained += other.unexplained;
    for (const [title, frames] of other.byRule) {
      this.byRule.set(title, (this.byRule.get(title) ?? 0) + frames);
    }
  }

  /** In one line. */
  get summary(): string {
    const ruled = [...this.byRule.values()].reduce((sum, frames) => sum + frames, 0);
    return `${this.frames} frames, ${this.asRecorded} as recorded, ${ruled} changes by rule, ${this.detoured} by detour, ${this.unexplained} unexplained`;
  }

  /** The rules by how much they do. */
  get rules(): readonly string[] {
    return [...this.byRule]
      .sort(([, one], [, other]) => other - one)
      .map(([title, frames]) => `${String(frames).padStart(6)}  ${title}`);
  }
}
