/**
 * What a command of `dragoman` is: its name, what it takes, what it prints, and what it does. The table of all
 * (`table.ts`) is what `--help`, the completion of the shells and docs/commands.md are made from. A file of a command
 * loads what it works with only when it runs, so that help is quick.
 */
import type { z } from "zod";
import type { House } from "../house-hands.ts";

/** A word that stands in its place. `many`: it is the last one, and takes all words that are left. */
interface Argument {
  readonly help: string;
  readonly optional?: true;
  readonly many?: true;
  /** What may stand there; else anything. */
  readonly choices?: readonly string[];
}

/** An option; its flag is its key in kebab case. `value`: what its value is called; absent: it has none. */
export interface Option {
  readonly help: string;
  readonly value?: string;
  readonly many?: true;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly default?: string;
}

type Arguments = Readonly<Record<string, Argument>>;
type Options = Readonly<Record<string, Option>>;

type ArgumentValue<A> = A extends { many: true }
  ? readonly string[]
  : A extends { optional: true }
    ? string | undefined
    : string;
type OptionValue<O> = O extends { many: true }
  ? readonly string[]
  : O extends { value: string }
    ? O extends { required: true } | { default: string }
      ? string
      : string | undefined
    : boolean;

/** What was typed. `json`: whether it is to be printed as JSON. */
export interface Given<A, O> {
  readonly arguments: { readonly [K in keyof A]: ArgumentValue<A[K]> };
  readonly options: { readonly [K in keyof O]: OptionValue<O[K]> };
  readonly json: boolean;
}

/** What a command needs besides a machine. */
export const needTexts = {
  nothing: "nothing",
  settings: "the settings",
  core: "core's rights: those of the data folder, else DRAGOMAN_NATS_URL, _USER and _PASSWORD of core",
  house: "a house: one that runs, by the operator's credentials, else the data folder of one",
  running: "a house that runs, by the operator's credentials",
} as const;
export type Needs = keyof typeof needTexts;

interface Described<A, O, T> {
  /** The words that it is called by, such as `user add`; its file lies in that path. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** What else is to be known, below the options. */
  readonly notes?: string;
  readonly arguments: A;
  readonly options: O;
  /** The JSON that it prints; null: it has none. */
  readonly output: z.ZodType<T> | null;
  /** It prints any number of these, one JSON object a line. */
  readonly stream?: true;
  /** Its words go to standard error, for standard output may be what it makes. */
  readonly aside?: true;
  /** What it does not know it hands on. */
  readonly passesOn?: true;
  /** Where an exit code means something more. */
  readonly codes?: Readonly<Record<number, string>>;
  /** The same in words: lines without their ends. */
  say(item: T, given: Given<A, O>): string | readonly string[];
}

/** Prints what it is given, as JSON or in words; resolves when it is written. */
type Tell<T> = (item: T) => Promise<void>;

type Run<A, O, T> = (
  given: Given<A, O>,
  tell: Tell<T>,
  table: CommandTable,
) => Promise<number | undefined>;
type RunInHouse<A, O, T, B> = (
  given: Given<A, O>,
  tell: Tell<T>,
  house: House,
  before: B,
) => Promise<number | undefined>;

/** A command whose own types nobody needs to know. */
export interface AnyCommand extends Described<Arguments, Options, unknown> {
  readonly needs: Needs;
  /** @returns the exit code */
  run(
    given: Given<Arguments, Options>,
    tell: Tell<unknown>,
    table: CommandTable,
  ): Promise<number | undefined>;
}

/** All commands, for what is made of them. */
export interface CommandTable {
  /** What the first word of commands of two words stands for. */
  readonly groups: Readonly<Record<string, string>>;
  loadAll(): Promise<readonly AnyCommand[]>;
}

const erased = <A, O, T>(
  spec: Described<A, O, T> & { readonly needs: Needs },
  run: Run<A, O, T>,
): AnyCommand => ({ ...spec, run }) as unknown as AnyCommand;

/** A command that works without a house, or makes its own way into one. */
export function commandOf<const A extends Arguments, const O extends Options, T>(
  spec: Described<A, O, T> & {
    readonly needs: Needs;
    readonly run: Run<A, O, T>;
  },
): AnyCommand {
  return erased(spec, spec.run);
}

/** A command of an operator of the house. `before` it is looked for, the operator may be asked for what is not typed. */
export function houseCommand<const A extends Arguments, const O extends Options, T, B = undefined>(
  spec: Described<A, O, T> & {
    readonly needs?: "running";
    readonly before?: (given: Given<A, O>) => Promise<B>;
    readonly run: RunInHouse<A, O, T, B>;
  },
): AnyCommand {
  const needs = spec.needs ?? "house";
  return erased({ ...spec, needs }, async (given: Given<A, O>, tell: Tell<T>) => {
    const before = (await spec.before?.(given)) as B;
    const { inHouse } = await import("../house-hands.ts");
    return inHouse(needs, (house) => spec.run(given, tell, house, before));
  });
}
