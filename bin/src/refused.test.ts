/** What every start, `dragoman doctor` and SIGHUP refuse: one sentence with the setting, the value and what to do. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkConfig, checkFolder } from "@dragoman/service-kit";
import { makeCertificate } from "./certificate.ts";
import { edges, readConfig } from "./edges.ts";

const dayMs = 24 * 3_600_000;
const certificateDays = 397;
let folder = "";
const at = (name: string): string => join(folder, name);

before(() => {
  folder = mkdtempSync(join(tmpdir(), "dragoman-refused-"));
  const write = (name: string, nowMs: number): void => {
    const { cert, key } = makeCertificate(nowMs);
    writeFileSync(at(`${name}.crt`), cert);
    writeFileSync(at(`${name}.key`), key);
  };
  write("good", Date.now());
  write("other", Date.now());
  write("expired", Date.now() - (certificateDays + 1) * dayMs);
  write("ending", Date.now() - (certificateDays - 3) * dayMs);
  writeFileSync(at("words"), "no certificate\n");
});
after(() => rmSync(folder, { recursive: true, force: true }));

const tls = (cert: string, key: string) => ({
  DRAGOMAN_TLS_CERT: at(cert),
  DRAGOMAN_TLS_KEY: at(key),
});

const said = (settings: Readonly<Record<string, string>>) =>
  checkConfig(readConfig(settings).config, edges).map(({ isWarning, text }) => {
    assert.doesNotMatch(text, /\n|error:|NaN|undefined/);
    return `${isWarning ? "warning" : "fault"}: ${text.replaceAll(`${folder}/`, "")}`;
  });

/** Settings, and the beginning and a later part of what is said of them. */
const refused: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
  [
    { DRAGOMAN_ALLOWED_ORIGINS: "https://a.example,example.com/" },
    'DRAGOMAN_ALLOWED_ORIGINS: "example.com/" is no origin',
    "(https://example.com?)",
  ],
  [
    { DRAGOMAN_ALLOWED_ORIGINS: "https://Example.com:443/x" },
    "DRAGOMAN_ALLOWED_ORIGINS: ",
    "(https://example.com?)",
  ],
  [
    { DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/99" },
    'DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/99" is no address',
    "10.0.0.0/8",
  ],
  [
    { DRAGOMAN_TRUSTED_PROXIES: "proxy" },
    'DRAGOMAN_TRUSTED_PROXIES: "proxy" is no address',
    "range",
  ],
  [
    { DRAGOMAN_ORIGINCHATS_URL: "ftp://chat.example" },
    'DRAGOMAN_ORIGINCHATS_URL: "ftp://chat.example"',
    "https://",
  ],
  [
    { DRAGOMAN_NATS_URL: "http://x" },
    'DRAGOMAN_NATS_URL: "http://x" is no address',
    "nats://127.0.0.1:4222",
  ],
  [
    { DRAGOMAN_NATS_REPLICAS: "2", DRAGOMAN_NATS_URL: "nats://x" },
    "DRAGOMAN_NATS_REPLICAS is 2",
    "1, 3 or 5",
  ],
  [
    { DRAGOMAN_NATS_REPLICAS: "3" },
    "DRAGOMAN_NATS_REPLICAS is 3, and the server that is started here is of no cluster",
    "DRAGOMAN_NATS_URL",
  ],
  [
    {
      DRAGOMAN_PHASES_NOW: "sockchat=closed",
      DRAGOMAN_PHASES_NEXT: "originchats=closed@2090-01-31",
    },
    "DRAGOMAN_PHASES_NOW and DRAGOMAN_PHASES_NEXT close every protocol",
    "leave one open",
  ],
  [{ DRAGOMAN_ACCOUNTS_PROVIDERS: "" }, "DRAGOMAN_ACCOUNTS_PROVIDERS is empty", "local"],
  [
    { DRAGOMAN_ACCOUNTS_PROVIDERS: "local,site" },
    'DRAGOMAN_SITE_URL: "" is no web address',
    "https://",
  ],
  [
    { DRAGOMAN_ACCOUNTS_PROVIDERS: "rotur", DRAGOMAN_ROTUR_URL: "rotur.dev" },
    'DRAGOMAN_ROTUR_URL: "rotur.dev" is no web address',
    "https://",
  ],
  [
    { DRAGOMAN_PUSH_CONTACT: "me@example.org" },
    'DRAGOMAN_PUSH_CONTACT: "me@example.org"',
    "mailto:",
  ],
  [
    { DRAGOMAN_ATTACHMENTS_TYPES: "image/*,png" },
    'DRAGOMAN_ATTACHMENTS_TYPES: "png" is no media type',
    "image/png",
  ],
  [{ DRAGOMAN_EMOJIS_TYPES: ".png" }, 'DRAGOMAN_EMOJIS_TYPES: ".png" is no extension', "png"],
  [
    { DRAGOMAN_JOURNAL_RENEW_MS: "5000" },
    "DRAGOMAN_JOURNAL_RENEW_MS: 5000 must be less than DRAGOMAN_JOURNAL_AUTHORITY_MS, which is 1200",
    "renewed",
  ],
  [
    { DRAGOMAN_JOURNAL_AUTHORITY_MS: "1500" },
    "DRAGOMAN_JOURNAL_AUTHORITY_MS: 1500 must be less than DRAGOMAN_JOURNAL_TAKEOVER_MS",
    "two leaders",
  ],
  [
    { DRAGOMAN_JOURNAL_FRESH_MS: "200" },
    "DRAGOMAN_JOURNAL_HEARTBEAT_MS: 200 must be less than DRAGOMAN_JOURNAL_FRESH_MS",
    "fresh",
  ],
  [
    { DRAGOMAN_JOURNAL_LET_GO_MS: "700" },
    "DRAGOMAN_JOURNAL_FRESH_MS: 800 must be less than DRAGOMAN_JOURNAL_LET_GO_MS",
    "close",
  ],
  [
    { DRAGOMAN_JOURNAL_GATEWAY_MS: "9000" },
    "DRAGOMAN_JOURNAL_LET_GO_MS: 10000 must be less than DRAGOMAN_JOURNAL_GATEWAY_MS",
    "connected",
  ],
  [
    { DRAGOMAN_JOURNAL_HEARTBEAT_MS: "0" },
    "DRAGOMAN_JOURNAL_HEARTBEAT_MS: 0 is too short",
    "10 ms",
  ],
  [
    { DRAGOMAN_TLS_CERT: "x.crt" },
    "DRAGOMAN_TLS_KEY is not set, and DRAGOMAN_TLS_CERT is",
    "set both",
  ],
  [
    { DRAGOMAN_TLS_KEY: "x.key" },
    "DRAGOMAN_TLS_CERT is not set, and DRAGOMAN_TLS_KEY is",
    "set both",
  ],
];

