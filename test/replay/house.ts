/**
 * Builds the house of a recording from its seed: a real NATS server, core and gateway, and stand-ins for the
 * services that are asked about accounts. Both protocols' recordings are played in houses from here.
 */
import { eventually } from "@dragoman/testing/deadline";
import { type HttpStand, startHttp } from "../support/http.ts";
import { watchSessions } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { Overrides } from "../support/part.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { patientJournal, portOf, type Stack, startStack } from "../support/stack.ts";
import { storeMessages } from "./house-messages.ts";
import type { Step } from "./recording.ts";
import type { Seed } from "./seed.ts";

type Person = Seed["people"][number];

export interface House {
  /** Where the gateway of the recording's protocol listens. */
  readonly port: number;
  /** What stands here for the ids of the seed's messages, by their ids in the recording. */
  readonly ids: ReadonlyMap<string, string>;
  /** What a client's handshake says of its address and page. */
  headersOf(who: string): Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Answers as the recorder's stand-in: `fake|ID|NAME` is valid, `down` gets no answer. */
function startRotur(): Promise<HttpStand> {
  return startHttp("account service", ({ url }) => {
    const validator = url.searchParams.get("v") ?? "";
    if (validator === "down") return "cut";
    const [kind, id, username] = validator.split("|");
    return kind === "fake"
      ? { status: 200, body: JSON.stringify({ valid: true, id, username }) }
      : { status: 403, body: JSON.stringify({ valid: false }) };
  });
}

/** What the site answered in the recording, by question and in order. */
function answersOf(steps: readonly Step[]): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const { site } of steps) {
    for (const { request, answer } of site) {
      const question = normal(request.replace(/^GET /, ""));
      answers.set(question, [...(answers.get(question) ?? []), answer]);
    }
  }
  return answers;
}

const normal = (target: string): string =>
  new URL(target, "http://site.example").searchParams.toString();

/** The site: it answers as recorded, and knows the seed's people by `seed-<id>`. What was not recorded is refused. */
function startSite({ people }: Seed, steps: readonly Step[]): Promise<HttpStand> {
  const recorded = answersOf(steps);
  return startHttp("recorded site", ({ target }) => {
    const seeded = /arg2=seed-([0-9]+)$/.exec(target)?.[1];
    const person = people.find(({ identity }) => identity?.id === seeded);
    if (seeded !== undefined && person !== undefined) {
      const color = person.identity?.color ?? "inherit";
      return { status: 200, body: `yes${seeded}\n${person.name}\n${color}\n0\f0\f0\f0\f0` };
    }
    const answers = recorded.get(normal(target)) ?? ["no"];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? "no";
    return answer === "(connection cut)" ? "cut" : { status: 200, body: answer };
  });
}

interface Services {
  readonly rotur: HttpStand;
  readonly site: HttpStand;
}

/** The configuration of the house: a stock one without waits, then the seed's settings. */
function configOf({ protocol, settings: own }: Seed, { rotur, site }: Services): Overrides {
  const given = <Value>(key: string, value: Value | undefined): Record<string, Value> =>
    value === undefined ? {} : { [key]: value };
  return {
    graceMs: 0,
    journal: patientJournal,
    server: { name: "My OriginChats Server", ownerName: "Admin" },
    trustedProxies: ["127.0.0.1"],
    ...given("allowedOrigins", own.origins),
    accounts: {
      providers: own.providers ?? (protocol === "sockchat" ? ["site"] : ["local"]),
      allowRegistration: own.allowRegistration ?? true,
    },
    attachments: { perMinute: 1_000, ...given("bytesMax", own.uploadBytesMax) },
    rotur: { url: rotur.url, timeoutMs: 10_000 },
    site: { form: "2015", url: site.url, cacheMs: 0, timeoutMs: 10_000, roles: ["255=user"] },
    limits: {
      messagesPerMinute: own.messagesPerMinute ?? 0,
      burstLimit: own.burstLimit ?? 0,
      ...given("cooldownMs", own.cooldownMs),
      ...given("postContent", own.postContent),
      ...given("searchResults", own.searchResults),
      loginAttempts: 10_000,
      signInMs: 600_000,
    },
    originchats: {
      ...given("pingMs", own.pingMs),
      ...given("url", own.url),
      ...given("frameBytes", own.frameBytes),
    },
    ...(protocol === "sockchat"
      ? {
          sockchat: {
            backlog: own.backlog ?? 10,
            returnMs: 0,
            floodWarn: own.floodWarn ?? 25,
            floodKick: own.floodKick ?? 30,
            // Recordings are played faster than they were made: without a limit in the seed there is none.
            floodWindowMs: own.floodWindowMs ?? (own.floodKick === undefined ? 1 : 10_000),
            ...given("pingTimeoutMs", own.pingTimeoutMs),
            ...given("frameBytes", own.frameBytes),
          },
        }
      : {}),
  };
}

