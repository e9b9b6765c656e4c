/** What every server of OriginChats answers over HTTP, on the port of its WebSocket (part 3, section 14). */
import assert from "node:assert/strict";
import type { AnyServer, Check } from "../any-server.ts";

const ask = ({ url }: AnyServer, path: string, method = "GET"): Promise<Response> =>
  fetch(new URL(path, url.replace(/^ws/, "http")), { method });

const check = (title: string, run: (server: AnyServer) => Promise<void>): Check => ({
  section: "3, 14",
  title,
  run,
});

export const httpChecks: readonly Check[] = [
  check("/info tells server and numbers, to any origin", async (server) => {
    const answer = await ask(server, "/info");
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    const info = (await answer.json()) as {
      readonly server: Readonly<Record<string, unknown>>;
      readonly stats: Readonly<Record<string, unknown>>;
    };
    for (const key of ["name", "icon", "banner"]) assert.equal(typeof info.server[key], "string");
    for (const key of ["total_users", "connected_users", "online_users", "total_channels"]) {
      assert.equal(typeof info.stats[key], "number", key);
    }
  }),
  check("OPTIONS is answered for every path", async (server) => {
    const answer = await ask(server, "/no/such/path", "OPTIONS");
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get("access-control-allow-methods") ?? "", /POST/);
  }),
  check("another path is a JSON 404, an unknown emoji a 404", async (server) => {
    const answer = await ask(server, "/no/such/path");
    assert.equal(answer.status, 404);
    assert.deepEqual(await answer.json(), { error: "Not found" });
    assert.equal((await ask(server, "/emojis/none.png")).status, 404);
  }),
  check("a webhook needs its token", async (server) => {
    const answer = await ask(server, "/webhooks", "POST");
    assert.equal(answer.status, 401);
    assert.deepEqual(await answer.json(), { error: "Webhook token required" });
  }),
];
