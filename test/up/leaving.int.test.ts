/** `dragoman phase` and `dragoman adoption`, as an operator meets them, on a house that runs. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { freshSettings, outcome, type Program, up } from "./program.ts";

let root = "";
let settings: Record<string, string> = {};
let program: Program | undefined;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-leaving-"));
  settings = { ...(await freshSettings(join(root, "data"))), DRAGOMAN_DEMO: "false" };
  program = await up(settings);
  for (const name of ["ada", "ben"]) await outcome(["user", "add", name], settings, "dragoman\n");
});
after(async () => {
  program?.child.kill("SIGKILL");
  await program?.ended;
  await rm(root, { recursive: true, force: true });
});

const port = (door: string): number => Number(settings[`DRAGOMAN_${door}_PORT`]);
const said = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await outcome(words, settings);
  return `${code} ${stdout}${stderr}`.trim();
};

test("phases are shown, taken, planned and taken back", async () => {
  assert.equal(await said("phase"), "0 originchats\topen\nsockchat\topen");
  assert.equal(
    await said("phase", "sockchat", "announced", "--text", "We move."),
    '0 sockchat\tannounced\t"We move."',
  );
  assert.equal(
    await said("phase", "sockchat", "closed", "--at", "2090-01-31T18:00Z"),
    '0 sockchat\tannounced\tclosed from 2090-01-31T18:00Z\t"We move."',
  );
  const shown = JSON.parse((await said("phase", "--json")).slice(2));
  assert.deepEqual(
    shown.protocols.map((each: { phase: string }) => each.phase),
    ["open", "announced"],
  );
  assert.match(
    await said("phase", "originchats", "closed"),
    /^1 .*nobody could come in; open one first$/,
  );
  assert.match(
    await said("phase", "irc", "closed"),
    /^2 .*there is no protocol irc; there are originchats and sockchat$/,
  );
  assert.match(
    await said("phase", "sockchat", "gone"),
    /^2 .*gone is no phase; there are open, announced/,
  );
  assert.match(
    await said("phase", "sockchat", "closed", "--at", "2090-02-31"),
    /^2 .*2090-02-31 is no date/,
  );
  assert.match(
    await said("phase", "sockchat", "closed", "--at", "2020-01-01"),
    /^1 .*the date is over$/,
  );
  assert.match(await said("phase", "--at", "2090-01-01"), /^2 .*name a phase as well$/);
  assert.equal(await said("phase", "sockchat", "open", "--text", ""), "0 sockchat\topen");
});

test("adoption says who was there by which protocol, who spoke, and with what client", async () => {
  const ada = await SockchatClient.connect(port("SOCKCHAT"));
  ada.send("3", "mami/2.1", "TYPING");
  await ada.next("11");
  await ada.login("ada");
  const ben = await OriginchatsClient.signIn(port("ORIGINCHATS"), "ben");
  const benThere = await SockchatClient.signIn(port("SOCKCHAT"), "ben");
  ben.say("general", "hello");
  await benThere.sees("hello");
  const { days, clients, alone } = JSON.parse(
    (await said("adoption", "--json", "--names")).slice(2),
  );
  const [today] = new Date().toISOString().split("T");
  assert.deepEqual(days, [
    { day: today, protocol: "originchats", people: 1, spoke: 1, alone: 0 },
    { day: today, protocol: "sockchat", people: 2, spoke: 0, alone: 1 },
  ]);
  assert.deepEqual(clients, [{ protocol: "sockchat", kind: "mami/2.1", sessions: 1 }]);
  assert.deepEqual(alone, [{ protocol: "sockchat", name: "ada", lastDay: today }]);
  const text = await said("adoption", "--names");
  assert.match(text, /^0 day +protocol +people +spoke +by it alone\n/);
  assert.match(text, /\nBy sockchat alone in these days: ada \(\d{4}-\d\d-\d\d\)$/);
  assert.doesNotMatch(await said("adoption"), /ada/);
  assert.match(
    await said("adoption", "--days", "0"),
    /^2 .*--days: 0 is no whole number from 1 up to 366$/,
  );
  for (const client of [ada, ben, benThere]) client.socket.terminate();
});