/** The roles that every house has. */
const stock = ["owner", "admin", "moderator", "user"];

async function makeRoles({ operator }: Stack, roles: Seed["roles"] = []): Promise<void> {
  const made = roles.filter(({ name }) => !stock.includes(name));
  for (const { name, permissions, ...looks } of roles) {
    const shown = {
      description: looks.description ?? null,
      color: looks.color ?? null,
      hoisted: looks.hoisted ?? false,
      selfAssignable: looks.selfAssignable ?? false,
      category: looks.category ?? null,
      permissions: [...permissions],
    };
    if (stock.includes(name)) {
      await operator.mustAccept({ type: "role.update", role: name, permissions: [...permissions] });
    } else await operator.mustAccept({ type: "role.create", name, ...shown });
  }
  if (made.length === 0) return;
  await operator.mustAccept({ type: "role.reorder", roles: made.map(({ name }) => name) });
}

/** Everybody has been here once; who has an account elsewhere comes by it. */
async function addPerson(stack: Stack, person: Person): Promise<void> {
  const { operator } = stack;
  const { name, roles, password, identity } = person;
  if (identity?.provider === "rotur") {
    const client = await OriginchatsClient.connect(portOf(stack.originchats));
    client.send({ cmd: "auth", validator: `fake|${identity.id}|${name}` });
    await client.next("ready");
    await client.close();
  } else if (identity?.provider === "site") {
    const client = await SockchatClient.connect(portOf(stack.sockchat));
    client.send("1", identity.id, `seed-${identity.id}`);
    await client.next("5", ([, kind]) => kind === "2");
    await client.close();
  } else {
    await operator.addUser(name, roles.length === 0 ? ["user"] : roles, password);
    return;
  }
  if (roles.length === 0) return;
  const target = handleOf(name);
  await operator.mustAccept({ type: "user.assign", target, how: "set", roles: [...roles] });
}

/** By the handle people are found here, whose names another site may have with blanks in them. */
const handleOf = (name: string): string => name.replaceAll(" ", "_");

/** Leaves people without any role: the one that they hold is deleted. */
async function takeRoles({ operator }: Stack, people: readonly Person[]): Promise<void> {
  const names = people.filter(({ roles }) => roles.length === 0).map(({ name }) => handleOf(name));
  if (names.length === 0) return;
  const role = "passing";
  const looks = { description: null, color: null, hoisted: false, category: null } as const;
  const create = { permissions: [], selfAssignable: false, ...looks };
  await operator.mustAccept({ type: "role.create", name: role, ...create });
  for (const target of names) {
    await operator.mustAccept({ type: "user.assign", target, how: "set", roles: [role] });
  }
  await operator.mustAccept({ type: "role.delete", role });
}

/** The ids of a new channel's messages, once the gateway has heard of them. */
const readFirstLines = (client: OriginchatsClient, channel: string): Promise<readonly string[]> =>
  eventually(10_000, `the first line of ${channel}`, async () => {
    const { messages } = await client.ask({ cmd: "messages_get", channel });
    const ids = Array.isArray(messages) ? messages.map(({ id }: { id: string }) => id) : [];
    return ids.length === 0 ? undefined : ids;
  });

