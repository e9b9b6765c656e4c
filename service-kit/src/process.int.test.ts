/** Services as processes of their own, and how a fault ends them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { freePort } from "@dragoman/testing/port";
import { spawnBound } from "@dragoman/testing/process";

/** Runs a service that does `fault` once it is up. @returns its exit code and what it logged */
async function run(
  fault: string,
): Promise<{ readonly code: number | null; readonly lines: readonly Record<string, unknown>[] }> {
  const program = `
    import { runService } from ${JSON.stringify(new URL("./index.js", import.meta.url).href)};
    const service = { name: "probe", ready: () => ({ ready: true }), stop: async () => {} };
    await runService("probe", async () => {
      setImmediate(() => { ${fault} });
      return service;
    }, { needsBus: false });`;
  const child = spawnBound(process.execPath, ["--input-type=module", "-e", program], {
    PATH: process.env["PATH"],
    DRAGOMAN_HEALTH_PORT: "0",
  });
  assert.ok(child.stderr);
  const [[code], output] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  const lines = output.trim().split("\n");
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const fatal = 60;

for (const [what, fault, origin] of [
  [
    "a promise handler that fails",
    'void Promise.reject(new Error("planted"));',
    "unhandledRejection",
  ],
  ["a callback that throws", 'throw new Error("planted");', "uncaughtException"],
] as const) {
  test(`${what} is logged as fatal and ends the process`, async () => {
    const { code, lines } = await run(fault);
    assert.equal(code, 1);
    const last = lines.at(-1);
    assert.equal(last?.["level"], fatal);
    assert.equal(last["service"], "probe");
    assert.equal(last["origin"], origin);
    assert.equal((last["err"] as { readonly message?: string }).message, "planted");
  });
}

test("SIGUSR1 opens no inspector, SIGUSR2 ends nothing, SIGQUIT ends in order", async () => {
  const port = await freePort();
  const program = `
    import { runService } from ${JSON.stringify(new URL("./index.js", import.meta.url).href)};
    const stop = async () => { process.stdout.write("stopped"); };
    await runService("probe", async () => ({ name: "probe", ready: () => ({ ready: true }), stop }), {
      needsBus: false,
    });`;
  const options = [`--inspect-port=${port}`, "--input-type=module", "-e", program];
  const child = spawnBound(process.execPath, options, {
    PATH: process.env["PATH"],
    DRAGOMAN_HEALTH_PORT: "0",
  });
  assert.ok(child.stderr && child.stdout);
  const said = text(child.stdout);
  const ended = once(child, "exit");
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const logged = (words: string): Promise<unknown> =>
    eventually(20_000, words, () => log.includes(words));
  await logged("started");
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
    child.kill(signal);
    await logged(`${signal} does nothing`);
  }
  const socket = connect(port, "127.0.0.1");
  const [refused] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  assert.equal(refused.code, "ECONNREFUSED");
  child.kill("SIGQUIT");
  assert.deepEqual(await ended, [0, null], log);
  assert.equal(await said, "stopped");
});
