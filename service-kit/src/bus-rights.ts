/** What the user that a bus is connected as may do, as far as the server tells. */
import type { NatsConnection } from "@nats-io/transport-node";

/**
 * Whether it may hear a subject: the server refuses a subscription before it answers the next ping.
 * @throws RequestError where the connection is lost before that
 */
export async function mayHear(
  { connection }: { readonly connection: NatsConnection },
  subject: string,
): Promise<boolean> {
  let isRefused = false;
  const subscription = connection.subscribe(subject, {
    callback: (error) => {
      isRefused ||= error !== null;
    },
  });
  try {
    await connection.flush();
  } finally {
    subscription.unsubscribe();
  }
  return !isRefused;
}
