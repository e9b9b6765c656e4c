import assert from "node:assert/strict";
import { test } from "node:test";
import type { RosterUser } from "@dragoman/bus-schema";
import { nameOf } from "./view.ts";

const away = (text: string): string =>
  String(
    nameOf({ handle: "eve", status: { status: "idle", text } } as Pick<
      RosterUser,
      "handle" | "status"
    >),
  );

test("the mark of somebody away is the first word of the status, cut between graphemes", () => {
  assert.equal(away("two hours"), "&lt;TWO&gt;_eve");
  assert.equal(away("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"), "&lt;👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦&gt;_eve");
});

test("a mark that shows nothing, or is a tower of marks, is the common one", () => {
  assert.equal(away("\u200d\u200d\u200d"), "&lt;AFK&gt;_eve");
  assert.equal(away(`a${"\u0301".repeat(90)}`), "&lt;AFK&gt;_eve");
});
