/** What was said in a small community, as each of Sock Chat's servers would have stored it. */
import type { PhpChat, Row } from "./sockchat-forms.ts";

/** 2015-02-20 20:00:00 UTC, when the evening begins. */
export const eveningSeconds = 1_424_462_400;
/** All of it is in the past then. */
export const nowMs = Date.UTC(2026, 0, 1);
/** Ends of bans that run. */
const laterSeconds = nowMs / 1_000 + 86_400;

const bot = { userid: -1, username: "ChatBot", color: "inherit" };
const ada = { userid: 1, username: "ada", color: "#C0FFEE" };
const bob = { userid: 2, username: "bob", color: "inherit" };
const eve = { userid: 5, username: "Eve_&quot;x&quot;_&lt;b&gt;&amp;&#039;co", color: "#FF69B4" };
const fay = { userid: 6, username: "Фея_🧚", color: "inherit" };

type Said = readonly [who: Row, channel: string, message: string, more?: Row];

const said: readonly Said[] = [
  [bot, "@default", "0\fjoin\fada"],
  [ada, "@default", "hello &lt;b&gt; & &lt; x <br/> line2 😀"],
  [bob, "@default", "<i>waves to Фея</i>", { flags: "11000" }],
  [fay, "@default", 'привет, it\'s "me" \\o/'],
  [eve, "@default", "[url=http://x.org/?a=1&b=2]x[/url] [b]y[/b] &amp;"],
  [bot, "@default", "0\fnick\fbob\f~Robert"],
  [{ ...bob, username: "~Robert" }, "@default", "call me so"],
  [{ ...bob, username: "&lt;FOOD&gt;_~Robert" }, "Games", "eating), (1,2,'x'", { chrank: 0 }],
  [ada, "Staff", "only for us", { chrank: 3 }],
  [ada, "club", "behind a password"],
  [bob, "gone", "of a channel that is no more", { chrank: 2 }],
  [ada, "@priv", "(@bob) a secret"],
  [bot, "@priv", "(@bob) 1\fnocmd\fxyz"],
  [bot, "@all", "0\fsay\f&lt;b&gt;hi&lt;/b&gt; everybody"],
  [bot, "@default", "0\fleave\f~Robert"],
];

/** The PHP server's tables. */
export const phpChat: PhpChat = {
  logs: said.map(([who, channel, message, more = {}], at) => ({
    id: at + 1,
    epoch: eveningSeconds + Math.floor(at / 2),
    channel,
    chrank: 0,
    message,
    flags: "10010",
    ...who,
    ...more,
  })),
  channels: [
    { id: 1, chname: "Games", pwd: "", priv: 0 },
    { id: 2, chname: "Staff", pwd: null, priv: 3 },
    {
      id: 3,
      chname: "club",
      pwd: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
      priv: 0,
    },
    { id: 4, chname: "Silent/Room", pwd: "", priv: 0 },
  ],
  bans: [
    { id: 1, ip: "192.0.2.12", uid: 2, username: "bob", expiration: laterSeconds },
    { id: 2, ip: "192.0.2.12", uid: null, username: null, expiration: laterSeconds },
    { id: 3, ip: null, uid: 77, username: "mallory", expiration: -1 },
    { id: 4, ip: null, uid: null, username: "Фея_🧚", expiration: -1 },
    { id: 5, ip: null, uid: null, username: "nobody", expiration: -1 },
    { id: 6, ip: "198.51.100.*", uid: null, username: null, expiration: -1 },
    { id: 7, ip: null, uid: 1, username: "ada", expiration: 1_424_462_500 },
  ],
};

const fileLine = ([who, channel, message]: Said, at: number): string => {
  const time = new Date((eveningSeconds + Math.floor(at / 2)) * 1_000).toISOString();
  const [year, month, day] = time.slice(0, 10).split("-");
  return `(${month}/${day}/${year} ${time.slice(11, 19)}) ${String(who["username"])} to ${channel}: ${message}\n`;
};

/** The same in the PHP server's flat files. */
export const flatFiles = {
  channels: ["Games\f\f0", "Staff\f\f3", "club\f5e884898da28047151d0e56f8dc62927\f0"],
  bans: [`192.0.2.12\f2\fbob\f${laterSeconds}`, "\f\fada\f-1"],
  log: said.map(fileLine).join(""),
  config: '<?php\n$chat = array();\n\n$chat["DEFAULT_CHANNEL"]        = "Parlour";\n',
};

// ---- SharpChat -------------------------------------------------------------------------------------------------

