import assert from "node:assert/strict";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sayForeign, sayRoot } from "./folder-owner.ts";

/** Of a user who is not root, whoever runs the test. */
const nobody = 65_534;
const self = process.getuid?.() ?? 0;
const owner = self === 0 ? nobody : self;

describe("the owner of a data folder", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dragoman-owner-"));
    await mkdir(join(folder, "nats", "store"), { recursive: true });
    for (const name of ["version.json", "nats/store/block"])
      await writeFile(join(folder, name), "");
    for (const name of ["", "version.json", "nats", "nats/store", "nats/store/block"]) {
      await chown(join(folder, name), owner, process.getgid?.() ?? 0);
    }
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("may have all that is in it", () => {
    assert.equal(sayForeign(folder, owner), undefined);
    assert.equal(sayForeign(join(folder, "none"), owner), undefined);
  });

  it("is not somebody else, and the first file and its owner are named", () => {
    assert.equal(
      sayForeign(folder, owner + 1),
      `DRAGOMAN_DATA_DIR: ${folder}/nats belongs to user ${owner}, and this process runs as user ${owner + 1}: ` +
        `give all of it back (as root, \`chown -R ${owner + 1} ${folder}\` and \`chmod -R u+rwX ${folder}\`), ` +
        "and run every command as the user that the services run as",
    );
  });

  it("cannot have what is closed to everybody, wherever it lies, or what is not Dragoman's at all", async () => {
    await writeFile(join(folder, "other"), "", { mode: 0 });
    assert.equal(sayForeign(folder, owner), undefined);
    await chmod(join(folder, "nats/store/block"), 0);
    assert.match(
      sayForeign(folder, owner) ?? "",
      /\/nats\/store\/block may not be read, even by its owner: /,
    );
  });

  it("is kept from what root would leave there", () => {
    assert.match(
      sayRoot(folder, 0) ?? "",
      new RegExp(`${folder} belongs to user ${owner}, and this is root, .*sudo -u '#${owner}'`),
    );
    assert.equal(sayRoot(folder, owner), undefined);
    assert.equal(sayRoot(join(folder, "none"), 0), undefined);
  });
});
