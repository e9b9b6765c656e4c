/**
 * The web pages: a static file server with strict headers. It speaks to no other service; the pages themselves are
 * clients of the gateways, over the sockets that everyone uses.
 */
import { createServer } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { fileURLToPath } from "node:url";
import {
  listenError,
  readCertificate,
  renewOnHangup,
  type Service,
  type ServiceContext,
} from "@dragoman/service-kit";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyServerFactory } from "fastify";
import { contentSecurityPolicy, describePlayground } from "./playground.ts";

const publicFolder = fileURLToPath(new URL("../public", import.meta.url));

/**
 * Serves the playground at `/` of `console.port`, over TLS when a certificate is configured.
 * @throws OperatorError when the port cannot be had or the certificate cannot be read
 */
export async function start(context: ServiceContext): Promise<Service> {
  const { config, logger } = context;
  const certificate = readCertificate(config);
  let renewal = (): void => undefined;
  const serverFactory: FastifyServerFactory = (handler) => {
    if (certificate === undefined) return createServer(handler);
    const server = createTlsServer(certificate, handler);
    renewal = renewOnHangup(config, logger, (renewed) => server.setSecureContext(renewed));
    return server as TlsServer & ReturnType<typeof createServer>;
  };
  const app = fastify({ logger: false, serverFactory, forceCloseConnections: true });
  await addPages(app, context);
  try {
    await app.listen({ host: config.host, port: config.console.port });
  } catch (error) {
    await app.close();
    const at = { host: config.host, port: config.console.port };
    throw listenError(error, { ...at, hostKey: "host", portKey: "console.port" });
  }
  const bound = app.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : config.console.port;
  logger.info({ host: config.host, port, tls: certificate !== undefined }, "console is up");
  return {
    name: "console",
    port,
    ready: () => ({ ready: true }),
    stop: async () => {
      renewal();
      await app.close();
    },
  };
}

async function addPages(app: FastifyInstance, context: ServiceContext): Promise<void> {
  const playground = describePlayground(context);
  app.addHook("onSend", async (request, reply) => {
    reply.headers({
      "content-security-policy": contentSecurityPolicy(playground, request.headers.host ?? ""),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
  app.get("/playground.json", async (_request, reply) =>
    reply.header("cache-control", "no-store").send(playground),
  );
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).type("text/plain; charset=utf-8").send("There is no such page.\n"),
  );
  await app.register(fastifyStatic, { root: publicFolder, cacheControl: true, maxAge: 0 });
}
