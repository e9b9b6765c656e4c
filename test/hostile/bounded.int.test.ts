/**
 * Nothing that one person sends keeps the others waiting: texts of many shapes, as long as a frame may be, in every
 * field of every command on both sides, while somebody else's pings are timed. What a frame costs is bounded in the
 * gateway's own processor time, which a loaded machine does not change. `DRAGOMAN_TEST_LONG=1` sends every shape in every
 * field at full length; without it every shape goes into the fields that are most exposed, and some into all.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { commands } from "@dragoman/gateway-originchats/command";
import { packetIds } from "@dragoman/gateway-sockchat/inbound";
import { commandNames } from "@dragoman/gateway-sockchat/slash";
import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";
import { shapes, textOf, values, worst } from "../support/long-texts.ts";
import { asProcess, portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";
import { type Case, pingOriginchats, pingSockchat, tryAll, Witness } from "../support/witness.ts";

const isLong = process.env["DRAGOMAN_TEST_LONG"] === "1";
const home = stackForTests({
  processes: ["core", "originchats", "sockchat"],
  config: { graceMs: 0 },
});

/** Of a frame, in the short form and in the long one: in the latter as much as the gateway takes. */
const originchatsLength = isLong ? 1024 * 1024 : 128 * 1024;
const sockchatLength = 60 * 1024;
/** What one frame may cost its gateway: reading a megabyte of JSON needs some tens of ms. */
const cpuSeconds = isLong ? 0.25 : 0.06;
/** Cases at once. Some answers repeat what was sent: more than `limits.outboxBytes` of them would end the connection. */
const atOnce = isLong ? 4 : 20;

/** What stands in the fields that are not tried, so that a command gets as far as it can. */
const plausible: Readonly<Record<string, unknown>> = {
  channel: "general",
  content: "hello",
  text: "hello",
  user: "ben",
  username: "ben",
  name: "general",
  id: "00000000-0000-4000-8000-000000000000",
  emoji: "\u{1f600}",
  query: "hello",
};

/** These end the sessions that they are sent in, or the account. */
const ending = new Set(["user_leave", "user_delete"]);
const endingSlash = new Set(["kick", "ban", "banip", "kickip", "token", "link"]);
/** Where most texts of strangers go. */
const exposed = new Set([
  "message_new.content",
  "messages_search.query",
  "message_react_add.emoji",
  "status_set.text",
  "slash_call.args",
  "poll_create.question",
]);
const exposedSlash = new Set(["", "me", "msg", "nick", "afk", "create"]);

const chosen = (isExposed: boolean): readonly string[] =>
  Object.keys(isLong || isExposed ? shapes : worst);
function* originchatsCases(): Generator<Case> {
  for (const [cmd, { fields }] of commands) {
    if (ending.has(cmd)) continue;
    for (const field of [...fields, "listener"]) {
      const others = Object.fromEntries(
        fields.filter((other) => other in plausible).map((other) => [other, plausible[other]]),
      );
      const frame = (json: string): string => {
        const rest = JSON.stringify({ ...others, cmd, [field]: undefined }).slice(1);
        return `{${JSON.stringify(field)}:${json},${rest}`;
      };
      const isExposed = exposed.has(`${cmd}.${field}`);
      for (const shape of chosen(isExposed)) {
        yield {
          what: `${shape} in ${cmd}.${field}`,
          frame: () => frame(JSON.stringify(textOf(shape, originchatsLength))),
        };
      }
      for (const [name, value] of isLong || isExposed ? Object.entries(values) : []) {
        yield { what: `${name} in ${cmd}.${field}`, frame: () => frame(value(originchatsLength)) };
      }
    }
  }
}

function* sockchatCases(userId: string): Generator<Case> {
  for (const id of packetIds.filter((each) => each !== "2")) {
    for (const head of [`${id}\t`, `${id}\t${userId}\t`]) {
      for (const shape of chosen(id === "4")) {
        yield {
          what: `${shape} in ${JSON.stringify(head)}`,
          frame: () => `${head}${textOf(shape, sockchatLength)}`,
        };
      }
    }
  }
  // A line of full length is refused for it; what is just not refused goes through everything.
  for (const name of ["", ...commandNames.filter((each) => !endingSlash.has(each))]) {
    const heads = name === "" ? [""] : [`/${name} `, `/${name} ben `];
    for (const head of heads) {
      for (const shape of chosen(exposedSlash.has(name))) {
        for (const length of [1_900, sockchatLength]) {
          yield {
            what: `${shape} (${length} bytes) behind "${head}"`,
            frame: () => `2\t${userId}\t${head}${textOf(shape, length)}`,
          };
        }
      }
    }
  }
}

test("no text in any field of an OriginChats command keeps anybody waiting", async () => {
  const witness = await home.onOriginchats("mona");
  const hostile = await home.onOriginchats("olga");
  await tryAll(
    {
      gateway: asProcess(home.stack.originchats[0]),
      witness: new Witness(() => pingOriginchats(witness)),
      atOnce,
      cpuSeconds,
    },
    originchatsCases(),
    async (batch) => {
      for (const { frame } of batch) hostile.sendRaw(frame());
      await hostile.ask({ cmd: "ping" }, 60_000);
      assert.ok(hostile.isOpen);
    },
  );
});

