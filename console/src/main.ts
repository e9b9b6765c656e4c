/** Runs the console as a process of its own. It speaks to no bus. */
import { runService } from "@dragoman/service-kit";
import { start } from "./console.ts";

await runService("console", start, { needsBus: false });
