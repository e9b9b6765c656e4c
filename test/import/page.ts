/** The boxes of a page with commands for a shell, and a terminal in which they are typed as they stand there. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { within } from "@dragoman/testing/deadline";

/** The commands of one box, each with what belongs to it. */
export type Box = readonly string[];

const fence = /^```sh\n(.*?)^```$/gms;
/** Where a command goes on behind its line: a text up to a word. */
const textUpTo = /<<'?(\w+)'?$/;

/** The boxes of a page that are for a shell, in its order. */
export const boxesOf = (page: string): readonly Box[] =>
  [...page.matchAll(fence)].map(([, text = ""]) => commandsOf(text.trimEnd().split("\n")));

function commandsOf(lines: readonly string[]): Box {
  const commands: string[] = [];
  let end: string | undefined;
  for (const line of lines) {
    if (end === undefined) commands.push(line);
    else commands[commands.length - 1] += `\n${line}`;
    if (end === undefined) end = textUpTo.exec(line)?.[1];
    else if (line === end) end = undefined;
  }
  return commands;
}

export interface Done {
  readonly code: number;
  readonly output: string;
  readonly ms: number;
}

/** A shell that keeps what is set in it from one command to the next. */
export class Terminal {
  readonly #shell: ChildProcessByStdio<null, Readable, Readable>;
  readonly #typed: Writable;
  readonly #ended: Promise<void>;
  #output = "";
  #tell = (): void => undefined;

  constructor(env: NodeJS.ProcessEnv, folder: string) {
    // What is typed comes by a descriptor of its own: no command reads the next one as its input.
    const typing = 'while IFS= read -r -d "" -u 3 command; do eval "$command"; done';
    this.#shell = spawn("bash", ["-c", typing], {
      env,
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      detached: true,
    }) as ChildProcessByStdio<null, Readable, Readable>;
    this.#typed = this.#shell.stdio[3] as Writable;
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
        this.#tell();
      });
    }
    this.#ended = new Promise((resolve) => this.#shell.once("close", () => resolve()));
  }

  /** Types a command and waits until it is done. */
  async type(command: string, limitMs: number): Promise<Done> {
    const begunMs = performance.now();
    const mark = `done-${randomUUID()}`;
    this.#output = "";
    this.#typed.write(`${command}\necho "${mark} $?"\0`);
    const [output = "", code] = await this.#heard(new RegExp(`${mark} (\\d+)\\n`), {
      limitMs,
      command,
    });
    return { code: Number(code), output, ms: performance.now() - begunMs };
  }

  /** Types a command that does not end, and waits until it has said something. */
  async start(command: string, said: string, limitMs: number): Promise<number> {
    const begunMs = performance.now();
    this.#output = "";
    this.#typed.write(`${command}\0`);
    await this.#heard(new RegExp(`(${said})`), { limitMs, command });
    return performance.now() - begunMs;
  }

  /** What was said before the sign, and its group. */
  async #heard(
    sign: RegExp,
    { limitMs, command }: { readonly limitMs: number; readonly command: string },
  ): Promise<readonly string[]> {
    const found = new Promise<readonly string[]>((resolve, reject) => {
      this.#tell = () => {
        const match = sign.exec(this.#output);
        if (match !== null) resolve([this.#output.slice(0, match.index), match[1] ?? ""]);
      };
      void this.#ended.then(() => reject(new Error(`${command}: the shell ended`)));
    });
    return within(limitMs, command, found, () => this.#output);
  }

  /** Ends the shell with all that it has started. */
  async end(): Promise<void> {
    const { pid } = this.#shell;
    if (pid !== undefined && this.#shell.exitCode === null) process.kill(-pid, "SIGKILL");
    await this.#ended;
  }
}
