/** `npm run docs`: writes the page of the metrics. */
import { writeFileSync } from "node:fs";
import { metricsPage, metricsPagePath } from "./metrics-page.ts";

writeFileSync(metricsPagePath, metricsPage());
