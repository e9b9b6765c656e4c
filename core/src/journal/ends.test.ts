import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BackJudge, endsOf, type JournalEnds } from "./ends.ts";

const applied = 583;
const second = 1_000;

/** What a stream answers, in a cluster where others are given. */
function answer(
  last: number,
  leader?: string,
  others: readonly { readonly name: string; readonly silentMs: number }[] = [],
): JournalEnds {
  const cluster = {
    leader: leader ?? "",
    replicas: others.map(({ name, silentMs }) => ({ name, active: silentMs * 1_000_000 })),
  };
  return endsOf({
    state: { first_seq: 1, last_seq: last, bytes: 0 },
    ...(leader === undefined && others.length === 0 ? {} : { cluster }),
  });
}
const heard = (...names: readonly string[]) => names.map((name) => ({ name, silentMs: 500 }));

/** After how many seconds of an answer each second it is believed, ten at most. */
function believedAfter(ends: JournalEnds): number | undefined {
  const judge = new BackJudge();
  for (let n = 0; n <= 10; n += 1) if (judge.hear(ends, applied, n * second)) return n;
  return undefined;
}

describe("that the journal went back", () => {
  it("is believed of a server that stands alone by its third answer", () => {
    assert.equal(believedAfter(answer(137)), 2);
  });

  it("is believed of the leader of several copies when it has said so for five seconds", () => {
    assert.equal(believedAfter(answer(137, "a", heard("b", "c"))), 5);
  });

  it("is never believed of a node that does not lead, nor while nobody does", () => {
    assert.equal(believedAfter(answer(137, "a", heard("a", "c"))), undefined);
    assert.equal(believedAfter(answer(137, "", heard("b", "c"))), undefined);
  });

  it("is never believed of a leader that most of the others have left", () => {
    const left = [
      { name: "b", silentMs: 8_000 },
      { name: "c", silentMs: 8_000 },
    ];
    assert.equal(believedAfter(answer(137, "a", left)), undefined);
    const half = [{ name: "b", silentMs: 100 }, ...left.slice(1)];
    assert.equal(believedAfter(answer(137, "a", half)), 5);
  });

  it("is not believed once anybody has shown the record, whoever that is", () => {
    const judge = new BackJudge();
    const low = answer(137);
    assert.equal(judge.hear(low, applied, 0), false);
    assert.equal(judge.hear(low, applied, second), false);
    assert.equal(judge.hear(answer(applied, "a", heard("a", "c")), applied, 2 * second), false);
    assert.equal(judge.hear(low, applied, 3 * second), false);
  });
});
