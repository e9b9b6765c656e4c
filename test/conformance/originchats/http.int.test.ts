/** The HTTP surface (reference part 3, section 14). */
import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
  "access-control-allow-headers": "Content-Type, Authorization, Range",
  "access-control-expose-headers": "Content-Length, Content-Type, Cache-Control",
};

async function ask(method: string, path: string) {
  const response = await fetch(`${at()}${path}`, { method });
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

test("every answer may be read from any origin", async () => {
  for (const [method, path] of [
    ["GET", "/info"],
    ["GET", "/nope"],
    ["GET", "/emojis/x"],
    ["GET", "/attachments/x"],
    ["GET", "/server-assets/icon"],
    ["POST", "/webhooks"],
    ["POST", "/attachments/upload"],
    ["OPTIONS", "/anything/at/all"],
  ] as const) {
    const { headers } = await ask(method, path);
    for (const [name, value] of Object.entries(cors)) assert.equal(headers[name], value, path);
  }
});

test("/user/<name> says whether somebody has an account here", async () => {
  const known = await ask("GET", "/user/Ada");
  assert.deepEqual([known.status, JSON.parse(known.text)], [200, { username: "ada" }]);
  for (const name of ["nobody", "%20", "a".repeat(90), "USR:local_ada"]) {
    assert.equal((await ask("GET", `/user/${name}`)).status, 404);
  }
  // Asked as often as an address may log in wrongly, it answers no more.
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => (await ask("GET", "/user/ada")).status),
  );
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
});

test("OPTIONS is 204 on any path", async () => {
  for (const path of ["/info", "/anything/at/all", "/attachments/upload"]) {
    const got = await ask("OPTIONS", path);
    assert.deepEqual([got.status, got.text], [204, ""]);
  }
});

test("GET and HEAD of anything else are 404", async () => {
  for (const path of [
    "/nope",
    "/nope/deeper?x=1",
    "/webhooks?token=x",
    "/emojis/",
    "/attachments/",
  ]) {
    const got = await ask("GET", path);
    assert.deepEqual([got.status, got.text], [404, '{"error":"Not found"}'], path);
    assert.equal(got.headers["content-type"], "application/json; charset=utf-8");
    assert.equal((await ask("HEAD", path)).status, 404);
  }
});

test("other methods are 405 and say what is allowed", async () => {
  const cases = [
    ["POST", "/", "GET,HEAD,OPTIONS"],
    ["POST", "/nope", "GET,HEAD,OPTIONS"],
    ["PUT", "/info", "GET,HEAD,OPTIONS"],
    ["DELETE", "/attachments/x", "GET,HEAD,OPTIONS"],
    ["PUT", "/webhooks?token=x", "GET,HEAD,OPTIONS,POST"],
  ] as const;
  for (const [method, path, allow] of cases) {
    const got = await ask(method, path);
    assert.deepEqual(
      [got.status, got.headers["allow"], got.text],
      [405, allow, "405: Method Not Allowed"],
    );
  }
});

test("/info is indented JSON, and HEAD works wherever GET does", async () => {
  const got = await ask("GET", "/info");
  assert.equal(got.status, 200);
  assert.equal(got.headers["content-type"], "application/json; charset=utf-8");
  assert.ok(got.text.startsWith('{\n  "server": {\n    "name": '));
  for (const path of ["/info", "/", "/index.html"]) {
    const head = await ask("HEAD", path);
    assert.deepEqual([head.status, head.text], [200, ""]);
  }
  const page = await ask("GET", "/index.html");
  assert.equal(page.headers["cache-control"], "no-cache");
  assert.match(page.headers["content-type"] ?? "", /^text\/html/);
});

test("a WebSocket elsewhere than at / is 404", async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const asked = request(`${at()}/info`, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    asked.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("upgrade", (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.on("error", reject);
    asked.end();
  });
  assert.equal(status, 404);
});
