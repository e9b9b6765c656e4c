/** What the community says of itself (reference part 3, section 5; part 1, 2.1), over real sockets and HTTP. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OriginchatsClient } from "../../support/originchats-client.ts";
import { dataUri, gif, png } from "../../support/picture.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const base = "https://chat.example.org";
const home = stackForTests({ originchats: 2, config: { originchats: { url: `${base}/` } } });
const port = (index = 0): number => portOf(home.stack.originchats, index);
const at = (index = 0): string => `http://127.0.0.1:${port(index)}`;

describe("server_update", () => {
  test("each refusal has its text", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const cases: readonly (readonly [object, string])[] = [
      [{ name: 5 }, "Name must be a string or null"],
      [{ icon: 5 }, "Icon must be a string or null"],
      [{ banner: [] }, "Banner must be a string or null"],
      [{}, "No updates provided"],
      [{ name: "n".repeat(101) }, "Name too long (max 100 characters)"],
      [{ owner: "x" }, "No updates provided"],
      [{ icon: dataUri("image/png", Buffer.from("no picture")) }, "Icon is not a picture"],
    ];
    for (const [packet, val] of cases) {
      assert.equal((await olga.ask({ cmd: "server_update", ...packet }))["val"], val);
    }
    const refused = await ben.ask({ cmd: "server_update", name: "Mine" });
    assert.equal(refused["val"], "Access denied: 'manage_server' permission required");
  });

  test("is told to everybody and twice to the sender; server_info, /info and the handshake follow", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const packet = {
      cmd: "server_update",
      name: "Renamed",
      icon: "https://e.org/i.png",
      banner: "https://e.org/b.png",
    };
    const since = olga.log.length;
    const { listener: _, ...got } = (await olga.ask(packet)) as Record<string, unknown>;
    assert.deepEqual(got, packet);
    assert.deepEqual(
      olga.log.since(since).map(({ cmd }) => cmd),
      ["server_update", "server_update"],
    );
    assert.deepEqual(await ben.next("server_update"), packet);
    const { listener: __, ...info } = (await ben.ask({ cmd: "server_info" })) as Record<
      string,
      unknown
    >;
    assert.deepEqual(info, { ...packet, cmd: "server_info" });
    const shown = (await (await fetch(`${at()}/info`)).json()) as { readonly server: object };
    assert.deepEqual(shown.server, {
      name: "Renamed",
      icon: "https://e.org/i.png",
      banner: "https://e.org/b.png",
      owner: { name: "Admin" },
    });
    const fresh = await OriginchatsClient.connect(port());
    const handshake = fresh.log.entries[0]?.["val"] as { readonly server: object };
    assert.deepEqual(handshake.server, {
      name: "Renamed",
      owner: { name: "Admin" },
      icon: "https://e.org/i.png",
      banner: "https://e.org/b.png",
      url: `${base}/`,
    });
    await fresh.close();
    const cleared = await olga.ask({ cmd: "server_update", name: "Again", icon: null, banner: "" });
    assert.deepEqual([cleared["name"], cleared["icon"], cleared["banner"]], ["Again", "", ""]);
  });

  test("a picture becomes a server asset that any gateway serves", async () => {
    const olga = await home.onOriginchats("olga");
    const ben = await home.onOriginchats("ben");
    const got = await olga.ask({
      cmd: "server_update",
      icon: dataUri("image/png", png),
      banner: dataUri("image/gif", gif),
    });
    assert.equal(got["icon"], `${base}/server-assets/icon`);
    assert.equal(got["banner"], `${base}/server-assets/banner`);
    await ben.next("server_update");
    const icon = await fetch(`${at(1)}/server-assets/icon`);
    assert.equal(icon.headers.get("content-type"), "image/png");
    assert.equal(icon.headers.get("cache-control"), "public, max-age=3600");
    assert.ok(Buffer.from(await icon.arrayBuffer()).equals(png));
    const banner = await fetch(`${at(1)}/server-assets/banner`);
    assert.ok(Buffer.from(await banner.arrayBuffer()).equals(gif));
    await olga.ask({ cmd: "server_update", banner: null });
    const gone = await fetch(`${at()}/server-assets/banner`);
    assert.deepEqual([gone.status, await gone.text()], [404, "Server asset not found"]);
    const other = await fetch(`${at()}/server-assets/other`);
    assert.deepEqual([other.status, await other.text()], [404, "Server asset not found"]);
  });
});

test("what people changed outlives a core; what the operator changes wins", async () => {
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "server_update", name: "Kept" });
  const [first] = home.stack.cores;
  const before = await home.stack.operator.term();
  await home.stack.add("core");
  await first?.stop();
  assert.notEqual(await home.stack.operator.term(), before);
  const kept = await olga.ask({ cmd: "server_info" });
  assert.equal(kept["name"], "Kept");
  const configured = await home.stack.add("core", {
    config: { server: { name: "From the file" } },
  });
  await home.stack.cores[1]?.stop();
  await configured.ready();
  await olga.next("server_update", (packet) => packet["name"] === "From the file", 20_000);
});