describe("a configuration that cannot work", () => {
  it("is refused in one sentence that names the setting, the value and what to do", () => {
    for (const [settings, begins, holds] of refused) {
      const [only = "", ...others] = said(settings);
      assert.deepEqual(others, []);
      assert.ok(only.startsWith(`fault: ${begins}`), only);
      assert.ok(only.includes(holds), only);
    }
  });

  it("is so by its certificate, too", () => {
    const pair = "DRAGOMAN_TLS_CERT, DRAGOMAN_TLS_KEY: the key in other.key is not that of the";
    const table: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [tls("good.crt", "other.key"), `fault: ${pair} certificate in good.crt; give the two files`],
      [
        tls("words", "good.key"),
        "fault: DRAGOMAN_TLS_CERT: words holds no certificate in PEM form",
      ],
      [tls("good.crt", "words"), "fault: DRAGOMAN_TLS_KEY: words holds no private key in PEM form"],
      [tls("good.key", "good.key"), "fault: DRAGOMAN_TLS_CERT: good.key holds no certificate in"],
      [tls("none", "good.key"), "fault: DRAGOMAN_TLS_CERT: none is not there"],
      [tls("good.crt", ""), "fault: DRAGOMAN_TLS_KEY: "],
      [
        tls("expired.crt", "expired.key"),
        "warning: DRAGOMAN_TLS_CERT: the certificate in expired.crt has expired on ",
      ],
      [
        tls("ending.crt", "ending.key"),
        "warning: DRAGOMAN_TLS_CERT: the certificate in ending.crt ends on ",
      ],
    ];
    for (const [settings, begins] of table) {
      const [only = "", ...others] = said(settings);
      assert.deepEqual(others, []);
      assert.ok(only.startsWith(begins), only);
    }
    assert.deepEqual(said(tls("good.crt", "good.key")), []);
  });

  it("is not the default, nor one with what browsers and proxies really send", () => {
    assert.deepEqual(said({}), []);
    const settings = {
      DRAGOMAN_ALLOWED_ORIGINS:
        "*,null,http://localhost:8080,https://chat.example,chrome-extension://abcdefgh,capacitor://localhost",
      DRAGOMAN_TRUSTED_PROXIES: "10.0.0.0/8,127.0.0.1,::1,fd00::/8",
      DRAGOMAN_ORIGINCHATS_URL: "wss://chat.example:5613",
      DRAGOMAN_ATTACHMENTS_TYPES: "",
    };
    assert.deepEqual(said(settings), []);
  });

  it("is one whose data folder cannot be had", () => {
    const sentence = (dataDir: string) => checkFolder({ dataDir })?.replaceAll(`${folder}/`, "");
    assert.equal(sentence(at("new/one")), undefined);
    assert.equal(sentence(folder), undefined);
    const wrong =
      "DRAGOMAN_DATA_DIR: words/data cannot be used, words is no folder; name a folder that this user may write in";
    assert.equal(sentence(at("words/data")), wrong);
  });
});
