/**
 * The reference against the gateway and against these tests: every command is in the gateway's table, and every
 * command, packet, error text and route occurs in a test over a real socket, or in the list of exceptions.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { commands as served } from "@dragoman/gateway-originchats/command";
import { commandExceptions, errorExceptions } from "./exceptions.ts";
import { commands, errors, finder, packets, routes } from "./reference.ts";

const folders = [join("conformance", "originchats"), "hostile"].map((name) =>
  join(import.meta.dirname, "..", "..", "..", name),
);
const own = ["completeness.test.ts", "exceptions.ts", "reference.ts"];
const sources = folders
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith(".ts") && !own.includes(basename(path)))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

/** Answered before the login, by no table. */
const beforeLogin: ReadonlySet<string> = new Set(["auth", "login", "register"]);
const quoted = (name: string): boolean => sources.includes(`"${name}"`);

/** What tests send and expect: texts and patterns, without comments and the titles of tests. */
const literals = sources
  .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
  .replace(/\b(?:test|it|describe)\(\s*(?:"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g, "")
  .match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(,=]\s*)\/(?:[^/\\\n]|\\.)+\//g);

interface Count {
  readonly tested: readonly string[];
  readonly excepted: readonly string[];
  readonly missing: readonly string[];
}

function counted(
  names: readonly string[],
  isTested: (name: string) => boolean,
  exceptions: ReadonlyMap<string, string>,
): Count {
  const tested = names.filter(isTested);
  const rest = names.filter((name) => !tested.includes(name));
  const excepted = rest.filter((name) => exceptions.has(name));
  const missing = rest.filter((name) => !exceptions.has(name));
  return { tested, excepted, missing };
}

function say(t: { diagnostic(text: string): void }, what: string, count: Count): void {
  const { tested, excepted, missing } = count;
  const all = tested.length + excepted.length + missing.length;
  t.diagnostic(
    `${what}: ${all} in the reference, ${tested.length} tested, ${excepted.length} excepted`,
  );
}

/** Exceptions whose thing is tested after all, or that the reference does not name. */
function idle(exceptions: ReadonlyMap<string, string>, { excepted }: Count): readonly string[] {
  return [...exceptions.keys()].filter((name) => !excepted.includes(name));
}

test("every command of the reference is served and tested", (t) => {
  const count = counted(
    commands,
    (name) => quoted(name) && (beforeLogin.has(name) || served.has(name)),
    commandExceptions,
  );
  say(t, "commands", count);
  assert.ok(commands.length >= 98, `${commands.length} commands were read`);
  assert.deepEqual(count.missing, []);
  assert.deepEqual(idle(commandExceptions, count), []);
});

test("every command that is served is named in a test", () => {
  assert.deepEqual(
    [...served.keys()].filter((name) => !quoted(name)),
    [],
  );
});

test("every packet of the reference is tested", (t) => {
  const count = counted(packets, quoted, new Map());
  say(t, "packets", count);
  assert.ok(packets.length >= 40, `${packets.length} packets were read`);
  assert.deepEqual(count.missing, []);
});

test("every error text of the reference is brought about in a test", (t) => {
  const texts = errors.filter((text) => finder(text) !== null);
  const isExpected = (text: string): boolean => {
    const pattern = finder(text);
    return pattern !== null && (literals ?? []).some((literal) => pattern.test(literal));
  };
  const count = counted(texts, isExpected, errorExceptions);
  say(t, "error texts", count);
  assert.ok(texts.length >= 200, `${texts.length} texts were read`);
  assert.deepEqual(count.missing, []);
  assert.deepEqual(idle(errorExceptions, count), []);
});

/** How each route shows in a test. */
const routeTests: ReadonlyMap<string, RegExp> = new Map([
  ["GET /", /"\/"/],
  ["GET /index.html", /\/index\.html/],
  ["GET /info", /\/info/],
  ["GET /user/{name}", /\/user\//],
  ["GET /emojis/{file name or id}", /\/emojis\//],
  ["GET /server-assets/icon", /\/server-assets\/icon/],
  ["/banner", /\/server-assets\/banner|\/banner/],
  ["GET /attachments/{id}", /\/attachments\//],
  ["POST /attachments/upload", /\/attachments\/upload/],
  ["POST /webhooks", /\/webhooks/],
  ["/webhooks/*", /\/webhooks\//],
  ["OPTIONS", /"OPTIONS"/],
  ["GET", /Not found/],
  ["HEAD", /"HEAD"/],
]);

test("every route of the reference is tested", (t) => {
  const count = counted(routes, (name) => routeTests.get(name)?.test(sources) ?? false, new Map());
  say(t, "routes", count);
  assert.ok(routes.length >= 12, `${routes.length} routes were read`);
  assert.deepEqual(count.missing, []);
});
