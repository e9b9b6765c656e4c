/** One protocol stays open: by a command, by a configuration as it starts and as it is read again, as an operator meets it. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { housesForTests } from "./houses.ts";
import { outcome, up } from "./program.ts";

const houses = housesForTests("last-protocol");

test("a house does not close its last protocol, whoever asks, and does once another is open", async (t) => {
  const file = join(houses.root, "dragoman.yaml");
  const write = (phases: string): Promise<void> =>
    writeFile(file, `logLevel: info\nphases: ${phases}\n`);
  const settings = await houses.fresh({ DRAGOMAN_CONFIG: file });
  const said = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await outcome(words, settings);
    return `${code} ${stdout}${stderr}`.trim();
  };

  await write("{now: [sockchat=closed], next: [originchats=closed@2090-01-31]}");
  assert.match(await said("config", "check"), /close every protocol, so nobody could come in/);
  await assert.rejects(up(settings), /close every protocol, so nobody could come in/);

  await write("{}");
  const program = await houses.start(settings);
  for (const name of ["ada", "olga"]) {
    const role = name === "olga" ? ["--role", "owner"] : [];
    await outcome(["user", "add", name, ...role], settings, "dragoman\n");
  }
  const port = Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);
  const ada = await OriginchatsClient.signIn(port, "ada", "dragoman");
  t.after(() => ada.socket.terminate());
  assert.equal(await said("phase", "sockchat", "closed"), "0 sockchat\tclosed");
  const refused =
    /^1 dragoman: phase: every other protocol is closed, or is to be, so nobody could come in/;
  assert.match(await said("phase", "originchats", "closed"), refused);
  assert.match(await said("phase", "originchats", "closed", "--at", "2090-01-31"), refused);

  await write("{now: [originchats=closed]}");
  program.child.kill("SIGHUP");
  const warning = /"protocol":"originchats".*close the last protocol: not taken over/;
  await eventually(10_000, "the warning", () => warning.test(program.stderr()));
  assert.equal(await said("phase", "originchats"), "0 originchats\topen");
  await ada.ask({ cmd: "message_new", channel: "general", content: "still here" });

  assert.equal(await said("phase", "sockchat", "open"), "0 sockchat\topen");
  program.child.kill("SIGHUP");
  assert.equal((await ada.closed()).code, 1000);
  assert.equal(await said("phase", "originchats"), "0 originchats\tclosed");
  // Whoever manages the community still comes in, and the operator opens it again.
  await (await OriginchatsClient.signIn(port, "olga", "dragoman")).close();
  await assert.rejects(OriginchatsClient.signIn(port, "ada", "dragoman"));
  assert.equal(await said("phase", "originchats", "open"), "0 originchats\topen");
  await (await OriginchatsClient.signIn(port, "ada", "dragoman")).close();
});
