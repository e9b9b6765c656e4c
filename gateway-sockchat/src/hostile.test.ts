/** Whatever a stranger sends, and whatever a person is called or says: no throw, no byte that clients could mistake. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Command, type Message } from "@dragoman/bus-schema";
import type { Frame, Packet, Step } from "@dragoman/gateway-kit";
import fc from "fast-check";
import { edge } from "./edge.ts";
import { commandNames } from "./slash/index.ts";
import {
  ada,
  ben,
  commit,
  connection,
  edgeView,
  general,
  message,
  received,
  sent,
  session,
} from "./testing/edge.ts";

const unicode = fc.string({ unit: "binary", maxLength: 60 });
const nasty = fc.constantFrom(
  "\t",
  "\f",
  "\n",
  "\r",
  "\0",
  "<",
  ">",
  "&",
  '"',
  "'",
  "\u202e",
  "~",
  "@",
  "/",
  " ",
);
const text = fc.oneof(
  unicode,
  fc.array(fc.oneof(nasty, unicode), { maxLength: 12 }).map((parts) => parts.join("")),
);
const id = fc.constantFrom("0", "1", "2", "3", "4", "5", "9", "11", "-1", "", " 2", "1e0");
const own = String(ada.number);
const frames = fc.oneof(
  { weight: 2, arbitrary: text },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, fc.array(text, { maxLength: 4 }))
      .map(([head, rest]) => [head, ...rest].join("\t")),
  },
  { weight: 2, arbitrary: text.map((said) => `2\t${own}\t${said}`) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...commandNames), fc.array(text, { maxLength: 3 }))
      .map(([name, words]) => `2\t${own}\t/${[name, ...words].join(" ")}`),
  },
);
const frame = fc.oneof(
  { weight: 6, arbitrary: frames.map((sent): Frame => ({ kind: "text", text: sent })) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 40 })
      .map((bytes): Frame => ({ kind: "binary", bytes: Buffer.from(bytes) })),
  },
);

/** How many fields a packet of ours has, by id and sub-id. */
const widths: ReadonlyMap<string, number> = new Map([
  ["0", 2],
  ["2", 6],
  ["3", 6],
  ["6", 2],
  ["10", 5],
  ["50", 7],
  ["51", 4],
  ["52", 3],
  ["71", 11],
]);
const tags =
  /<br\/>|<i>|<\/i>|<a href="javascript:void\(0\);" onclick="[A-Za-z.(/' +]*(?:this\.innerHTML)\);"(?: style="font-weight: bold;")?>|<\/a>/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u0008\u000a\u000b\u000d-\u001f]/;

function assertSound(packet: Packet): void {
  const fields = packet.split("\t");
  const [head = "", sub = ""] = fields;
  const wanted = widths.get(head === "5" || head === "7" ? head + sub : head);
  if (wanted !== undefined) assert.equal(fields.length, wanted, JSON.stringify(packet));
  assert.ok(!control.test(packet), JSON.stringify(packet));
  assert.ok(!/[<>]/.test(packet.replace(tags, "")), JSON.stringify(packet));
}

function assertHarmless(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.do === "send") for (const packet of step.packets) assertSound(packet);
    else if (step.do === "command") assert.ok(Command.safeParse(step.body).success, step.body.type);
  }
}

test("a hundred thousand frames: none throws, and what follows is sound", () => {
  const house = edgeView({ sessions: [session(ada, general), session(ben, general)] });
  let answered = 0;
  fc.assert(
    fc.property(frame, fc.boolean(), (sent, signedIn) => {
      const client = connection(signedIn ? session(ada, general) : undefined);
      edge.meter(sent, client, house.view);
      const steps = edge.receive(sent, client, house.view);
      answered += Math.min(1, steps.length);
      assertHarmless(steps);
    }),
    { numRuns: 100_000 },
  );
  // They get as far as the tables behind the decoder.
  assert.ok(answered > 20_000, String(answered));
});

test("nothing that a person is called, is or says breaks a packet or a list", () => {
  fc.assert(
    fc.property(text, text, text, fc.constantFrom("text", "action"), (name, said, status, kind) => {
      const someone = {
        ...ben,
        name: name || "x",
        handle: name || "x",
        nickname: said.slice(0, 20) || "y",
        status: {
          status: "idle" as const,
          text: status,
          afk: { status: "online" as const, text: "" },
        },
      };
      const house = edgeView({
        users: [ada, someone],
        sessions: [session(ada, general), session(someone, general)],
      });
      const watcher = connection(session(ada, general));
      const posted: Message = { ...message(someone, said), kind: kind as Message["kind"] };
      const heard = received(
        commit([{ type: "message.posted", message: posted }], house),
        watcher,
        house,
      );
      for (const packet of heard) assertSound(packet);
      const welcome = edge.welcome(
        watcher,
        session(ada, general),
        [],
        { cause: { commandId: "x.1" as never, actor: "user" }, events: [] },
        house.view,
      );
      assertHarmless(welcome);
      const packets = sent(welcome, house.view);
      for (const packet of packets) assertSound(packet);
      const list = packets.find((p) => p.startsWith("7\t0"));
      assert.equal(list?.split("\t").length, 3 + 5);
      assertHarmless(edge.receive({ kind: "text", text: `2\t${own}\t/who` }, watcher, house.view));
      assertHarmless(
        edge.receive({ kind: "text", text: `2\t${own}\t/who general` }, watcher, house.view),
      );
    }),
    { numRuns: 5_000 },
  );
});
