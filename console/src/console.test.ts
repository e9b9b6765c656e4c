import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import {
  createLogger,
  createRegistry,
  type EdgeFacts,
  edgeSection,
  loadConfig,
  OperatorError,
  type ServiceContext,
  setting,
} from "@dragoman/service-kit";
import { start } from "./console.ts";
import { contentSecurityPolicy, describePlayground } from "./playground.ts";

/** Two edges, of which an operator may name the public base of one. */
const sections = [
  edgeSection("line", { port: setting.port.default(5613), url: setting.text.default("") }),
  edgeSection("other", { port: setting.port.default(6770) }),
];
const edges: readonly EdgeFacts[] = sections.map((section) => ({
  protocol: section.name,
  title: section.name,
  section,
  servesFiles: false,
  reservedNames: [],
}));

function contextOf(environment: Readonly<Record<string, string>>): ServiceContext {
  return {
    config: loadConfig({ DRAGOMAN_CONSOLE_PORT: "0", ...environment }, {}, sections).config,
    edges,
    logger: createLogger("silent", "console"),
    registry: createRegistry(),
  };
}

describe("the console", () => {
  it("serves the page, its modules and nothing else, each with a strict policy", async () => {
    const service = await start(contextOf({}));
    try {
      const base = `http://127.0.0.1:${service.port}`;
      const expected = [
        ["/", 200, "text/html"],
        ["/playground.js", 200, "javascript"],
        ["/playground.css", 200, "text/css"],
        ["/mark.svg", 200, "image/svg+xml"],
        ["/playground.json", 200, "application/json"],
        ["/nothing", 404, "text/plain"],
        ["/%2e%2e/package.json", 404, "text/plain"],
      ] as const;
      for (const [path, status, type] of expected) {
        const response = await fetch(`${base}${path}`);
        await response.arrayBuffer();
        assert.equal(response.status, status, path);
        assert.ok(response.headers.get("content-type")?.includes(type), path);
        const policy = response.headers.get("content-security-policy") ?? "";
        assert.match(policy, /default-src 'none'/, path);
        assert.match(policy, /connect-src 'self' ws:\/\/127\.0\.0\.1:5613 /, path);
        assert.doesNotMatch(policy, /unsafe/, path);
        assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
      }
    } finally {
      await service.stop();
    }
  });

  it("names the setting when its port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => holder.once("listening", resolve));
      const address = holder.address();
      assert.ok(typeof address === "object" && address !== null);
      const context = contextOf({ DRAGOMAN_CONSOLE_PORT: String(address.port) });
      await assert.rejects(start(context), (error) => {
        assert.ok(error instanceof OperatorError);
        assert.match(error.message, /^DRAGOMAN_CONSOLE_PORT: 127\.0\.0\.1:\d+ is already taken;/);
        return true;
      });
    } finally {
      holder.close();
    }
  });

  it("refuses half a certificate and files that are none", async () => {
    const cases = [
      [{ DRAGOMAN_TLS_CERT: "/nowhere.pem" }, /set both for TLS, or neither/],
      [
        { DRAGOMAN_TLS_CERT: "/nowhere.pem", DRAGOMAN_TLS_KEY: "/nowhere.pem" },
        /^DRAGOMAN_TLS_CERT: \/nowhere\.pem is not there$/,
      ],
      [
        { DRAGOMAN_TLS_CERT: import.meta.filename, DRAGOMAN_TLS_KEY: import.meta.filename },
        /holds no certificate in PEM form/,
      ],
    ] as const;
    for (const [environment, message] of cases) {
      await assert.rejects(start(contextOf(environment)), (error) => {
        assert.ok(error instanceof OperatorError);
        assert.match(error.message, message);
        return true;
      });
    }
  });
});

describe("what the page is told", () => {
  it("offers the demo accounts on a loopback address alone", () => {
    const names = (environment: Readonly<Record<string, string>>): readonly string[] =>
      describePlayground(contextOf(environment)).accounts.map(({ name }) => name);
    assert.deepEqual(names({}), ["ada", "ben", "mona", "olga"]);
    assert.deepEqual(names({ DRAGOMAN_DEMO: "0" }), []);
    assert.deepEqual(names({ DRAGOMAN_HOST: "0.0.0.0" }), []);
    assert.deepEqual(names({ DRAGOMAN_HOST: "0.0.0.0", DRAGOMAN_DEMO: "1" }), []);
  });

  it("names the public base of an edge when an operator gave one", () => {
    const { doors } = describePlayground(contextOf({ DRAGOMAN_LINE_URL: "https://chat.example" }));
    assert.deepEqual(doors, {
      line: { host: "chat.example", port: 443, tls: true },
      other: { port: 6770, tls: false },
    });
  });

  it("lets no Host header write into the policy", () => {
    const playground = describePlayground(contextOf({}));
    for (const host of ["a; script-src *", "[::1]:8080", "x y", "", "a'b", "a\r\nset-cookie: b"]) {
      assert.equal(
        contentSecurityPolicy(playground, host),
        contentSecurityPolicy(playground, "*"),
        host,
      );
    }
    const named = contentSecurityPolicy(playground, "chat.example:8080");
    assert.match(named, /connect-src 'self' ws:\/\/chat\.example:5613 wss:\/\/chat\.example:5613 /);
  });
});
