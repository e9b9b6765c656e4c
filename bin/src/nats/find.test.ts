import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { OperatorError } from "@dragoman/service-kit";
import { findNatsServer, sayMissingServer } from "./find.ts";

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

  it("says in one line why none was fetched, and what to do, which loses nothing", async () => {
    const failing = `#!/bin/sh
echo "E: Failed to fetch http://deb/pool/n.deb  Could not resolve 'deb'" >&2
echo "E: Unable to fetch some archives" >&2
exit 100
`;
    const cases = [
      [
        "/nowhere",
        /is not on this machine, .* could not be fetched \(there is no apt-get here\): /,
      ],
      [
        await folder("failing", { "apt-get": failing, "dpkg-deb": dpkgDeb }),
        /could not be fetched \(E: Failed to fetch http:\/\/deb\/pool\/n.deb {2}Could not resolve 'deb'\): /,
      ],
    ] as const;
    for (const [path, said] of cases) {
      const options = { environment: { PATH: path, DRAGOMAN_TEST_SYSTEM_FOLDERS: "" } };
      await assert.rejects(findNatsServer(join(root, "none"), options), (error) => {
        assert.ok(error instanceof OperatorError);
        assert.ok(!error.message.includes("\n"));
        assert.match(error.message, said);
        for (const way of ["apt-get", "dnf", "brew", "docker run -d -v dragoman-nats:/data "]) {
          assert.ok(error.message.includes(way), way);
        }
        return true;
      });
    }
  });

  it("tells doctor that there is none, and whether one could be fetched", async () => {
    const tools = await folder("some-tools", { "apt-get": aptGet, "dpkg-deb": dpkgDeb });
    const bin = await folder("some-bin", { "nats-server": server("2.10.0") });
    const look = (path: string) =>
      sayMissingServer(join(root, "bare"), { PATH: path, DRAGOMAN_TEST_SYSTEM_FOLDERS: "" });
    assert.equal(await look(bin), undefined);
    const fetchable = await look(tools);
    assert.equal(fetchable?.isFault, false);
    assert.match(fetchable.text, /is not on this machine; a start tries to fetch Debian's package/);
    const none = await look("/nowhere");
    assert.equal(none?.isFault, true);
    assert.match(none.text, /without apt-get none can be fetched: /);
  });
});
