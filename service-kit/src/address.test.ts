import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressBlock, normalAddress, shownAddress } from "./address.ts";

test("an address has one form, however it is written", () => {
  for (const written of [
    "2001:db8::5",
    "2001:DB8::5",
    "2001:0DB8:0:0:0:0:0:5",
    "2001:db8:0000::0:5",
    " 2001:db8::5 ",
    "2001:db8::5%eth0",
  ]) {
    assert.equal(normalAddress(written), "2001:db8::5", written);
  }
  for (const written of [
    "192.0.2.7",
    "::ffff:192.0.2.7",
    "::FFFF:192.0.2.7",
    "0:0:0:0:0:ffff:c000:207",
    "64:ff9b::192.0.2.7",
  ]) {
    assert.equal(normalAddress(written), "192.0.2.7", written);
  }
});

test("what is no address has no form", () => {
  for (const bad of ["", "ada", "1.2.3", "1.2.3.256", "1.2.3.4.5", "010.1.1.1", "0x7f.1", ":::"]) {
    assert.equal(normalAddress(bad), null, bad);
  }
  assert.equal(normalAddress(`${"0".repeat(1_000_000)}::1`), null);
});

test("an IPv6 address counts as its /64, an IPv4 address as itself", () => {
  assert.equal(addressBlock("2001:db8::5"), "2001:db8::/64");
  assert.equal(addressBlock("2001:db8:0:0:ffff:ffff:ffff:ffff"), "2001:db8::/64");
  assert.equal(addressBlock("2001:db8:0:1::5"), "2001:db8:0:1::/64");
  assert.equal(addressBlock("::ffff:192.0.2.7"), "192.0.2.7");
  assert.equal(addressBlock("nobody"), "nobody");
});

test("all spellings of an IPv6 address come to the same", () => {
  fc.assert(
    fc.property(fc.ipV6(), (written) => {
      const normal = normalAddress(written) ?? "none";
      assert.equal(normalAddress(normal), normal);
      assert.equal(normalAddress(written.toUpperCase()), normal);
    }),
  );
});

test("an address is written whole, as its network, or not at all", () => {
  assert.equal(shownAddress("::ffff:192.0.2.77", "full"), "192.0.2.77");
  assert.equal(shownAddress("192.0.2.77", "shortened"), "192.0.2.0/24");
  assert.equal(shownAddress("2001:db8:7:8::5", "shortened"), "2001:db8:7::/48");
  assert.equal(shownAddress("192.0.2.77", "none"), undefined);
  assert.equal(shownAddress("nobody", "full"), undefined);
});
