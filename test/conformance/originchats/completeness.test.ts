/**
 * The reference against the gateway and against these tests: every command is in the gateway's table, and every
 * command, packet, error text and route occurs in a test over a real socket, or in the list of exceptions.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commands as served } from "@dragoman/gateway-originchats";
import { commandExceptions, errorExceptions, onTheWay } from "./exceptions.ts";
import { commands, errors, finder, packets, routes } from "./reference.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "conformance", "originchats");
const own = ["completeness.test.ts", "exceptions.ts", "reference.ts"];
const sources = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !own.includes(name))
  .map((name) => readFileSync(join(folder, name), "utf8"))
  .join("\n");

/** Answered before the login, by no table. */
const beforeLogin: ReadonlySet<string> = new Set(["auth", "login", "register"]);
const quoted = (name: string): boolean => sources.includes(`"${name}"`);
const isOnTheWay = (name: string): boolean => onTheWay.some((pattern) => pattern.test(name));

interface Count {
  readonly tested: readonly string[];
  readonly excepted: readonly string[];
  readonly awaited: readonly string[];
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
  const awaited = rest.filter((name) => !exceptions.has(name) && isOnTheWay(name));
  const missing = rest.filter((name) => !exceptions.has(name) && !isOnTheWay(name));
  return { tested, excepted, awaited, missing };
}

function say(t: { diagnostic(text: string): void }, what: string, count: Count): void {
  const { tested, excepted, awaited, missing } = count;
  const all = tested.length + excepted.length + awaited.length + missing.length;
  const more = awaited.length === 0 ? "" : `, ${awaited.length} on the way`;
  t.diagnostic(
    `${what}: ${all} in the reference, ${tested.length} tested, ${excepted.length} excepted${more}`,
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
    [...served.keys()].filter((name) => !quoted(name) && !isOnTheWay(name)),
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
  const count = counted(texts, (text) => finder(text)?.test(sources) ?? false, errorExceptions);
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
