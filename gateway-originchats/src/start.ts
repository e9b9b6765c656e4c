/** Starts the OriginChats gateway in this process. */
import { startGateway } from "@dragoman/gateway-kit";
import type { Service, ServiceContext } from "@dragoman/service-kit";
import { edge } from "./edge.ts";

/**
 * Serves OriginChats clients until stopped.
 * @throws OperatorError when the port is taken or the configuration cannot work
 */
export function start(context: ServiceContext): Promise<Service> {
  return startGateway(edge, context);
}
