/** Media types: what an upload is called against what it is, and what the settings allow. */

/** Types that say nothing of what a file is. */
const vague: ReadonlySet<string> = new Set(["application/octet-stream", "binary/octet-stream"]);

/** Sound and moving pictures share containers, and programs call them differently. */
const classes = new Map([
  ["image", "image"],
  ["video", "moving"],
  ["audio", "moving"],
  ["text", "text"],
]);

const classOf = (mime: string): string => classes.get(mime.split("/", 1)[0] ?? "") ?? "other";

const plain = (mime: string): string => mime.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Whether a type says what a file is at all. */
export const isVague = (declared: string): boolean => vague.has(plain(declared));

/** Whether the declared type is not a lie about the bytes, whose type is `found`. */
export function isTrue(declared: string, found: string): boolean {
  const given = plain(declared);
  if (vague.has(given) || given === found) return true;
  if (vague.has(found)) return false;
  if (given === "application/pdf" || found === "application/pdf") return false;
  // What is nothing but text is called many things: JSON, a script, a table.
  if (found === "text/plain") return classOf(given) === "text" || classOf(given) === "other";
  return classOf(given) === classOf(found);
}

/** Whether a list of types has this one: itself, `x/*` or `*`. An empty list has all. */
export function isAllowed(declared: string, types: readonly string[]): boolean {
  if (types.length === 0) return true;
  const mime = plain(declared);
  const [head = ""] = mime.split("/", 1);
  return types.some((type) => {
    const wanted = type.trim().toLowerCase();
    return wanted === "*" || wanted === "*/*" || wanted === mime || wanted === `${head}/*`;
  });
}

/** Kinds of which cameras and programs write into files where and when they were made. */
const recorded: ReadonlySet<string> = new Set(["image", "video", "audio"]);

/** Whether a list of types means one by itself, and not only as some picture, film or sound. */
export function isNamed(mime: string, types: readonly string[]): boolean {
  const [family = ""] = mime.split("/", 1);
  if (!recorded.has(family) || types.length === 0) return true;
  const others = types.filter((type) => type.trim().toLowerCase() !== `${family}/*`);
  return others.length > 0 && isAllowed(mime, others);
}
