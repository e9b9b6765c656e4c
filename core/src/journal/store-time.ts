/** What time it is by NATS' clock: the lease is written anew every half second, and each message of a stream has its time. */
import { type CommunityId, encode, leaseBucket } from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";

/**
 * Epoch ms of the last renewal of the lease; 0: there is none.
 * @throws BusError without an answer
 */
export async function storeTimeMs(
  bus: Bus,
  community: CommunityId,
  limitMs: number,
): Promise<number> {
  const bucket = leaseBucket(community);
  const wanted = encode({ last_by_subj: `$KV.${bucket}.>` });
  const reply = await bus.request(`$JS.API.STREAM.MSG.GET.KV_${bucket}`, wanted, {
    timeoutMs: limitMs,
  });
  const { message } = JSON.parse(new TextDecoder().decode(reply.data)) as {
    readonly message?: { readonly time: string };
  };
  return message === undefined ? 0 : Date.parse(message.time);
}
