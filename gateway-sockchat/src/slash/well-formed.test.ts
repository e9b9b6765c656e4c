/** Half of a surrogate pair is no text: no command cuts one in two. A frame of this protocol has none, being UTF-8. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connection, edgeView, general, olga, session, type } from "../testing/edge.ts";
import { commandNames } from "./index.ts";

/** JSON spells single surrogates so. */
const single = /\\u[dD][89a-fA-F]/;
/** Pairs at even and at odd places, to be cut. */
const texts = ["😀".repeat(900), `a${"😀".repeat(900)}`];
const here = session(olga, general);

test("no argument of a command becomes half of a character", () => {
  for (const name of ["", ...commandNames]) {
    for (const text of texts) {
      for (const typed of [text, `ada ${text}`, `#7 ${text}`, `${text} | ${text}`, `${text} x`]) {
        const set = edgeView({ sessions: [here] });
        const steps = type(name === "" ? typed : `/${name} ${typed}`, connection(here), set);
        assert.doesNotMatch(JSON.stringify(steps), single, `${name} ${typed.slice(0, 20)}`);
      }
    }
  }
});
