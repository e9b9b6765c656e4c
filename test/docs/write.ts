/** `npm run docs`: writes the pages and files that are made from tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployments } from "@dragoman/bin";
import {
  page as permissionsPage,
  pagePath as permissionsPagePath,
} from "@dragoman/testing/permission-table/page";
import { commandsPage, commandsPagePath } from "./commands-page.ts";
import { crossingPage, crossingPagePath } from "./crossing-page.ts";
import { dashboard, dashboardPath } from "./dashboard.ts";
import { metricsPage, metricsPagePath } from "./metrics-page.ts";
import { settingsPage, settingsPagePath } from "./settings-page.ts";

writeFileSync(permissionsPagePath, permissionsPage());
writeFileSync(metricsPagePath, metricsPage());
writeFileSync(dashboardPath, dashboard());
writeFileSync(settingsPagePath, settingsPage());
writeFileSync(commandsPagePath, await commandsPage());
writeFileSync(crossingPagePath, crossingPage());
const root = new URL("../../../", import.meta.url).pathname;
for (const { path, text } of deployments) writeFileSync(join(root, path), text);
