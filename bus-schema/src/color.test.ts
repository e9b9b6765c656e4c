import assert from "node:assert/strict";
import { test } from "node:test";
import { Color, colorOrNone } from "./color.ts";

const none = [
  "",
  "#12",
  "#12345",
  "#ggg",
  "inherit",
  "red;background:url(//x)",
  'red"><img src=x onerror=alert(1)>',
  "url(//x)",
  "expression(alert(1))",
  "var(--x)",
  "rgb(1,2,3",
  "rgb(1,2,3);x:y",
  "#fff\n",
  "\u202ered",
];

test("a colour is a name of CSS, hexadecimal digits or rgb(…), and nothing else", () => {
  for (const color of ["#fff", "#FF0000", "#ff000080", "Red", "rebeccapurple", "rgb(1,2,3)"]) {
    assert.ok(Color.safeParse(color).success, color);
    assert.equal(colorOrNone(color), color);
  }
  for (const color of none) {
    assert.ok(!Color.safeParse(color).success, color);
    assert.equal(colorOrNone(color), null, color);
  }
});
