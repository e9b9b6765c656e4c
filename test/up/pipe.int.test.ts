/** What a command prints into a pipe comes whole: a process that ends takes along what nobody has read yet. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { within } from "@dragoman/testing/deadline";

const commandLine = join(resolve(import.meta.dirname, "..", "..", ".."), "bin", "dist", "cli.js");
/** Far more than a pipe holds. */
const characters = 5_000_000;

test("a long report that is printed into a pipe has its end", async () => {
  const program = `
    const { main } = await import(${JSON.stringify(pathToFileURL(commandLine).href)});
    process.stdout.write("x".repeat(${characters}));
    process.exit(await main(["node", "dragoman", "--version"]));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  let length = 0;
  let end = "";
  child.stdout.on("data", (chunk: Buffer) => {
    length += chunk.length;
    end = chunk.toString().slice(-20);
  });
  const code = await within(60_000, "the end", new Promise((done) => child.once("close", done)));
  assert.equal(code, 0);
  assert.match(end, /[0-9]\n$/);
  assert.ok(length > characters, String(length));
});
