/**
 * Uploads that lie about type or size, names that climb, JSON bombs, and connections that break off: a clear refusal
 * or nothing at all, and in no case anything stored.
 */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { FileStore } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import { dataUri, longPng, pdf, png } from "../support/picture.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { post, proofOf, uploadTo } from "../support/web.ts";

const bytesMax = 300_000;
const home = stackForTests({
  config: { attachments: { bytesMax, perMinute: 1_000_000, atOncePerAddress: 16 } },
});
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;
const store = (): FileStore => new FileStore(home.stack.operator.coreBus, community);

/** Runs and holds that nothing new lies in the store, nor on the disk. */
async function storingNothing(run: () => Promise<void>): Promise<void> {
  const before = await store().names();
  await run();
  assert.deepEqual(await store().names(), before);
  await eventually(10_000, "no spool left", async () => {
    const spools = (await readdir(tmpdir())).filter((name) => name.startsWith("dragoman-upload-"));
    assert.deepEqual(spools, []);
    return true;
  });
}

const html = Buffer.from("<!doctype html><script>alert(1)</script>");
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe("uploads that lie", () => {
  test("about their type", async () => {
    const ada = await home.onOriginchats("ada");
    await storingNothing(async () => {
      const lies: readonly (readonly [string, Buffer])[] = [
        ["image/png", html],
        ["image/png", pdf],
        ["image/gif", Buffer.from("not a picture at all")],
        ["image/svg+xml", html],
        ["video/mp4", png],
        ["application/pdf", png],
        ["application/pdf", html],
      ];
      for (const [mime_type, bytes] of lies) {
        const got = await uploadTo(at(), ada, { mime_type, file: dataUri(mime_type, bytes) });
        const wanted = [400, "File content does not match its type"];
        assert.deepEqual(
          [got.status, got.body.error],
          wanted,
          `${mime_type} ${bytes.toString("latin1", 0, 9)}`,
        );
      }
      const page = await uploadTo(at(), ada, {
        mime_type: "text/html",
        file: dataUri("text/html", html),
      });
      assert.deepEqual([page.status, page.body.error], [500, "Failed to save attachment"]);
      for (const mime_type of ["application/zip", "text/plain"]) {
        const got = await uploadTo(at(), ada, { mime_type });
        assert.deepEqual([got.status, got.body.error], [500, "Failed to save attachment"]);
      }
      const blob = Buffer.from([0, 1, 2, 3, 0]);
      const vague = { mime_type: "application/octet-stream", file: dataUri("x/y", blob) };
      assert.equal((await uploadTo(at(), ada, vague)).status, 500);
    });
  });

  test("by a head that says otherwise than the field: the bytes count", async () => {
    const ada = await home.onOriginchats("ada");
    const got = await uploadTo(at(), ada, {
      mime_type: "image/jpeg",
      file: dataUri("text/html", png),
      name: "a.html",
    });
    assert.equal(got.body.attachment?.["mime_type"], "image/png");
    const drawing = await uploadTo(at(), ada, {
      mime_type: "image/svg+xml",
      file: dataUri("image/svg+xml", svg),
      name: "a.svg",
    });
    const shown = await fetch(`${at()}/attachments/${drawing.body.attachment?.id}`);
    await shown.arrayBuffer();
    assert.equal(shown.headers.get("content-type"), "image/svg+xml");
    assert.equal(shown.headers.get("content-security-policy"), "sandbox");
    assert.equal(shown.headers.get("x-content-type-options"), "nosniff");
  });

  test("about their size", async () => {
    const ada = await home.onOriginchats("ada");
    await storingNothing(async () => {
      const wanted = { error: `Request body too large (max ${bytesMax} bytes)` };
      const above = await uploadTo(at(), ada, {
        file: dataUri("image/png", longPng(bytesMax + 1)),
      });
      assert.deepEqual([above.status, above.body], [413, wanted]);
      const far = await post(`${at()}/attachments/upload`, {
        ...proofOf(ada),
        file: "A".repeat(bytesMax * 3),
      });
      assert.deepEqual([far.status, far.body], [413, wanted]);
      const chunked = await fetch(`${at()}/attachments/upload`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: endless(`${proved(ada)},"file":"`, "A".repeat(65_536), 20),
        duplex: "half",
      } as RequestInit);
      assert.equal(chunked.status, 413);
    });
    const most = await uploadTo(at(), ada, {
      file: dataUri("image/png", longPng(bytesMax - 1_000)),
    });
    assert.equal(most.status, 201);
  });

  test("by base64 that is none", async () => {
    const ada = await home.onOriginchats("ada");
    const good = png.toString("base64");
    await storingNothing(async () => {
      for (const text of [
        "%%%",
        "====",
        "A",
        "AA=A",
        `${good}=`,
        `${good.slice(0, -1)}`,
        `${good} `,
        `=${good}`,
        "AAA",
        "ÄÄÄÄ",
        "AAAA\u0000",
      ]) {
        const got = await uploadTo(at(), ada, { file: `data:image/png;base64,${text}` });
        assert.deepEqual(
          [got.status, got.body.error],
          [400, "Invalid file data"],
          text.slice(0, 20),
        );
      }
    });
  });

  test("by names that are read the other way round", async () => {
    const ada = await home.onOriginchats("ada");
    const got = await uploadTo(at(), ada, { name: "photo\u202egnp.exe\u2066" });
    assert.equal(got.body.attachment?.name, "photognp.exe");
    const bare = await uploadTo(at(), ada, { name: "\u202e" });
    assert.deepEqual([bare.status, bare.body.error], [400, "Invalid file name"]);
  });

  test("by names that climb", async () => {
    const ada = await home.onOriginchats("ada");
    await storingNothing(async () => {
      for (const name of [
        "../../etc/passwd",
        "a/b.png",
        "a\\b.png",
        "..",
        ".",
        "a\u0000.png",
        "a\n.png",
        "x".repeat(256),
      ]) {
        const got = await uploadTo(at(), ada, { name });
        assert.deepEqual(
          [got.status, got.body.error],
          [400, "Invalid file name"],
          JSON.stringify(name),
        );
      }
    });
    for (const path of [
      "/attachments/..%2f..%2fetc%2fpasswd",
      "/attachments/%00",
      "/emojis/..%2f..%2fetc%2fpasswd",
      "/emojis/....//etc",
      "/server-assets/..%2ficon",
      `/attachments/${"x".repeat(5_000)}`,
    ]) {
      const got = await fetch(`${at()}${path}`);
      await got.arrayBuffer();
      assert.ok([404, 414].includes(got.status), `${path.slice(0, 40)}: ${got.status}`);
    }
  });
});

