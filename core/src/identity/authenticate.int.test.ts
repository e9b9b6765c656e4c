import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  AttemptRequest,
  AuthenticateReply,
  type CommunityId,
  type CredentialId,
  decode,
  encode,
  type GatewayId,
  type OpeningTraits,
  type RejectionOf,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, type Config, createRegistry, loadConfig } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { openNats } from "@dragoman/testing/nats";
import { userId } from "@dragoman/testing/people";
import { answered, unserved } from "@dragoman/testing/served";
import { community, settle, standing } from "@dragoman/testing/state";
import { reservedNames } from "../decider/name.ts";
import { AttemptBudget } from "../leader/attempt-budget.ts";
import { coreMetrics } from "../metrics.ts";
import type { State } from "../state/shape.ts";
import { Attempts } from "./attempts.ts";
import { serveAuthenticate } from "./authenticate.ts";
import { Local } from "./local.ts";
import { hashPassword } from "./password.ts";
import { Secrets } from "./secrets.ts";
import { verifyTicket } from "./ticket.ts";
import { issueToken } from "./token.ts";

const main = "main" as CommunityId;
const { config } = loadConfig({});
const gatewayId = "some_1" as GatewayId;
const limits = { loginAttempts: 3, loginAttemptsPerAddress: 50, loginWindowMs: 60_000 };
let core: Bus;
let gateway: Bus;
let secrets: Secrets;
let credentialId: CredentialId;
let state: State;
let replica: ReturnType<typeof standing>;
let budget: AttemptBudget;
let asked: string[];
let served: { stop(): void };

openNats(async (nats) => {
  core = await nats.connect("core");
  gateway = await nats.connect("gateway");
  secrets = await Secrets.open(core, main);
  credentialId = await secrets.storeCredential(await hashPassword("dragoman"));
  core.subscribe(subject.attempt(main), (message) => {
    const request = decode(AttemptRequest, message.data);
    assert.ok(request.ok);
    asked.push(`${request.value.step} ${request.value.account}`);
    core.respond(message, encode(budget.take(request.value, performance.now())));
  });
});

beforeEach(async () => {
  served?.stop();
  // Word of a failure of the test before may still be on its way.
  await core.flush();
  state = community();
  settle(state, "ada", { credentialId });
  settle(state, "rotur", { local: false });
  replica = standing(state, 7);
  budget = new AttemptBudget(limits);
  asked = [];
  await serve(config);
});

async function serve(config: Config): Promise<void> {
  const { accounts, limits } = config;
  const attempts = new Attempts(core, main);
  const names = reservedNames([]);
  const given = { secrets, attempts, logger: silent };
  served = serveAuthenticate({
    ...given,
    bus: core,
    community: main,
    replica,
    config,
    reservedNames: names,
    local: new Local({ ...given, replica: () => replica, accounts, limits, reservedNames: names }),
    metrics: coreMetrics(createRegistry()),
  });
  await core.flush();
}

after(() => served?.stop());

type Credentials =
  | { scheme: "password" | "register"; name: string; password: string }
  | { scheme: "token"; token: string; number?: number };

const traits: OpeningTraits = {
  stands: "everywhere",
  flood: "close",
  returnMs: 0,
  toldMissedWhispers: false,
};

async function authenticate(
  credentials: Credentials,
  protocol = "some",
): Promise<AuthenticateReply> {
  const request = { v: 1, protocol, traits, address: "192.0.2.1", credentials };
  const reply = await gateway.request(subject.authenticate(main, gatewayId), encode(request), {
    timeoutMs: 20_000,
  });
  const decoded = decode(AuthenticateReply, reply.data);
  assert.ok(decoded.ok);
  return decoded.value;
}

const login = (name: string, password: string) =>
  authenticate({ scheme: "password", name, password });
const register = (name: string, password: string) =>
  authenticate({ scheme: "register", name, password });

function ticketOf(reply: AuthenticateReply) {
  assert.ok(reply.ok, JSON.stringify(reply));
  return verifyTicket(secrets, reply.ticket, Date.now());
}

const failed = (why: RejectionOf<"bad_login">["why"]) => ({
  ok: false,
  rejection: { code: "bad_login", why },
});

test("name and password become a ticket, however the name is written", async () => {
  for (const name of ["ada", " ADA ", "USR:local_ada"]) {
    const ticket = ticketOf(await login(name, "dragoman"));
    assert.deepEqual(ticket?.account, { kind: "user", userId: userId("ada"), epoch: 0 });
    assert.deepEqual(ticket.traits, traits);
    assert.deepEqual(
      [ticket?.provider, ticket?.protocol, ticket?.addressTag],
      ["local", "some", secrets.addressTag("192.0.2.1")],
    );
  }
});

test("each failed log-in is told its reason", async () => {
  assert.deepEqual(await login("", "dragoman"), failed("missing"));
  assert.deepEqual(await login("ada", ""), failed("missing"));
  assert.deepEqual(await login("nobody", "dragoman"), failed("unknown_user"));
  assert.deepEqual(await login("__proto__", "dragoman"), failed("unknown_user"));
  budget = new AttemptBudget(limits);
  assert.deepEqual(await login("rotur", "dragoman"), failed("not_local"));
  assert.deepEqual(await login("ada", "Dragoman"), failed("wrong_password"));
});

test("a ban is told only to whoever knows the password", async () => {
  const ban = { kind: "ban", untilMs: null, reason: "spam" } as const;
  state.bans.set(userId("ada"), { ...ban, userId: userId("ada"), addressTags: [] });
  assert.deepEqual(await login("ada", "wrong"), failed("wrong_password"));
  assert.deepEqual(await login("ada", "dragoman"), {
    ok: false,
    rejection: { code: "banned", ...ban },
  });
});

