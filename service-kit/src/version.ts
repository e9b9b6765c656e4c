/** What this process is, for the others and for who reads the journal later. */
import { readFileSync } from "node:fs";
import { featureLevel, type ProcessFacts } from "@dragoman/bus-schema";
import type { Config } from "./config.ts";
import { environmentName } from "./environment.ts";
import { sharedFollower } from "./shared/present.ts";

const manifest: unknown = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

/** The version of the software; all its packages have the same. */
export const softwareVersion = String((manifest as { readonly version: unknown }).version);

/** What one process relies on in another (docs/journal.md 2.4, 4.4, 4.5); `letGoMs` lies below its own `gatewayMs`. */
const rhythmKeys = ["authorityMs", "takeoverMs", "freshMs", "gatewayMs"] as const;

/** What the processes of a community tell each other of themselves; how it stands to shared settings is that of the moment. */
export function processFacts({ journal }: Pick<Config, "journal">): ProcessFacts {
  const rhythm = Object.fromEntries(rhythmKeys.map((key) => [key, journal[key]]));
  const facts: ProcessFacts = { level: featureLevel, version: softwareVersion, rhythm };
  return Object.defineProperty(facts, "shared", {
    enumerable: true,
    get: () => sharedFollower()?.standing,
  });
}

/** What of the rhythm another process has otherwise, in one sentence; undefined: nothing that both know. */
export function sayMisfit(
  own: ProcessFacts,
  other: ProcessFacts,
  whose: string,
): string | undefined {
  const differing = Object.entries(own.rhythm).flatMap(([key, value]) => {
    const theirs = other.rhythm[key];
    if (theirs === undefined || theirs === value) return [];
    return [`${environmentName(`journal.${key}`)} is ${value} here and ${theirs} at ${whose}`];
  });
  if (differing.length === 0) return undefined;
  return (
    `${differing.join(", ")}: every process of a community has the same; ` +
    "give this one theirs, or stop all and start them with the new ones"
  );
}
