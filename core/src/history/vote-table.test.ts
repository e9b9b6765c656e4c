import assert from "node:assert/strict";
import { test } from "node:test";
import type { OptionId, PollId, UserId } from "@dragoman/bus-schema";
import Database from "libsql";
import { VoteTable, voteLayout } from "./vote-table.ts";

const [tea, cake] = ["tea", "cake"] as PollId[] as [PollId, PollId];
const [ada, ben] = ["ada", "ben"] as UserId[] as [UserId, UserId];

function table(): VoteTable {
  const db = new Database(":memory:");
  db.exec(voteLayout);
  return new VoteTable(db);
}

const vote = (pollId: PollId, userId: UserId, ...optionIds: OptionId[]) => ({
  pollId,
  userId,
  optionIds,
});

test("a poll's votes are each person's last, in the order of the first", () => {
  const votes = table();
  for (const each of [
    vote(tea, ada, "yes"),
    vote(tea, ben, "no"),
    vote(cake, ben, "yes"),
    vote(tea, ada, "no", "perhaps"),
  ]) {
    votes.set(each);
  }
  assert.deepEqual(votes.in(tea, 10), [vote(tea, ada, "no", "perhaps"), vote(tea, ben, "no")]);
  assert.equal(votes.in(tea, 1).length, 1);
  const byBen = new Map(votes.of(ben, [cake, tea]).map((each) => [each.pollId, each.optionIds]));
  assert.deepEqual([byBen.get(tea), byBen.get(cake), byBen.size], [["no"], ["yes"], 2]);
  assert.deepEqual(votes.of(ben, []), []);
});

test("a poll that is dropped takes its votes along", () => {
  const votes = table();
  votes.set(vote(tea, ada, "yes"));
  votes.set(vote(cake, ada, "yes"));
  votes.drop(tea);
  assert.deepEqual(votes.of(ada, [tea, cake]), [vote(cake, ada, "yes")]);
});
