/** Where the document lies. */
import { join } from "node:path";

export const pagePath = join(import.meta.dirname, "..", "..", "..", "docs", "permissions.md");
