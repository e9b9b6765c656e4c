/**
 * The playground in a real browser against a real stack: two panes, two protocols, one community. The page's own
 * errors and everything that its content security policy stopped fail the test that caused them.
 */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { startVisit, type Visit } from "./visit.ts";

const screenshot = new URL("../../../docs/playground.png", import.meta.url).pathname;

let visit: Visit;
let page: Page;

/** What a visitor sees and does in one pane. */
interface Pane {
  readonly root: Locator;
  /** A message on the screen with this text. */
  line(text: string): Locator;
  person(name: string): Locator;
  /** Waits until the pane stands so. */
  stands(standing: string): Promise<void>;
  say(text: string): Promise<void>;
  signIn(name: string): Promise<void>;
  enter(channel: string): Promise<void>;
}

function paneOf(key: "originchats" | "sockchat"): Pane {
  const root = page.locator(`[data-pane="${key}"]`);
  const part = (name: string): Locator => root.locator(`[data-part="${name}"]`);
  const stands = (standing: string): Promise<void> =>
    page.locator(`[data-pane="${key}"][data-standing="${standing}"]`).waitFor();
  return {
    root,
    line: (text) => root.locator(".line").filter({ has: page.getByText(text, { exact: true }) }),
    person: (name) => root.locator(`.people [data-person="${name}"]`),
    stands,
    async say(text) {
      await part("text").fill(text);
      await part("text").press("Enter");
    },
    async signIn(name) {
      await part("choice").selectOption(name);
      await part("sign-in").click();
      await root.getByText(`Online as ${name}`).waitFor();
    },
    async enter(channel) {
      await part("channels").getByRole("button", { name: channel }).click();
      await part("channels").locator("[aria-current]").getByText(channel).waitFor();
    },
  };
}

/** Says it in one pane and waits until both show it. */
async function crosses(from: Pane, to: Pane, text: string): Promise<void> {
  await from.say(text);
  await Promise.all([from.line(text).waitFor(), to.line(text).waitFor()]);
}

before(async () => {
  visit = await startVisit();
  page = await visit.open("", { width: 1280, height: 860 });
});
after(() => visit?.stop());

afterEach(() => {
  assert.deepEqual(visit.troubles.splice(0), []);
});

