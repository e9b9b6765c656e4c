/**
 * What may not be seen is answered like what never was: by every command of both protocols, byte for byte but for the
 * name or id that was asked for. What is hidden here was open before, and those who ask have written, voted, opened
 * threads and left files in it.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { commands } from "@dragoman/gateway-originchats/command";
import { packetIds } from "@dragoman/gateway-sockchat/inbound";
import { commandNames } from "@dragoman/gateway-sockchat/slash";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import type { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { uploadTo } from "../support/web.ts";
import {
  type Field,
  fields,
  type Kind,
  slashOptions,
  sockchatLines,
  sockchatPackets,
} from "./hidden-table.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });
const at = (): string => `http://127.0.0.1:${portOf(home.stack.originchats)}`;

const people = ["user", "moderator", "owner"];
/** All that a channel gives, but for its sight. */
const lists = {
  send: people,
  delete: people,
  delete_own: people,
  edit_own: people,
  react: people,
  pin: people,
  create_thread: people,
};

/** What is hidden, by what names it. */
interface Hidden extends Readonly<Record<Kind, readonly string[]>> {
  /** Rooms as Sock Chat names them. */
  readonly room: readonly string[];
  /** Numbers of messages. */
  readonly number: readonly string[];
}

const text = (value: unknown): string => {
  assert.equal(typeof value, "string");
  return String(value);
};
const inner = (packet: OriginchatsPacket, key: string): Readonly<Record<string, unknown>> => {
  assert.notEqual(packet.cmd, "error", JSON.stringify(packet));
  return packet[key] as Readonly<Record<string, unknown>>;
};

/** One thread, two polls, a file and messages of `name` in open places. */
async function settleIn(client: OriginchatsClient) {
  const { body } = await uploadTo(at(), client, { channel: "vault" });
  const file = text(body.attachment?.id);
  const spare = await uploadTo(at(), client, { channel: "vault", name: "spare.png" });
  const said = await client.ask({
    cmd: "message_new",
    channel: "vault",
    content: "words of the vault",
    attachments: [{ id: file }],
  });
  const poll = await client.ask({
    cmd: "poll_create",
    channel: "vault",
    question: "which?",
    options: ["a", "b"],
  });
  const opened = await client.ask({
    cmd: "thread_create",
    channel: "hideout",
    name: `of ${client.name}`,
  });
  const thread = text(inner(opened, "thread")["id"]);
  const within = await client.ask({ cmd: "message_new", thread_id: thread, content: "words" });
  const asked = { question: "which?", options: ["a", "b"] };
  const deep = await client.ask({ cmd: "poll_create", thread_id: thread, ...asked });
  return {
    file: [file, text(spare.body.attachment?.id)],
    thread: [thread],
    poll: [text(poll["poll_id"]), text(deep["poll_id"])],
    message: [
      text(inner(said, "message")["id"]),
      text(poll["message_id"]),
      text(inner(within, "message")["id"]),
      text(deep["message_id"]),
    ],
  };
}

/** The id of a line that was just said. */
async function lineId(client: SockchatClient, words: string): Promise<string> {
  await client.sees(words);
  return client.lines().find((line) => line.text === words)?.id ?? "";
}

let made: Promise<Hidden> | undefined;
/** Makes the places, has ada and mona live in them, and hides them. */
const hidden = (): Promise<Hidden> => {
  made ??= hide();
  return made;
};

