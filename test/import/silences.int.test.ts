/** Who could not speak on the old server cannot in the house, on both sides, and can when that is over. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { housesForTests, type Settings } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { localUser, oldMessages, oldPassword, openTo, padded, writeFolder } from "./folder.ts";
import { phpChat } from "./sockchat-community.ts";
import { dumpOf, phpTables } from "./sockchat-forms.ts";

const houses = housesForTests("silences", "all tests");
let site: SiteStand;
let settings: Settings = {};

before(async () => {
  site = await startSite("sharpchat");
  settings = await houses.house({
    DRAGOMAN_ACCOUNTS_PROVIDERS: "local,token,site",
    DRAGOMAN_SITE_URL: site.base,
    DRAGOMAN_SITE_SECRET: siteSecret,
  });
});
after(() => site.stop());

const port = (door: string): number => Number(settings[`DRAGOMAN_${door}_PORT`]);

/** Speaks on Sock Chat: what the person is told. Who came from the site goes by that one's number, 2. */
async function saysOnSockchat(client: SockchatClient, text: string): Promise<"said" | "silenced"> {
  client.send("2", client.userId || "2", text);
  const told = await client.next(
    "2",
    ([, , author, body]) => body === text || (author === "-1" && body === "0\fsilence"),
  );
  return told[3] === text ? "said" : "silenced";
}

async function saysOnOriginchats(client: OriginchatsClient, content: string): Promise<unknown> {
  client.say("general", content);
  const told = await client.log.next(
    "an answer",
    (packet) =>
      packet.cmd === "rate_limit" ||
      (packet.cmd === "message_new" &&
        (packet["message"] as { readonly content: string }).content === content),
  );
  return told.cmd === "rate_limit" ? "silenced" : "said";
}

it("a timeout of an OriginChats server holds on both sides, once", async () => {
  const folder = join(houses.root, "originchats");
  const seconds = Date.now() / 1_000;
  await writeFolder(folder, {
    users: { "USR:local_ada": localUser("ada"), "USR:local_bea": localUser("bea") },
    channels: [{ type: "text", name: "general", permissions: openTo("user") }],
    files: {
      "channels/general.json": oldMessages(3, "USR:local_ada").map(padded).join("\n"),
      "modlog.json": JSON.stringify([
        {
          action: "user_timeout",
          target_id: "USR:local_ada",
          details: { timeout: 7_200 },
          timestamp: seconds - 600,
        },
        {
          action: "user_timeout",
          target_id: "USR:local_bea",
          details: { timeout: 60 },
          timestamp: seconds - 600,
        },
      ]),
    },
  });
  const bring = () => houses.told(settings, "import", "originchats", folder);
  const count = async () => (await bring()).counts["silence"];
  assert.deepEqual(await count(), { read: 1, brought: 1, there: 0, left: 0 });
  const bea = await SockchatClient.signIn(port("SOCKCHAT"), "bea", oldPassword);
  assert.equal(await saysOnSockchat(bea, "I may"), "said");
  const onSockchat = await SockchatClient.signIn(port("SOCKCHAT"), "ada", oldPassword);
  const onOriginchats = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ada", oldPassword);
  assert.equal(await saysOnSockchat(onSockchat, "one"), "silenced");
  assert.equal(await saysOnOriginchats(onOriginchats, "two"), "silenced");
  const { stdout } = await outcome(["user", "show", "ada", "--json"], settings);
  const until = Date.parse((JSON.parse(stdout) as { silence: { until: string } }).silence.until);
  assert.ok(Math.abs(until - (seconds + 6_600) * 1_000) < 2_000, stdout);
  // Who may speak again here is not silenced by the last catch-up.
  await outcome(["user", "unsilence", "ada"], settings);
  assert.deepEqual(await count(), { read: 1, brought: 0, there: 1, left: 0 });
  assert.equal(await saysOnSockchat(onSockchat, "three"), "said");
  assert.equal(await saysOnOriginchats(onOriginchats, "four"), "said");
});

it("silences of the PHP server hold for the site's people, also who was here before, until an operator ends them", async () => {
  const bob = await SockchatClient.connect(port("SOCKCHAT"));
  site.members.set("token-2", { id: 2, name: "bob", token: "token-2" });
  bob.send("1", "2", "token-2");
  await bob.next("1");
  assert.equal(await saysOnSockchat(bob, "before all"), "said");
  const dump = join(houses.root, "php.sql");
  await writeFile(dump, dumpOf(phpTables({ ...phpChat, bans: [] })));
  const silences = join(houses.root, "silences");
  await mkdir(silences);
  await writeFile(join(silences, "a"), "-1\f2\fbob");
  await writeFile(join(silences, "b"), `${Math.floor(Date.now() / 1_000) + 3_600}\f99\fnever`);
  const { counts } = await houses.told(
    settings,
    "import",
    "sockchat",
    dump,
    "--silences",
    silences,
  );
  assert.deepEqual(counts["silence"], { read: 2, brought: 2, there: 0, left: 0 });
  assert.equal(await saysOnSockchat(bob, "again"), "silenced");
  await outcome(["user", "password", "bob"], settings, "dragoman\n");
  const there = await OriginchatsClient.signIn(port("ORIGINCHATS"), "bob", "dragoman");
  assert.equal(await saysOnOriginchats(there, "and there"), "silenced");
  await outcome(["user", "unsilence", "bob"], settings);
  assert.equal(await saysOnOriginchats(there, "at last"), "said");
});
