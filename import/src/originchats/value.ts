/** Values of a data folder, whatever their types: what is not what it should be is as if it were not there. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const surrogate = /[\ud800-\udfff]/;
const lone = /\p{Surrogate}/gu;

/** A text without halves of letters, with so many UTF-16 units at most; undefined: it is none, or empty. */
export function textOf(value: unknown, max: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const cut = surrogate.test(value) ? wellFormed(value, max) : value.slice(0, max);
  return cut === "" ? undefined : cut;
}

const wellFormed = (value: string, max: number): string =>
  value
    .replace(lone, "\ufffd")
    .slice(0, max)
    .replace(/[\ud800-\udbff]$/, "");

/** The texts of a list. */
export const textsOf = (value: unknown, max: number): readonly string[] =>
  listOf(value).flatMap((each) => textOf(each, max) ?? []);

/** A number that is one; undefined: it is none. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Float seconds since 1970 as whole microseconds; undefined: no time, or before that. */
export function microsecondsOf(value: unknown): number | undefined {
  const seconds = numberOf(value);
  const us = seconds === undefined ? -1 : Math.round(seconds * 1e6);
  return us >= 0 && Number.isSafeInteger(us) ? us : undefined;
}

export function millisecondsOf(value: unknown): number | undefined {
  const us = microsecondsOf(value);
  return us === undefined ? undefined : Math.round(us / 1000);
}

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isId = (value: unknown): value is string =>
  typeof value === "string" && id.test(value);
