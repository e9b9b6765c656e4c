import assert from "node:assert/strict";
import { test } from "node:test";
import { addressTyped, fits } from "./addresses.ts";

test("an address that is typed bars itself or its /64, however it is written", () => {
  assert.equal(addressTyped(" ::FFFF:192.0.2.1 "), "192.0.2.1");
  for (const typed of ["2001:DB8::5", "2001:0db8:0:0:0:0:0:6", "2001:db8::/64"]) {
    assert.equal(addressTyped(typed), "2001:db8::/64");
  }
  for (const good of ["192.0.2.1", "192.0.2.*", "*.*.*.*", "255.255.255.255"]) {
    assert.equal(addressTyped(good), good);
  }
  for (const bad of ["", "nonsense", "1.2.3", "1.2.3.256", "1.2.3.4.5", "1.2.3.**", "ada"]) {
    assert.equal(addressTyped(bad), null, bad);
  }
});

test("a pattern fits octet by octet", () => {
  assert.ok(fits("192.0.2.1", "192.0.2.*"));
  assert.ok(fits("192.0.2.1", "*.0.*.1"));
  assert.ok(!fits("192.0.2.1", "192.0.3.*"));
  assert.ok(!fits("2001:db8::/64", "*.*.*.*"));
});
