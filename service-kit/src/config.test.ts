import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { edgeSection } from "./edge-section.ts";
import { environmentName } from "./environment.ts";
import { configSchema, loadConfig } from "./load-config.ts";
import { OperatorError } from "./operator-error.ts";
import { isLoopback } from "./public-host.ts";
import { setting } from "./setting.ts";

/** Two edges, of which one has a key in `limits`. */
const line = edgeSection(
  "line",
  { port: setting.port.default(6770), backlog: setting.count.default(20) },
  { linesPerPerson: setting.count.default(5) },
);
const other = edgeSection("other", { port: setting.port.default(5613) });
const sections = [line, other];
const read = (environment: NodeJS.ProcessEnv, options: Readonly<Record<string, unknown>> = {}) =>
  loadConfig(environment, options, sections);

/** The message and exit code of the refusal. */
function refusal(
  environment: NodeJS.ProcessEnv,
): { readonly message: string; readonly exitCode: number } | null {
  try {
    read(environment);
    return null;
  } catch (error) {
    assert.ok(error instanceof OperatorError);
    return { message: error.message, exitCode: error.exitCode };
  }
}

describe("the configuration", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "dragoman-config-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const written = (text: string): string => {
    const path = join(folder, "dragoman.yaml");
    writeFileSync(path, text);
    return path;
  };

  it("takes the option before the environment, that before the file, that before the default", () => {
    const environment = {
      DRAGOMAN_CONFIG: written("host: 127.0.0.2\nline:\n  port: 1001\n  backlog: 7\n"),
      DRAGOMAN_LINE_PORT: "1002",
      DRAGOMAN_CONSOLE_PORT: "1003",
    };
    const { config, origins } = read(environment, { "console.port": 1004 });
    assert.equal(config.host, "127.0.0.2");
    assert.deepEqual([line.of(config).port, line.of(config).backlog], [1002, 7]);
    assert.equal(config.console.port, 1004);
    assert.equal(other.of(config).port, 5613);
    const origin = ["host", "line.port", "line.backlog", "console.port", "other.port"];
    assert.deepEqual(
      origin.map((key) => origins.get(key)),
      ["file", "environment", "file", "option", "default"],
    );
  });

  it("reads numbers, flags and lists from the environment", () => {
    const { config } = read({
      DRAGOMAN_LIMITS_POST_CONTENT: "100",
      DRAGOMAN_ACCOUNTS_ALLOW_REGISTRATION: "0",
      DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/8, 127.0.0.1",
      DRAGOMAN_DEMO: "1",
    });
    assert.equal(config.limits.postContent, 100);
    assert.equal(config.accounts.allowRegistration, false);
    assert.deepEqual(config.trustedProxies, ["10.0.0.0/8", "127.0.0.1"]);
    assert.equal(config.demo, true);
  });

  it("gives every key a variable of its own", () => {
    assert.equal(environmentName("limits.postContent"), "DRAGOMAN_LIMITS_POST_CONTENT");
    assert.equal(environmentName("dataDir"), "DRAGOMAN_DATA_DIR");
    const { keys } = configSchema(sections);
    assert.equal(new Set(keys.map(environmentName)).size, keys.length);
  });

  it("has the sections of the edges that it is read with, and no others", () => {
    const { config } = read({ DRAGOMAN_LIMITS_LINES_PER_PERSON: "7", DRAGOMAN_OTHER_PORT: "1" });
    assert.equal(line.limitsOf(config).linesPerPerson, 7);
    assert.equal(other.of(config).port, 1);
    const alone = { DRAGOMAN_CONFIG: written("other:\n  port: 1\n") };
    assert.throws(() => loadConfig(alone, {}, [line]), /other/);
    assert.throws(() => other.of(loadConfig({}, {}, [line]).config), /was read without other/);
    const { keys } = configSchema(sections);
    assert.deepEqual(
      keys.filter((key) => /line|other/i.test(key)),
      ["line.port", "line.backlog", "other.port", "limits.linesPerPerson"],
    );
  });

  it("refuses a variable that it does not know, but for those of tests", () => {
    const refused = refusal({ DRAGOMAN_LINE_PROT: "1" });
    assert.match(refused?.message ?? "", /^DRAGOMAN_LINE_PROT: no such setting/);
    assert.equal(refused?.exitCode, 2);
    assert.equal(refusal({ DRAGOMAN_TEST_BROWSER: "/usr/bin/chromium" }), null);
  });

  it("names the variable, or the key of the file, that has a bad value", () => {
    const port = refusal({ DRAGOMAN_LINE_PORT: "many" });
    assert.match(
      port?.message ?? "",
      /^DRAGOMAN_LINE_PORT: "many" is not a whole number from 0 to 65535$/,
    );
    assert.equal(port?.exitCode, 2);
    const file = refusal({ DRAGOMAN_CONFIG: written("logLevel: loud\n") });
    assert.match(
      file?.message ?? "",
      /^logLevel in .*dragoman\.yaml: "loud" is not trace, debug, /,
    );
    const unknown = refusal({ DRAGOMAN_CONFIG: written("line:\n  prot: 1\n") });
    assert.match(
      unknown?.message ?? "",
      /^line\.prot in .*: no such setting; did you mean line\.port\?$/,
    );
  });

  it("says how a section is written where a key of the file has a dot", () => {
    const dotted = refusal({ DRAGOMAN_CONFIG: written("line.port: 1\n") });
    assert.match(
      dotted?.message ?? "",
      /^line\.port in .*: a dot makes no section there; write `line:`, and below it ` {2}port: \.\.\.`$/,
    );
  });

  it("says in one line what is wrong with the file", () => {
    const missing = refusal({ DRAGOMAN_CONFIG: join(folder, "none.yaml") });
    assert.match(missing?.message ?? "", /^DRAGOMAN_CONFIG: .*none\.yaml is not there$/);
    for (const text of ["- a\n- b\n", "a: [\n", "just words\n"]) {
      const broken = refusal({ DRAGOMAN_CONFIG: written(text) });
      assert.match(broken?.message ?? "", /^DRAGOMAN_CONFIG: /);
      assert.ok(!broken?.message.includes("\n"));
    }
  });

  it("knows which addresses are reachable from this machine alone", () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) assert.ok(isLoopback(host));
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "example.org"]) assert.ok(!isLoopback(host));
  });
});
