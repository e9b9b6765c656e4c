/** HTTP routes that an edge has beside its WebSocket, and what they may ask. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestPort } from "../request-port.ts";

export interface HttpPort extends RequestPort {
  /** The client's address, through the trusted proxies. */
  address(request: FastifyRequest): string;
}

/** Registers an edge's routes. */
export type Routes = (app: FastifyInstance, http: HttpPort) => void;
