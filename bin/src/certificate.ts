/**
 * A certificate for this machine alone, for trying out clients that know TLS only: self-signed, for `localhost`
 * and the loopback addresses. X.509 is written out here (RFC 5280), since Node makes keys but no certificates.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { certificateEnd } from "@dragoman/service-kit";
import { writePrivate } from "./data-folder.ts";

/** Apple's clients refuse what is valid for longer. */
const validDays = 397;
/** One that ends sooner is made anew at the next start. */
const renewDays = 7;
const dayMs = 24 * 3_600_000;

/** One DER value: tag, length, contents. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length =
    body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const bits = (bytes: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), bytes);
const yes = der(0x01, Buffer.from([0xff]));

/** An object identifier by its encoded bytes. */
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const commonName = oid("550403");

const name = (text: string): Buffer =>
  sequence(set(sequence(commonName, der(0x0c, Buffer.from(text)))));

/** UTCTime, which holds until 2049. */
const time = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return der(0x17, Buffer.from(digits.slice(2)));
};

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const alternativeNames = sequence(
  der(0x82, Buffer.from("localhost")),
  der(0x87, Buffer.from([127, 0, 0, 1])),
  der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
);

/** Certificate and key as PEM. `nowMs` is when it begins to be valid, less an hour for clocks that are slow. */
export function makeCertificate(nowMs: number): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const keyId = createHash("sha1").update(spki).digest();
  // Positive and without a leading zero.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const owner = name("Dragoman on this machine");
  const extensions = sequence(
    // No authority: whoever trusts it trusts this machine's names alone, though the key lies in a folder.
    extension("551d13", true, sequence()),
    extension("551d0f", true, bits(Buffer.from([0x80]), 7)),
    extension("551d25", false, sequence(oid("2b06010505070301"))),
    extension("551d11", false, alternativeNames),
    extension("551d0e", false, octets(keyId)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    owner,
    sequence(time(nowMs - 3_600_000), time(nowMs + validDays * dayMs)),
    owner,
    spki,
    der(0xa3, extensions),
  );
  const whole = sequence(body, ecdsaWithSha256, bits(sign("sha256", body, privateKey)));
  const lines = whole.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Paths of the certificate in the data folder, made when there is none or it ends soon. */
export function localCertificate(
  dataDir: string,
  nowMs: number,
): { readonly cert: string; readonly key: string } {
  const folder = join(resolve(dataDir), "tls");
  const paths = { cert: join(folder, "localhost.crt"), key: join(folder, "localhost.key") };
  const endMs = existsSync(paths.key) ? certificateEnd({ tls: paths }) : undefined;
  if (endMs !== undefined && endMs - nowMs > renewDays * dayMs) return paths;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = makeCertificate(nowMs);
  writePrivate(paths.key, made.key);
  writeFileSync(paths.cert, made.cert);
  return paths;
}
