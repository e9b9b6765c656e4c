/** The way back: a house as the data folder of an original OriginChats server, which another house takes in as it was. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { localUser, oldMessages, openTo, writeFolder } from "../import/folder.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { housesForTests, patienceMs } from "../up/houses.ts";
import { outcome } from "../up/program.ts";
import { writeRichFolder } from "./folder.ts";

const houses = housesForTests("export");

/** All files of a folder by their paths: JSON and lines as values, all else as text. */
async function contents(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of names.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const name = path.slice(folder.length + 1);
    found.set(name, name.includes(".json") ? valuesOf(bytes.toString()) : bytes.toString("hex"));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function valuesOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

/** Without what each house makes for itself: ids of roles that it had, the second half of a token. */
function anywhere(path: string, value: unknown): unknown {
  const own = new Map([
    ["db/roles.json", "id"],
    ["db/webhooks.json", "token"],
  ]).get(path);
  if (own === undefined) return value;
  return Object.entries(value as Record<string, Record<string, unknown>>).map(([key, fields]) => [
    key,
    { ...fields, [own]: "" },
  ]);
}

describe("dragoman export originchats", () => {
  it("writes a folder of which another house is made, that writes the same folder", async () => {
    const source = join(houses.root, "source");
    await writeRichFolder(source);
    const first = await houses.house();
    await houses.told(first, "import", "originchats", source);
    const folder = join(houses.root, "first");
    const { counts, reasons } = await houses.told(first, "export", "originchats", folder);
    assert.deepEqual(
      [counts["message"]?.brought, counts["poll"]?.brought, counts["attachment"]?.brought],
      // That of the house itself, which says that its channel was made, is one of them.
      [11, 1, 1],
    );
    assert.deepEqual(reasons, {
      "webhook: has another address: of its first one a digest alone is kept": 1,
    });
    const second = await houses.house();
    const back = await houses.told(second, "import", "originchats", folder);
    assert.deepEqual(back.reasons, {
      "person: is no person of the source: what it said is kept by its name": 1,
    });
    const again = join(houses.root, "second");
    await houses.told(second, "export", "originchats", again);
    const [one, other] = [await contents(folder), await contents(again)];
    assert.deepEqual([...other.keys()], [...one.keys()]);
    for (const [path, value] of one) {
      assert.deepEqual(anywhere(path, other.get(path)), anywhere(path, value), path);
    }
    const was = await contents(source);
    const [users, old] = [one.get("db/users.json"), was.get("db/users.json")] as Record<
      string,
      Record<string, unknown>
    >[];
    for (const [id, { password_hash: hash, roles }] of Object.entries(old ?? {})) {
      assert.deepEqual([users?.[id]?.["password_hash"], users?.[id]?.["roles"]], [hash, roles], id);
    }
    for (const path of ["db/poll_votes.json", "db/unreads.json", "db/attachments/"]) {
      assert.ok(
        [...one.keys()].some((name) => name.startsWith(path)),
        path,
      );
    }
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, "db", "users.json"))).mode & 0o777, 0o600);
  });

  it("leaves whispers and new passwords, closes what has a password, and says so", async () => {
    const settings = await houses.house();
    await outcome(["user", "add", "walt", "--role", "owner"], settings, "dragoman\n");
    await outcome(["user", "add", "mona"], settings, "dragoman\n");
    const walt = await OriginchatsClient.signIn(
      Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]),
      "walt",
      "dragoman",
    );
    const whisperer = await SockchatClient.signIn(
      Number(settings["DRAGOMAN_SOCKCHAT_PORT"]),
      "walt",
    );
    whisperer.say("/msg mona a secret word");
    await whisperer.sees("mona a secret word");
    whisperer.say("/create club");
    await whisperer.notice("crchan");
    whisperer.say("/password s3cret");
    whisperer.say("behind the door");
    await whisperer.sees("behind the door");
    await walt.ask({ cmd: "message_new", channel: "general", content: "for all" });
    const folder = join(houses.root, "private");
    await mkdir(folder);
    const { reasons, counts } = await houses.told(settings, "export", "originchats", folder);
    const channels = (await contents(folder)).get("db/channels.json") as {
      name: string;
      permissions: { view: string[] };
    }[];
    assert.deepEqual(channels.find(({ name }) => name === "club")?.permissions.view, [
      "owner",
      "admin",
    ]);
    const text = JSON.stringify([...(await contents(folder))]);
    assert.match(text, /for all/);
    assert.doesNotMatch(text, /secret word|argon2/);
    assert.deepEqual(counts["whisper"], { read: 1, brought: 0, there: 0, left: 1 });
    assert.ok(Object.keys(reasons).some((reason) => /form that the original cannot/.test(reason)));
    const refused = await outcome(["export", "originchats", folder], settings);
    assert.deepEqual([refused.code, /is not empty/.test(refused.stderr)], [2, true]);
  });

  it("leaves nothing that looks whole when it is killed, and the next run begins anew", async () => {
    const source = join(houses.root, "big");
    await writeFolder(source, {
      users: { "USR:local_ada": localUser("ada", ["owner", "user"]) },
      channels: [{ type: "text", name: "general", permissions: openTo("user") }],
      files: {
        "channels/general.json": oldMessages(20_000, "USR:local_ada")
          .map((line) => JSON.stringify(line))
          .join("\n"),
      },
    });
    const settings = await houses.house();
    await houses.told(settings, "import", "originchats", source);
    const folder = join(houses.root, "killed");
    const killed = houses.begin(settings, "export", "originchats", folder);
    const beside = join(houses.root, ".killed.part", "db", "channels", "general.json");
    const begun = async (): Promise<void> => {
      while (
        !(await stat(beside).then(
          ({ size }) => size > 0,
          () => false,
        ))
      );
    };
    await within(patienceMs, "the first lines", begun(), killed.stderr);
    killed.child.kill("SIGKILL");
    await killed.ended;
    await assert.rejects(stat(folder), /ENOENT/);
    const { counts } = await houses.told(settings, "export", "originchats", folder);
    assert.equal(counts["message"]?.brought, 20_000);
    const lines = await readFile(join(folder, "db", "channels", "general.json"), "utf8");
    assert.equal(lines.split("\n").length, 20_000);
    assert.deepEqual(
      (await readdir(houses.root)).filter((name) => name.includes(".part")),
      [],
    );
    await mkdir(join(houses.root, ".other.part"));
    await writeFile(join(houses.root, ".other.part", "mine"), "mine");
    const refused = await outcome(["export", "originchats", join(houses.root, "other")], settings);
    assert.deepEqual([refused.code, /not of an export/.test(refused.stderr)], [2, true]);
  });
});
