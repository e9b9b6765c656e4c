/** `npm run docs`: writes the pages and files that are made from tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployments } from "@dragoman/bin";
import {
  page as permissionsPage,
  pagePath as permissionsPagePath,
} from "@dragoman/testing/permission-table/page";
import { metricsPage, metricsPagePath } from "./metrics-page.ts";

writeFileSync(permissionsPagePath, permissionsPage());
writeFileSync(metricsPagePath, metricsPage());
const root = new URL("../../../", import.meta.url).pathname;
for (const { path, text } of deployments) writeFileSync(join(root, path), text);