/** Makes the channels; the first line of each is deleted by somebody who may, and who is gone again. */
async function makeChannels({ operator, originchats }: Stack, seed: Seed): Promise<void> {
  const { channels, firstLines } = seed;
  const sweeps = firstLines === "deleted" && seed.protocol === "originchats";
  for (const { name, kind, isFirst = false, permissions = {}, size } of channels) {
    if (isFirst) {
      if (Object.keys(permissions).length === 0) continue;
      const change = { name, description: null, permissions };
      await operator.mustAccept({ type: "channel.update", channel: "general", ...change });
      continue;
    }
    await operator.mustAccept({
      type: "channel.create",
      kind,
      name,
      permissions: sweeps ? { ...permissions, delete: ["owner"] } : permissions,
      ...(size === undefined ? {} : { size }),
    });
  }
  if (!sweeps || channels.length === 0) return;
  const sweeper = "sweeper";
  await operator.addUser(sweeper, ["owner", "admin", "moderator"]);
  const client = await OriginchatsClient.signIn(portOf(originchats), sweeper);
  for (const { name } of channels.filter(({ kind }) => kind === "text")) {
    for (const id of await readFirstLines(client, name)) {
      await client.ask({ cmd: "message_delete", channel: name, id });
    }
  }
  for (const { name, isFirst, permissions = {} } of channels) {
    if (isFirst) continue;
    await client.ask({ cmd: "channel_update", current_name: name, updates: { permissions } });
  }
  await client.close();
  await operator.mustAccept({ type: "user.depart", target: sweeper });
}

/** Nicknames, statuses, bans and silences, once everything else is there. */
async function settle(stack: Stack, { people }: Seed): Promise<void> {
  const { operator } = stack;
  for (const { name, password, nickname, status } of people) {
    if (nickname === undefined && status === undefined) continue;
    const client = await OriginchatsClient.signIn(portOf(stack.originchats), name, password);
    if (status !== undefined) await client.ask({ cmd: "status_set", ...status });
    if (nickname !== undefined) await client.ask({ cmd: "nickname_update", nickname });
    await client.close();
  }
  for (const { name: target, left, banned, silencedSeconds } of people) {
    if (left === true) await operator.mustAccept({ type: "user.depart", target });
    if (banned === true) {
      await operator.mustAccept({ type: "moderation.ban", target, addresses: false });
    }
    if (silencedSeconds === undefined) continue;
    await operator.mustAccept({
      type: "moderation.silence",
      target,
      replace: true,
      ...(silencedSeconds === null ? {} : { seconds: silencedSeconds }),
    });
  }
}

/** @param steps of the recording: what its site answers */
export async function startHouse(seed: Seed, steps: readonly Step[]): Promise<House> {
  const services = { rotur: await startRotur(), site: await startSite(seed, steps) };
  const stack = await startStack({
    [seed.protocol]: 1,
    empty: true,
    config: configOf(seed, services),
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    await Promise.all([services.rotur.stop(), services.site.stop()]);
  };
  try {
    const everybodyGone = watchSessions(stack.operator);
    await makeRoles(stack, seed.roles);
    // A channel of Sock Chat is for roles of people who are there before it; OriginChats' is not.
    for (const person of seed.people) await addPerson(stack, person);
    await makeChannels(stack, seed);
    const ids = await storeMessages(stack, seed);
    await takeRoles(stack, seed.people);
    await settle(stack, seed);
    // Nobody of the recording hears of their going.
    await everybodyGone();
    return {
      port: portOf(stack[seed.protocol]),
      ids,
      headersOf(who) {
        const { address, origin } = seed.clients[who] ?? {};
        return {
          ...(address === undefined ? {} : { "x-real-ip": address }),
          ...(typeof origin === "string" ? { origin } : {}),
        };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
