/** What an operator is told of a setting: its value, and what it may be. */
import { z } from "zod";
import { environmentName } from "./environment.ts";
import { nearest } from "./nearest.ts";
import { splitList } from "./setting.ts";

/** Settings whose values are told to nobody. */
export const secretKeys: ReadonlySet<string> = new Set(["nats.password", "site.secret"]);
/** Of a longer value the rest is not shown. */
const shownMax = 100;

/** A value as an operator may see it: no secrets, no password within a URL, one line. */
export function showSetting(key: string, value: unknown): string {
  if (secretKeys.has(key) && value !== "") return "********";
  const text = Array.isArray(value) ? value.join(",") : String(value);
  return text.replace(/(:\/\/[^/@:]*:)[^/@]+@/g, "$1********@");
}

/** The same for a value of the wrong type, which may be anything. */
function showGiven(key: string, value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  if (secretKeys.has(key)) return "what is given";
  return json.length > shownMax ? `${json.slice(0, shownMax)}…` : json;
}

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

function sayRange(least: number, most: number): string {
  const hasMost = most < Number.MAX_SAFE_INTEGER;
  if (least <= -Number.MAX_SAFE_INTEGER) return hasMost ? ` of at most ${most}` : "";
  return hasMost ? ` from ${least} to ${most}` : ` of at least ${least}`;
}

/** What a schema takes, in words: `a whole number from 0 to 65535`. */
function sayTaken(schema: unknown): string {
  if (schema instanceof z.ZodDefault) return sayTaken(schema.unwrap());
  if (schema instanceof z.ZodPipe) return sayTaken(schema.in);
  if (schema instanceof z.ZodNumber) {
    return `a whole number${sayRange(schema.minValue ?? -Infinity, schema.maxValue ?? Infinity)}`;
  }
  if (schema instanceof z.ZodString) {
    const { minLength, maxLength } = schema;
    if (maxLength === null) return "a text (in quotes, where it looks like something else)";
    return `a text of ${minLength === null ? "at most" : `${minLength} to`} ${maxLength} characters`;
  }
  if (schema instanceof z.ZodEnum) return either(schema.options.map(String));
  if (schema instanceof z.ZodUnion) {
    const words = schema.options.flatMap((one) => (one instanceof z.ZodEnum ? one.options : []));
    if (words.length === 0) return "a list of words";
    return either(
      ["true", "false", ...words.filter((word) => !/^(true|false)$/.test(`${word}`))].map(String),
    );
  }
  throw new Error(`no words for a setting of the type ${schema?.constructor.name}`);
}

/** Where a setting was given, as whoever gave it knows it. */
export interface Given {
  readonly key: string;
  readonly origin: "default" | "shared" | "file" | "environment" | "option" | undefined;
  readonly file: string;
}

/** The setting by its variable, or by its key and the file. */
export function nameSetting({ key, origin, file }: Given): string {
  if (origin === "environment") return environmentName(key);
  if (origin === "shared") return `${key} in the shared settings`;
  return file === "" ? key : `${key} in ${file}`;
}

/** A list as it was given: of the file, or with commas. */
function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : splitList(String(value));
}

/** What is wrong with the value of a known setting. `issue`: of the value itself, or of one entry of the list that it is. */
export function sayIssue(
  given: Given,
  schema: z.ZodType,
  value: unknown,
  issue: z.core.$ZodIssue,
): string {
  const at = issue.path.at(-1);
  const entry = typeof at === "number" ? entriesOf(value)[at] : undefined;
  const shown = showGiven(given.key, entry ?? value);
  const taken = (): string => {
    if (issue.code === "invalid_format") return issue.message;
    if (entry === undefined) return sayTaken(schema);
    return issue.code === "invalid_value" ? either(issue.values.map(String)) : "a word";
  };
  return `${nameSetting(given)}: ${shown} is not ${taken()}`;
}

/** That there is no such setting, and which one may be meant. */
export function sayUnknown(name: string, given: string, known: readonly string[]): string {
  // What all names begin with makes none like another.
  const own = (of: string): string => of.replace(/^DRAGOMAN_/, "");
  const like = nearest(own(given), known.map(own));
  const meant = known.find((one) => own(one) === like);
  const hint = meant === undefined ? "see dragoman.example.yaml" : `did you mean ${meant}?`;
  return `${name}: no such setting; ${hint}`;
}
