/** The HTTP routes beside the WebSocket at `/` (part 3, section 14). Every answer carries the original's CORS. */
import type { Routes } from "@dragoman/gateway-kit";
import { addressBlock } from "@dragoman/service-kit";
import { findUser } from "../place.ts";
import { settings } from "../settings.ts";
import { sendFailure, sendJson, tooManyRequests } from "./answer.ts";
import { fileRoutes } from "./file-routes.ts";
import { MinuteBudget } from "./gate.ts";
import { indexPage } from "./page.ts";
import { serverInfo } from "./server-info.ts";

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
  "access-control-allow-headers": "Content-Type, Authorization, Range",
  "access-control-expose-headers": "Content-Length, Content-Type, Cache-Control",
};

/** Whether something may be posted to a path. */
function takesPosts(url: string): boolean {
  const [path = ""] = url.split("?", 1);
  return path === "/attachments/upload" || /^\/webhooks(?:\/|$)/.test(path);
}

export const routes: Routes = (app, http) => {
  const { view, connections } = http;
  const page = (): string => {
    const { roster, config } = view();
    return indexPage(roster.server.name, settings(config).url);
  };
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(cors);
    if (request.method === "OPTIONS") return reply.code(204).send();
    const posts = takesPosts(request.url);
    if (request.method === "GET" || request.method === "HEAD") return;
    if (request.method === "POST" && posts) return;
    const allow = posts ? "GET,HEAD,OPTIONS,POST" : "GET,HEAD,OPTIONS";
    return reply.code(405).header("allow", allow).send("405: Method Not Allowed");
  });
  app.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(page()));
  app.get("/index.html", async (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page()),
  );
  app.get("/info", async (_request, reply) => {
    const body = JSON.stringify(serverInfo(view().roster, connections()), null, 2);
    return reply.type("application/json; charset=utf-8").send(body);
  });
  const lookUps = new MinuteBudget(
    () => view().config.limits.loginAttemptsPerAddress,
    () => view().steadyMs,
  );
  app.get<{ Params: { name: string } }>("/user/:name", async (request, reply) => {
    // A stranger asks: who has an account can be tried out as slowly as by log-ins, and by its present name alone.
    if (!lookUps.spend(addressBlock(http.address(request))))
      return sendFailure(reply, tooManyRequests);
    const { name } = request.params;
    const user = findUser(name, view().roster);
    if (user === undefined || user.banned || user.name.toLowerCase() !== name.toLowerCase())
      return sendJson(reply, 404, { error: "User not found" });
    return sendJson(reply, 200, { username: user.name });
  });
  fileRoutes(app, http);
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).type("application/json; charset=utf-8").send('{"error":"Not found"}'),
  );
};
