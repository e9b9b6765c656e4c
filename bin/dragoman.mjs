#!/usr/bin/env node
/**
 * `dragoman`: brings what is missing (packages, compiled code) and hands over to the command line in the same
 * process. It has no dependencies, for in a fresh clone there are none.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commandLine = join(root, "bin", "dist", "cli.js");

const say = (line) => process.stderr.write(`${line}\n`);

// 20.11 is the first of its line that knows `import.meta.dirname`.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  say(`dragoman: Node.js 20.11 or later is needed, this is ${process.version}`);
  process.exit(3);
}

/** Runs a program, showing its output only when it fails. */
function run(program, options) {
  return new Promise((done) => {
    const child = spawn(program, options, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const hear = (chunk) => {
      output += chunk;
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", (error) => done({ ok: false, output: error.message }));
    child.on("close", (code) => done({ ok: code === 0, output }));
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * Whether node_modules holds what the lock file names. Packages for other systems may be missing, and those of
 * development all together (an image has none).
 */
function isInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const have = readJson(record).packages;
  const wanted = Object.entries(readJson(join(root, "package-lock.json")).packages).filter(
    ([path]) => path.includes("node_modules/"),
  );
  const hasDevelopment = wanted.some(([path, entry]) => entry.dev && have[path]);
  return wanted.every(([path, entry]) => {
    if (entry.optional || entry.devOptional || (entry.dev && !hasDevelopment)) return true;
    return have[path] !== undefined && have[path].version === entry.version;
  });
}

async function install() {
  say("Installing packages ...");
  const script = process.env.npm_execpath;
  const [program, options] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  const result = await run(program, [
    ...options,
    "ci",
    "--include=dev",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  if (!result.ok) {
    say(`${result.output.trim()}\ndragoman: the packages could not be installed`);
    process.exit(3);
  }
}

/** Compiles what the command needs; quick where nothing changed. */
async function build(project) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) {
    if (existsSync(commandLine)) return;
    say("dragoman: neither compiled code nor the compiler is here; run `npm ci` first");
    process.exit(3);
  }
  if (!existsSync(commandLine)) say("Building ...");
  const result = await run(process.execPath, [compiler, "-b", project]);
  if (!result.ok) {
    say(`${result.output.trim()}\ndragoman: the build failed`);
    process.exit(1);
  }
}

if (!isInstalled()) await install();
await build(["test", "bench"].includes(process.argv[2]) ? "." : "bin");
process.setSourceMapsEnabled(true);
const { main } = await import(commandLine);
process.exit(await main(process.argv));