async function hide(): Promise<Hidden> {
  const olga = await home.onOriginchats("olga");
  const kinds = { vault: "text", attic: "text", hideout: "forum", cellar: "voice" };
  for (const [name, type] of Object.entries(kinds)) {
    const permissions = { ...lists, view: people };
    const done = await olga.ask({ cmd: "channel_create", name, type, permissions });
    assert.equal(done["created"], true, JSON.stringify(done));
  }
  const { webhook } = await olga.ask({ cmd: "webhook_create", channel: "vault", name: "hook" });
  const ada = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const lived = [await settleIn(ada), await settleIn(mona)];
  const ben = await home.onSockchat("ben");
  ben.say("/join vault");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "vault");
  ben.say("words of ben");
  const number = await lineId(ben, "words of ben");
  const owner = await home.onSockchat("olga");
  const slugs = owner.log.entries.flat().filter((field) => field.startsWith("hideout-"));
  assert.equal(new Set(slugs).size, 2);
  // Between the two others: nobody's business.
  await olga.ask({
    cmd: "slash_call",
    channel: "general",
    command: "msg",
    args: { username: "mona", text: "psst" },
  });
  for (const name of ["vault", "hideout", "cellar"]) {
    const updates = { permissions: { ...lists, view: ["owner"] } };
    const done = await olga.ask({ cmd: "channel_update", current_name: name, updates });
    assert.equal(done["updated"], true, JSON.stringify(done));
  }
  owner.say("/join attic");
  await owner.next("5", ([, kind, slug]) => kind === "2" && slug === "attic");
  owner.say("/rank 9");
  await owner.notice("cprivchan");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "general");
  return {
    channel: ["vault", "attic", "hideout", "cellar", "whisper-1"],
    thread: lived.flatMap(({ thread }) => thread),
    message: lived.flatMap(({ message }) => message),
    poll: lived.flatMap(({ poll }) => poll),
    file: lived.flatMap(({ file }) => file),
    webhook: [text((webhook as { readonly id: unknown }).id)],
    room: ["vault", "attic", "hideout", "cellar", "whisper-1", ...new Set(slugs)],
    number: [number],
  };
}

/** What names nothing, and never did. */
const nothing: Readonly<Record<keyof Hidden, () => string>> = {
  channel: () => "nowhere",
  room: () => "nowhere",
  thread: randomUUID,
  message: randomUUID,
  poll: randomUUID,
  file: randomUUID,
  webhook: randomUUID,
  number: () => "987654321",
};

/** What a client was sent between a request and the next ping's answer, with what was asked for blotted out. */
async function told(
  client: OriginchatsClient,
  packet: { readonly cmd: string; readonly [field: string]: unknown },
  asked: string,
): Promise<readonly string[]> {
  const from = client.log.length;
  client.send({ ...packet, listener: "asked" });
  await client.ask({ cmd: "ping" });
  return client.log
    .since(from)
    .slice(0, -1)
    .map((got) => JSON.stringify(got).replaceAll(asked, "?"));
}

const fieldOf = (cmd: string, name: string): Field | undefined =>
  fields[`${cmd}.${name}`] ?? fields[name];

type Packet = { readonly cmd: string; readonly [field: string]: unknown };

interface Case {
  readonly what: string;
  readonly kind: Kind;
  readonly packet: (given: string) => Packet;
}

/** Each field that names something, with the others as they are said meanwhile. */
function casesOf(cmd: string, all: readonly string[], things: Hidden): readonly Case[] {
  const isAsked = (name: string, kind: Kind): boolean => {
    const field = fieldOf(cmd, name);
    return field !== undefined && "names" in field && field.names === kind;
  };
  return all.flatMap((name): readonly Case[] => {
    const field = fieldOf(cmd, name);
    if (field === undefined || !("names" in field)) return [];
    const { names: kind, as = (given: string): unknown => given } = field;
    const isPlace = kind === "channel" || kind === "thread";
    const rest: Record<string, unknown> = {};
    for (const other of all) {
      const said = fieldOf(cmd, other);
      if (said !== undefined && "filler" in said) rest[other] = said.filler;
      // A thread goes before a channel, and what is in a place is asked for there or in a place that all see.
      else if (isPlace && isAsked(other, "message")) rest[other] = things.message[0];
      else if (!isPlace && isAsked(other, "channel")) rest[other] = "general";
    }
    return [
      { what: `${cmd}.${name}`, kind, packet: (given) => ({ cmd, ...rest, [name]: as(given) }) },
    ];
  });
}

test("every field of every command is in the table, and nothing else", () => {
  const used = new Set<string>();
  for (const [cmd, { fields: all }] of commands) {
    for (const name of all) {
      assert.ok(fieldOf(cmd, name), `${cmd}.${name}: does it name what can be hidden?`);
      used.add(`${cmd}.${name}` in fields ? `${cmd}.${name}` : name);
    }
  }
  assert.deepEqual(
    Object.keys(fields).filter((name) => !used.has(name)),
    [],
  );
  assert.deepEqual(Object.keys(sockchatLines).sort(), [...commandNames].sort());
  assert.deepEqual(Object.keys(sockchatPackets), packetIds);
});

