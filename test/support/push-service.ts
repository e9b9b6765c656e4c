/** A push service of the tests' own, which reads what it gets as a browser does. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before } from "node:test";

export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A browser's subscription, and how it reads what comes (RFC 8291). */
export function browser(endpoint: string) {
  const own = createECDH("prime256v1");
  own.generateKeys();
  const auth = randomBytes(16);
  const point = own.getPublicKey();
  return {
    subscription: {
      endpoint,
      keys: { p256dh: point.toString("base64url"), auth: auth.toString("base64url") },
    },
    read(body: Buffer): unknown {
      const salt = body.subarray(0, 16);
      const length = body[20] ?? 0;
      const theirs = body.subarray(21, 21 + length);
      const info = Buffer.concat([Buffer.from("WebPush: info\0"), point, theirs]);
      const shared = Buffer.from(hkdfSync("sha256", own.computeSecret(theirs), auth, info, 32));
      const derive = (name: string, size: number): Buffer =>
        Buffer.from(hkdfSync("sha256", shared, salt, `Content-Encoding: ${name}\0`, size));
      const sealed = body.subarray(21 + length);
      const cipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
      cipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
    },
  };
}

/** What has come to the service, which ends with the tests of the calling file. */
export function pushServiceForTests(): { readonly arrivals: readonly Arrival[]; base(): string } {
  const arrivals: Arrival[] = [];
  let base = "";
  const service = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const path = request.url ?? "";
      arrivals.push({ path, headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(path.startsWith("/gone") ? 410 : 201).end();
    });
  });
  before(async () => {
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  });
  after(() => {
    service.close();
    service.closeAllConnections();
  });
  return { arrivals, base: () => base };
}
