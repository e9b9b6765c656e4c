/** Every setting, given what it cannot be: one sentence with its name, the value and what it may be. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readConfig, schema } from "@dragoman/bin";
import { environmentName, OperatorError } from "@dragoman/service-kit";

/** Values that no setting takes from the environment, but for those that are any text. */
const wrong = ["many words", "-7", "56.5", "1e3", "NaN", "true ", "99999999999999999999", "/^x$/"];
/** What YAML may give instead. */
const wrongTypes: readonly unknown[] = [{ a: 1 }, [[1]], [1], 5.5, -7, 12, true, "no such word"];
const secrets: ReadonlySet<string> = new Set(["nats.password", "site.secret"]);

/** What an operator cannot read: the schema's own words, patterns, a value that was lost on the way. */
const jargon =
  /received|expected|\bNaN\b(?!")|undefined|Invalid|Too (?:small|big)|pattern|\[object|\n|\/\^(?!x)/;

function refusal(environment: NodeJS.ProcessEnv): string | null {
  try {
    readConfig(environment);
    return null;
  } catch (error) {
    assert.ok(error instanceof OperatorError, `${error}`);
    assert.equal(error.exitCode, 2);
    return error.message;
  }
}

describe("every setting", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "dragoman-settings-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isText = (key: string): boolean =>
    refusal({ [environmentName(key)]: "many words" }) === null;

  it("says of a wrong word of the environment what it was, and what it may be", () => {
    const refused = new Set<string>();
    for (const key of schema.keys) {
      for (const value of wrong) {
        const said = refusal({ [environmentName(key)]: value });
        if (said === null) continue;
        refused.add(key);
        assert.doesNotMatch(said, jargon, key);
        const name = environmentName(key);
        const shown = [JSON.stringify(value), JSON.stringify(value.trim()), String(Number(value))];
        assert.ok(
          shown.some((one) => said.startsWith(`${name}: ${one} is not `)),
          said,
        );
      }
    }
    const anything = schema.keys.filter((key) => !refused.has(key));
    assert.ok(anything.every(isText), anything.join());
    assert.ok(refused.size > schema.keys.length * 0.75, `${refused.size} of ${schema.keys.length}`);
  });

  it("says of a wrong type in the file what it was, but for secrets", () => {
    const file = join(folder, "dragoman.yaml");
    for (const key of schema.keys) {
      const [section = "", name] = key.split(".");
      let refused = 0;
      for (const value of wrongTypes) {
        const tree = name === undefined ? { [section]: value } : { [section]: { [name]: value } };
        writeFileSync(file, JSON.stringify(tree));
        const said = refusal({ DRAGOMAN_CONFIG: file });
        if (said === null) continue;
        refused += 1;
        assert.doesNotMatch(said, jargon, key);
        const shown = secrets.has(key) ? "what is given" : /^".*" is not|^[^ ]+ is not/;
        const rest = said.slice(`${key} in ${file}: `.length);
        assert.ok(said.startsWith(`${key} in ${file}: `), said);
        if (typeof shown === "string") assert.ok(rest.startsWith(shown), said);
        else assert.match(rest, shown);
      }
      assert.ok(refused >= 3, key);
    }
  });

  it("says of an unknown one which is meant", () => {
    for (const key of schema.keys) {
      const name = environmentName(key);
      const said = refusal({ [`${name}X`]: "1" });
      assert.equal(said, `${name}X: no such setting; did you mean ${name}?`);
      const file = join(folder, "dragoman.yaml");
      const [section = "", inner] = key.split(".");
      const typo = inner === undefined ? { [`${key}x`]: 1 } : { [section]: { [`${inner}x`]: 1 } };
      writeFileSync(file, JSON.stringify(typo));
      assert.equal(
        refusal({ DRAGOMAN_CONFIG: file }),
        `${key}x in ${file}: no such setting; did you mean ${key}?`,
      );
    }
    assert.equal(
      refusal({ DRAGOMAN_COMPLETELY_DIFFERENT_THING: "1" }),
      "DRAGOMAN_COMPLETELY_DIFFERENT_THING: no such setting; see dragoman.example.yaml",
    );
  });

  it("takes a setting without a value in the file as one that is not given", () => {
    const file = join(folder, "dragoman.yaml");
    const sections = new Set(schema.keys.map((key) => key.split(".")[0]));
    writeFileSync(file, [...sections].map((section) => `${section}:\n`).join(""));
    assert.deepEqual(readConfig({ DRAGOMAN_CONFIG: file }).config, readConfig({}).config);
  });
});
