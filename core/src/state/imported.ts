/** How far imports have come: their cursors, which stand in the commits of what they tell of. */
import { type ImportProgress, importCursorsMax } from "@dragoman/bus-schema";
import type { Reading, State } from "./shape.ts";

/** The key of a part of a source; no source has a blank in its name. */
export const importKey = (source: string, key: string): string => `${source} ${key}`;

/** The cursor at which a part of a source stands; null: nothing of it was brought. */
export const cursorIn = (
  state: Reading<State>,
  { source, key }: Pick<ImportProgress, "source" | "key">,
): string | null => state.imports.get(importKey(source, key)) ?? null;

/** Cursors of a source behind a key, at most `importCursorsMax`. */
export function cursorsOf(
  state: Reading<State>,
  source: string,
  after: string | undefined,
): { key: string; cursor: string }[] {
  const before = importKey(source, "");
  const found: { key: string; cursor: string }[] = [];
  let isBehind = after === undefined;
  for (const [name, cursor] of state.imports) {
    if (!name.startsWith(before)) continue;
    const key = name.slice(before.length);
    if (isBehind) found.push({ key, cursor });
    if (found.length >= importCursorsMax) break;
    if (key === after) isBehind = true;
  }
  return found;
}