/** Milliseconds of the first event's id. */
const firstMs = Date.UTC(2020, 6, 1, 12, 0, 0, 250);
const idOf = (at: number): bigint =>
  (BigInt(firstMs + at * 61_000 - 1_588_377_600_000) << 8n) | BigInt(at + 1);
const timeOf = (at: number): string =>
  new Date(firstMs + at * 61_000).toISOString().slice(0, 19).replace("T", " ");

const flash = { id: 1, name: "flash", color: 0x600099, rank: 10, perms: 3_263 };
const malloc = { id: 2, name: "malloc", color: 0x40000000, rank: 5, perms: 0x405 };
const reemo = { id: 3, name: "reemo", color: 0xf02d7d, rank: 1, perms: 0xe00 };

interface SharpLine {
  readonly who: typeof flash | null;
  readonly target: string;
  readonly text: string;
  readonly flags?: number;
  readonly type?: string;
  readonly deleted?: true;
}

const sharpLines: readonly SharpLine[] = [
  { who: flash, target: "Lounge", text: "", type: "SharpChat.Events.UserConnectEvent" },
  { who: flash, target: "Lounge", text: "raw <b> & \"quotes\" 'n' \\slashes\nand a second line" },
  { who: reemo, target: "Lounge", text: "where is my mile of &lt;fencing&gt; <br/> now", flags: 1 },
  { who: malloc, target: "Staff", text: "who let him in" },
  { who: reemo, target: "Lounge", text: "oops", deleted: true },
  { who: malloc, target: "lounge", text: "[b]bold[/b] 😀" },
  { who: reemo, target: "@2", text: "a secret", flags: 8 },
];

/** `sqc_events` of 2020. */
export function sharpEvents(): Row[] {
  return sharpLines.map(({ who, target, text, flags = 0, type, deleted }, at) => ({
    event_id: idOf(at),
    event_sender: who?.id ?? null,
    event_sender_name: who?.name ?? null,
    event_sender_colour: who?.color ?? null,
    event_sender_rank: who?.rank ?? null,
    event_sender_nick: null,
    event_sender_perms: who?.perms ?? null,
    event_created: timeOf(at),
    event_deleted: deleted === true ? timeOf(at + 1) : null,
    event_type: type ?? "SharpChat.Events.ChatMessage",
    event_target: target,
    event_flags: flags,
    event_data: JSON.stringify(type === undefined ? { text } : {}),
  }));
}

/** `sqc_messages` of 2021, which were made of the events, with one edited since. */
export function sharpMessages(): Row[] {
  return sharpEvents().flatMap((event, at) => {
    const line = sharpLines[at];
    if (line?.type !== undefined || line === undefined) return [];
    const isEdited = line.text === "who let him in";
    return [
      {
        msg_id: event["event_id"] ?? null,
        msg_channel_id: line.target.toLowerCase(),
        msg_sender_id: event["event_sender"] ?? null,
        msg_sender_name: event["event_sender_name"] ?? null,
        msg_sender_colour: event["event_sender_colour"] ?? null,
        msg_sender_rank: event["event_sender_rank"] ?? null,
        msg_sender_nick: null,
        msg_sender_perms: event["event_sender_perms"] ?? null,
        msg_text: isEdited ? "who let them in" : line.text,
        msg_flags: (line.flags ?? 0) & 1,
        msg_created: event["event_created"] ?? null,
        msg_edited: isEdited ? timeOf(at + 2) : null,
        msg_deleted: event["event_deleted"] ?? null,
      },
    ];
  });
}

/** `sharp_log` of 2019. */
export function sharpLog(): Row[] {
  return sharpLines.flatMap(({ who, target, text, flags = 0, type, deleted }, at) =>
    who === null || type !== undefined || deleted === true
      ? []
      : [
          {
            log_id: at + 1,
            log_target: target,
            user_id: who.id,
            user_name: who.name,
            user_colour: who.color,
            log_datetime: timeOf(at),
            log_text: text,
            log_flags: flags,
          },
        ],
  );
}

/** Rows as SQLite has them: times are seconds, what MariaDB has in binary columns is a blob or text. */
export function inSqlite(rows: readonly Row[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        const isTime = /_(?:created|edited|deleted)$/.test(column) && typeof value === "string";
        const isBytes = /_(?:data|type)$/.test(column) && typeof value === "string";
        if (isTime) return [column, Date.parse(`${value.replace(" ", "T")}Z`) / 1_000];
        return [column, isBytes ? Buffer.from(value) : value];
      }),
    ),
  );
}
