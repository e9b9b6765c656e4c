/** A full disk has one sentence in `dragoman doctor`, with the folder and what is left. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { checkDisk, sayFullDisk } from "./disk.ts";

it("a disk without room is named, with what is left of it", () => {
  const said = sayFullDisk("/var/lib/dragoman", 300_000);
  assert.match(
    said ?? "",
    /^DRAGOMAN_DATA_DIR: the disk of \/var\/lib\/dragoman is full \(292 KiB/,
  );
  assert.equal(sayFullDisk("/var/lib/dragoman", 1e9), undefined);
});

it("of a folder that is not there yet the disk that it will be on is looked at", async () => {
  const said = await checkDisk(join(tmpdir(), "none", "such"));
  assert.ok(said === undefined || said.includes(join(tmpdir(), "none", "such")));
});