test("no text in any field of a Sock Chat packet keeps anybody waiting", async () => {
  const witness = await home.onSockchat("mona");
  const hostile = await home.onSockchat("olga");
  await tryAll(
    {
      gateway: asProcess(home.stack.sockchat[0]),
      witness: new Witness(() => pingSockchat(witness)),
      atOnce,
      cpuSeconds,
    },
    sockchatCases(hostile.userId),
    async (batch) => {
      for (const { frame } of batch) hostile.sendRaw(frame());
      // Pings are among the cases: this answer is to nothing else.
      const last = hostile.log.next("the last", (packet) => packet.join() === "11,TYPING", 60_000);
      hostile.send("3", "TYPING");
      await last;
      assert.ok(hostile.isOpen);
    },
  );
});

test("frames as long as a picture, of a member who may send none, are answered unread", async () => {
  const witness = await home.onOriginchats("mona");
  const hostile = await home.onOriginchats("ada");
  const pictures = ["server_update", "emoji_add", "message_new"].flatMap((cmd) =>
    Object.entries(values).map(
      ([name, value]): Case => ({
        what: `${name} in a long ${cmd}`,
        frame: () => `{"cmd":"${cmd}","icon":${value(2.5 * 1024 * 1024)}}`,
      }),
    ),
  );
  await tryAll(
    {
      gateway: asProcess(home.stack.originchats[0]),
      witness: new Witness(() => pingOriginchats(witness)),
      atOnce: 4,
      cpuSeconds: 0.06,
    },
    pictures,
    async (batch) => {
      for (const { frame } of batch) {
        const refused = hostile.next("error");
        hostile.sendRaw(frame());
        assert.equal(
          (await refused)["val"],
          "Invalid message format: longer than 262144 characters",
        );
      }
    },
  );
});

for (const kind of ["originchats", "sockchat"] as const) {
  test(`hundreds of WebSocket pings in one write are answered by ${kind}`, async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(home.stack[kind])}/`);
    await once(socket, "open");
    const raw = (socket as unknown as { readonly _socket: Socket })._socket;
    const answered = new Promise<void>((resolve) => {
      let pongs = 0;
      socket.on("pong", () => {
        pongs += 1;
        if (pongs === 300) resolve();
      });
    });
    raw.cork();
    for (let n = 0; n < 300; n += 1) socket.ping("x");
    raw.uncork();
    await within(10_000, "the pongs", answered);
    assert.equal(socket.readyState, WebSocket.OPEN);
    socket.terminate();
  });
}

test("what is in a message keeps nobody waiting on the other side", async () => {
  const witness = await home.onSockchat("mona");
  const author = await home.onOriginchats("ben");
  const bodies = Object.keys(shapes).map(
    (shape): Case => ({
      what: `${shape} shown on Sock Chat`,
      frame: () =>
        JSON.stringify({
          cmd: "message_new",
          channel: "general",
          content: Array.from(textOf(shape, 6_000)).slice(0, 2_000).join(""),
        }),
    }),
  );
  await tryAll(
    {
      gateway: asProcess(home.stack.sockchat[0]),
      witness: new Witness(() => pingSockchat(witness)),
      atOnce,
      cpuSeconds,
    },
    bodies,
    async (batch) => {
      for (const { frame } of batch) author.sendRaw(frame());
      author.say("general", "that was all");
      await witness.log.next("the last", (packet) => packet.includes("that was all"), 60_000);
    },
  );
});

const silent = 200;
/** What they may cost together: far less than the megabyte that each sends, and more than chance costs a process. */
const grownBytes = 64 * 1024 * 1024;

for (const kind of ["originchats", "sockchat"] as const) {
  test(`${silent} silent strangers with unfinished frames cost ${kind} next to nothing`, async () => {
    const gateway = asProcess(home.stack[kind][0]);
    const port = portOf(home.stack[kind]);
    const memory = (): Promise<number> => gateway.metric("process_resident_memory_bytes");
    const before = await memory();
    const strangers = await Promise.all(
      Array.from({ length: silent }, async () => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
        await new Promise((resolve, reject) => {
          socket.once("open", resolve);
          socket.once("error", reject);
        });
        socket.send("x".repeat(15_000), { fin: false });
        return socket;
      }),
    );
    while ((await gateway.metric("dragoman_inbound_bytes")) < silent * 15_000) {
      await new Promise(setImmediate);
    }
    const grown = (await memory()) - before;
    assert.ok(grown < grownBytes, `${grown} bytes`);
    const ended = Promise.all(
      strangers.map((socket) => new Promise<number>((resolve) => socket.once("close", resolve))),
    );
    for (const socket of strangers) socket.on("error", () => socket.terminate());
    // Of a megabyte more nothing is kept; who is still writing it may be cut off before the close frame is read.
    const isBrief = (n: number): boolean => n % 2 === 0;
    for (const [n, socket] of strangers.entries()) {
      socket.send("x".repeat(isBrief(n) ? 2_000 : 1024 * 1024), { fin: false });
    }
    const codes = await within(30_000, "the end of all strangers", ended);
    assert.deepEqual(new Set(codes.filter((_, n) => isBrief(n))), new Set([1009]));
    assert.equal(await gateway.metric("dragoman_inbound_bytes"), 0);
    const grownAfter = (await memory()) - before;
    assert.ok(grownAfter < grownBytes, `${grownAfter} bytes`);
  });
}
