import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { manifestBucket } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { readJournal } from "../support/journal.ts";
import { siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

/**
 * Bridge table, where people come from: a ban that was made here is told to the site until it has taken it, by the
 * next leader if need be, and what it has taken is not told again.
 */
test("a ban that the site did not take is told to it by the next leader", (t) => tells(t, 2));

test("so it is by one that begins with a snapshot of after the ban", (t) => tells(t, 1));

async function tells(t: TestContext, cores: number): Promise<void> {
  const site = await startSite("sharpchat");
  const stack = await startStack({
    cores,
    sockchat: 1,
    config: {
      snapshots: { everyRecords: 5, historyRecords: 1_000_000 },
      accounts: { providers: ["local", "site"] },
      site: { url: site.base, secret: siteSecret, cacheMs: 0 },
    },
  });
  t.after(async () => {
    await stack.stop();
    await site.stop();
  });
  const port = portOf(stack.sockchat);
  for (const [id, name] of [
    [81, "first"],
    [82, "second"],
  ] as const) {
    site.members.set(`tok-${id}`, { id, name, token: `tok-${id}` });
    const client = await SockchatClient.connect(port);
    client.send("1", String(id), `tok-${id}`);
    assert.equal((await client.next("1"))[1], "y");
    await client.close();
  }
  const isBan = ({ target }: { target: string }): boolean => target.endsWith("/bans/create");
  const ban = (target: string) =>
    stack.operator.mustAccept({ type: "moderation.ban", target, addresses: false });

  await ban("first");
  await site.asked.next("the first ban", isBan);
  site.fault("/_sockchat/bans/create", { status: 503, body: "" });
  await ban("second");
  await site.asked.next("the second ban", isBan);
  if (cores === 1) await snapshotBehind(stack);
  await stack.cores[0]?.stop();
  if (cores === 1) await stack.add("core");
  await stack.operator.term();
  site.asked.skip();
  site.fault("/_sockchat/bans/create", undefined);
  const told = await site.asked.next("the second ban again", isBan, 20_000);
  assert.equal(told.body, "u=82&m=0&d=-1&p=1&r=");
  assert.deepEqual(
    site.bans.map(({ id }) => id),
    [81, 82],
  );
}

/** Waits until there is a snapshot that holds all that is there now. */
async function snapshotBehind({ operator }: Stack): Promise<void> {
  const { seq } = (await readJournal(operator.coreBus)).at(-1) ?? { seq: 0 };
  const bucket = await operator.coreBus.bucket(manifestBucket(community), 2_000);
  let n = 0;
  await eventually(20_000, "a snapshot", async () => {
    n += 1;
    await operator.addChannel(`channel-${n}`, ["user"]);
    const manifest = new TextDecoder().decode((await bucket.get("snapshots"))?.value);
    const [, newest = "0"] = /"name":"state\.([0-9]+)"/.exec(manifest) ?? [];
    return Number(newest) >= seq;
  });
}
