import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { OperatorError } from "@dragoman/service-kit";
import { findNatsServer } from "./find.ts";

/** A program that answers `--version` like a nats-server. */
const server = (version: string): string => `#!/bin/sh\necho "nats-server: v${version}"\n`;

/** Debian's tools, as far as they are used: the package is an archive of tar's. */
const aptGet = `#!/bin/sh
[ "$1" = download ] || exit 0
/bin/mkdir -p tree/usr/sbin
printf '%s' '${server("2.9.10")}' > tree/usr/sbin/nats-server
/bin/chmod 755 tree/usr/sbin/nats-server
/bin/tar -cf nats-server_2.9.10_all.deb -C tree usr
/bin/rm -r tree
`;
const dpkgDeb = '#!/bin/sh\n[ "$1" = -x ] && exec /bin/tar -xf "$2" -C "$3"\n';

describe("the search for a nats-server", () => {
  let root = "";
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "dragoman-find-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function folder(name: string, programs: Readonly<Record<string, string>>) {
    const path = join(root, name);
    await mkdir(path, { recursive: true });
    for (const [program, text] of Object.entries(programs)) {
      await writeFile(join(path, program), text);
      await chmod(join(path, program), 0o755);
    }
    return path;
  }

  it("takes the one on the path", async () => {
    const bin = await folder("bin", { "nats-server": server("2.10.0") });
    const environment = { PATH: `/nowhere:${bin}` };
    assert.equal(await findNatsServer(root, { environment }), join(bin, "nats-server"));
  });

  it("passes over one that is too old, and finds one where a plain user's path does not lead", async () => {
    const old = await folder("old", { "nats-server": server("2.9.9") });
    const sbin = await folder("sbin", { "nats-server": server("2.9.10") });
    const environment = { PATH: old, DRAGOMAN_TEST_SYSTEM_FOLDERS: `/nowhere:${sbin}` };
    const found = await findNatsServer(root, { environment });
    assert.equal(found, join(sbin, "nats-server"));
  });

  it("unpacks Debian's package into the data folder, once", async () => {
    const tools = await folder("tools", { "apt-get": aptGet, "dpkg-deb": dpkgDeb });
    const dataDir = join(root, "data");
    const said: string[] = [];
    const options = {
      environment: { PATH: tools, DRAGOMAN_TEST_SYSTEM_FOLDERS: "" },
      say: (line: string) => said.push(line),
    };
    const path = join(dataDir, "nats", "package", "usr", "sbin", "nats-server");
    assert.equal(await findNatsServer(dataDir, options), path);
    assert.equal(await findNatsServer(dataDir, options), path);
    assert.equal(said.length, 1);
  });

  it("says in one line what to do where there is none", async () => {
    const options = { environment: { PATH: "/nowhere", DRAGOMAN_TEST_SYSTEM_FOLDERS: "" } };
    await assert.rejects(findNatsServer(join(root, "none"), options), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.ok(!error.message.includes("\n"));
      for (const way of ["apt-get", "dnf", "brew", "docker"]) {
        assert.ok(error.message.includes(way), way);
      }
      return true;
    });
  });
});
