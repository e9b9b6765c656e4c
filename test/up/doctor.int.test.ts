/** `dragoman doctor`: it refuses what a start refuses, in the same words, and says how a house is that runs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { freePort } from "@dragoman/testing/port";
import { asProcess, startStack } from "../support/stack.ts";
import { freshSettings, outcome, type Program, up } from "./program.ts";

interface Check {
  readonly name: string;
  readonly level: string;
  readonly text: string;
}
interface Report {
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly configuration: readonly Check[];
  readonly house: readonly Check[];
}

let folder = "";
let settings: Record<string, string> = {};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-doctor-"));
  settings = await freshSettings(join(folder, "data"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function report(of: Readonly<Record<string, string>>): Promise<[number | null, Report]> {
  const { code, stdout } = await outcome(["doctor", "--json"], { ...settings, ...of });
  return [code, JSON.parse(stdout) as Report];
}

describe("dragoman doctor", () => {
  it("refuses what a start refuses, in the same words", async () => {
    const wrong = [
      { DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/99" },
      { DRAGOMAN_TLS_CERT: "/nowhere.crt", DRAGOMAN_TLS_KEY: "/nowhere.key" },
      { DRAGOMAN_ACCOUNTS_PROVIDERS: "site" },
      { DRAGOMAN_SOCKCHAT_PORT: "many" },
    ];
    for (const of of wrong) {
      const refused = await outcome(["up"], { ...settings, ...of });
      assert.equal(refused.code, 2, refused.stderr);
      const [code, { configuration }] = await report(of);
      assert.equal(code, 2);
      const [only, ...others] = configuration.filter(({ level }) => level === "fault");
      assert.deepEqual(others, []);
      assert.equal(refused.stderr, `dragoman: ${only?.text}\n`);
    }
  });

  it("says which port is taken, and that all is well where it is", async () => {
    const port = Number(settings["DRAGOMAN_SOCKCHAT_PORT"]);
    const holder = createServer().listen(port, "127.0.0.1");
    await once(holder, "listening");
    const [code, { configuration }] = await report({});
    holder.close();
    assert.equal(code, 2);
    assert.match(configuration[0]?.text ?? "", /^DRAGOMAN_SOCKCHAT_PORT: .* is already taken; /);
    const well = await outcome(["doctor"], settings);
    assert.equal(well.code, 0, well.stdout);
    assert.match(well.stdout, /^DRAGOMAN_HOST +127\.0\.0\.1 +default$/m);
    assert.match(well.stdout, /Nothing is wrong\.\n$/);
  });

  it("says how the house is that runs", async (t) => {
    const program: Program = await up(settings);
    t.after(async () => {
      program.child.kill("SIGTERM");
      await program.ended;
    });
    const [code, { settings: all, configuration, house }] = await report({});
    assert.deepEqual(configuration, []);
    const faults = house.filter(({ level }) => level === "fault");
    assert.deepEqual([code, faults], [0, []]);
    assert.ok(all.some(({ name, value }) => name === "DRAGOMAN_NATS_PASSWORD" && value === ""));
    const texts = (name: string): string =>
      house.flatMap((one) => (one.name === name ? [one.text] : [])).join("\n");
    assert.match(texts("nats"), /^version \d+\.\d+\.\d+\S*, alone, \d+ MiB a message$/);
    assert.match(texts("leader"), /^of term \d+, version \d+\.\d+\.\d+, at record \d+$/);
    assert.match(texts("process"), /originchats_\S+, \d[\s\S]*sockchat_\S+, \d/);
    assert.match(texts("journal"), /MiB of 4096 MiB used$/);
    assert.equal(texts("replicas"), "1 of 1 copies of the journal are current");
    assert.match(texts("disk"), /MiB of \d+ MiB free$/);
    assert.match(texts("lag"), /^0 records behind the journal, the history \d+ behind that$/);
    assert.match(texts("clock"), /^a core's clock is 0\.\d s /);

    const [other, { house: of }] = await report({ DRAGOMAN_JOURNAL_FRESH_MS: "900" });
    assert.equal(other, 1);
    const rhythm = of.find(({ name }) => name === "rhythm");
    assert.match(
      rhythm?.text ?? "",
      /^DRAGOMAN_JOURNAL_FRESH_MS is 900 here and 800 at the leader: /,
    );
  });

  it("says that there is no house where one is named", async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    const [code, { house }] = await report({ DRAGOMAN_NATS_URL: url });
    assert.equal(code, 1);
    assert.match(house[0]?.text ?? "", /^DRAGOMAN_NATS_URL: nobody answers at /);
  });
});

it("a process with another rhythm than the house's ends and names the setting", async (t) => {
  const stack = await startStack({
    processes: ["core", "originchats"],
    empty: true,
  });
  t.after(() => stack.stop());
  const config = { journal: { freshMs: 900 } };
  for (const [kind, parts] of [
    ["core", stack.cores],
    ["originchats", stack.originchats],
  ] as const) {
    // It may have been ready for a moment: a standby asks the leader when it has caught up.
    await Promise.allSettled([stack.add(kind, { config })]);
    const misfit = asProcess(parts.at(-1));
    await eventually(10_000, "its end", () => misfit.child.exitCode !== null);
    assert.equal(misfit.child.exitCode, 1);
    assert.match(
      misfit.output(),
      /DRAGOMAN_JOURNAL_FRESH_MS is 900 here and 800 at the leader: every process/,
    );
  }
});
