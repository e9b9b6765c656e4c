/** Text in the markup that it was written in, as a tree. */
import type { Content } from "../content.ts";
import { parseBbcode } from "./bbcode.ts";
import { plainTree, type Tree } from "./tree.ts";

/** What somebody wrote, as a tree. Markdown is not read yet: it is text as it stands. */
export function treeOf({ text, markup }: Content): Tree {
  return markup === "bbcode" ? parseBbcode(text) : plainTree(text);
}
