/** What a dump says of its tables: names of columns, and in which alphabet their text is stored. */

interface SqlColumn {
  readonly name: string;
  /** Its text is stored in latin1. */
  readonly isLatin: boolean;
}

export interface SqlTable {
  readonly name: string;
  readonly columns: readonly SqlColumn[];
}

/** Name, quoted or not; signs; strings: one without its end goes on to the last. Whatever else there is separates. */
const tokens =
  /`(?:[^`]|``)*`?|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|[A-Za-z0-9_$@]+|[(),.=]/g;

/** No column's name, where a definition begins with it. */
const keys = new Set([
  "PRIMARY",
  "UNIQUE",
  "KEY",
  "INDEX",
  "CONSTRAINT",
  "FULLTEXT",
  "SPATIAL",
  "CHECK",
  "FOREIGN",
  "PERIOD",
]);

function tokensOf(statement: string): readonly string[] {
  return statement.match(tokens) ?? [];
}

/** A name without its quotes. */
function nameOf(token: string): string {
  const first = token[0];
  if (first !== "`" && first !== '"') return token;
  return token.slice(1, -1).replaceAll(first + first, first);
}

/** Whether a token may be a name. */
const isName = (token: string | undefined): token is string =>
  token !== undefined && /^[`"A-Za-z0-9_$@]/.test(token);

/** The name at `from` of `t`, `db.t`, and where it ends. */
function qualifiedName(
  list: readonly string[],
  from: number,
): { readonly name: string; readonly next: number } | null {
  const first = list[from];
  if (!isName(first)) return null;
  if (list[from + 1] !== ".") return { name: nameOf(first), next: from + 1 };
  const second = list[from + 2];
  return isName(second) ? { name: nameOf(second), next: from + 3 } : null;
}

/** Reads `CREATE TABLE`; null: it is none, or makes a table in another way. */
export function readCreateTable(statement: string): SqlTable | null {
  const list = tokensOf(statement);
  if (list[0]?.toUpperCase() !== "CREATE") return null;
  let at = list[1]?.toUpperCase() === "TEMPORARY" ? 2 : 1;
  if (list[at]?.toUpperCase() !== "TABLE") return null;
  at += 1;
  if (list[at]?.toUpperCase() === "IF") at += 3;
  const named = qualifiedName(list, at);
  if (named === null || list[named.next] !== "(") return null;
  const { definitions, next } = definitionsIn(list, named.next + 1);
  const tableIsLatin = speaksOfLatin(list.slice(next)) === true;
  const columns = definitions.flatMap((definition) => {
    const first = definition[0];
    if (!isName(first) || keys.has(first.toUpperCase())) return [];
    const own = speaksOfLatin(definition);
    return [{ name: nameOf(first), isLatin: own ?? tableIsLatin }];
  });
  return { name: named.name, columns };
}

/** What stands between the commas of a table's brackets. */
function definitionsIn(list: readonly string[], from: number) {
  const definitions: string[][] = [[]];
  let depth = 1;
  let at = from;
  for (; at < list.length && depth > 0; at += 1) {
    const token = list[at] as string;
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "," && depth === 1) definitions.push([]);
    else if (depth > 0) definitions.at(-1)?.push(token);
  }
  return { definitions, next: at };
}

/** Whether a character set or collation is latin1; null: none is named. */
function speaksOfLatin(list: readonly string[]): boolean | null {
  let answer: boolean | null = null;
  for (const [at, token] of list.entries()) {
    const word = token.toUpperCase();
    const isSet =
      word === "CHARSET" || word === "COLLATE" || (word === "SET" && isCharacter(list[at - 1]));
    if (!isSet) continue;
    const value = list[list[at + 1] === "=" ? at + 2 : at + 1] ?? "";
    answer = /^['"]?latin1/i.test(value);
  }
  return answer;
}

const isCharacter = (token: string | undefined): boolean => token?.toUpperCase() === "CHARACTER";

/** The head of an `INSERT` or `REPLACE`, up to `VALUES`. `columns` null: those of the table, in its order. */
export interface InsertHead {
  readonly table: string;
  readonly columns: readonly string[] | null;
}

export function readInsertHead(head: string): InsertHead | null {
  const list = tokensOf(head);
  const into = list.findIndex((token) => token.toUpperCase() === "INTO");
  if (into < 0) return null;
  const named = qualifiedName(list, into + 1);
  if (named === null) return null;
  if (list[named.next] !== "(") return { table: named.name, columns: null };
  const end = list.indexOf(")", named.next);
  const columns = list.slice(named.next + 1, end).filter((token) => token !== ",");
  return { table: named.name, columns: columns.map(nameOf) };
}
