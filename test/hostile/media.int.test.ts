/** Files that would tell where somebody lives, and pictures that would cost everybody who looks: at every door that takes files. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FileStore } from "@dragoman/service-kit";
import { bytesOf, gif, photograph, samples, secret } from "@dragoman/testing/media";
import { community } from "@dragoman/testing/nats";
import { dataUri, png } from "../support/picture.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { uploadTo } from "../support/web.ts";

const home = stackForTests({ originchats: 1, config: { attachments: { perMinute: 1_000_000 } } });
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;
const stored = () => new FileStore(home.stack.operator.coreBus, community).names();

describe("what a camera wrote into a file", () => {
  for (const { mime, title, bytes, kept } of samples) {
    test(`is given to nobody: ${mime}, ${title}`, async () => {
      const ada = await home.onOriginchats("ada");
      const got = await uploadTo(at(), ada, { mime_type: mime, file: dataUri(mime, bytes) });
      assert.equal(got.status, 201, got.body.error);
      assert.equal(got.body.attachment?.["mime_type"], mime);
      const shown = await fetch(`${at()}/attachments/${got.body.attachment?.id}`);
      const left = Buffer.from(await shown.arrayBuffer());
      assert.equal(left.includes(secret), false);
      for (const part of kept) assert.ok(left.includes(part));
    });
  }

  test("cannot be looked for in a damaged file, or in one of a kind that is not known", async () => {
    const ada = await home.onOriginchats("ada");
    const before = await stored();
    for (const { mime, bytes, cuts } of samples) {
      const file = dataUri(mime, bytes.subarray(0, cuts.at(-1)));
      const got = await uploadTo(at(), ada, { mime_type: mime, file });
      const wanted = [400, "The file is damaged, or not what it seems"];
      assert.deepEqual([got.status, got.body.error], wanted, mime);
    }
    const tiff = Buffer.concat([bytesOf("II*\0\x08\0\0\0"), Buffer.alloc(40)]);
    const film = Buffer.concat([bytesOf("RIFF\xff\0\0\0AVI LIST"), Buffer.alloc(300)]);
    for (const [mime_type, bytes] of [
      ["image/tiff", tiff],
      ["video/vnd.avi", film],
    ] as const) {
      const got = await uploadTo(at(), ada, { mime_type, file: dataUri(mime_type, bytes) });
      const wanted = [400, "Files of this type may tell where and when they were made"];
      assert.deepEqual([got.status, got.body.error], wanted, mime_type);
    }
    assert.deepEqual(await stored(), before);
  });
});

/** The sample with other numbers in the place of its 30 by 20 pixels. */
function enlarged(mime: string): Buffer {
  const sample = samples.find((one) => one.mime === mime);
  assert.ok(sample);
  const bytes = Buffer.from(sample.bytes);
  const write: Readonly<Record<string, () => void>> = {
    "image/png": () => {
      bytes.writeUInt32BE(60_000, 16);
      bytes.writeUInt32BE(60_000, 20);
    },
    "image/gif": () => {
      bytes.writeUInt16LE(60_000, 6);
      bytes.writeUInt16LE(60_000, 8);
    },
    "image/webp": () => {
      bytes.writeUIntLE(59_999, 24, 3);
      bytes.writeUIntLE(59_999, 27, 3);
    },
    "image/jpeg": () => {
      const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
      bytes.writeUInt16BE(60_000, frame + 5);
      bytes.writeUInt16BE(60_000, frame + 7);
    },
  };
  const place = write[mime];
  if (place !== undefined) place();
  else {
    const size = bytes.lastIndexOf("ispe") + 8;
    bytes.writeUInt32BE(60_000, size);
    bytes.writeUInt32BE(60_000, size + 4);
  }
  return bytes;
}

const bombs = ["png", "gif", "webp", "jpeg", "heic", "avif"].map((kind) => `image/${kind}`);

describe("a picture of 60,000 by 60,000 pixels", () => {
  test("is no attachment", async () => {
    const ada = await home.onOriginchats("ada");
    const before = await stored();
    for (const mime_type of bombs) {
      const file = dataUri(mime_type, enlarged(mime_type));
      const got = await uploadTo(at(), ada, { mime_type, file });
      assert.deepEqual([got.status, got.body.error], [400, "Too many pixels"], mime_type);
    }
    // The size of a photograph may stand behind more than is looked at before, and a GIF's frames behind its own.
    const far = Buffer.concat([
      enlarged("image/jpeg").subarray(0, 2),
      ...Array<Buffer>(20).fill(
        Buffer.concat([Buffer.from([0xff, 0xed, 0xff, 0xff]), Buffer.alloc(65_533)]),
      ),
      enlarged("image/jpeg").subarray(2),
    ]);
    const frame = Buffer.from(gif.bytes);
    frame.writeUInt16LE(60_000, frame.indexOf(",") + 5);
    frame.writeUInt16LE(60_000, frame.indexOf(",") + 7);
    for (const [mime_type, bytes] of [
      ["image/jpeg", far],
      ["image/gif", frame],
    ] as const) {
      const got = await uploadTo(at(), ada, { mime_type, file: dataUri(mime_type, bytes) });
      assert.equal(got.status, 400, mime_type);
    }
    assert.deepEqual(await stored(), before);
    const honest = dataUri("image/jpeg", photograph(1).bytes);
    assert.equal(
      (await uploadTo(at(), ada, { mime_type: "image/jpeg", file: honest })).status,
      201,
    );
  });

  test("is no emoji, no icon and no banner", async () => {
    const olga = await home.onOriginchats("olga");
    const before = await stored();
    for (const mime of ["image/png", "image/gif", "image/webp", "image/jpeg"]) {
      const image = dataUri(mime, enlarged(mime));
      const emoji = await olga.ask({ cmd: "emoji_add", name: "bomb", image });
      assert.deepEqual([emoji.cmd, emoji["val"]], ["error", "Too many pixels"], mime);
      for (const field of ["icon", "banner"]) {
        const face = await olga.ask({ cmd: "server_update", [field]: image });
        assert.deepEqual([face.cmd, face["val"]], ["error", "Too many pixels"], mime);
      }
    }
    assert.deepEqual(await stored(), before);
  });
});

test("a name is shown without marks of direction, also to whoever stores the file", async () => {
  const ada = await home.onOriginchats("ada");
  const marks = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
  const got = await uploadTo(at(), ada, {
    name: `photo${marks}gnp.exe`,
    file: dataUri("image/png", png),
  });
  assert.equal(got.body.attachment?.name, "photognp.exe");
  const shown = await fetch(`${at()}/attachments/${got.body.attachment?.id}`);
  await shown.arrayBuffer();
  const disposition = shown.headers.get("content-disposition") ?? "";
  assert.match(disposition, /photognp\.exe/);
  assert.doesNotMatch(disposition, /%E2%80|%E2%81|%D8%9C/i);
});
