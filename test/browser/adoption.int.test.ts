/** The page of who is where, in a real browser against a real stack. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, afterEach, before, it } from "node:test";
import type { Page } from "playwright-core";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { startVisit, type Visit } from "./visit.ts";

let visit: Visit;
let page: Page;

before(async () => {
  visit = await startVisit();
  const { stack } = visit;
  const ada = await SockchatClient.connect(portOf(stack.sockchat));
  ada.send("3", "mami/2.1 <b>", "TYPING");
  await ada.next("11");
  await ada.login("ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const mona = await SockchatClient.signIn(portOf(stack.sockchat), "mona");
  const too = await OriginchatsClient.signIn(portOf(stack.originchats), "ben");
  ada.say("hello");
  await too.sees("hello");
  for (const client of [ada, ben, mona, too]) client.socket.terminate();
  page = await visit.open("adoption.html", { width: 1280, height: 900 });
});
afterEach(() => {
  assert.deepEqual(visit.troubles.splice(0), []);
});
after(() => visit?.stop());

async function ask(name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Password").press("Enter");
}

/** The cells of the rows of a table, as they are read out. */
const rowsOf = (caption: string): Promise<readonly string[]> =>
  page.getByRole("table", { name: caption }).getByRole("row").allInnerTexts();

it("tells whoever may not manage the community so, and whoever is not let in why", async () => {
  await ask("ada", "dragoman");
  await page.getByText("Access denied: 'manage_server' permission required").waitFor();
  await ask("olga", "wrong");
  await page.getByText("Invalid password").waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
});

it("shows its owner the days, the clients, and who uses one protocol alone", async () => {
  await ask("olga", "dragoman");
  const table = (protocol: string): string =>
    `${protocol}: people who were there, who spoke, and who used no other protocol on that day`;
  await page.getByRole("table", { name: table("Sock Chat") }).waitFor();
  const day = new Date().toISOString().slice(0, 10);
  const shown = (rows: readonly string[]): readonly string[] =>
    rows.map((row) => row.replace(/\s+/g, " ").trim());
  assert.deepEqual(shown(await rowsOf(table("Sock Chat"))), [
    "Day People Spoke By it alone All, and by it alone first",
    `${day} 3 1 1`,
  ]);
  // Ada has asked above.
  assert.deepEqual(shown(await rowsOf(table("OriginChats"))), [
    "Day People Spoke By it alone All, and by it alone first",
    `${day} 3 0 1`,
  ]);
  const clients = "Sock Chat: sessions by what clients say that they are";
  assert.deepEqual(shown(await rowsOf(clients)), ["Client Sessions", "mami/2.1 b 1"]);
  const alone = page.locator('[data-pane="sockchat"] .names li');
  assert.deepEqual(shown(await alone.allInnerTexts()), [`mona ${day}`]);
  await page.getByRole("heading", { name: "By OriginChats alone in these days: 1" }).waitFor();
  const picture = process.env["DRAGOMAN_TEST_SCREENSHOT_ADOPTION"];
  if (picture) writeFileSync(picture, await page.screenshot({ fullPage: true }));
});

it("fits a narrow screen, and can be asked by keyboard alone", async () => {
  const small = await visit.open("adoption.html", { width: 360, height: 740 });
  await small.keyboard.press("Tab");
  for (const typed of ["olga", "dragoman", "7"]) {
    await small.keyboard.type(typed);
    await small.keyboard.press("Tab");
  }
  await small.keyboard.press("Enter");
  await small.getByRole("heading", { name: "Sock Chat", exact: true }).waitFor();
  assert.equal(await small.evaluate("document.documentElement.scrollWidth"), 360);
  await small.close();
});
