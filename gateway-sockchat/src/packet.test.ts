import assert from "node:assert/strict";
import { test } from "node:test";
import { notice } from "./bot.ts";
import * as packet from "./packet.ts";
import { empty, escapeName, escapeText, vouch } from "./text.ts";

const ben: packet.Person = {
  number: 3,
  name: escapeName("ben"),
  color: vouch("#c0ffee"),
  perms: vouch("1\f0\f0\f1\f1"),
};
const line: packet.Line = {
  seconds: 1744594253,
  author: ben,
  body: escapeText("hi"),
  id: 41,
  flags: "10010",
};
const lounge = vouch("Lounge");
const motd = { ...line, author: packet.bot, body: notice("say", escapeText("Welcome!")) };

test("every server packet has the bytes of the reference", () => {
  const golden: readonly (readonly [string, string])[] = [
    [packet.pongPacket(), "0\tpong"],
    [
      packet.signInPacket(ben, lounge, 2000, vouch("s".repeat(32))),
      `1\ty\t3\tben\t#c0ffee\t1\f0\f0\f1\f1\tLounge\t2000\t${"s".repeat(32)}\t2000`,
    ],
    [packet.signInFailurePacket("authfail"), "1\tn\tauthfail"],
    [packet.signInFailurePacket("sockfail"), "1\tn\tsockfail"],
    [packet.signInFailurePacket("userfail"), "1\tn\tuserfail"],
    [packet.signInBannedPacket(1744580755_000), "1\tn\tjoinfail\t1744580755"],
    [packet.signInBannedPacket(null), "1\tn\tjoinfail\t-1"],
    [
      packet.userAddPacket(1744582462, ben, 99),
      "1\t1744582462\t3\tben\t#c0ffee\t1\f0\f0\f1\f1\t99",
    ],
    [packet.messageAddPacket(line), "2\t1744594253\t3\thi\t41\t10010"],
    [
      packet.messageAddPacket({ ...line, author: packet.bot, body: notice("usernf", ben.name) }),
      "2\t1744594253\t-1\t1\fusernf\fben\t41\t10010",
    ],
    [packet.userRemovePacket(ben, "leave", 1744582733, 9), "3\t3\tben\tleave\t1744582733\t9"],
    [
      packet.channelAddPacket({ slug: lounge, hasPassword: true, temporary: false }),
      "4\t0\tLounge\t1\t0",
    ],
    [
      packet.channelUpdatePacket(lounge, {
        slug: vouch("L2"),
        hasPassword: false,
        temporary: true,
      }),
      "4\t1\tLounge\tL2\t0\t1",
    ],
    [packet.channelRemovePacket(lounge), "4\t2\tLounge"],
    [packet.channelUserAddPacket(ben, 12), "5\t0\t3\tben\t#c0ffee\t1\f0\f0\f1\f1\t12"],
    [packet.channelUserRemovePacket(3, 12), "5\t1\t3\t12"],
    [packet.channelUserSwitchPacket(lounge), "5\t2\tLounge"],
    [packet.messageRemovePacket(41), "6\t41"],
    [packet.userListHead(0), "7\t0\t0"],
    [
      packet.userListHead(1) + packet.listedPerson(ben),
      "7\t0\t1\t3\tben\t#c0ffee\t1\f0\f0\f1\f1\t1",
    ],
    [
      packet.contextMessagePacket(line, true),
      "7\t1\t1744594253\t3\tben\t#c0ffee\t1\f0\f0\f1\f1\thi\t41\t1\t10010",
    ],
    [
      packet.contextMessagePacket(motd, false),
      "7\t1\t1744594253\t-1\tChatBot\tinherit\t\t0\fsay\fWelcome!\t41\t0\t10010",
    ],
    [packet.channelListPacket([]), "7\t2\t0"],
    [
      packet.channelListPacket([{ slug: lounge, hasPassword: false, temporary: false }]),
      "7\t2\t1\tLounge\t0\t0",
    ],
    [packet.contextClearPacket(3), "8\t3"],
    [packet.disconnectPacket(), "9\t0"],
    [packet.disconnectUntilPacket(1744584982_000), "9\t1\t1744584982"],
    [packet.disconnectUntilPacket(null), "9\t1\t-1"],
    [packet.userUpdatePacket(ben), "10\t3\tben\t#c0ffee\t1\f0\f0\f1\f1"],
    [packet.serverInfoPacket([]), "11\tDragoman\t"],
    [packet.serverInfoPacket(["TYPING"]), "11\tDragoman\tTYPING"],
    [packet.capabilitiesPacket([]), "11\t"],
    [packet.capabilitiesPacket(["TYPING"]), "11\tTYPING"],
    [packet.typingPacket(lounge, 3, 1744594253), "12\tLounge\t3\t1744594253"],
    [packet.italic(escapeText("waves")), "<i>waves</i>"],
    [packet.italic(empty), "<i></i>"],
  ];
  for (const [made, expected] of golden) assert.equal(made, expected);
});
