import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { ConfigShape, configKeys, environmentName, isLoopback, loadConfig } from "./config.ts";
import { OperatorError } from "./operator-error.ts";

const example = join(import.meta.dirname, "..", "..", "dragoman.example.yaml");

/** The message and exit code of the refusal. */
function refusal(
  environment: NodeJS.ProcessEnv,
): { readonly message: string; readonly exitCode: number } | null {
  try {
    loadConfig(environment);
    return null;
  } catch (error) {
    assert.ok(error instanceof OperatorError);
    return { message: error.message, exitCode: error.exitCode };
  }
}

/** Dotted paths of everything that is no mapping. */
function leaves(tree: unknown, prefix = ""): readonly string[] {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return [prefix];
  return Object.entries(tree).flatMap(([key, value]) =>
    leaves(value, prefix === "" ? key : `${prefix}.${key}`),
  );
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

  it("has an example that names every key with its default", () => {
    const tree: unknown = parse(readFileSync(example, "utf8"));
    assert.deepEqual(leaves(tree).toSorted(), configKeys.toSorted());
    assert.deepEqual(ConfigShape.parse(tree), ConfigShape.parse({}));
  });

  it("comments every section and every top-level key of the example", () => {
    const lines = readFileSync(example, "utf8").split("\n");
    const bare = lines.filter((line, index) => {
      const isKey = /^(?!originchats|sockchat|console|limits|accounts)[a-z]\w*:/i.test(line);
      return isKey && !lines[index - 1]?.startsWith("#");
    });
    assert.deepEqual(bare, []);
  });

  it("takes the option before the environment, that before the file, that before the default", () => {
    const environment = {
      DRAGOMAN_CONFIG: written("host: 127.0.0.2\nsockchat:\n  port: 1001\n  backlog: 7\n"),
      DRAGOMAN_SOCKCHAT_PORT: "1002",
      DRAGOMAN_CONSOLE_PORT: "1003",
    };
    const { config, origins } = loadConfig(environment, { "console.port": 1004 });
    assert.equal(config.host, "127.0.0.2");
    assert.deepEqual([config.sockchat.port, config.sockchat.backlog], [1002, 7]);
    assert.equal(config.console.port, 1004);
    assert.equal(config.originchats.port, 5613);
    const origin = [
      "host",
      "sockchat.port",
      "sockchat.backlog",
      "console.port",
      "originchats.port",
    ];
    assert.deepEqual(
      origin.map((key) => origins.get(key)),
      ["file", "environment", "file", "option", "default"],
    );
  });

  it("reads numbers, flags and lists from the environment", () => {
    const { config } = loadConfig({
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
    assert.equal(new Set(configKeys.map(environmentName)).size, configKeys.length);
  });

  it("refuses a variable that it does not know, but for those of tests", () => {
    const refused = refusal({ DRAGOMAN_SOCKCHAT_PROT: "1" });
    assert.match(refused?.message ?? "", /^DRAGOMAN_SOCKCHAT_PROT: no such setting/);
    assert.equal(refused?.exitCode, 2);
    assert.equal(refusal({ DRAGOMAN_TEST_BROWSER: "/usr/bin/chromium" }), null);
  });

  it("names the variable, or the key of the file, that has a bad value", () => {
    const port = refusal({ DRAGOMAN_SOCKCHAT_PORT: "many" });
    assert.match(port?.message ?? "", /^broken configuration: DRAGOMAN_SOCKCHAT_PORT: /);
    assert.equal(port?.exitCode, 2);
    const file = refusal({ DRAGOMAN_CONFIG: written("logLevel: loud\n") });
    assert.match(file?.message ?? "", /logLevel: /);
    const unknown = refusal({ DRAGOMAN_CONFIG: written("sockchat:\n  prot: 1\n") });
    assert.match(unknown?.message ?? "", /sockchat: .*prot/);
  });

  it("says in one line what is wrong with the file", () => {
    const missing = refusal({ DRAGOMAN_CONFIG: join(folder, "none.yaml") });
    assert.match(missing?.message ?? "", /^DRAGOMAN_CONFIG: cannot read /);
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
