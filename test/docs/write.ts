/** `npm run docs`: writes the pages that are made from tables. */
import { writeFileSync } from "node:fs";
import {
  page as permissionsPage,
  pagePath as permissionsPagePath,
} from "@dragoman/testing/permission-table/page";
import { metricsPage, metricsPagePath } from "./metrics-page.ts";

writeFileSync(permissionsPagePath, permissionsPage());
writeFileSync(metricsPagePath, metricsPage());
