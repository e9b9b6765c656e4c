/**
 * The house that the recordings of Sock Chat were made in: cast, default channel, settings (its README). The
 * site is a stand-in that answers as the recording says.
 */
import { type HttpStand, startHttp } from "../support/http.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import type { Step } from "./recording.ts";
import { silencedSeconds } from "./sockchat-choice.ts";

export interface SockchatHouse extends Stack {
  readonly port: number;
  /** What somebody's handshake says of the address and of the page that they come from. */
  headersOf(who: string): Readonly<Record<string, string>>;
}

interface Member {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly roles: readonly string[];
}

/** Ranks go with the order of roles, the same numbers for every order: 10, 8, 5, then 1. */
const roles: readonly (readonly [name: string, permissions: readonly string[]])[] = [
  ["chief", []],
  ["mod", []],
  ["second", []],
  [
    "staff",
    [
      "kick_members",
      "ban_members",
      "mute_members",
      "mention_everyone",
      "see_addresses",
      "manage_channels",
    ],
  ],
  ["logs", ["view_audit_log"]],
  ["nick", ["change_nickname"]],
  ["maker", ["create_channel"]],
  ["keeper", ["manage_channels"]],
];

const cast: readonly Member[] = [
  { id: 1, name: "ada", color: "#c0ffee", roles: ["mod", "staff", "logs", "nick"] },
  { id: 2, name: "bob", color: "inherit", roles: ["nick", "maker"] },
  { id: 3, name: "cyd", color: "inherit", roles: [] },
  { id: 4, name: "dot", color: "#00aa00", roles: ["mod", "staff", "nick"] },
  { id: 5, name: 'Eve "x" <b>&\'co', color: "#FF69B4", roles: ["second", "nick", "maker"] },
  { id: 6, name: "Фея_🧚", color: "inherit", roles: ["nick", "maker"] },
  { id: 7, name: "gil", color: "inherit", roles: ["chief", "staff", "logs", "nick"] },
  { id: 8, name: "hal", color: "inherit", roles: ["second", "keeper"] },
];

const people = ["ada", "bob", "cyd", "dot", "eve", "fay", "gil", "hal"];

/** Who comes from somebody else's address, by recording. */
const elsewhere: ReadonlyMap<string, readonly (readonly [who: string, address: string])[]> =
  new Map([
    [
      "03-auth-banned.jsonl",
      [
        ["fay", "192.0.2.13"],
        ["cyd2", "192.0.2.99"],
      ],
    ],
    [
      "15-ban.jsonl",
      [
        ["fay", "192.0.2.13"],
        ["fay1", "192.0.2.96"],
        ["dot", "192.0.2.13"],
        ["cyd9", "192.0.2.99"],
        ["eve", "192.0.2.11"],
      ],
    ],
  ]);

/** Durations in place of the original's, so that nobody waits for as long. */
function hurried(file: string): Record<string, number> {
  if (/^25/.test(file)) return { pingTimeoutMs: 700 };
  return /^24/.test(file) ? { floodWindowMs: 1 } : {};
}

const origin = "https://chat.example";

/** Whose origin is another one in the recording of refused log-ins. */
const origins: ReadonlyMap<string, string | undefined> = new Map([
  ["dot", "https://elsewhere.example"],
  ["dot1", undefined],
]);

function originOf(who: string): Readonly<Record<string, string>> {
  const from = origins.has(who) ? origins.get(who) : origin;
  return from === undefined ? {} : { origin: from };
}

type Answers = Map<string, string[]>;

/** What the site answers, by question. One that was not recorded is refused. */
function answersOf(steps: readonly Step[]): Answers {
  const answers: Answers = new Map();
  for (const { site } of steps) {
    for (const { request, answer } of site) {
      const target = request.replace(/^GET /, "");
      answers.set(target, [...(answers.get(target) ?? []), answer]);
    }
  }
  return answers;
}

const normal = (target: string): string =>
  new URL(target, "http://site.example").searchParams.toString();

function startRecordedSite(steps: readonly Step[]): Promise<HttpStand> {
  const recorded = answersOf(steps);
  const byQuery = new Map([...recorded].map(([target, answers]) => [normal(target), answers]));
  return startHttp("recorded site", ({ target }) => {
    const hired = /arg2=hire-([0-9])$/.exec(target)?.[1];
    const member = cast.find(({ id }) => id === Number(hired));
    if (member !== undefined) {
      const { id, name, color } = member;
      return { status: 200, body: `yes${id}\n${name}\n${color}\n0\f0\f0\f0\f0` };
    }
    const answers = byQuery.get(normal(target)) ?? ["no"];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? "no";
    return answer === "(connection cut)" ? "cut" : { status: 200, body: answer };
  });
}

/** Everybody of the cast has been here once and has the roles that make the recorded rights. */
async function hire({ operator, sockchat }: Stack, file: string): Promise<void> {
  for (const [name, permissions] of roles) {
    await operator.mustAccept({
      type: "role.create",
      name,
      description: null,
      color: null,
      hoisted: false,
      permissions: [...permissions],
      selfAssignable: false,
      category: null,
    });
  }
  await operator.mustAccept({ type: "role.reorder", roles: roles.map(([name]) => name) });
  await operator.mustAccept({ type: "role.update", role: "user", permissions: [] });
  for (const { id, name, roles: held } of cast) {
    const client = await SockchatClient.connect(portOf(sockchat));
    client.send("1", String(id), `hire-${id}`);
    await client.next("5", ([, kind]) => kind === "2");
    await client.close();
    await operator.mustAccept({
      type: "user.assign",
      target: name,
      how: "set",
      roles: ["user", ...held, ...(name === "bob" && /^(11|19)/.test(file) ? ["second"] : [])],
    });
  }
}

export async function sockchatHouse(file: string, steps: readonly Step[]): Promise<SockchatHouse> {
  const site = await startRecordedSite(steps);
  const stack = await startStack({
    sockchat: 1,
    empty: true,
    config: {
      graceMs: 0,
      trustedProxies: ["127.0.0.1"],
      ...(/^02/.test(file) ? { allowedOrigins: [origin] } : {}),
      accounts: { providers: ["site"] },
      site: { form: "2015", url: site.url, cacheMs: 0, timeoutMs: 2_000, roles: ["255=user"] },
      limits: { loginAttempts: 10_000, postContent: 2_000 },
      sockchat: {
        backlog: 10,
        returnMs: 0,
        floodWarn: 25,
        floodKick: 30,
        ...hurried(file),
      },
    },
  });
  const lobby = { view: ["user"], send: ["user"], delete: ["staff"], delete_own: ["staff"] };
  await hire(stack, file);
  await stack.operator.mustAccept({
    type: "channel.update",
    channel: "general",
    name: "Lobby",
    description: null,
    permissions: lobby,
  });
  if (/^16/.test(file)) {
    const silence = { type: "moderation.silence", replace: true } as const;
    await stack.operator.mustAccept({ ...silence, target: "bob" });
    await stack.operator.mustAccept({ ...silence, target: "cyd", seconds: silencedSeconds });
  }
  const own = new Map(elsewhere.get(file));
  return {
    ...stack,
    port: portOf(stack.sockchat),
    headersOf(who) {
      const person = people.indexOf(who.replace(/[0-9]$/, ""));
      return {
        "x-real-ip": own.get(who) ?? `192.0.2.${11 + person}`,
        ...(/^02/.test(file) ? originOf(who) : {}),
      };
    },
    async stop() {
      await stack.stop();
      await site.stop();
    },
  };
}
