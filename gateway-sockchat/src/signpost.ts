/**
 * What a page shows whose person is not let in because the community leaves Sock Chat (bridge table, leaving a protocol): a
 * channel with nobody in it and one line, the words. The web clients show no words with a refused log-in, and those of one
 * that is in as long as the connection lasts.
 */
import type { AuthenticateRequest, RosterUser } from "@dragoman/bus-schema";
import type { Packet, Roster, Step, View } from "@dragoman/gateway-kit";
import { textNotice } from "./bot.ts";
import { sendNotice } from "./entry.ts";
import { leftText } from "./leaving.ts";
import {
  channelListPacket,
  channelUserSwitchPacket,
  contextMessagePacket,
  type ListedChannel,
  type Person,
  signInPacket,
  userListHead,
} from "./packet.ts";
import { escapeName, vouch } from "./text.ts";
import { bareNameOf, noticeLine, secondsOfMs } from "./view.ts";

/** What packet 1 says, whoever is to judge it. */
export type Credentials = Extract<AuthenticateRequest["credentials"], { scheme: "site" }>;

const channel: ListedChannel = {
  slug: vouch("where-to-go"),
  hasPassword: false,
  temporary: false,
};

/** What a client calls its person of whom nothing is known. */
const unnamed = "You";

const numberForm = /^[0-9]+$/;

/** Whom a packet 1 names; there may be no such account yet. */
function namedIn(
  [scheme = "", name = ""]: readonly string[],
  roster: Roster,
): Pick<RosterUser, "handle" | "nickname"> | undefined {
  if (numberForm.test(scheme)) return roster.userByNumber(Number(scheme));
  if (scheme.toLowerCase() !== "local") return undefined;
  return roster.userByName(name) ?? { handle: name };
}

/** The person of a log-in that was refused for nothing else, as their client knows them; without a right. */
function personAt({ fields }: Credentials, roster: Roster): Person {
  const named = namedIn(fields, roster);
  const [scheme = ""] = fields;
  return {
    number: numberForm.test(scheme) ? Number(scheme) : 1,
    name: named === undefined ? escapeName(unnamed) : bareNameOf(named),
    color: vouch("inherit"),
    perms: vouch("0\f0\f0\f0\f0"),
  };
}

/** In place of a refused log-in. */
export function signpostPackets(credentials: Credentials, view: View): readonly Packet[] {
  const { roster } = view;
  const line = noticeLine(textNotice(leftText(view)), secondsOfMs(view.clockMs), view.lineNumber());
  return [
    signInPacket(
      personAt(credentials, roster),
      channel.slug,
      roster.server.postContentMax,
      vouch("signpost"),
    ),
    channelListPacket([channel]),
    userListHead(0),
    contextMessagePacket(line, false),
    channelUserSwitchPacket(channel.slug),
  ];
}

/** What becomes of a text that is typed there. */
export const textAtSignpost = (view: View): readonly Step[] => [
  sendNotice(textNotice(leftText(view)), view),
];
