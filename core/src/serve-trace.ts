/** Tells the leader what this core remembers of a message, for an operator. */
import { type CommunityId, decode, encode, subject, TraceRequest } from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import type { ReplicaView } from "./journal/replica-view.ts";
import type { CoreTrace } from "./trace.ts";

export interface ServeTraceOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly coreId: string;
  readonly replica: ReplicaView;
  readonly trace: CoreTrace;
}

export function serveTrace({ bus, community, coreId, replica, trace }: ServeTraceOptions): {
  stop(): void;
} {
  const subscription = bus.serve(subject.traceOf(community, coreId), (message) => {
    const request = decode(TraceRequest, message.data);
    if (!request.ok) return;
    const { number, seq } = request.value;
    bus.respond(message, encode(trace.of(`core ${coreId}`, number, seq, replica.time)));
  });
  return { stop: () => subscription.unsubscribe() };
}
