import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { publicHost } from "./public-host.ts";

describe("the host in an address for people", () => {
  it("is localhost for a wildcard, and what was given for anything else", () => {
    for (const host of ["0.0.0.0", "::"]) assert.equal(publicHost(host, false), "localhost");
    assert.equal(publicHost("127.0.0.1", false), "127.0.0.1");
    assert.equal(publicHost("::1", false), "[::1]");
    assert.equal(publicHost("2001:db8::1", true), "[2001:db8::1]");
    assert.equal(publicHost("chat.example", true), "chat.example");
  });

  it("is the one name that a browser was told to trust, with TLS on this machine", () => {
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
      assert.equal(publicHost(host, true), "localhost");
    }
  });
});
