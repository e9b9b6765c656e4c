/**
 * What people of OriginChats are told while the community leaves it (bridge table, leaving a protocol), and whoever is not
 * let in for another reason. It is an `error`: the stock client shows it in a banner wherever its reader is, where a message
 * would be lost in a channel that is not open.
 */
import type { AuthenticateRequest, Rejection, RejectionOf } from "@dragoman/bus-schema";
import { isTellingDue, leavingOf, type Packet, type Step, type View } from "@dragoman/gateway-kit";
import { send } from "./answer.ts";
import type { OriginchatsConnection } from "./client.ts";
import { leavingPacket, leavingText, leftText } from "./leaving-text.ts";
import { authError, authErrorPacket, rejectionText } from "./rejection.ts";
import { section } from "./settings.ts";
import { signpostPackets } from "./signpost.ts";
import { errorPacket } from "./wire.ts";

type Scheme = AuthenticateRequest["credentials"]["scheme"];

/**
 * The last words, to who goes: a banner, and to a page the signpost; a client that a click has connected does not come back,
 * and stands there. Programs get the answer to a log-in that they know.
 */
export function leftPackets({ isPage }: OriginchatsConnection, view: View): readonly Packet[] {
  const text = leftText(view);
  const stays = isPage ? signpostPackets(view) : [authErrorPacket(text)];
  return [leavingPacket(text), ...stays];
}

/**
 * The stock client answers `auth_error` with a window over everything else. To whoever typed a password it shows the words,
 * and only it lets them type again; to whoever came by Rotur it offers log-ins instead of the words, and gets none.
 */
const windowOf = (scheme: Scheme, text: string): readonly Packet[] =>
  scheme === "rotur" ? [] : [authErrorPacket(text)];

/** Who does not come in because the community leaves. */
function turnBack(client: OriginchatsConnection, scheme: Scheme, view: View): readonly Step[] {
  if (!client.isPage) return [send(...leftPackets(client, view))];
  client.own.atSignpost = true;
  const text = leftText(view);
  return [send(leavingPacket(text), ...windowOf(scheme, text), ...signpostPackets(view))];
}

/**
 * Who was put out, at a page. The `error` of a ban has the stock client say so, hang up and stay away: what comes behind it
 * is not read, and a window that waits for its answer would wait for ever.
 */
function keepOut(
  rejection: RejectionOf<"banned">,
  scheme: Scheme,
  { nowMs }: View,
): readonly Step[] {
  const text = rejectionText(rejection, nowMs);
  const banner = errorPacket(
    `user_${rejection.kind}`,
    rejection.kind === "ban" ? "You are banned from this server" : text,
  );
  const window = authErrorPacket(text);
  if (scheme !== "rotur") return [send(window, banner)];
  return [rejection.kind === "ban" ? send(banner, window) : send(banner)];
}

/** Why somebody does not come in. */
export function refuseSignIn(
  client: OriginchatsConnection,
  scheme: Scheme,
): (rejection: Rejection, view: View) => readonly Step[] {
  return (rejection, view) => {
    if (rejection.code === "leaving") return turnBack(client, scheme, view);
    if (rejection.code === "banned" && client.isPage) return keepOut(rejection, scheme, view);
    return [authError(rejectionText(rejection, view.nowMs))];
  };
}

/** The banner, where the community leaves; the connection has been told then. */
export function tellLeaving(client: OriginchatsConnection, view: View): readonly Step[] {
  if (leavingOf(section.name, view).phase === "open") return [];
  client.own.toldAtMs = view.steadyMs;
  return [send(leavingPacket(leavingText(view)))];
}

/** The same, once a day. */
export function tellAgain(client: OriginchatsConnection, view: View): readonly Step[] {
  const isDue =
    client.session !== undefined && isTellingDue(section.name, client.own.toldAtMs, view);
  return isDue ? tellLeaving(client, view) : [];
}
