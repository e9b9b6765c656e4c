/** Two servers move into one house, and whom the owner names is one person there. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, it } from "node:test";
import { OriginchatsClient, type OriginchatsMessage } from "../support/originchats-client.ts";
import { housesForTests, type Settings, type Summary } from "../up/houses.ts";
import { localUser, oldMessages, oldPassword, openTo, padded, writeFolder } from "./folder.ts";
import { phpChat } from "./sockchat-community.ts";
import { dumpOf, phpTables } from "./sockchat-forms.ts";

const houses = housesForTests("two-sources", "all tests");
let settings: Settings = {};
before(async () => {
  settings = await houses.house();
});

const brought = (...options: string[]): Promise<Summary> =>
  houses.told(settings, "import", ...options);

it("makes people of two sources one by the owner's file, and by nothing else", async () => {
  const folder = join(houses.root, "originchats");
  await writeFolder(folder, {
    users: {
      "USR:local_ada": localUser("ada", ["owner", "user"]),
      "USR:local_bob": localUser("bob"),
    },
    channels: [{ type: "text", name: "general", permissions: openTo("user") }],
    files: { "channels/general.json": oldMessages(3, "USR:local_ada").map(padded).join("\n") },
  });
  await brought("originchats", folder);
  const dump = join(houses.root, "php.sql");
  await writeFile(dump, dumpOf(phpTables(phpChat)));
  const map = join(houses.root, "people.csv");
  const rehearsed = await brought("sockchat", dump, "--open", "all", "--map", map, "--dry-run");
  const taken = [
    { kind: "person", from: "ada", to: "ada-2" },
    { kind: "person", from: "bob", to: "bob-2" },
  ];
  assert.deepEqual(
    rehearsed.renamed.filter(({ from }) => /^(ada|bob)$/.test(from)),
    taken,
  );
  const written = await readFile(map, "utf8");
  assert.match(written, /,ada,,ada,is called so\r\n/);
  assert.match(written, /,bob,,bob,is called so\r\n/);

  // A suggestion makes nobody one: bob's stays one.
  await writeFile(map, written.replace(",ada,,ada,", ",ada,ada,ada,"));
  const nobody = join(houses.root, "wrong.csv");
  await writeFile(nobody, written.replace(",ada,,ada,", ",ada,adda,ada,"));
  const refused = await houses.ended(settings, "import", "sockchat", dump, "--map", nobody);
  assert.deepEqual(
    [refused.code, JSON.parse(refused.stderr).error.includes('no account "adda"')],
    [2, true],
  );
  const first = await brought("sockchat", dump, "--open", "all", "--map", map);
  assert.equal(first.counts["person merged"]?.brought, 1);
  assert.deepEqual(
    first.renamed.filter(({ from }) => /^(ada|bob)$/.test(from)),
    taken.slice(1),
  );

  const port = Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);
  const ada = await OriginchatsClient.signIn(port, "ada", oldPassword);
  const page = await ada.ask({ cmd: "messages_get", channel: "Lobby", limit: 100 });
  const said = page["messages"] as OriginchatsMessage[];
  assert.deepEqual(
    said.slice(0, 2).map(({ user }) => user),
    ["ada", "bob-2"],
  );
  const users = (await ada.ask({ cmd: "users_list" }))["users"] as { username: string }[];
  const names = users.map(({ username }) => username);
  assert.deepEqual(names.filter((name) => /^(ada|bob)/.test(name)).sort(), ["ada", "bob", "bob-2"]);

  // Bob is named later, without the file that made ada one.
  await writeFile(
    map,
    `person,becomes\r\n${written
      .split("\r\n")
      .filter((row) => row.includes(",bob,"))
      .map((row) => `${row.split(",")[0]},bob`)
      .join("\r\n")}`,
  );
  const second = await brought("sockchat", dump, "--open", "all", "--map", map);
  assert.deepEqual(
    [second.counts["message"]?.brought, second.counts["person merged"]?.brought],
    [0, 1],
  );
  const again = (await ada.ask({ cmd: "messages_get", channel: "Lobby", limit: 100 }))["messages"];
  assert.deepEqual(
    (again as OriginchatsMessage[]).slice(0, 2).map(({ user }) => user),
    ["ada", "bob"],
  );
});

it("gives nobody a role of the house whose id the source has written to its own", async () => {
  const out = join(houses.root, "out");
  await houses.told(settings, "export", "originchats", out);
  type Roles = Readonly<Record<string, { readonly id: string }>>;
  const own = JSON.parse(await readFile(join(out, "db", "roles.json"), "utf8")) as Roles;
  const folder = join(houses.root, "stranger");
  const [told] = oldMessages(1, "USR:local_stan");
  const stranger = async (...roles: string[]): Promise<void> =>
    writeFolder(folder, {
      users: { "USR:local_stan": localUser("stan", [...roles, "user"]) },
      channels: [{ type: "text", name: "den", permissions: openTo("helper") }],
      files: {
        "channels/den.json": padded(told),
        "roles.json": JSON.stringify({
          helper: { id: own["owner"]?.id, permissions: ["administrator"], position: 0 },
          ...(roles.includes("late") ? { late: { id: own["admin"]?.id, position: 1 } } : {}),
          user: { id: own["user"]?.id, permissions: ["administrator"], position: 2 },
        }),
      },
    });
  await stranger("helper");
  const options = ["originchats", folder, "--as", "stranger"];
  const rehearsed = await brought(...options, "--dry-run");
  const first = await brought(...options);
  assert.deepEqual(rehearsed.counts, first.counts);
  assert.deepEqual([first.counts["role"]?.brought, first.counts["role"]?.there], [1, 1]);
  await stranger("helper", "late");
  const second = await brought(...options);
  assert.deepEqual([second.counts["role"]?.brought, second.counts["role"]?.there], [1, 2]);

  const port = Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);
  const stan = await OriginchatsClient.signIn(port, "stan", oldPassword);
  const users = (await stan.ask({ cmd: "users_list" }))["users"] as {
    username: string;
    roles: string[];
  }[];
  const roles = users.find(({ username }) => username === "stan")?.roles;
  assert.deepEqual(
    roles?.filter((role) => role in own && role !== "user"),
    [],
  );
  assert.deepEqual(roles?.includes("helper"), true);
  const listed = (await stan.ask({ cmd: "channels_get" }))["val"] as { name: string }[];
  assert.ok(listed.some(({ name }) => name === "den"));
});
