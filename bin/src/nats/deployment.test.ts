import assert from "node:assert/strict";
import { test } from "node:test";
import { deployedConfiguration } from "./deployment.ts";

const place = { host: "127.0.0.1", port: 4222, storeDir: "/var/lib/nats" };

test("whoever gives a server routes is told that it deletes what it stores", () => {
  const warning = /DELETES what it stores when it gets routes/;
  const cluster = { name: "dragoman", port: 6222, routes: ["nats-1:6222"] };
  assert.match(deployedConfiguration(["main"], { ...place, cluster }), warning);
  assert.doesNotMatch(deployedConfiguration(["main"], place), warning);
});
