/** Commands about what one is called, being away, and one's own account (reference, part 4.2; bridge table, People). */
import {
  beginning,
  type GrantOf,
  holds,
  nicknameMax,
  type Rejection,
  type RejectionOf,
  type RosterUser,
  statusTextMax,
} from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { noticePacket, sendNotice } from "../entry.ts";
import { sendRefusal } from "../refuse.ts";
import { notAllowed, type Refusals } from "../rejection.ts";
import { clean, escapeName, type Html, safe } from "../text.ts";
import { bareNameOf } from "../view.ts";
import { type Call, command, holding, type SlashRow } from "./row.ts";

const dayMs = 24 * 3_600_000;
const passwordChanged =
  "Your password is changed. Your log-in tokens are no longer valid, your other connections are closed.";
const revoked = "Your log-in tokens are no longer valid.";

/** A log-in for OriginChats, to its owner's connection alone. */
function show(call: Call): readonly Step[] {
  return [
    {
      do: "grant",
      body: { type: "user.token" },
      granted: ({ token, expiresAtMs }: GrantOf<"user.token">, view: View) => {
        const days = Math.max(1, Math.round((expiresAtMs - view.nowMs) / dayMs));
        const text = `Your log-in for OriginChats, usable for ${days} days: name ${call.user.name} password ${token}`;
        return [sendNotice(textNotice(text), view)];
      },
      refuse: (rejection: Rejection, view: View) =>
        sendRefusal(rejection, { command: call.name, given: "" }, view),
    },
  ];
}

function revoke(call: Call): readonly Step[] {
  return [
    {
      ...command(call, { type: "user.revoke" }, ""),
      settle: (own, _commit, view) => [
        { do: "send", packets: [...own, noticePacket(textNotice(revoked), view)] },
      ],
      unchanged: (view) => [sendNotice(textNotice(revoked), view)],
    },
  ];
}

function token(call: Call): readonly Step[] {
  const typed = (call.words[0] ?? "").toLowerCase();
  if (typed === "") return show(call);
  return typed === "revoke" ? revoke(call) : [sendNotice(notice("cmderr"), call.view)];
}

const passwordFailures: Partial<Refusals> = {
  bad_login: ({ why }) => textNotice(badPassword[why] ?? "Your password is not changed."),
  rate_limited: () => textNotice("Too many wrong passwords. Wait a minute."),
  busy: () => textNotice("The server is busy. Your password is not changed."),
};

const badPassword: { readonly [W in RejectionOf<"bad_login">["why"]]?: string } = {
  wrong_password: "That is not your present password.",
  password_length: "A password must be 4-72 characters.",
  not_local: "Your account has no password here.",
};

/** Whoever has no password so far names the new one alone; what is the present one matters to nobody then. */
const withoutPassword = ({ words, user }: Call): readonly string[] =>
  !user.local && words.length === 1 ? ["-", ...words] : words;

/** Neither password is shown to anybody. */
function passwd(call: Call): readonly Step[] {
  const [current = "", wanted = "", ...more] = withoutPassword(call);
  if (current === "" || wanted === "" || more.length > 0) {
    return [sendNotice(notice("cmderr"), call.view)];
  }
  return [
    {
      ...command(call, { type: "user.password", current, wanted }, "", passwordFailures),
      settle: (own, _commit, view) => [
        { do: "send", packets: [...own, noticePacket(textNotice(passwordChanged), view)] },
      ],
    },
  ];
}

/**
 * Packet 10 says it to everybody, the person included. Again while away: a new mark. A blank in front stays: then the
 * first word, which is the mark, is empty (reference, 4.2).
 */
function away(call: Call): readonly Step[] {
  const text = beginning(call.rest.replace(/\s+/gu, " "), statusTextMax);
  return [command(call, { type: "status.set", status: "idle", text, afk: true }, "")];
}

/** Somebody else, whom a number at the front names, for those who may. */
function otherOf({ view, user, words }: Call): RosterUser | undefined {
  const [typed = ""] = words;
  if (!/^[0-9]{1,16}$/.test(typed)) return undefined;
  if (!holds(view.roster.actor(user.userId), "manageNicknames")) return undefined;
  const other = view.roster.userByNumber(Number(typed));
  return other?.departed === false ? other : undefined;
}

/** Words joined by `_`, cleaned and cut; none, or the person's own name, is no nickname at all. */
function nicknameFrom(rest: string, user: RosterUser): string | null {
  const joined = rest.replace(/[\n\r\t\f]/g, "").replaceAll(" ", "_");
  const nickname = beginning(clean(joined).replace(/^~+/, ""), nicknameMax);
  const lower = nickname.toLowerCase();
  const own = [user.name.toLowerCase(), user.handle.toLowerCase()];
  return nickname === "" || own.includes(lower) ? null : nickname;
}

const inUse = (name: Html): Html => notice("nameinuse", name);

const nicknameFaults: ReadonlyMap<string, ReturnType<typeof textNotice>> = new Map([
  ["digits", textNotice("A nickname is no number")],
  ["scripts", textNotice("A nickname has letters of one script")],
]);

/** Until the person's last session ends. Others are renamed without a word (SharpChat). */
function nick(call: Call): readonly Step[] {
  const other = otherOf(call);
  const rest = other === undefined ? call.rest : call.words.slice(1).join(" ");
  const bearer = other ?? call.user;
  const nickname = nicknameFrom(rest, bearer);
  const own: Partial<Refusals> = {
    already_exists: () => inUse(safe`~${escapeName(nickname ?? "")}`),
    rank_too_low: () => notAllowed(call.name),
    invalid: ({ why }) => nicknameFaults.get(why) ?? notice("cmderr"),
  };
  const target = other === undefined ? {} : { target: other.userId };
  return [
    {
      ...command(call, { type: "user.nick", ...target, nickname, temporary: true }, "", own),
      // What somebody is called already is in use: by them.
      unchanged: (view) => {
        const user = view.roster.user(bearer.userId) ?? bearer;
        return [sendNotice(inUse(bareNameOf(user)), view)];
      },
    },
  ];
}

export const userSlash: readonly SlashRow[] = [
  {
    names: ["afk"],
    usage: "/afk [reason]",
    help: "say that you are away; what you type next ends it",
    evenSilenced: true,
    run: away,
  },
  {
    names: ["nick"],
    usage: "/nick [name]",
    help: "be called something else until you leave",
    offered: holding("changeNickname"),
    run: nick,
  },
  {
    names: ["passwd"],
    usage: "/passwd <current> <wanted>",
    help: "change your password",
    evenSilenced: true,
    run: passwd,
  },
  {
    names: ["token"],
    usage: "/token [revoke]",
    help: "a log-in for OriginChats, or the end of those you made",
    evenSilenced: true,
    run: token,
  },
];
