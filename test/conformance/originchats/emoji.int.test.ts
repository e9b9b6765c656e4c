/** The community's own emoji (reference part 3, section 8), over real sockets and HTTP. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { dataUri, gif, png } from "../../support/picture.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ originchats: 2 });
const at = (index = 0): string => `http://127.0.0.1:${portOf(home.stack.originchats, index)}`;
const image = dataUri("image/png", png);

let serial = 0;
/** Adds one under a fresh name. */
async function added(
  olga: OriginchatsClient,
): Promise<{ readonly id: string; readonly name: string }> {
  serial += 1;
  const name = `e_${serial}`;
  const got = await olga.ask({ cmd: "emoji_add", name, image });
  return { id: String(got["id"]), name };
}

const bare = ({
  listener: _,
  ...packet
}: OriginchatsPacket & { readonly listener?: unknown }): object => packet;
const scheme = (cmd: string, field: string, reason: string): string =>
  `Invalid ${cmd} command scheme: 1 validation error for ${cmd.replace("e", "E")}\n${field}\n  ${reason}`;

describe("emoji_add", () => {
  test("tells everybody, with the name and the file", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const got = await olga.ask({ cmd: "emoji_add", name: " wave ", image });
    const { id } = got as unknown as { readonly id: string };
    assert.match(id, /^\d+$/);
    const packet = { cmd: "emoji_add", id, added: true, name: "wave", fileName: `${id}.png` };
    assert.deepEqual(bare(got), packet);
    assert.deepEqual(await ben.next("emoji_add", (each) => each["id"] === id), packet);
  });

  test("refuses what is no picture, a bad name and a taken one", async () => {
    const olga = await home.onOriginchats("olga");
    await olga.ask({ cmd: "emoji_add", name: "Taken", image });
    const refused: readonly (readonly [object, string])[] = [
      [{ name: "x1" }, scheme("emoji_add", "image", "Field required")],
      [{ image }, scheme("emoji_add", "name", "Field required")],
      [{ name: 5, image }, scheme("emoji_add", "name", "Input should be a valid string")],
      [
        { name: "x1", image: "x" },
        scheme("emoji_add", "image", "Value error, Invalid image data URI"),
      ],
      [
        { name: "x1", image: "data:image/png;base64,%%" },
        scheme("emoji_add", "image", "Value error, Invalid base64 image data"),
      ],
      [
        { name: "x1", image: dataUri("image/png", Buffer.from("not an image")) },
        "Error adding emoji",
      ],
      [{ name: "bad name", image }, "Error adding emoji"],
      [{ name: "TAKEN", image }, "Error adding emoji"],
      [
        { name: "x1", image: dataUri("image/png", Buffer.from("<svg xmlns='x'/>")) },
        "Error adding emoji",
      ],
      [
        { name: "x1", image: dataUri("image/png", Buffer.concat([png, Buffer.alloc(256 * 1024)])) },
        "Error adding emoji",
      ],
    ];
    for (const [packet, val] of refused) {
      const got = await olga.ask({ cmd: "emoji_add", ...packet });
      assert.deepEqual([got.cmd, got["val"]], ["error", val]);
    }
    const all = await olga.ask({ cmd: "emoji_get_all" });
    const names = Object.values(all["emojis"] as Record<string, { name: string }>).map(
      (e) => e.name,
    );
    assert.equal(names.includes("x1"), false);
  });

  test("needs manage_server, as do emoji_update and emoji_delete", async () => {
    const ben = await home.onOriginchats("ben");
    for (const packet of [
      { cmd: "emoji_add", name: "mine", image },
      { cmd: "emoji_update", emoji_id: 0, name: "mine" },
      { cmd: "emoji_delete", emoji_id: 0 },
    ]) {
      const got = await ben.ask(packet);
      assert.equal(got["val"], "Access denied: 'manage_server' permission required");
    }
  });
});

describe("emoji_get_all, emoji_get_id, emoji_get_filename", () => {
  test("any person finds them, whatever the case", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const { id, name } = await added(olga);
    await ben.next("emoji_add", (packet) => packet["id"] === id);
    const all = await ben.ask({ cmd: "emoji_get_all" });
    assert.deepEqual((all["emojis"] as Record<string, unknown>)[id], {
      name,
      fileName: `${id}.png`,
    });
    const newer = await ben.ask({ cmd: "emoji_list" });
    assert.deepEqual(newer["emojis"], all["emojis"]);
    const upper = name.toUpperCase();
    const byId = await ben.ask({ cmd: "emoji_get_id", name: upper });
    assert.deepEqual(bare(byId), { cmd: "emoji_get_id", name: upper, id });
    const byFile = await ben.ask({ cmd: "emoji_get_filename", name: upper });
    assert.deepEqual(bare(byFile), {
      cmd: "emoji_get_filename",
      name: upper,
      filepath: `${id}.png`,
    });
    for (const cmd of ["emoji_get_id", "emoji_get_filename"]) {
      assert.equal((await ben.ask({ cmd, name: "nope" }))["val"], "Emoji not found");
      assert.equal((await ben.ask({ cmd }))["val"], scheme(cmd, "name", "Field required"));
    }
  });
});

