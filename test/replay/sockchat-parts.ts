/** The parts of the choices, and what is left without one: a part whose absence changes nothing is not needed. */
import type { Step } from "./recording.ts";
import { masked } from "./sockchat.ts";
import { type ByLine, type Choice, numberOf } from "./sockchat-choice.ts";
import { rewritten } from "./sockchat-rewrite.ts";

export interface Part {
  /** The choice, and which part of it. */
  readonly title: string;
  /** The choices without it. */
  readonly rest: readonly Choice[];
  /** The recordings that it may be about. */
  readonly isAbout: (file: string) => boolean;
  /**
   * Whether its absence changes what is expected alone, and not what is played or what of ours is passed over:
   * then the recordings themselves show whether it does.
   */
  readonly isExpectation: boolean;
}

export interface Recording {
  readonly file: string;
  readonly steps: readonly Step[];
}

const rules = ["theirs", "ours", "sends"] as const;
const tables = ["answers", "behind"] as const;

/** A table without one line. */
function withoutLine<Value>(table: ByLine<Value>, number: string, line: string): ByLine<Value> {
  const { [number]: lines = {}, ...others } = table;
  const left = Object.entries(lines).filter(([each]) => each !== line);
  return { ...others, [number]: Object.fromEntries(left) };
}

/** Every rule and every line of every table. */
export function partsOf(choices: readonly Choice[]): readonly Part[] {
  return choices.flatMap((choice, index) => {
    const { section, what, files } = choice;
    const part = (name: string, rest: Choice, about: Part["isAbout"]): Part => ({
      title: `${section}: ${what}: ${name}`,
      rest: choices.with(index, rest),
      isAbout: about,
      isExpectation: name === "theirs" || name.startsWith("answers"),
    });
    const ofRules = rules
      .filter((name) => choice[name] !== undefined)
      .map((name) => {
        const { [name]: _gone, ...rest } = choice;
        return part(name, rest, (file) => files?.test(file) ?? true);
      });
    const ofTables = tables.flatMap((name) =>
      Object.entries(choice[name] ?? {}).flatMap(([number, lines]) =>
        Object.keys(lines).map((line) => {
          const left = withoutLine<unknown>(choice[name] ?? {}, number, line);
          return part(
            `${name} ${number} line ${line}`,
            { ...choice, [name]: left },
            (file) => numberOf(file) === number,
          );
        }),
      ),
    );
    return [...ofRules, ...ofTables];
  });
}

/** A recording as it is played and compared, in a form that can be compared itself. */
export function played({ file, steps }: Recording, choices: readonly Choice[]): string {
  const told = rewritten(steps, file, choices).map(({ line, who, action, received, closed }) => [
    line,
    who,
    action,
    [...received].map(([other, frames]) => [other, frames.map((f) => masked(f.split("\t")))]),
    [...closed],
  ]);
  return JSON.stringify(told);
}
