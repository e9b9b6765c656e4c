/** Every page links to what is there: files and folders of the repository, and headings of pages. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");
const left = new Set(["node_modules", "dist", "data", ".git", "transcripts"]);

/** The pages below a folder, as paths from the root. */
function pages(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return left.has(entry.name) ? [] : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** What a heading is called behind `#`. */
function anchor(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "");
  return plain.trim().replaceAll(" ", "-");
}

/** The links of a page that lead nowhere. `read` gives a page's text, null where there is neither file nor folder. */
function broken(page: string, read: (path: string) => string | null): string[] {
  const text = (read(page) ?? "").replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", heading] = link.split("#");
    const target = path === "" ? read(page) : read(join(dirname(page), path));
    if (target === null) return true;
    const headings = Array.from(target.matchAll(/^#+ (.+)$/gm), ([, title = ""]) => anchor(title));
    return heading !== undefined && !headings.includes(heading);
  });
}

/** The text of a page, "" for anything else that is there. */
function onDisk(path: string): string | null {
  if (!existsSync(join(root, path))) return null;
  return path.endsWith(".md") ? readFileSync(join(root, path), "utf8") : "";
}

test("every link of a page leads somewhere", () => {
  const all = pages(".");
  assert.ok(all.length > 15, String(all.length));
  assert.deepEqual(
    all.flatMap((page) => broken(page, onDisk).map((link) => `${page}: ${link}`)),
    [],
  );
});

test("a link to a page or a heading that is not there is found", () => {
  const files: Record<string, string> = {
    "a.md":
      "[b](docs/b.md) [c](docs/c.md) [h](docs/b.md#two-words) [g](docs/b.md#gone) [w](https://x)",
    "docs/b.md": "# Two words\n[back](../a.md)",
  };
  const read = (path: string): string | null => files[path] ?? null;
  assert.deepEqual(broken("a.md", read), ["docs/c.md", "docs/b.md#gone"]);
  assert.deepEqual(broken("docs/b.md", read), []);
});
