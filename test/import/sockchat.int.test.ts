/** A community moves in from Sock Chat's servers, as its operator and its people meet it. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient, type SockchatPacket } from "../support/sockchat-client.ts";
import { housesForTests, type Settings, type Summary } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { inSqlite, phpChat, sharpMessages } from "./sockchat-community.ts";
import { dumpOf, phpTables, writeSharpSqlite } from "./sockchat-forms.ts";

const houses = housesForTests("sockchat", "all tests");
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

const brought = (path: string, ...options: string[]): Promise<Summary> =>
  houses.told(settings, "import", "sockchat", path, ...options);

/** Comes from the site, as its page sends people. */
async function fromSite(id: number, name: string): Promise<[SockchatClient, SockchatPacket]> {
  const token = `token-${id}`;
  site.members.set(token, { id, name, token });
  const client = await SockchatClient.connect(Number(settings["DRAGOMAN_SOCKCHAT_PORT"]));
  client.send("1", String(id), token);
  return [client, await client.next("1")];
}

it("brings a dump and an SQLite file in once each, and the site's people meet their history", async () => {
  await outcome(["user", "add", "walt", "--role", "owner"], settings, "dragoman\n");
  const walt = await OriginchatsClient.signIn(
    Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]),
    "walt",
    "dragoman",
  );
  const history = async (channel: string): Promise<OriginchatsMessage[]> => {
    const page = await walt.ask({ cmd: "messages_get", channel, limit: 100 });
    return page["messages"] as OriginchatsMessage[];
  };
  const dump = join(houses.root, "php.sql");
  await writeFile(dump, dumpOf(phpTables(phpChat)));
  const sqlite = join(houses.root, "sharpchat.db");
  writeSharpSqlite(sqlite, "sqc_messages", inSqlite(sharpMessages())).close();

  const rehearsed = await brought(dump, "--dry-run");
  assert.equal(rehearsed.counts["message"]?.brought, 10);
  const first = await brought(dump, "--as", "php");
  assert.deepEqual(first.counts["message"], { read: 10, brought: 10, there: 0, left: 1 });
  assert.equal(first.counts["channel"]?.left, 0);
  site.bans.push({ id: 78, ip: "", expires: "9999-12-31T23:59:59Z", username: "nasty" });
  const second = await brought(sqlite, "--as", "sharp", "--site", site.base, "--open", "all");
  assert.equal(second.counts["message"]?.brought, 4);
  for (const [path, name, read] of [
    [dump, "php", 10],
    [sqlite, "sharp", 4],
  ] as const) {
    const { counts } = await brought(path, "--as", name);
    assert.deepEqual(
      [counts["message"]?.there, counts["message"]?.brought, counts["person"]?.brought],
      [read, 0, 0],
      name,
    );
  }

  const lobby = await history("Lobby");
  assert.deepEqual(lobby.map(({ user, timestamp }) => [user, timestamp]).slice(0, 3), [
    ["ada", 1_424_462_400],
    ["bob", 1_424_462_401],
    ["Фея", 1_424_462_401.000001],
  ]);
  assert.match(lobby[0]?.content ?? "", /^hello .*\nline2 😀$/);
  // What was said on one server is read by nobody who was on the other alone.
  const { to = "" } =
    second.renamed.find(({ kind, to: name }) => kind === "channel" && /^staff/i.test(name)) ?? {};
  assert.match(to, /^staff-2$/i);
  for (const channel of ["Staff", to]) assert.equal((await history(channel)).length, 1, channel);

  const [ada, welcome] = await fromSite(1, "ada");
  assert.deepEqual(welcome.slice(1, 4), ["y", "1", "ada"]);
  ada.send("2", "1", "/join Lobby");
  await ada.sees("hello &lt;b&gt; & &lt; x <br/> line2 😀");
  assert.ok(ada.lines().some(({ authorId, live }) => authorId === "1" && !live));
  ada.send("2", "1", "back again");
  const { message } = await walt.next("message_new");
  assert.deepEqual(
    [(message as OriginchatsMessage).user, (message as OriginchatsMessage).content],
    [lobby[0]?.user, "back again"],
  );
  // From here on the house alone knows who is banned.
  site.bans.splice(0);
  for (const [id, name] of [
    [77, "mallory"],
    [78, "nasty"],
  ] as const) {
    const [, refusal] = await fromSite(id, name);
    assert.deepEqual(refusal.slice(0, 3), ["1", "n", "joinfail"], name);
  }
});

it("says what is no source, and that a site gives no list", async () => {
  const nothing = await houses.ended(settings, "import", "sockchat", join(houses.root, "nothing"));
  assert.equal(nothing.code, 2, nothing.stderr);
  assert.match(nothing.stderr, /nothing to read/);
  site.fault("/_sockchat/bans", { status: 500, body: "" });
  const dump = join(houses.root, "php.sql");
  const listless = await houses.ended(settings, "import", "sockchat", dump, "--site", site.base);
  site.fault("/_sockchat/bans", undefined);
  assert.equal(listless.code, 2, listless.stderr);
  assert.match(listless.stderr, /gives no list of bans/);
});
