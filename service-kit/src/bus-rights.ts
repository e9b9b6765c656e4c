/** What the user that a bus is connected as may do, as far as the server tells. */
import type { NatsConnection } from "@nats-io/transport-node";

/** Whether it may hear a subject: the server refuses a subscription before it answers the next ping. */
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
  await connection.flush();
  subscription.unsubscribe();
  return !isRefused;
}
