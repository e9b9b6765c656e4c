/** Runs an OriginChats gateway as a process of its own. */
import { runService } from "@dragoman/service-kit";
import { start } from "./start.ts";

await runService("gateway-originchats", start);
