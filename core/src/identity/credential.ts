/**
 * Password hashes of operators. An operator hands a hash over and is told its id, which a command may name then; the
 * bucket is core's alone, for whoever may write to it could take anybody's account.
 */
import {
  type CommunityId,
  CredentialId,
  decode,
  encode,
  operatorGateway,
  parseGatewaySubject,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, type Logger, type Msg } from "@dragoman/service-kit";
import { z } from "zod";
import type { Secrets } from "./secrets.ts";

const limitMs = 2_000;

const Request = z.object({ v: z.literal(1), hash: z.string().min(1).max(512) });
const Reply = z.object({ credentialId: CredentialId });

export interface CredentialServing {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly secrets: Secrets;
  readonly logger: Logger;
}

/** Keeps the hashes of operators until stopped. Every core may. */
export function serveCredentials(options: CredentialServing): { stop(): void } {
  const { bus, community, secrets, logger } = options;
  const take = (message: Msg): void => {
    const request = decode(Request, message.data);
    const from = parseGatewaySubject(message.subject, "credential");
    if (from !== operatorGateway || !request.ok) return;
    secrets
      .storeCredential(request.value.hash)
      .then((credentialId) => bus.respond(message, encode({ credentialId })))
      // No answer: the operator asks again.
      .catch((error: unknown) => logger.error({ err: error }, "password hash not stored"));
  };
  const served = bus.serve(subject.credentials(community), take, { queue: "core" });
  return { stop: () => served.unsubscribe() };
}

/**
 * Has a hash kept. As the operator alone.
 * @throws BusError when no core answers within 2 s
 */
export async function storeCredential(
  bus: Bus,
  community: CommunityId,
  hash: string,
): Promise<CredentialId> {
  const to = subject.credential(community, operatorGateway);
  const { data } = await bus.request(to, encode({ v: 1, hash }), { timeoutMs: limitMs });
  const reply = decode(Reply, data);
  if (!reply.ok) throw new BusError("timeout", to);
  return reply.value.credentialId;
}