test("a command of OriginChats answers for what is hidden as for what never was", async () => {
  const things = await hidden();
  const faults: string[] = [];
  let compared = 0;
  for (const name of ["ada", "mona"]) {
    for (const [cmd, { fields: all }] of commands) {
      const cases = casesOf(cmd, all, things);
      if (cases.length === 0) continue;
      // One that is new to the limits of a connection.
      const client = await home.onOriginchats(name);
      for (const { what, kind, packet } of cases) {
        const absent = nothing[kind]();
        const never = await told(client, packet(absent), absent);
        assert.ok(never.length > 0, `${what} is answered`);
        for (const given of things[kind]) {
          compared += 1;
          const got = await told(client, packet(given), given);
          if (JSON.stringify(got) !== JSON.stringify(never)) {
            faults.push(`${name} ${what} ${given}: ${got.join()} / ${never.join()}`);
          }
        }
      }
      await client.close();
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(compared > 300, String(compared));
});

test("a slash command of OriginChats answers for what is hidden as for what never was", async () => {
  const things = await hidden();
  for (const name of ["ada", "mona"]) {
    const client = await home.onOriginchats(name);
    const { commands: listed } = await client.ask({ cmd: "slash_list" });
    const options = (
      listed as { name: string; options: { name: string; type: string }[] }[]
    ).flatMap((command) =>
      command.options.map((option) => ({ command: command.name, option: option.name })),
    );
    for (const key of Object.keys(slashOptions)) {
      assert.ok(
        options.some(({ command, option }) => [option, `${command}.${option}`].includes(key)),
        key,
      );
    }
    for (const { command, option } of options) {
      const own = slashOptions[`${command}.${option}`];
      const names = own === undefined ? slashOptions[option] : own;
      assert.notEqual(names, undefined, `${command}.${option}: does it name what can be hidden?`);
      if (names === null || names === undefined) continue;
      const packet = (given: string): Packet => ({
        cmd: "slash_call",
        channel: "general",
        command,
        args: { [option]: given },
      });
      const never = await told(client, packet("nowhere"), "nowhere");
      assert.ok(never.length > 0);
      for (const given of things[names]) {
        assert.deepEqual(await told(client, packet(given), given), never, `/${command} ${given}`);
      }
    }
  }
});

test("a command of Sock Chat answers for what is hidden as for what never was", async () => {
  const things = await hidden();
  const faults: string[] = [];
  for (const name of ["ben", "mona"]) {
    const client = await home.onSockchat(name);
    /** What a line is answered with; times and numbers of lines are each one's own. */
    const answers = async (line: string, asked: string): Promise<readonly string[]> => {
      const from = client.log.length;
      client.say(line);
      client.send("0", client.userId);
      await client.next("0");
      return client.log
        .since(from)
        .slice(0, -1)
        .map((packet) =>
          packet
            .map((field, n) => (packet[0] === "2" && (n === 1 || n === 4) ? "" : field))
            .join("\t"),
        )
        .map((packet) => packet.replaceAll(asked, "?"));
    };
    for (const lines of Object.values(sockchatLines)) {
      if (typeof lines === "string") continue;
      for (const line of lines) {
        const kind = line.includes("%") ? "number" : "room";
        const fill = (given: string): string => line.replace(kind === "number" ? "%" : "#", given);
        const absent = nothing[kind]();
        const never = await answers(fill(absent), absent);
        assert.ok(never.length > 0, line);
        for (const given of things[kind]) {
          const got = await answers(fill(given), given);
          if (JSON.stringify(got) !== JSON.stringify(never)) {
            faults.push(`${name} ${fill(given)}: ${got.join()} / ${never.join()}`);
          }
        }
      }
    }
  }
  assert.deepEqual(faults, []);
});

test("an upload to a hidden channel is refused like one to none", async () => {
  const things = await hidden();
  const ada = await home.onOriginchats("ada");
  const never = await uploadTo(at(), ada, { channel: "nowhere" });
  for (const channel of things.channel) {
    assert.deepEqual(await uploadTo(at(), ada, { channel }), never, channel);
  }
});
