import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connect } from "node:tls";
import { localCertificate, makeCertificate } from "./certificate.ts";

const nowMs = Date.now();

/** A TLS handshake with the pair, trusting nothing but the certificate; the authorization error or null. */
async function handshake(
  pair: { readonly cert: string; readonly key: string },
  host: string,
): Promise<string | null> {
  const server = createServer(pair);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  try {
    return await new Promise((done) => {
      const socket = connect({
        host: "127.0.0.1",
        port: address.port,
        servername: host === "127.0.0.1" ? "" : host,
        ca: pair.cert,
      });
      socket.once("secureConnect", () => {
        done(null);
        socket.destroy();
      });
      socket.once("error", (error) => done(error.message));
    });
  } finally {
    await new Promise((done) => server.close(done));
  }
}

describe("the certificate of --tls", () => {
  it("is trusted by who trusts it, for localhost and the loopback addresses alone", async () => {
    const pair = makeCertificate(nowMs);
    const certificate = new X509Certificate(pair.cert);
    assert.equal(certificate.checkHost("localhost"), "localhost");
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(certificate.checkIP("::1"), "::1");
    assert.equal(certificate.checkHost("example.org"), undefined);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(await handshake(pair, "localhost"), null);
    assert.equal(await handshake(pair, "127.0.0.1"), null);
    assert.match((await handshake(pair, "example.org")) ?? "", /altnames/);
  });

  it("is kept from one start to the next and made anew before it ends", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dragoman-tls-"));
    try {
      const first = localCertificate(folder, nowMs);
      const text = await readFile(first.cert, "utf8");
      assert.equal((await stat(first.key)).mode & 0o777, 0o600);
      localCertificate(folder, nowMs + 300 * 24 * 3_600_000);
      assert.equal(await readFile(first.cert, "utf8"), text);
      localCertificate(folder, nowMs + 393 * 24 * 3_600_000);
      assert.notEqual(await readFile(first.cert, "utf8"), text);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
