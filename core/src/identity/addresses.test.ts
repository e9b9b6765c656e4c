import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, isAddress, plainAddress } from "./addresses.ts";

test("an IPv4 address written as IPv6 is the IPv4 one", () => {
  assert.equal(plainAddress(" ::FFFF:192.0.2.1 "), "192.0.2.1");
  assert.equal(plainAddress("2001:DB8::5"), "2001:db8::5");
});

test("octets may be stars, and what is no address is none", () => {
  for (const good of [
    "192.0.2.1",
    "192.0.2.*",
    "*.*.*.*",
    "255.255.255.255",
    "::1",
    "2001:db8::5",
  ]) {
    assert.ok(isAddress(good), good);
  }
  for (const bad of [
    "",
    "nonsense",
    "1.2.3",
    "1.2.3.256",
    "1.2.3.4.5",
    "1.2.3.**",
    "ada",
    "1.2.3.4 ",
  ]) {
    assert.ok(!isAddress(bad), bad);
  }
});

test("a pattern fits octet by octet", () => {
  assert.ok(fits("192.0.2.1", "192.0.2.*"));
  assert.ok(fits("192.0.2.1", "*.0.*.1"));
  assert.ok(!fits("192.0.2.1", "192.0.3.*"));
  assert.ok(!fits("2001:db8::5", "*.*.*.*"));
});
