import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, it } from "node:test";
import { isAcceptable, isInternal, isReachable, post } from "./post.ts";

/** A name server that knows some names of IPv4. */
async function nameServer(
  known: Readonly<Record<string, string>>,
): Promise<{ readonly servers: readonly string[]; readonly stop: () => void }> {
  const socket = createSocket("udp4");
  socket.on("message", (question, { address, port }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const asked = question.subarray(12, at + 5);
    const found = question.readUInt16BE(at + 1) === 1 ? known[labels.join(".")] : undefined;
    const head = Buffer.from([...question.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (found === undefined) {
      socket.send(Buffer.concat([head, asked]), port, address);
      return;
    }
    head.writeUInt16BE(1, 6);
    const answer = Buffer.from([
      0xc0,
      12,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...found.split(".").map(Number),
    ]);
    socket.send(Buffer.concat([head, asked, answer]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    servers: [`127.0.0.1:${socket.address().port}`],
    stop: () => void socket.close(),
  };
}

describe("the guard of endpoints", () => {
  it("knows the addresses of the own network, and those that are nobody's", () => {
    const internal = [
      "0.0.0.0",
      "10.1.2.3",
      "100.64.0.1",
      "127.0.0.1",
      "127.255.0.1",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "fd00::1",
      "fe80::1",
      "ff02::1",
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "::7f00:1",
      "fec0::1",
      "localhost",
      "",
    ];
    const others = ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111"];
    assert.deepEqual(
      internal.filter((address) => !isInternal(address)),
      [],
    );
    assert.deepEqual(
      others.filter((address) => isInternal(address)),
      [],
    );
  });

  it("lets an endpoint be asked only by TLS and outside, unless the configuration allows more", () => {
    const refused = [
      "http://push.example/x",
      "https://127.0.0.1/x",
      "https://2130706433/x",
      "https://0x7f.1/x",
      "https://[::1]/x",
      "https://[::ffff:7f00:1]/x",
      "https://192.168.0.1:8443/x",
      "https://[2002:7f00:1::]/x",
      "https://[::127.0.0.1]/x",
      "https://[fec0::1]/x",
      "https://localhost/x",
      "https://LOCALHOST./x",
      "https://nats/x",
      "https://metadata.google.internal/x",
      "ftp://push.example/x",
      "file:///etc/passwd",
      "push.example",
      "",
    ];
    assert.deepEqual(
      refused.filter((endpoint) => isReachable(endpoint, false)),
      [],
    );
    for (const endpoint of ["https://push.example/x", "https://1.1.1.1/x"]) {
      assert.ok(isReachable(endpoint, false), endpoint);
    }
    for (const endpoint of ["http://127.0.0.1:9/x", "https://[::1]/x"]) {
      assert.ok(isReachable(endpoint, true), endpoint);
    }
    assert.equal(isReachable("ftp://push.example/x", true), false);
  });

  it("keeps no endpoint whose name leads into the own network", async () => {
    const { servers, stop } = await nameServer({
      "inside.example": "10.0.0.7",
      "metadata.example": "169.254.169.254",
      "outside.example": "1.1.1.1",
    });
    try {
      for (const [host, isKept] of [
        ["inside.example", false],
        ["metadata.example", false],
        ["outside.example", true],
        ["nowhere.example", true],
      ] as const) {
        assert.equal(await isAcceptable(`https://${host}/x`, false, servers), isKept, host);
      }
      assert.equal(await isAcceptable("http://outside.example/x", false, servers), false);
      assert.equal(await isAcceptable("https://inside.example/x", true, servers), true);
    } finally {
      stop();
    }
  });

  it("follows no name to the own network", async () => {
    const browser = createECDH("prime256v1");
    browser.generateKeys();
    const server = createECDH("prime256v1");
    server.generateKeys();
    const keys = {
      publicKey: server.getPublicKey().toString("base64url"),
      privateKey: Buffer.concat([Buffer.alloc(32), server.getPrivateKey()])
        .subarray(-32)
        .toString("base64url"),
    };
    const subscription = {
      endpoint: "https://localhost:9/x",
      p256dh: browser.getPublicKey().toString("base64url"),
      auth: randomBytes(16).toString("base64url"),
    };
    await assert.rejects(
      post(subscription, "{}", {
        keys,
        contact: "mailto:admin@example.org",
        ttlSeconds: 60,
        limitMs: 10_000,
        internal: false,
      }),
      /localhost is not to be reached/,
    );
  });
});