test("failures count for the account, and a success costs nothing", async () => {
  ticketOf(await login("ADA", "dragoman"));
  for (let n = 0; n < 3; n += 1) {
    assert.deepEqual(await login("ada", `wrong ${n}`), failed("wrong_password"));
  }
  const refusal = await login("ada", "dragoman");
  assert.ok(!refusal.ok && refusal.rejection.code === "rate_limited");
  assert.equal(refusal.rejection.why, "logins");
  assert.ok(refusal.rejection.waitMs > 0);
  const ada = userId("ada");
  assert.deepEqual(asked.slice(0, 3), [`ask ${ada}`, `ask ${ada}`, `failed ${ada}`]);
});

test("whoever logged in lately and was banned since is not let in by memory", async () => {
  ticketOf(await login("ada", "dragoman"));
  const ada = settle(state, "ada", { credentialId });
  state.people.set(userId("ada"), { ...ada, departed: true });
  assert.deepEqual(await login("ada", "dragoman"), failed("unknown_user"));
});

test("a new account is a ticket with a sealed hash, its name in lower case", async () => {
  const ticket = ticketOf(await register(" Grace ", "hopper"));
  assert.equal(ticket?.account.kind, "new");
  assert.ok(ticket?.account.kind === "new");
  assert.equal(ticket.account.name, "grace");
  const { credentialId: id, sealedHash } = ticket.account;
  assert.equal(await secrets.credential(id), null);
  assert.doesNotMatch(sealedHash, /argon2/);
  await secrets.keepHash(id, sealedHash);
  assert.match((await secrets.credential(id)) ?? "", /^\$argon2id\$/);
  await secrets.forgetCredential(id);
  assert.equal(await secrets.credential(id), null);
});

test("a registration is checked in the original's order", async () => {
  const cases = [
    ["", "hopper", "missing"],
    ["grace", "", "missing"],
    ["g", "abc", "name_length"],
    ["g".repeat(33), "abc", "name_length"],
    ["!!", "abc", "password_length"],
    ["grace", "x".repeat(73), "password_length"],
    ["gr ace", "hopper", "name_alphabet"],
    ["___", "hopper", "name_alphabet"],
    ["Ada", "hopper", "taken"],
    ["server", "hopper", "taken"],
  ] as const;
  for (const [name, password, why] of cases) {
    budget = new AttemptBudget(limits);
    assert.deepEqual(await register(name, password), failed(why), name);
  }
});

test("without registration nothing else is looked at", async () => {
  served.stop();
  await serve({ ...config, accounts: { ...config.accounts, allowRegistration: false } });
  assert.deepEqual(await register("", ""), failed("registration_disabled"));
});

test("a token of ours admits its owner, as a token or as a password, by the right number alone", async () => {
  const claims = { userId: userId("ada"), epoch: 0 };
  const { token } = await issueToken(secrets, claims, Date.now() + 60_000);
  const account = { kind: "user", ...claims };
  const number = state.people.get(claims.userId)?.user.number ?? 0;
  assert.deepEqual(ticketOf(await authenticate({ scheme: "token", token }))?.account, account);
  const numeric = await authenticate({ scheme: "token", token, number });
  assert.equal(ticketOf(numeric)?.provider, "token");
  assert.deepEqual(
    await authenticate({ scheme: "token", token, number: number + 1 }),
    failed("bad_token"),
  );
  assert.deepEqual(ticketOf(await login("Ada", token))?.account, account);
  assert.deepEqual(await login("rotur", token), failed("not_local"));
  assert.deepEqual(asked[0], `ask ${userId("rotur")}`);
});

test("a token dies with its time, its epoch and its account; a banned owner is told of the ban", async () => {
  const claims = { userId: userId("ada"), epoch: 0 };
  const { token } = await issueToken(secrets, claims, Date.now() + 60_000);
  const old = await issueToken(secrets, claims, Date.now() - 60_000);
  assert.deepEqual(await authenticate({ scheme: "token", token: old.token }), failed("bad_token"));
  assert.deepEqual(await authenticate({ scheme: "token", token: "rubbish" }), failed("bad_token"));
  const ada = settle(state, "ada", { credentialId });
  state.people.set(claims.userId, { ...ada, epoch: 1 });
  assert.deepEqual(await authenticate({ scheme: "token", token }), failed("bad_token"));
  const ban = { kind: "kick", untilMs: Date.now() + 60_000, reason: "" } as const;
  state.bans.set(claims.userId, { ...ban, userId: claims.userId, addressTags: [] });
  assert.deepEqual(await authenticate({ scheme: "token", token }), {
    ok: false,
    rejection: { code: "banned", ...ban },
  });
});

test("what is no request is refused without a word of what it held", async () => {
  const reply = await gateway.request(
    subject.authenticate(main, gatewayId),
    new TextEncoder().encode('{"v":1,"password":"hunter2'),
    { timeoutMs: 20_000 },
  );
  const text = new TextDecoder().decode(reply.data);
  assert.match(text, /"invalid"/);
  assert.doesNotMatch(text, /hunter2/);
});

test("a gateway proves nobody for another protocol than its own", async () => {
  const credentials = { scheme: "password", name: "ada", password: "dragoman" } as const;
  assert.deepEqual(await authenticate(credentials, "another"), {
    ok: false,
    rejection: { code: "invalid", field: "authenticate", why: "shape" },
  });
});

test("a core that has not caught up leaves the queue group, and comes back", async () => {
  replica.current = false;
  await unserved(gateway, subject.authenticate(main, gatewayId));
  replica.current = true;
  await answered(gateway, subject.authenticate(main, gatewayId));
  ticketOf(await login("ada", "dragoman"));
});
