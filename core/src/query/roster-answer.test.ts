import assert from "node:assert/strict";
import { test } from "node:test";
import { RosterAnswer } from "./roster-answer.ts";

test("gateways that begin at one moment share an answer, and no later one is given it", () => {
  const answer = new RosterAnswer();
  const moment = { seq: 7, id: "r7", term: 1 };
  const bytes = Buffer.from("roster");
  assert.equal(answer.at("paged", moment), undefined);
  answer.keep("paged", moment, bytes);
  assert.equal(answer.at("paged", { ...moment }), bytes);
  for (const other of [{ seq: 8 }, { id: "of another journal" }, { term: 2 }]) {
    assert.equal(answer.at("paged", { ...moment, ...other }), undefined);
  }
  assert.equal(answer.at("whole", moment), undefined);
  answer.forget();
  assert.equal(answer.at("paged", moment), undefined);
});
