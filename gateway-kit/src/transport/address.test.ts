import assert from "node:assert/strict";
import { test } from "node:test";
import { addressRanges } from "@dragoman/service-kit";
import fc from "fast-check";
import { clientAddress } from "./address.ts";

const trusted = addressRanges(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);

test("a stranger's headers are not believed", () => {
  const headers = { "x-forwarded-for": "1.1.1.1", "x-real-ip": "2.2.2.2" };
  assert.equal(clientAddress("203.0.113.9", headers, trusted), "203.0.113.9");
});

test("the nearest hop that is no proxy is the client", () => {
  const headers = { "x-forwarded-for": "6.6.6.6, 198.51.100.7, 10.1.2.3" };
  assert.equal(clientAddress("::ffff:127.0.0.1", headers, trusted), "198.51.100.7");
});

test("a hop may bear its port, and any spelling of its address", () => {
  for (const [hop, address] of [
    ["192.0.2.7:4711", "192.0.2.7"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["[::ffff:192.0.2.7]:443", "192.0.2.7"],
  ] as const) {
    assert.equal(
      clientAddress("10.0.0.1", { "x-forwarded-for": `6.6.6.6, ${hop}` }, trusted),
      address,
    );
    assert.equal(clientAddress("10.0.0.1", { "x-real-ip": hop }, trusted), address);
  }
  const throughOwn = { "x-forwarded-for": "192.0.2.7:4711, 10.1.2.3:80" };
  assert.equal(clientAddress("127.0.0.1", throughOwn, trusted), "192.0.2.7");
});

test("a hop that is no address ends the search", () => {
  assert.equal(clientAddress("10.0.0.1", { "x-forwarded-for": "nobody" }, trusted), "10.0.0.1");
});

test("X-Real-IP of a proxy counts where it sent no X-Forwarded-For", () => {
  assert.equal(clientAddress("fd00::1", { "x-real-ip": "2001:db8::1" }, trusted), "2001:db8::1");
  assert.equal(clientAddress("fd00::1", { "x-real-ip": "<b>" }, trusted), "fd00::1");
});

test("an entry that is no address or range is named", () => {
  for (const entry of ["proxy", "10.0.0.0/33", "10.0.0.0/x", "::1/129"]) {
    assert.throws(() => addressRanges([entry]), new RegExp(entry.replace("/", "\\/")));
  }
});

test("the client's address is never longer or stranger than an address, whatever a proxy says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (xff, real) => {
      const headers = { "x-forwarded-for": xff, "x-real-ip": real };
      assert.match(clientAddress("10.0.0.1", headers, trusted), /^[0-9a-fA-F.:]+(%.*)?$/);
    }),
  );
});
