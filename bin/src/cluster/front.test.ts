import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { caddyfile, haproxyConfiguration } from "./front.ts";

const ways = [
  { name: "originchats", port: 5613, to: [1001, 1002] },
  { name: "console", port: 8080, to: [1003] },
];

describe("what stands in front of the gateways", () => {
  it("leads each address to its gateways, in Caddy's words", () => {
    const text = caddyfile(ways);
    assert.match(
      text,
      /^http:\/\/127\.0\.0\.1:5613 \{\n\tbind 127\.0\.0\.1\n\treverse_proxy 127\.0\.0\.1:1001 127\.0\.0\.1:1002 \{/m,
    );
    assert.match(
      text,
      /^http:\/\/127\.0\.0\.1:8080 \{\n\tbind 127\.0\.0\.1\n\treverse_proxy 127\.0\.0\.1:1003 \{/m,
    );
  });

  it("and in HAProxy's", () => {
    const text = haproxyConfiguration(ways);
    assert.match(
      text,
      /frontend originchats\n {2}bind 127\.0\.0\.1:5613\n {2}default_backend to_originchats/,
    );
    assert.match(text, /server originchats-2 127\.0\.0\.1:1002 check/);
  });
});
