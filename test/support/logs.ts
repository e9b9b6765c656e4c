/** What the processes of a stack log, while a test harms them. */
import type { ProcessPart } from "./part.ts";

/** One text for each process, by its name. */
export type Logs = ReadonlyMap<string, string>;

/** Collects what the processes log from now on. */
export class LogWatch {
  readonly #logs = new Map<string, string>();

  add({ name, child }: ProcessPart): void {
    this.#logs.set(name, "");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#logs.set(name, `${this.#logs.get(name)}${chunk.toString()}`);
      });
    }
  }

  /** All that there is now. */
  get logs(): Logs {
    return new Map(this.#logs);
  }

  /** What was logged behind what there was before. */
  behind(before: Logs): Logs {
    return new Map(
      [...this.#logs].map(([name, text]) => [name, text.slice(before.get(name)?.length ?? 0)]),
    );
  }
}

/** The lines that an expression finds, each behind the name of its process. */
export function linesOf(logs: Logs, sought: RegExp): readonly string[] {
  return [...logs].flatMap(([name, text]) =>
    text
      .split("\n")
      .filter((line) => sought.test(line))
      .map((line) => `${name}: ${line.slice(0, 300)}`),
  );
}
