import assert from "node:assert/strict";
import { test } from "node:test";
import { stateLayout } from "@dragoman/core/state";
import { fingerprint, recorded } from "./state-layout.ts";

test("a state that is another than before has another layout, with a way to it", () => {
  assert.equal(
    fingerprint(),
    recorded()[stateLayout],
    "what the state holds has changed: raise `stateLayout` (core/src/state/codec.ts), say in upgrade.ts how a state " +
      "of the layout before is read, then `npm run law`",
  );
});
