/** A running gateway: one edge over real sockets, fed by the journal. */
import { OperatorError, type Service, type ServiceContext } from "@dragoman/service-kit";
import type { Edge } from "./edge.ts";

/**
 * Runs an edge until it is stopped.
 * @throws OperatorError when the port is taken
 */
export async function startGateway<Own, Dialect extends string>(
  edge: Edge<Own, Dialect>,
  _context: ServiceContext,
): Promise<Service> {
  throw new OperatorError(`gateway-${edge.protocol}: cannot start yet`);
}
