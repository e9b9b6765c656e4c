import { startGateway } from "@dragoman/gateway-kit";
import type { Service, ServiceContext } from "@dragoman/service-kit";
import { edge } from "./edge.ts";

/**
 * Runs a Sock Chat gateway until it is stopped.
 * @throws OperatorError when the port is taken or the bus cannot be reached
 */
export function start(context: ServiceContext): Promise<Service> {
  return startGateway(edge, context);
}
