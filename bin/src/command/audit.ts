import type { AuditEntry } from "@dragoman/bus-schema";
import { z } from "zod";
import type { Operator } from "../operator.ts";
import { namesIn } from "./names.ts";
import { houseCommand } from "./spec.ts";
import { readMoment, readWhole } from "./value.ts";

/** Whom the log names where an operator acted; no account is called so. */
const operatorName = "operator";
const pageMax = 200;
const followMs = 1_000;

const output = z.object({
  entry: z.int(),
  at: z.string(),
  act: z.string(),
  actor: z.string().nullable().describe("a name, `operator`, or null for nobody"),
  target: z.string().nullable().describe("a name, or the id of what has none"),
  protocol: z.string().exactOptional(),
  details: z
    .record(z.string(), z.unknown())
    .describe("roles and channels by their names of now, or the id of one that is gone"),
});

/** What things are called, by their ids. */
interface Names {
  person(userId: string): Promise<string>;
  /** A role or a channel; the id itself where there is none such any more. */
  thing(id: string): Promise<string>;
}

function namesOf(operator: Operator): Names {
  const known = new Map<string, string>();
  return {
    person: namesIn(operator),
    async thing(id) {
      if (!known.has(id)) {
        const { roles, channels } = await operator.frame();
        for (const { roleId, name } of roles) known.set(roleId, name);
        for (const { channelId, kind, name } of channels) {
          if (kind !== "whisper") known.set(channelId, name);
        }
        // Of one that is gone it is not asked again.
        if (!known.has(id)) known.set(id, id);
      }
      return known.get(id) ?? id;
    },
  };
}

/** Which field of the details holds what is called by a name, and what the field is called then. */
const named: ReadonlyMap<string, string> = new Map([
  ["roleId", "role"],
  ["roleIds", "roles"],
  ["channelId", "channel"],
]);

async function detailsOf(details: AuditEntry["details"], names: Names) {
  const shown: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(details)) {
    const as = named.get(field);
    if (as === undefined) shown[field] = value;
    else if (Array.isArray(value)) {
      const found: string[] = [];
      for (const id of value) found.push(await names.thing(String(id)));
      shown[as] = found;
    } else shown[as] = await names.thing(String(value));
  }
  return shown;
}

async function shown(entry: AuditEntry, names: Names): Promise<z.infer<typeof output>> {
  const { actorId, by, targetId, act, protocol } = entry;
  const isPerson =
    /^(user|moderation|password|tokens?|link)\./.test(act) || /^role\.(taken|dropped)$/.test(act);
  const isThing = /^(role|channel)\./.test(act);
  const nameOf = (id: string): Promise<string> | string =>
    isPerson ? names.person(id) : isThing ? names.thing(id) : id;
  const target = entry.targetName ?? (targetId === null ? null : await nameOf(targetId));
  const details = await detailsOf(entry.details, names);
  return {
    entry: entry.entry,
    at: new Date(entry.atMs).toISOString(),
    act,
    actor: actorId === null ? (by ?? null) : await names.person(actorId),
    target,
    ...(protocol === undefined ? {} : { protocol }),
    details,
  };
}

export const command = houseCommand({
  name: "audit",
  summary: "what was done to people and to the house, and by whom; the oldest first",
  arguments: {},
  options: {
    limit: { help: "how many of the newest entries", value: "number", default: "50" },
    act: { help: "only such acts, as `moderation.banned`", value: "act", many: true },
    by: { help: "only what this person did, or `operator`", value: "name" },
    target: {
      help: "only what was done to this person, or to the channel of that name",
      value: "name",
    },
    since: { help: "only what is later than 2030-01-31 or 2030-01-31T18:00Z (UTC)", value: "date" },
    follow: { help: "go on with what is new, until it is ended" },
  },
  output,
  stream: true,
  say: ({ at, act, actor, target, details }) => {
    const more = Object.keys(details).length === 0 ? [] : [JSON.stringify(details)];
    return [at, act, actor ?? "-", target ?? "-", ...more].join("\t");
  },
  async run({ options }, tell, { operator }) {
    const { limit, act: acts, by, target, since, follow } = options;
    const wanted = readWhole("audit: --limit", limit, 1_000_000);
    const afterMs = since === undefined ? undefined : await readMoment("audit: --since", since);
    const names = namesOf(operator);
    const idOf = async (name: string) =>
      (await operator.ask({ type: "user.record", target: name })).user.userId;
    const targets = target === undefined ? undefined : await targetsOf(operator, target);
    const filter = {
      ...(acts.length === 0 ? {} : { acts: [...acts] }),
      ...(by === undefined || by === operatorName ? {} : { actorId: await idOf(by) }),
      ...(by === operatorName ? { byOperator: true as const } : {}),
      ...(targets === undefined ? {} : { targetIds: targets }),
      ...(afterMs === undefined ? {} : { afterMs }),
    };
    const ask = (offset: number, size: number) =>
      operator.ask({ type: "audit.entries", limit: size, offset, ...filter });
    const page = async (offset: number, size: number): Promise<AuditEntry[]> => {
      const { entries } = await ask(offset, size);
      return by === operatorName ? entries.filter((each) => each.by === operatorName) : entries;
    };
    const count = Math.min(wanted, (await ask(0, 1)).total);
    let last = 0;
    // From the oldest wanted page on to the newest: what comes meanwhile shifts a page, and is told once.
    for (let from = Math.ceil(count / pageMax) * pageMax - pageMax; from >= 0; from -= pageMax) {
      const size = Math.min(pageMax, count - from);
      for (const entry of (await page(from, size)).toReversed()) {
        if (entry.entry <= last) continue;
        last = entry.entry;
        await tell(await shown(entry, names));
      }
    }
    if (!follow) return 0;
    const { setTimeout: pause } = await import("node:timers/promises");
    for (;;) {
      await pause(followMs);
      const fresh: AuditEntry[] = [];
      for (let from = 0; ; from += pageMax) {
        const entries = await page(from, pageMax);
        fresh.push(...entries.filter(({ entry }) => entry > last));
        if (entries.length < pageMax || (entries.at(-1)?.entry ?? 0) <= last) break;
      }
      for (const entry of fresh.toReversed()) {
        if (entry.entry <= last) continue;
        last = entry.entry;
        await tell(await shown(entry, names));
      }
    }
  },
});

/** What `--target` may mean: a person's id, where somebody is called so, and the name itself. */
async function targetsOf(operator: Operator, name: string): Promise<string[]> {
  const { OperatorError } = await import("@dragoman/service-kit/operator-error");
  try {
    const { user } = await operator.ask({ type: "user.record", target: name });
    return [user.userId, name];
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [name];
  }
}
