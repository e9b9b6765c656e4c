/** SIGHUP ends nothing: what can be read again is read again, what needs a restart is named. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, within } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";
import { freshSettings, up } from "./program.ts";

test("a core and a gateway of each kind that have no certificate outlive it, and say what they did", async (t) => {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { logLevel: "info" },
  });
  t.after(() => stack.stop());
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  for (const part of [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess)) {
    part.child.kill("SIGHUP");
    await eventually(5_000, `${part.name} to say so`, () =>
      part.output().includes("configuration read again"),
    );
  }
  ada.say("general", "still here");
  await ben.sees("still here");
});

test("a house that is up follows its configuration, or says what it cannot follow", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-hangup-"));
  const file = join(folder, "dragoman.yaml");
  const settings = await freshSettings(join(folder, "data"));
  const write = (text: string): Promise<void> => writeFile(file, text);
  await write("logLevel: info\n");
  const program = await up({ ...settings, DRAGOMAN_CONFIG: file, DRAGOMAN_DEMO: "1" });
  t.after(async () => {
    program.child.kill("SIGKILL");
    await program.ended;
    await rm(folder, { recursive: true, force: true });
  });
  const port = Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]);
  const client = await OriginchatsClient.connect(port);
  const lines = (): readonly string[] => program.stderr().split("\n");

  await write(`logLevel: info
allowedOrigins: [https://chat.example.org]
trustedProxies: [127.0.0.1]
server: {motd: "read again", name: "Another name"}
limits: {postContent: 17, connectionsPerAddress: 1}
graceMs: 77
`);
  program.child.kill("SIGHUP");
  await eventually(5_000, "what needs a restart", () =>
    lines().some(
      (line) => line.includes("need a restart") && line.includes('["graceMs: 5000 → 77"]'),
    ),
  );
  const origin = "https://elsewhere.example.org";
  await assert.rejects(
    OriginchatsClient.connect(port, { headers: { origin, "x-forwarded-for": "192.0.2.1" } }),
    /403/,
  );
  await assert.rejects(OriginchatsClient.connect(port), /503/, "one socket of an address");
  const other = await OriginchatsClient.connect(port, {
    headers: { "x-forwarded-for": "192.0.2.1" },
  });
  let address = 1;
  await eventually(5_000, "the texts", async () => {
    address += 1;
    const headers = { "x-forwarded-for": `192.0.2.${address}` };
    const again = await OriginchatsClient.connect(port, { headers });
    const [shown] = again.log.entries;
    const value = shown?.["val"] as { limits: { post_content: number }; server: { name: string } };
    await again.close();
    return value.limits.post_content === 17 && value.server.name === "Another name";
  });

  await Promise.all([client.close(), other.close()]);

  // Log-ins: a site whose people these are, to which is owed who is here, and how many may fail.
  const site = await startSite("sharpchat");
  t.after(() => site.stop());
  site.members.set("tok-81", { id: 81, name: "Ada", token: "tok-81" });
  await write(`accounts: {providers: [local, site]}
site: {url: "${site.base}", secret: ${siteSecret}, bumpMs: 50}
limits: {loginAttempts: 1, signInFrameBytes: 1024}
`);
  program.child.kill("SIGHUP");
  const ada = await SockchatClient.connect(Number(settings["DRAGOMAN_SOCKCHAT_PORT"]));
  await eventually(10_000, "a log-in by the site", async () => {
    ada.send("1", "81", "tok-81");
    return (await ada.next("1"))[1] === "y";
  });
  const bump = await site.asked.next("who is here", ({ target }) => target.endsWith("/bump"));
  assert.match(bump.body, /81/);
  const stranger = await OriginchatsClient.connect(port);
  for (const wanted of [/not found/, /Too many login attempts/]) {
    stranger.send({ cmd: "login", username: "demo", password: "none of these" });
    const refused = await stranger.next("auth_error");
    assert.match(String(refused["val"]), wanted);
  }
  stranger.sendRaw(JSON.stringify({ cmd: "login", username: "x".repeat(1_100) }));
  assert.equal((await stranger.closed()).code, 1009);

  // Nothing is owed to a site that people do not come from any more.
  await write("accounts: {providers: [local]}\n");
  program.child.kill("SIGHUP");
  const after = await SockchatClient.connect(Number(settings["DRAGOMAN_SOCKCHAT_PORT"]));
  await eventually(10_000, "no log-in by the site", async () => {
    after.send("1", "81", "tok-81");
    return (await after.next("1"))[1] === "n";
  });
  await Promise.all([ada.close(), after.close()]);

  await write("logLevel: loud\n");
  program.child.kill("SIGHUP");
  await eventually(5_000, "that it cannot be read", () =>
    lines().some((line) => line.includes("configuration not read, the one before stays")),
  );
  program.child.kill("SIGTERM");
  const { code } = await within(10_000, "the end", program.ended, program.stderr);
  assert.equal(code, 0);
});
