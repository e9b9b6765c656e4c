/** `/livez`, `/readyz` and `/metrics` of all services in a process, on a port that is not the public one. */
import type { Service } from "./lifecycle.ts";
import { listenError } from "./listen-error.ts";
import type { Registry } from "./metrics.ts";

/**
 * Serves health until stopped. `/readyz` is 503 with the reasons while any service is not ready.
 * @throws OperatorError when the port is taken
 */
export async function startHealth(
  address: { readonly host: string; readonly port: number },
  services: () => readonly Service[],
  registry: Registry,
): Promise<Service> {
  // Commands have none, and would load it for nothing.
  const { default: fastify } = await import("fastify");
  const app = fastify({ logger: false });
  app.get("/livez", async () => ({ live: true }));
  app.get("/readyz", async (_request, reply) => {
    const states = services().map((service) => ({ name: service.name, ...service.ready() }));
    const ready = states.length > 0 && states.every((state) => state.ready);
    const why = states.length === 0 ? { why: "starting" } : {};
    return reply.code(ready ? 200 : 503).send({ ready, ...why, services: states });
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    throw listenError(error, { ...address, hostKey: "health.host", portKey: "health.port" });
  }
  const bound = app.server.address();
  return {
    name: "health",
    port: typeof bound === "object" && bound !== null ? bound.port : address.port,
    ready: () => ({ ready: true }),
    stop: () => app.close(),
  };
}
