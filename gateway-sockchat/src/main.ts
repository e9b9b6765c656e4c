/** Runs a Sock Chat gateway as a process of its own. */
import { runService } from "@dragoman/service-kit";
import { start } from "./start.ts";

await runService("gateway-sockchat", start);
