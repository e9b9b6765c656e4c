import assert from "node:assert/strict";
import { test } from "node:test";
import { featureLevel } from "@dragoman/bus-schema";
import { present, recorded } from "./state-layout.ts";

const ways = {
  state:
    "has changed: raise `stateLayout` (core/src/state/codec.ts) and say in upgrade.ts how a state " +
    "of the layout before is read",
  history:
    "has changed: raise `layoutVersion` (core/src/history/layout.ts) and add a step that brings a " +
    "file of the layout before over",
} as const;

for (const kind of ["state", "history"] as const) {
  test(`a ${kind} that is another than before has another layout, with a way to it`, () => {
    const { version, digest } = present[kind];
    const { released, [kind]: known } = recorded();
    const way = version > released[kind] ? "is to be written down" : ways[kind];
    assert.equal(digest, known[version], `the layout of the ${kind} ${way}: \`npm run law\``);
  });

  test(`a ${kind} of a new layout is read from a new feature level on`, () => {
    const { version, level } = present[kind];
    const { released } = recorded();
    assert.ok(level <= featureLevel);
    const isNew = released[kind] > 0 && version > released[kind];
    const raise = `raise \`featureLevel\` and \`${kind}Level\`: processes of the version before cannot read it`;
    assert.ok(!isNew || level > released.level, raise);
  });
}