/** The beginning of a body, with the proof in it. */
const proved = (client: OriginchatsClient): string => JSON.stringify(proofOf(client)).slice(0, -1);

async function* parts(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const endless = (head: string, piece: string, count: number): AsyncGenerator<Uint8Array> =>
  parts(head, ...Array<string>(count).fill(piece));

describe("bodies that are bombs", () => {
  test("deep, long or twofold JSON is refused, and costs nobody else anything", async () => {
    const ada = await home.onOriginchats("ada");
    const file = `"file":"${png.toString("base64")}"`;
    const head = proved(ada);
    await storingNothing(async () => {
      const bombs = [
        "[".repeat(200_000),
        `{"x":${"[".repeat(60_000)}`,
        `{"x":${'{"x":'.repeat(60_000)}`,
        `{"x":"${"y".repeat(100_000)}"}`,
        `${head},${file},${file}}`,
        `${head},"file":"AAAA`,
        `${head},"file":"AAAA\\q"}`,
        `${head},"file":"AAAA\\u00"}`,
        `${head},"file":"AAAA"} trailing`,
        "\u0000",
        "",
      ];
      for (const bomb of bombs) {
        const got = await post(`${at()}/attachments/upload`, bomb);
        assert.deepEqual(
          [got.status, got.body],
          [400, { error: "Invalid JSON body" }],
          bomb.slice(0, 20),
        );
      }
    });
    const olga = await home.onOriginchats("olga");
    const made = await olga.ask({ cmd: "webhook_create", channel: "general", name: "Hook" });
    const { token } = made["webhook"] as { readonly token: string };
    for (const bomb of [
      "[".repeat(5_000_000),
      `{"content":${"[".repeat(5_000_000)}`,
      `{"a":`.repeat(1_000_000),
    ]) {
      const got = await post(`${at()}/webhooks?token=${token}`, bomb);
      assert.deepEqual([got.status, got.body], [400, { error: "Invalid JSON body" }]);
    }
    ada.say("general", "still here");
    await ada.sees("still here");
  });

  test("keys of the prototype are fields like others", async () => {
    const ada = await home.onOriginchats("ada");
    const body = `{"__proto__":{"validator":"x"},"constructor":1,${JSON.stringify(proofOf(ada)).slice(1)}`;
    const got = await post(`${at()}/attachments/upload`, body);
    assert.deepEqual(got.body, {
      error: "Missing required fields: file, name, mime_type, channel",
    });
  });
});

describe("connections that break off", () => {
  /** Sends the head and the beginning of a body, and nothing more. */
  function begun(ada: OriginchatsClient): Promise<ReturnType<typeof connect>> {
    const port = portOf(home.stack.originchats);
    const body = JSON.stringify({ ...proofOf(ada), file: png.toString("base64") }).slice(0, -20);
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          `POST /attachments/upload HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n${body}`,
          () => resolve(socket),
        );
      });
      socket.on("error", reject);
    });
  }

  test("leave nothing behind, however many there are", async () => {
    const ada = await home.onOriginchats("ada");
    await storingNothing(async () => {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => begun(ada)));
      for (const socket of sockets) socket.resetAndDestroy();
    });
    assert.equal((await uploadTo(at(), ada)).status, 201);
  });
});

describe("pictures in packets", () => {
  test("that are none are refused before anything is stored", async () => {
    const olga = await home.onOriginchats("olga");
    await storingNothing(async () => {
      for (const bytes of [
        html,
        svg,
        pdf,
        Buffer.from("GIF89a"),
        Buffer.concat([png, Buffer.alloc(300_000)]),
      ]) {
        const image = dataUri("image/png", bytes);
        const got = await olga.ask({ cmd: "emoji_add", name: "bad", image });
        assert.equal(got["val"], "Error adding emoji");
        const icon = dataUri(
          "image/png",
          bytes.length > 100_000 ? Buffer.concat([png, Buffer.alloc(2_100_000)]) : bytes,
        );
        const face = await olga.ask({ cmd: "server_update", icon });
        assert.equal(face["val"], "Icon is not a picture");
      }
    });
  });
});
