import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SessionId } from "./id.ts";
import { SessionSet } from "./session-digest.ts";

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 64 }) as fc.Arbitrary<SessionId>);

test("the digest follows from what is in the set, however it came to be", () => {
  fc.assert(
    fc.property(ids, ids, (stay, go) => {
      const gone = go.filter((id) => !stay.includes(id));
      const set = new SessionSet([...gone, ...stay.toReversed(), ...stay]);
      for (const id of gone) assert.ok(set.delete(id));
      assert.equal(set.digest, new SessionSet(stay).digest);
      assert.equal(set.size, stay.length);
    }),
  );
});

test("one more or one less is another digest", () => {
  fc.assert(
    fc.property(ids, fc.string({ minLength: 65, maxLength: 70 }), (some, more) => {
      const set = new SessionSet(some);
      const before = set.digest;
      assert.ok(set.add(more as SessionId));
      assert.notEqual(set.digest, before);
      set.clear();
      assert.equal(set.digest, new SessionSet().digest);
    }),
  );
});
