/** Subscriptions to notifications of a data folder, and the keys that lie beside it (OriginChats part 3, 11 and 16). */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { refuseBarred } from "../refusal.ts";
import type { Report } from "../report.ts";
import type { SourcePerson, SourcePush, SourcePushes } from "../source.ts";
import { bareName } from "./people.ts";
import { fieldsOf, isFields, listOf, numberOf, textOf } from "./value.ts";

const kind = "push subscription";
const keyFile = "private_key.pem";
/** More the house does not keep for a person either. */
const perPersonMax = 20;

export interface PushReading {
  /** Where the keys lie. */
  readonly vapid: string;
  readonly report: Report;
}

/** undefined: there are none, or not the keys by which they were made. */
export async function pushesOf(
  given: unknown,
  people: readonly SourcePerson[],
  { vapid, report }: PushReading,
): Promise<SourcePushes | undefined> {
  const entries = Object.entries(fieldsOf(given)).filter(([, all]) => listOf(all).length > 0);
  if (entries.length === 0) return undefined;
  const path = join(vapid, keyFile);
  const pem = await readFile(path, "utf8").catch((error: unknown) => {
    refuseBarred(path, error);
    return "";
  });
  const keys = keysOf(pem);
  if (keys === undefined) {
    report.leave(kind, vapid, `there is no ${keyFile} that is a key: all stay behind`);
    return undefined;
  }
  const ids = new Map(people.map(({ id, name }) => [name.toLowerCase(), id]));
  const subscriptions = entries.flatMap(([name, all]) => {
    const personId = ids.get(bareName(name.replace(/^usr:local_/, "USR:local_")).toLowerCase());
    if (personId === undefined) report.leave(kind, name, "is of nobody who is here");
    return personId === undefined ? [] : subscriptionsOf(personId, listOf(all), report);
  });
  return { ...keys, subscriptions };
}

/** Both halves of a pair as browsers know them; undefined: it is none of their curve. */
function keysOf(pem: string): Pick<SourcePushes, "privateKey" | "publicKey"> | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return undefined;
  const { d = "", x = "", y = "" } = key.export({ format: "jwk" });
  const point = [x, y].map((each) => Buffer.from(each, "base64url"));
  return {
    privateKey: d,
    publicKey: Buffer.concat([Buffer.of(4), ...point]).toString("base64url"),
  };
}

/** Those of a person, the last used first. */
function subscriptionsOf(
  personId: string,
  given: readonly unknown[],
  report: Report,
): readonly SourcePush[] {
  const usedAt = (each: unknown): number => numberOf(fieldsOf(each)["last_used"]) ?? 0;
  const known = given.flatMap((each): readonly SourcePush[] => {
    const fields = isFields(each) ? each : {};
    const [endpoint, p256dh, auth] = ["endpoint", "p256dh", "auth"].map((name) =>
      textOf(fields[name], 2_001),
    );
    const isWhole = endpoint !== undefined && p256dh !== undefined && auth !== undefined;
    if (isWhole && endpoint.length <= 2_000 && p256dh.length <= 200 && auth.length <= 100)
      return [{ personId, endpoint, p256dh, auth }];
    report.leave(kind, personId, "is none");
    return [];
  });
  const order = new Map(given.map((each) => [fieldsOf(each)["endpoint"], usedAt(each)]));
  const sorted = known.sort((a, b) => (order.get(b.endpoint) ?? 0) - (order.get(a.endpoint) ?? 0));
  for (const _ of sorted.slice(perPersonMax))
    report.leave(kind, personId, `is older than the last ${perPersonMax}`);
  return sorted.slice(0, perPersonMax);
}