describe("emoji_update", () => {
  test("renames and redraws, told to everybody", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const { id } = await added(olga);
    const name = `renamed_${id}`;
    const got = await olga.ask({ cmd: "emoji_update", emoji_id: id, name });
    const packet = {
      cmd: "emoji_update",
      id: Number(id),
      updated: true,
      name,
      fileName: `${id}.png`,
    };
    assert.deepEqual(bare(got), packet);
    assert.deepEqual(await ben.next("emoji_update", (each) => each["id"] === Number(id)), packet);
    const drawn = await olga.ask({
      cmd: "emoji_update",
      emoji_id: Number(id),
      image: dataUri("image/gif", gif),
    });
    assert.equal(drawn["fileName"], `${id}.gif`);
    const shown = await fetch(`${at(1)}/emojis/${id}.gif`);
    assert.ok(Buffer.from(await shown.arrayBuffer()).equals(gif));
    assert.equal((await fetch(`${at(1)}/emojis/${id}.png`)).status, 404);
  });

  test("says false of an unknown one, a bad or taken name and what is no picture", async () => {
    const olga = await home.onOriginchats("olga");
    const one = await added(olga);
    const two = await added(olga);
    for (const packet of [
      { emoji_id: 7777, name: "q" },
      { emoji_id: Number(one.id), name: "bad name" },
      { emoji_id: Number(one.id), name: two.name },
      { emoji_id: Number(one.id), image: dataUri("image/png", Buffer.from("no picture")) },
    ]) {
      const got = await olga.ask({ cmd: "emoji_update", ...packet });
      assert.deepEqual(bare(got), { cmd: "emoji_update", id: packet.emoji_id, updated: false });
    }
    const nothing = await olga.ask({ cmd: "emoji_update", emoji_id: Number(one.id) });
    assert.equal(nothing["val"], "At least one field to update is required (name or image)");
    const reason = "Input should be a valid integer, unable to parse string as an integer";
    const odd = await olga.ask({ cmd: "emoji_update", emoji_id: "x", name: "q" });
    assert.equal(odd["val"], scheme("emoji_update", "emoji_id", reason));
  });
});

describe("emoji_delete", () => {
  test("takes it away for everybody and never uses its id again", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const { id } = await added(olga);
    assert.equal((await fetch(`${at()}/emojis/${id}`)).status, 200);
    const got = await olga.ask({ cmd: "emoji_delete", emoji_id: id });
    assert.deepEqual(bare(got), { cmd: "emoji_delete", id: Number(id), deleted: true });
    await ben.next("emoji_delete", (packet) => packet["id"] === Number(id));
    const again = await olga.ask({ cmd: "emoji_delete", emoji_id: Number(id) });
    assert.deepEqual(bare(again), { cmd: "emoji_delete", id: Number(id), deleted: false });
    const odd = await olga.ask({ cmd: "emoji_delete", emoji_id: -1 });
    assert.deepEqual(bare(odd), { cmd: "emoji_delete", id: -1, deleted: false });
    assert.equal((await fetch(`${at()}/emojis/${id}`)).status, 404);
    const next = await added(olga);
    assert.equal(Number(next.id), Number(id) + 1);
  });
});

describe("GET /emojis/<file name or id>", () => {
  test("any gateway serves it by either", async () => {
    const olga = await home.onOriginchats("olga");
    const { id } = await added(olga);
    await home.stack.originchats[1]?.ready();
    for (const name of [id, `${id}.png`]) {
      for (const gateway of [0, 1]) {
        const got = await fetch(`${at(gateway)}/emojis/${name}`);
        assert.equal(got.status, 200);
        assert.equal(got.headers.get("content-type"), "image/png");
        assert.equal(got.headers.get("cache-control"), "public, max-age=3600");
        assert.ok(Buffer.from(await got.arrayBuffer()).equals(png));
      }
    }
    const head = await fetch(`${at()}/emojis/${id}`, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, "71"]);
  });

  test("what is none is 404 in the original's words", async () => {
    for (const name of ["nope", "99999", "..%2Fchannels.json", ".png", "0.exe", "%00"]) {
      const got = await fetch(`${at()}/emojis/${name}`);
      assert.deepEqual([got.status, await got.text()], [404, "Emoji not found"], name);
    }
    const got = await fetch(`${at()}/emojis/`);
    assert.deepEqual([got.status, await got.text()], [404, '{"error":"Not found"}']);
  });
});
