/** Uploads of Rotur's people (reference part 2, 14.1 and 14.2): the validator, and what subscribers get. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { OriginchatsClient } from "../../support/originchats-client.ts";
import { type RoturStand, startRotur } from "../../support/rotur.ts";
import { portOf, type Stack, startStack } from "../../support/stack.ts";
import { type Uploaded, uploadTo } from "../../support/web.ts";

let rotur: RoturStand;
let stack: Stack;
const open: OriginchatsClient[] = [];
before(async () => {
  rotur = await startRotur();
  stack = await startStack({
    originchats: 1,
    config: {
      accounts: { providers: ["local", "token", "rotur"] },
      attachments: { perMinute: 1_000, permanentTiers: ["Pro", "max"] },
      rotur: { url: rotur.url, timeoutMs: 1_500 },
    },
  });
});
afterEach(() => {
  for (const client of open.splice(0)) client.socket.terminate();
  rotur.fault(undefined);
});
after(async () => {
  await stack?.stop();
  await rotur?.stop();
});

const at = (): string => `http://127.0.0.1:${portOf(stack.originchats)}`;
interface Handshake {
  readonly validator_key: string;
  readonly attachments: { readonly permanent_tiers: readonly string[] };
}
function handshakeOf(client: OriginchatsClient): Handshake {
  const handshake = client.log.entries.find(({ cmd }) => cmd === "handshake");
  return handshake?.["val"] as Handshake;
}
const keyOf = (client: OriginchatsClient): string => handshakeOf(client).validator_key;

/** Signs in by Rotur. */
async function enter(id: string, name: string): Promise<OriginchatsClient> {
  const client = await OriginchatsClient.connect(portOf(stack.originchats));
  open.push(client);
  client.send({ cmd: "auth", validator: rotur.validator(keyOf(client), id, name) });
  await client.next("ready");
  return client;
}

/** Uploads as the stock client does: with a validator that it fetched for this upload. */
function uploadOf(
  client: OriginchatsClient,
  id: string,
  name: string,
  change: Readonly<Record<string, unknown>> = {},
): Promise<Uploaded> {
  return uploadTo(at(), client, { validator: rotur.validator(keyOf(client), id, name), ...change });
}

/** Days that an upload stays, and whether it is called permanent, in both places that say it. */
function kept({ status, body }: Uploaded): readonly unknown[] {
  assert.equal(status, 201, body.error);
  const days = ((body.attachment?.expires_at ?? 0) - Date.now() / 1000) / 86_400;
  return [Math.round(days), body.attachment?.["permanent"], body.permanent];
}

describe("POST /attachments/upload with a validator of Rotur's (part 2, 14.1)", () => {
  test("takes a fresh validator for the connection's key, asked for at Rotur", async () => {
    const ida = await enter("USR:1", "ida");
    rotur.asked.skip();
    const validator = rotur.validator(keyOf(ida), "USR:1", "ida");
    assert.equal((await uploadTo(at(), ida, { validator })).status, 201);
    const asked = await rotur.asked.next("a question", ({ url }) => url.pathname === "/validate");
    assert.deepEqual(
      [...asked.url.searchParams],
      [
        ["key", keyOf(ida)],
        ["v", validator],
      ],
    );
  });

  test("refuses one that is made up or another connection's, and 502 when Rotur is silent", async () => {
    const ida = await enter("USR:1", "ida");
    const other = await enter("USR:2", "otto");
    const theirs = rotur.validator(keyOf(other), "USR:2", "otto");
    for (const validator of ["made up", theirs]) {
      const { status, body } = await uploadTo(at(), ida, { validator });
      assert.deepEqual([status, body], [401, { error: "Invalid credentials" }]);
    }
    rotur.fault("hang", "/validate");
    const { status, body } = await uploadOf(ida, "USR:1", "ida");
    assert.deepEqual([status, body], [502, { error: "Failed to validate credentials" }]);
  });
});

describe("permanent tiers (part 2, 14.2)", () => {
  test("the handshake names them", async () => {
    const client = await OriginchatsClient.connect(portOf(stack.originchats));
    open.push(client);
    assert.deepEqual(handshakeOf(client).attachments.permanent_tiers, ["Pro", "max"]);
  });

  test("a subscriber's files stay a year, or as long as was asked; Rotur is asked once", async () => {
    rotur.subscribe("sue", "PRO");
    const sue = await enter("USR:3", "Sue");
    rotur.asked.skip();
    assert.deepEqual(kept(await uploadOf(sue, "USR:3", "Sue")), [365, true, true]);
    const week = await uploadOf(sue, "USR:3", "Sue", { expires_in_days: 30 });
    assert.deepEqual(kept(week), [30, true, true]);
    const asked = rotur.asked.entries.filter(({ url }) => url.pathname === "/profile");
    const ofSue = asked.filter(({ url }) => url.searchParams.get("name") === "sue");
    assert.deepEqual(
      ofSue.map(({ method, target, body }) => [method, target, body]),
      [["GET", "/profile?include_posts=0&name=sue", ""]],
    );
    const answer = await sue.ask({
      cmd: "message_new",
      channel: "general",
      content: "for long",
      attachments: [{ id: week.body.attachment?.id }],
    });
    const { attachments } = answer["message"] as { attachments: readonly object[] };
    assert.deepEqual(attachments, [week.body.attachment]);
  });

  test("who subscribes to less, is unknown there or has an account of ours gets seven days", async () => {
    rotur.subscribe("free", "Free");
    rotur.subscribe("odd", { tier: "max" });
    rotur.subscribe("ada", "max");
    for (const [id, name] of [
      ["USR:4", "free"],
      ["USR:5", "odd"],
      ["USR:6", "nobody there"],
    ] as const) {
      const client = await enter(id, name);
      assert.deepEqual(kept(await uploadOf(client, id, name)), [7, false, false], name);
    }
    const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
    open.push(ada);
    assert.deepEqual(kept(await uploadTo(at(), ada)), [7, false, false]);
    const asked = rotur.asked.entries.map(({ url }) => url.searchParams.get("name"));
    assert.ok(!asked.includes("ada"), "Rotur is not asked about accounts that it does not know");
  });

  test("a Rotur that fails, hangs or talks nonsense costs the year and not the upload, and is asked again", async () => {
    rotur.subscribe("max", "max");
    const max = await enter("USR:7", "max");
    for (const fault of [
      { status: 500, body: "{}" },
      { status: 200, body: "no JSON" },
      { status: 200, body: "[]" },
      "cut",
      "hang",
    ] as const) {
      rotur.fault(fault, "/profile");
      const got = kept(await uploadOf(max, "USR:7", "max"));
      assert.deepEqual(got, [7, false, false], JSON.stringify(fault));
    }
    rotur.fault(undefined);
    assert.deepEqual(kept(await uploadOf(max, "USR:7", "max")), [365, true, true]);
  });
});
