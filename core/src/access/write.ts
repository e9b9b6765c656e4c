/** `npm run docs`: writes the documents that are made from tables. */
import { writeFileSync } from "node:fs";
import { page } from "./page.ts";
import { pagePath } from "./path.ts";

writeFileSync(pagePath, page());
