/** Whoever was notified by an OriginChats server is by the house, by the same keys, unless that has others' already. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type Arrival, browser, pushServiceForTests } from "../support/push-service.ts";
import { housesForTests, type Settings } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { localUser, oldPassword, openTo, writeFolder } from "./folder.ts";

const houses = housesForTests("pushes");
const service = pushServiceForTests();

const signIn = (settings: Settings, name: string) =>
  OriginchatsClient.signIn(Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]), name, oldPassword);

const come = (path: string): readonly Arrival[] =>
  service.arrivals.filter((one) => one.path === path);

/** The point of a key as browsers know it. */
function pointOf(key: KeyObject): string {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const parts = [Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")];
  return Buffer.concat(parts).toString("base64url");
}

/** Whether a notification was signed by a key (RFC 8292). */
function isSignedBy(key: KeyObject, { headers }: Arrival): boolean {
  const [, token = "", point] =
    /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? "") ?? [];
  const [head, claims, signature = ""] = token.split(".");
  const signed = { key: createPublicKey(key), dsaEncoding: "ieee-p1363" } as const;
  const bytes = Buffer.from(signature, "base64url");
  return (
    point === pointOf(createPublicKey(key)) &&
    verify("sha256", Buffer.from(`${head}.${claims}`), signed, bytes)
  );
}

const stored = ({ subscription }: ReturnType<typeof browser>) => ({
  endpoint: subscription.endpoint,
  ...subscription.keys,
  device_fingerprint: "0123456789abcdef",
  last_used: 1_770_000_000,
});

/** A folder with people who are notified, and the keys in the place where the original has them. */
async function folderOf(name: string, subscriptions: object): Promise<[string, KeyObject]> {
  const folder = join(houses.root, name);
  await writeFolder(folder, {
    users: {
      "USR:local_ada": localUser("ada"),
      "USR:local_bea": localUser("bea"),
      "USR:local_cyd": localUser("cyd"),
    },
    channels: [{ type: "text", name: "general", permissions: openTo("user") }],
    files: { "push_subscriptions.json": JSON.stringify(subscriptions) },
  });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  await mkdir(join(folder, "vapid"));
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  await writeFile(join(folder, "vapid", "private_key.pem"), pem);
  return [folder, privateKey];
}

it("notifies whoever was away on the old server, though somebody had asked for the house's key before", async () => {
  const settings = await houses.house({ DRAGOMAN_PUSH_INTERNAL: "true" });
  const [phone, desk] = [browser(`${service.base()}/phone`), browser(`${service.base()}/desk`)];
  const [folder, key] = await folderOf("old", {
    "usr:local_bea": [stored(phone), { ...stored(desk), last_used: 1 }, { endpoint: 7 }, 5],
    "usr:local_gone": [stored(browser(`${service.base()}/gone`))],
    "usr:local_cyd": [{ ...stored(desk), endpoint: "file:///etc/passwd" }],
  });
  await outcome(["user", "add", "early"], settings, `${oldPassword}\n`);
  const early = await signIn(settings, "early");
  const before = (await early.ask({ cmd: "push_get_vapid" }))["key"];
  const rehearsed = await houses.told(settings, "import", "originchats", folder, "--dry-run");
  assert.equal(rehearsed.counts["push subscription"]?.read, 3);
  const { counts, reasons } = await houses.told(settings, "import", "originchats", folder);
  assert.deepEqual(counts["push subscription"], { read: 3, brought: 2, there: 0, left: 4 });
  assert.equal(reasons["push subscription: is of nobody who is here"], 1);
  const now = (await early.ask({ cmd: "push_get_vapid" }))["key"];
  assert.deepEqual([now === before, now], [false, pointOf(createPublicKey(key))]);

  const ada = await signIn(settings, "ada");
  await ada.ask({ cmd: "message_new", channel: "general", content: "hello @bea" });
  await eventually(20_000, "both devices are notified", () =>
    come("/phone").length + come("/desk").length === 2 ? true : undefined,
  );
  const [first] = come("/phone");
  assert.ok(first !== undefined && isSignedBy(key, first));
  assert.deepEqual(phone.read(first.body), {
    title: "#general — ada",
    body: "hello @bea",
    channelName: "general",
  });

  // What she gives up here comes by no later run.
  const bea = await signIn(settings, "bea");
  await bea.ask({ cmd: "push_unsubscribe", endpoint: desk.subscription.endpoint });
  const again = await houses.told(settings, "import", "originchats", folder);
  assert.deepEqual(again.counts["push subscription"], { read: 3, brought: 0, there: 2, left: 4 });
});

it("takes no keys over where the house notifies by its own", async () => {
  const settings = await houses.house({ DRAGOMAN_PUSH_INTERNAL: "true" });
  await outcome(["user", "add", "early"], settings, `${oldPassword}\n`);
  const early = await signIn(settings, "early");
  const before = (await early.ask({ cmd: "push_get_vapid" }))["key"];
  const own = browser(`${service.base()}/own`);
  await early.ask({ cmd: "push_subscribe", subscription: own.subscription });
  const [folder] = await folderOf("other", {
    "usr:local_bea": [stored(browser(`${service.base()}/never`))],
  });
  const { counts, reasons } = await houses.told(settings, "import", "originchats", folder);
  assert.deepEqual(counts["push subscription"], { read: 1, brought: 0, there: 0, left: 1 });
  const why = "push subscription: the house has subscriptions of its own, made by other keys";
  assert.equal(reasons[why], 1);
  assert.equal((await early.ask({ cmd: "push_get_vapid" }))["key"], before);
});
