/**
 * What the worker of the history loads: it is a thread with modules of its own, so what it loads costs every core time at its
 * start and memory as long as it lives. It works on a file, and needs no bus, no log and no configuration for that.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..", "..", "..");
const worker = "core/src/history/worker.ts";
/** The whole of either package, and with it the clients of NATS, the log and all schemas. */
const heavy = new Set(["@dragoman/service-kit", "@dragoman/bus-schema", "zod"]);
/** What is loaded when a file runs: an import of types alone is not. */
const pattern = /^(?:import|export)\b(?! type\b)[^;]*?from "([^"]+)"/gm;

/** Everything that a file reaches, as paths from the root or names of modules, and by which file. */
function reached(file: string, by = "", found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  found.set(file, by);
  if (!file.endsWith(".ts")) return found;
  for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(pattern))
    reached(name.startsWith(".") ? join(file, "..", name) : name, file, found);
  return found;
}

test("the worker of the history loads neither the bus nor the schemas", () => {
  const found = reached(worker);
  assert.ok(found.has("libsql"), "it is followed to its database");
  for (const [name, by] of found) {
    assert.ok(!heavy.has(name), `${by} loads ${name} into the history's worker`);
  }
});
