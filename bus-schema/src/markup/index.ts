/** Text in the markup that it was written in, as a tree. */
import type { Content } from "../content.ts";
import { parseBbcode } from "./bbcode.ts";
import { parseMarkdown } from "./markdown.ts";
import type { Tree } from "./tree.ts";

/** What somebody wrote, as a tree. */
export function treeOf({ text, markup }: Content): Tree {
  return markup === "bbcode" ? parseBbcode(text) : parseMarkdown(text);
}
