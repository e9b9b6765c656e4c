import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../load-config.ts";
import { OperatorError } from "../operator-error.ts";
import { parseShared, sharedChanges } from "./settings.ts";
import { SharedSettings } from "./taken.ts";
import { sharedFaults } from "./unfit.ts";

const faults = (yaml: string): string => sharedFaults(parseShared(yaml, "file"), []).join("\n");

test("what is shared is looked at as a start would", () => {
  assert.equal(faults("limits: { postContent: 100 }\nlogLevel: debug\n"), "");
  assert.equal(faults(""), "");
  assert.equal(
    faults("limits: { postContent: 120, burstLimit: -3 }\n"),
    "limits.burstLimit in the shared settings: -3 is not a whole number of at least 0",
  );
  assert.match(faults("limits: { postContents: 1 }\n"), /did you mean limits\.postContent\?$/);
  assert.match(faults("limits: 5\n"), /^limits in the shared settings: no such setting/);
  assert.match(
    faults("journal: { tryMs: 90000 }\n"),
    /^journal\.tryMs: 90000 must be less than journal\.commandMs, /,
  );
  assert.match(faults("accounts: { providers: [] }\n"), /^accounts\.providers is empty/);
});

test("secrets and what is of one machine or process are never shared", () => {
  for (const yaml of ["site: { secret: sesame }", "nats: { password: sesame }"]) {
    assert.match(faults(yaml), /is a secret, which is never shared/, yaml);
    assert.doesNotMatch(faults(yaml), /sesame/);
  }
  const local = [
    "community: x",
    "host: 0.0.0.0",
    "dataDir: /x",
    "health: { port: 1 }",
    "nats: { url: x }",
    "tls: { cert: x }",
    "storage: { natsDir: /x }",
  ];
  for (const yaml of local) assert.match(faults(yaml), /is of one process or one machine/, yaml);
});

test("a text that holds no settings is refused", () => {
  for (const text of ["- a", "a: [", "5", "a: &x 1\nb: *x\n".repeat(1)]) {
    assert.throws(() => parseShared(text, "file"), OperatorError, text);
  }
  assert.throws(
    () => parseShared(`server: { motd: "${"x".repeat(40_000)}" }`, "file"),
    /file is longer than/,
  );
});

test("a file beats what is shared, the environment beats the file, and what is not known is passed over", () => {
  const shared = { limits: { postContent: 100, burstLimit: 5, tomorrow: 1 }, later: { a: 1 } };
  const environment = { DRAGOMAN_LIMITS_BURST_LIMIT: "7" };
  const { config, origins } = loadConfig(environment, {}, [], shared);
  assert.deepEqual([config.limits.postContent, origins.get("limits.postContent")], [100, "shared"]);
  assert.deepEqual(
    [config.limits.burstLimit, origins.get("limits.burstLimit")],
    [7, "environment"],
  );
  // Nobody changes what others hold.
  assert.equal(shared.limits.burstLimit, 5);
});

test("what differs between two revisions is told in words, and no secret is", () => {
  const texts = sharedChanges(
    { limits: { postContent: 1 }, logLevel: "info", site: { secret: "old" } },
    { limits: { postContent: 2 }, allowedOrigins: [], site: { secret: "sesame" } },
  ).map(({ text }) => text);
  assert.deepEqual(texts, [
    'allowedOrigins: not shared → ""',
    "limits.postContent: 1 → 2",
    "logLevel: info → not shared",
    "site.secret: ******** → ********",
  ]);
});

test("a revision that cannot be taken leaves the one before, until what stands against it has gone", () => {
  const shared = new SharedSettings();
  const of = (revision: number, settings: Record<string, unknown>) =>
    ({ v: 1, revision, settings, commandId: "", atMs: 0 }) as const;
  let own: NodeJS.ProcessEnv = {};
  const read = (): void => shared.readAs(loadConfig(own, {}, [], shared.tree).origins);
  assert.equal(shared.offer(of(1, { limits: { postContent: 5 }, later: 1 }), read), undefined);
  assert.deepEqual(shared.standing.unknown, ["later"]);
  assert.match(shared.offer(of(2, { limits: { postContent: "x" } }), read) ?? "", /postContent/);
  assert.deepEqual(shared.tree, { limits: { postContent: 5 }, later: 1 });
  assert.equal(shared.standing.revision, 1);
  assert.equal(shared.standing.refused?.revision, 2);
  assert.deepEqual(shared.standing.unknown, ["later"]);
  // The process has a good value of its own by now.
  own = { DRAGOMAN_LIMITS_POST_CONTENT: "9" };
  shared.retry(read);
  assert.deepEqual(shared.standing, {
    revision: 2,
    own: ["limits.postContent"],
    restart: [],
    unknown: [],
  });
});
