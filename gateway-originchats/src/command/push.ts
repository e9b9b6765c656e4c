/** Subscribing to notifications (part 3, section 11). */
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { isTruthy } from "../wire.ts";
import { type CommandRows, noFields, row } from "./row.ts";

const incomplete = "subscription must include endpoint, keys.p256dh and keys.auth";
const unsaved = "Failed to save subscription";
const text = (max: number) => z.string().min(1).max(max);
const endpointMax = 2_000;

const Subscription = z.object({
  endpoint: text(endpointMax),
  keys: z.object({ p256dh: text(200), auth: text(100) }),
});

const prime = 0x100000001b3n;
const basis = 0xcbf29ce484222325n;

/**
 * The `device_fingerprint` of a subscription: 16 hexadecimal digits that are its endpoint's own (FNV-1a). The
 * endpoint is known to whoever is told, so that nothing is given away.
 */
function fingerprintOf(endpoint: string): string {
  let hash = basis;
  for (const unit of endpoint) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit.codePointAt(0) ?? 0)) * prime);
  }
  return hash.toString(16).padStart(16, "0");
}

const SubscribeShape = z.object({ subscription: z.unknown().exactOptional() });

function subscribe(packet: z.infer<typeof SubscribeShape>, ask: Ask): readonly Step[] {
  const given = packet.subscription;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  if (!isObject || Object.keys(given).length === 0) return fail(ask, "Missing subscription object");
  const parsed = Subscription.safeParse(given);
  if (!parsed.success) return fail(ask, incomplete);
  const { endpoint, keys } = parsed.data;
  const done = (): readonly Step[] => [
    reply(ask, {
      cmd: "push_subscribed",
      success: true,
      device_fingerprint: fingerprintOf(endpoint),
    }),
  ];
  return [
    {
      do: "command",
      body: { type: "push.subscribe", endpoint, ...keys },
      settle: done,
      unchanged: done,
      refuse: refuse(ask, { busy: () => unsaved, invalid: () => unsaved }),
    },
  ];
}

const UnsubscribeShape = z.object({ endpoint: z.unknown().exactOptional() });

function unsubscribe({ endpoint }: z.infer<typeof UnsubscribeShape>, ask: Ask): readonly Step[] {
  if (!isTruthy(endpoint)) return fail(ask, "Missing endpoint");
  const done = (): readonly Step[] => [reply(ask, { cmd: "push_unsubscribed", success: true })];
  if (typeof endpoint !== "string" || endpoint.length > endpointMax) return done();
  return [
    {
      do: "command",
      body: { type: "push.unsubscribe", endpoint },
      settle: done,
      unchanged: done,
      refuse: refuse(ask, { busy: () => "Failed to remove subscription" }),
    },
  ];
}

const vapid = (ask: Ask): Step =>
  query({
    body: { type: "push.key" },
    answer: ({ key }) => [reply(ask, { cmd: "push_vapid", key })],
    refuse: refuse(ask),
  });

export const pushCommands = {
  push_get_vapid: row({ shape: noFields, translate: (_, ask) => [vapid(ask)] }),
  push_subscribe: row({ shape: SubscribeShape, translate: subscribe }),
  push_unsubscribe: row({ shape: UnsubscribeShape, translate: unsubscribe }),
} as const satisfies CommandRows;
