/** The site's own list of bans, from a stand-in for the site (Sock Chat reference, 3.3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { siteBans } from "@dragoman/bin";
import { SourceRefusal } from "@dragoman/import";
import { silent } from "@dragoman/testing/logger";
import { siteSecret, startSite } from "../support/site.ts";

const site = {
  form: "sharpchat" as const,
  secret: siteSecret,
  timeoutMs: 5_000,
  cacheMs: 0,
  bumpMs: 60_000,
  roles: [] as string[],
  moderatorId: 0,
};

test("the bans of the site are those that run, by number or address", async (t) => {
  const stand = await startSite("sharpchat");
  t.after(() => stand.stop());
  const ask = () => siteBans({ ...site, url: stand.base }, silent, Date.now());
  assert.deepEqual(await ask(), []);
  stand.bans.push(
    { id: 7, ip: "192.0.2.7", expires: "9999-12-31T23:59:59Z", username: "gil" },
    { id: 8, ip: "", expires: "2015-01-01T00:00:00Z", username: "over" },
  );
  assert.deepEqual(await ask(), [{ id: 7, ip: "192.0.2.7", untilMs: null }]);
  stand.fault("/_sockchat/bans", { status: 500, body: "" });
  await assert.rejects(ask(), SourceRefusal);
});
