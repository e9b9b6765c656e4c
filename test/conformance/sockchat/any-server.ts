/**
 * What every server of Sock Chat, version 1, does alike: checks that need one login and no rights, for any server at
 * any address. What needs accounts, rights or short durations is in the tests of this folder, against a stack of
 * their own.
 */
import assert from "node:assert/strict";
import { SockchatClient, type SockchatPacket } from "../../support/sockchat-client.ts";
import type { AnyServer, Check } from "../any-server.ts";

interface Signed {
  readonly client: SockchatClient;
  /** Packet 1.y. */
  readonly y: SockchatPacket;
  readonly id: string;
  say(text: string): void;
  /** Waits until the server has worked off what was sent. */
  settled(): Promise<void>;
}

/** Runs something with a session, and ends it. */
async function signedIn(
  { url, login }: AnyServer,
  use: (signed: Signed) => Promise<void>,
): Promise<void> {
  const client = await SockchatClient.connectTo(url);
  try {
    client.send("1", ...login);
    const y = await client.next("1");
    assert.equal(y[1], "y", `the login was refused: ${y.join(" ")}`);
    const id = y[2] ?? "";
    const settled = async (): Promise<void> => {
      client.send("0", id);
      await client.next("0");
    };
    await settled();
    await use({ client, y, id, say: (text) => client.send("2", id, text), settled });
  } finally {
    await client.close();
  }
}

const check = (section: string, title: string, use: (signed: Signed) => Promise<void>): Check => ({
  section,
  title,
  run: (server) => signedIn(server, use),
});

/** A word that nobody else says. */
const word = (): string => `w${Math.random().toString(36).slice(2)}`;

/** The own message comes back with this body and these flags. */
async function echoes(signed: Signed, text: string, body: string, flags: string): Promise<void> {
  signed.say(text);
  const packet = await signed.client.next("2", (p) => p[2] === signed.id && p[3] === body);
  assert.match(packet[1] ?? "", /^[0-9]+$/);
  assert.equal(packet[5], flags);
}

/** A notice comes, and its arguments begin with these. */
async function answers(signed: Signed, text: string, ...body: readonly string[]): Promise<void> {
  signed.say(text);
  const packet = await signed.client.next("2", (p) => p[2] === "-1");
  assert.deepEqual((packet[3] ?? "").split("\f").slice(0, body.length), body);
}

async function isPassedOver(signed: Signed, ...frames: readonly string[]): Promise<void> {
  const mark = signed.client.log.length;
  for (const frame of frames) signed.client.sendRaw(frame);
  await signed.settled();
  const own = signed.client.log.since(mark).filter((p) => p[0] === "2" && p[2] === signed.id);
  assert.deepEqual(own, []);
  assert.ok(signed.client.isOpen);
}

export const checks: readonly Check[] = [
  check("2.2", "1.y names id, name, colour, five rights and the channel", async ({ y }) => {
    assert.ok(y.length >= 7);
    assert.match(y[2] ?? "", /^[0-9]+$/);
    assert.match(y[4] ?? "", /^(?:inherit|#[0-9a-fA-F]{6})$/);
    assert.match(y[5] ?? "", /^[0-9]+([\f ])[01]\1[01]\1[01]\1[0-2]/);
  }),
  check(
    "2.2",
    "7.0 and 7.2 hold as many as they say, the own channel among them",
    async ({ client, y }) => {
      const list = (kind: string): SockchatPacket =>
        client.log.entries.find(([id, sub]) => id === "7" && sub === kind) ?? [];
      const people = list("0");
      const channels = list("2");
      const fields = people.slice(3).filter((field, n) => n > 0 || field !== "");
      assert.equal(fields.length, Number(people[2]) * 5);
      assert.equal(channels.length, 3 + Number(channels[2]) * 3);
      assert.ok(channels.includes(y[6] ?? ""));
    },
  ),
  check("5.1", "a message comes back to its author", async (signed) => {
    const text = word();
    await echoes(signed, `  ${text} `, text, "10010");
  }),
  check(
    "1.1",
    "angle brackets are escaped, line breaks are tags, entities stay",
    async (signed) => {
      const text = word();
      await echoes(signed, `${text} <b> &lt;\nx`, `${text} &lt;b&gt; &lt; <br/> x`, "10010");
    },
  ),
  check("1", "fields behind the text are ignored", async (signed) => {
    const text = word();
    await echoes(signed, `${text}\tmore\tand more`, text, "10010");
  }),
  check("4.2", "/me and /action are actions", async (signed) => {
    for (const name of ["me", "action"]) {
      const text = word();
      await echoes(signed, `/${name} ${text}`, `<i>${text}</i>`, "11000");
    }
  }),
  check("2.1", "another's id, blank text and unknown packets are passed over", (signed) =>
    isPassedOver(
      signed,
      "2\t0\tforged",
      `2\t${signed.id}\t  `,
      `2\t${signed.id}`,
      "77\tx",
      "",
      "\t",
    ),
  ),
  check("2.1", "packet 1 of a session is ignored", (signed) =>
    isPassedOver(signed, "1\t1\tx", "1"),
  ),
  check("4.2", "an unknown command is nocmd", (signed) =>
    answers(signed, "/No.Such-Command x", "1", "nocmd", "nosuch-command"),
  ),
  check("4.2", "/msg without text is cmderr", (signed) => answers(signed, "/msg", "1", "cmderr")),
  check("4.2", "/msg to nobody is usernf", (signed) =>
    answers(signed, "/msg nobody-of-that-name hi", "1", "usernf", "nobody-of-that-name"),
  ),
  check("4.2", "/who lists the asker", async (signed) => {
    signed.say("/who");
    const packet = await signed.client.notice("who");
    assert.ok((packet[3] ?? "").includes(`>${signed.y[3]}</a>`));
  }),
  check("5.2", "a refused /join is nochan and goes back by 5.2", async (signed) => {
    await answers(signed, "/join no-such-channel", "1", "nochan", "no-such-channel");
    assert.deepEqual(await signed.client.next("5"), ["5", "2", signed.y[6] ?? ""]);
  }),
  {
    section: "3.4",
    title: "a login that is none is authfail",
    async run({ url }) {
      const client = await SockchatClient.connectTo(url);
      client.send("1", "1", word());
      assert.deepEqual(await client.next("1"), ["1", "n", "authfail"]);
      await client.close();
    },
  },
];
