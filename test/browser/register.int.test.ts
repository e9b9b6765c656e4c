/** The page on which somebody registers by an invite, in a real browser against a real stack whose registration is closed. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, afterEach, before, it } from "node:test";
import type { InviteId } from "@dragoman/bus-schema";
import type { Page } from "playwright-core";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { startVisit, type Visit } from "./visit.ts";

let visit: Visit;
const code = "abcde-fghjk-mnpqr";

before(async () => {
  visit = await startVisit({ accounts: { allowRegistration: false } });
  await visit.stack.operator.mustAccept({
    type: "invite.create",
    inviteId: "page1" as InviteId,
    code,
    uses: 1,
    lifetimeMs: 600_000,
    roles: [],
    note: "",
  });
});
afterEach(() => {
  assert.deepEqual(visit.troubles.splice(0), []);
});
after(() => visit?.stop());

async function register(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill("dragoman");
  await page.getByLabel("Password").press("Enter");
}

it("says why somebody cannot register, and lets whoever has a code do so", async () => {
  const page = await visit.open(`register.html#${code}`, { width: 1280, height: 900 });
  assert.equal(await page.getByLabel("Invite code").inputValue(), code);
  await page.getByLabel("Invite code").fill("");
  await register(page, "nora");
  await page.getByText("Registration is disabled").waitFor();
  await page.getByLabel("Invite code").fill("abcde-fghjk-mnpqs");
  await register(page, "nora");
  await page.getByText("This invite code is unknown, used up or has run out").waitFor();
  await page.getByLabel("Invite code").fill(code);
  // Longer than the field of the OriginChats client would take with a code.
  await register(page, "nora-with-a-name-of-32-characters".slice(0, 32));
  await page.getByRole("heading", { name: "The account is there" }).waitFor();
  assert.equal(await page.getByRole("listitem").count(), 2);
  const picture = process.env["DRAGOMAN_TEST_SCREENSHOT_REGISTER"];
  if (picture) writeFileSync(picture, await page.screenshot({ fullPage: true }));
  const nora = await SockchatClient.signIn(
    portOf(visit.stack.sockchat),
    "nora-with-a-name-of-32-characters".slice(0, 32),
  );
  nora.socket.terminate();
});

it("can be used by keyboard alone on a narrow screen", async () => {
  const small = await visit.open("register.html", { width: 360, height: 740 });
  await small.keyboard.press("Tab");
  assert.equal(await small.evaluate("document.activeElement?.name"), "name");
  const overflow = await small.evaluate("document.documentElement.scrollWidth > innerWidth");
  assert.equal(overflow, false);
});
