/**
 * The law that no regular expression of ours can be made to run long: each one in a file of production is proven to
 * need a time that grows with the text's length and no faster. `recheck` makes an automaton of the expression and proves
 * it there; what it cannot prove is no better than what it refutes, and is written out as code instead.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { parse } from "oxc-parser";
import { check } from "recheck";

/** An expression as it stands in a file. */
export interface Expression {
  /** `<path>:<line>`. */
  readonly at: string;
  readonly pattern: string;
  readonly flags: string;
}

/** An expression that is put together at run time: nobody can prove what it will be. */
export interface Computed {
  readonly at: string;
  readonly computed: true;
}

const proofMs = 60_000;

/** The expressions of a source text. */
export async function expressionsIn(
  path: string,
  source: string,
): Promise<readonly (Expression | Computed)[]> {
  const { program, errors } = await parse(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: (Expression | Computed)[] = [];
  const at = (node: Node): string => `${path}:${source.slice(0, node.start).split("\n").length}`;
  const waiting: unknown[] = [program];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    waiting.push(...Object.values(value));
    const node = value as Node;
    if (node.type === "Literal" && node.regex) found.push({ at: at(node), ...node.regex });
    else if (isConstructed(node)) found.push({ at: at(node), computed: true });
  }
  return found;
}

interface Node {
  readonly type?: string;
  readonly start?: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
}

function isConstructed({ type, callee }: Node): boolean {
  return (type === "NewExpression" || type === "CallExpression") && callee?.name === "RegExp";
}

/** A look ahead or behind in which nothing is repeated without a bound. Groups of its own are one deep at most. */
const boundedLook =
  /\(\?<?[=!](?:[^()[\]\\*+{}]|\\.|\[(?:[^\]\\]|\\.)*\]|\{\d+,?\d+\}|\{\d+\}|\(\?:[^()[\]\\*+{}]*\))*\)/g;

function withoutLooks(pattern: string): string {
  const rest = pattern.replace(boundedLook, "");
  return rest === pattern ? pattern : withoutLooks(rest);
}

/**
 * Why an expression may not stand; null: it is linear. A look around of bounded length costs no more than its length and
 * only ends ways that would be tried without it, so what is linear without it is so with it, and is proven thus.
 */
export async function faultOf({ pattern, flags }: Omit<Expression, "at">): Promise<string | null> {
  const proof = await check(withoutLooks(pattern), flags, {
    checker: "automaton",
    timeout: proofMs,
  });
  if (proof.status === "safe") return null;
  if (proof.status === "vulnerable") return `is ${proof.complexity.summary}`;
  return `cannot be proven: ${JSON.stringify(proof.error)}`;
}

const isSource = (path: string): boolean =>
  /\.(?:ts|js|mjs)$/.test(path) && !/\.d\.ts$|\.test\.ts$/.test(path);
const passedOver = new Set(["node_modules", "dist", "testing", "test", "deploy"]);

/** The files of production: all that is no test and stands on none. */
export async function productionFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || passedOver.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (isSource(entry.name)) files.push(relative(root, path).split(sep).join("/"));
    }
  }
  return files.sort();
}

/** All that is wrong with the expressions below a folder, a line each, and how many were looked at. */
export async function judge(
  root: string,
): Promise<{ readonly faults: readonly string[]; readonly count: number }> {
  const faults: string[] = [];
  const proofs = new Map<string, string | null>();
  for (const path of await productionFiles(root)) {
    for (const found of await expressionsIn(path, await readFile(join(root, path), "utf8"))) {
      if ("computed" in found) {
        faults.push(`${found.at}: an expression made at run time cannot be proven`);
        continue;
      }
      const literal = `/${found.pattern}/${found.flags}`;
      if (!proofs.has(literal)) proofs.set(literal, await faultOf(found));
      const fault = proofs.get(literal) ?? null;
      if (fault !== null) faults.push(`${found.at}: ${literal} ${fault}`);
    }
  }
  return { faults, count: proofs.size };
}