describe("the playground", () => {
  it("signs two accounts in, one on each protocol, and each sees the other", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await left.root.getByText("Online as ada").waitFor();
    await right.root.getByText("Online as ben").waitFor();
    for (const pane of [left, right]) {
      for (const name of ["ada", "ben"]) await pane.person(name).waitFor();
      for (const channel of ["general", "random"]) {
        await pane.root.getByRole("button", { name: channel }).waitFor();
      }
      assert.equal(await pane.root.getByRole("button", { name: "staff" }).count(), 0);
    }
  });

  it("takes the picture for the README", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await right.signIn("mona");
    await right.person("ada").getByRole("button", { name: "Ban ada" }).waitFor();
    await crosses(left, right, "Morning! Does the old client still get along with the new one?");
    await crosses(right, left, "I am on the old one. 1 < 2 & all that arrives as typed.");
    await right.say("/me waves from 2015");
    await left.root.locator(".line", { hasText: "waves from 2015" }).waitFor();
    await crosses(left, right, "Same room, two wires.");
    for (const pane of [left, right])
      await pane.root.getByRole("button", { name: /^Wire/ }).click();
    const picture = await page.screenshot();
    assert.ok(picture.length > 10_000);
    if (process.env["DRAGOMAN_TEST_SCREENSHOT"] === "1" || !existsSync(screenshot)) {
      writeFileSync(screenshot, picture);
    }
    for (const pane of [left, right])
      await pane.root.getByRole("button", { name: /^Wire/ }).click();
    await right.signIn("ben");
  });

  it("carries a message each way, as it was typed", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await crosses(left, right, "Good morning from the JSON side.");
    await crosses(right, left, "And from the side of tabs and form feeds.");
    await crosses(left, right, "<img src=x onerror=alert(1)> & <b>bold?</b>");
    await crosses(right, left, '<script>alert("1")</script> stays text');
    assert.equal(await page.locator("main script, main .log img, main .log b").count(), 0);
  });

  it("carries an edit, and a deletion from each side", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await crosses(left, right, "a first thought");
    const mine = left.line("a first thought");
    await mine.hover();
    await mine.getByRole("button", { name: "Edit" }).click();
    await left.root.getByLabel("Edit your message").fill("a second thought");
    await left.root.getByLabel("Edit your message").press("Enter");
    await left.root.locator(".line", { hasText: "a second thought (edited)" }).waitFor();
    const edited = right.root.locator(".line", { hasText: "a second thought (edited)" });
    await edited.waitFor();
    assert.equal(await right.line("a first thought").count(), 0);

    const again = left.root.locator(".line", { hasText: "a second thought" });
    await again.hover();
    await again.getByRole("button", { name: "Delete" }).click();
    await Promise.all([
      again.waitFor({ state: "detached" }),
      edited.waitFor({ state: "detached" }),
    ]);

    await crosses(right, left, "soon gone");
    await right.line("soon gone").hover();
    await right.line("soon gone").getByRole("button", { name: "Delete" }).click();
    await Promise.all([
      left.line("soon gone").waitFor({ state: "detached" }),
      right.line("soon gone").waitFor({ state: "detached" }),
    ]);
  });

  it("keeps channels apart and shows a channel's history on entering", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await left.enter("random");
    await left.say("only for random");
    await left.line("only for random").waitFor();
    await crosses(right, right, "general again");
    assert.equal(await right.line("only for random").count(), 0);
    assert.equal(await left.line("general again").count(), 0);
    await left.root.getByRole("button", { name: /general 1 unread/ }).waitFor();
    await right.enter("random");
    await right.line("only for random").waitFor();
    await left.enter("general");
    await right.enter("general");
    await Promise.all([
      left.line("general again").waitFor(),
      right.line("general again").waitFor(),
    ]);
  });

  it("says what the server refuses", async () => {
    const right = paneOf("sockchat");
    await right.say("/frobnicate");
    await right.root.getByText("There is no command /frobnicate.").waitFor();
    await right.say("/join nowhere");
    await right.root.getByText("There is no channel nowhere.").waitFor();
  });

  it("shows the raw frames of each socket, without the password", async () => {
    for (const [key, frame] of [
      ["originchats", '{"cmd":"ready"'],
      ["sockchat", "1⇥y⇥"],
    ] as const) {
      const { root } = paneOf(key);
      await root.getByRole("button", { name: /^Wire/ }).click();
      const frames = root.locator('[data-part="frames"]');
      await frames.getByText(frame).first().waitFor();
      assert.doesNotMatch((await frames.textContent()) ?? "", /dragoman"|⇥dragoman/);
      await root.getByRole("button", { name: /^Wire/ }).click();
    }
  });

  it("offers no member a button to put people out", async () => {
    assert.equal(await page.getByRole("button", { name: /^(Ban|Kick) / }).count(), 0);
  });

  it("closes the Sock Chat pane at a ban from OriginChats, until it is lifted", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await left.signIn("mona");
    await left.person("ben").getByRole("button", { name: "Ban ben" }).click();
    await right.stands("banned");
    await right.root.getByRole("alert").getByText("You are banned from this server.").waitFor();
    assert.equal(await right.root.getByRole("textbox", { name: "Message" }).isDisabled(), true);
    await left.person("ben").waitFor({ state: "detached" });

    await right.root.getByRole("button", { name: "Try again" }).click();
    const frames = right.root.locator('[data-part="frames"]');
    await frames.getByText("1⇥n⇥joinfail⇥-1").waitFor({ state: "attached" });
    await right.stands("banned");
    await left.root.getByRole("button", { name: "Unban" }).click();
    await left.root.getByText("The ban of ben is lifted.").waitFor();
    await right.signIn("ben");
    await crosses(right, left, "thank you");
  });

  it("closes the OriginChats pane at a ban from Sock Chat, until it is lifted", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await left.signIn("ada");
    await right.signIn("mona");
    await right.person("ada").getByRole("button", { name: "Ban ada" }).click();
    await left.stands("banned");
    await left.root
      .getByRole("alert")
      .getByText(/banned/i)
      .first()
      .waitFor();
    await right.person("ada").waitFor({ state: "detached" });
    await right.root.getByRole("button", { name: "Unban" }).click();
    await right.root.getByText("The ban of ada is lifted.").waitFor();
    await left.signIn("ada");
    await crosses(left, right, "back again");
  });

  it("shows a kick from either side, and lets the person come back", async () => {
    const [left, right] = [paneOf("originchats"), paneOf("sockchat")];
    await right.person("ada").getByRole("button", { name: "Kick ada" }).click();
    await left.stands("kicked");
    await left.signIn("mona");
    await right.signIn("ben");
    await left.person("ben").getByRole("button", { name: "Kick ben" }).click();
    await right.stands("kicked");
    await right.root.getByRole("button", { name: "Try again" }).click();
    await right.root.getByText("Online as ben").waitFor();
  });

  it("says so when name or password is wrong", async () => {
    for (const key of ["originchats", "sockchat"] as const) {
      const { root, stands } = paneOf(key);
      await root.getByRole("combobox", { name: "Account" }).selectOption({ label: "Your own" });
      await root.getByLabel("Name").fill("ada");
      await root.getByLabel("Password").fill("not it");
      await root.getByRole("button", { name: "Switch" }).click();
      await stands("refused");
    }
  });

  it("works by keyboard alone", async () => {
    const left = paneOf("originchats");
    await left.signIn("ada");
    await left.root.getByRole("combobox", { name: "Account" }).focus();
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate("document.activeElement?.placeholder ?? ''");
      if (label === "Message #general") break;
    }
    await page.keyboard.type("typed without a mouse");
    await page.keyboard.press("Enter");
    await left.line("typed without a mouse").waitFor();
  });

  it("fits a narrow screen", async () => {
    const small = await visit.open("", { width: 380, height: 800 });
    await small.locator('[data-standing="online"]').nth(1).waitFor();
    const width = await small.evaluate("document.documentElement.scrollWidth");
    assert.equal(width, 380);
    await small.close();
  });
});
