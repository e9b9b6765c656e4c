/**
 * Puts the shared settings for an operator: the leader looks at the whole as a start would, and writes only behind the
 * revision that the operator has seen. The event that tells of it follows; where the leader ends in between, the command comes
 * again, and finds its own revision there.
 */
import { type CommunityId, changesMax, type Rejection } from "@dragoman/bus-schema";
import {
  type Bus,
  type EdgeFacts,
  SharedStore,
  sharedBytesMax,
  sharedChanges,
  sharedFaults,
} from "@dragoman/service-kit";
import type { LookupSources } from "./lookup.ts";

const invalid = (field: string, why: string) =>
  ({ ok: false, rejection: { code: "invalid", field, why } }) as const;

/**
 * What throws there leaves the outcome open: the command is given again.
 * @param refusal why the event that would tell of it cannot be stored now: then nothing is written
 */
export function settingsWriter(
  bus: Bus,
  community: CommunityId,
  edges: readonly EdgeFacts[],
  refusal: () => Rejection | undefined,
): LookupSources["configure"] {
  return async ({ commandId, settings, expected }) => {
    const rejection = refusal();
    if (rejection !== undefined) return { ok: false, rejection };
    const store = await SharedStore.open(bus, community);
    const present = await store.get();
    const isOurs = present?.commandId === commandId;
    if (!isOurs && (present?.revision ?? 0) !== expected) return stale(present?.revision ?? 0);
    if (JSON.stringify(settings).length > sharedBytesMax) {
      return { ok: false, rejection: { code: "too_long", field: "settings", max: sharedBytesMax } };
    }
    const faults = sharedFaults(settings, edges);
    if (faults.length > 0) return invalid("settings", faults.join("; "));
    const before = expected === 0 ? null : await store.get(expected);
    const changes = sharedChanges(before?.settings ?? {}, settings).map(({ text }) => text);
    const put = (revision: number) =>
      ({ ok: true, value: { revision, changes: changes.slice(0, changesMax) } }) as const;
    if (isOurs) return put(present.revision);
    if (changes.length === 0) return put(expected);
    const revision = await store.put(settings, commandId, expected);
    return revision === null ? stale((await store.get())?.revision ?? 0) : put(revision);
  };
}

const stale = (revision: number) =>
  invalid(
    "revision",
    `${revision} holds by now; look at it (\`dragoman config get\`), and put yours again`,
  );
