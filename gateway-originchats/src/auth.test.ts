import assert from "node:assert/strict";
import { test } from "node:test";
import { edge } from "./edge.ts";
import {
  ada,
  commit,
  connection,
  nowMs,
  only,
  roster,
  say,
  sent,
  session,
  view,
} from "./testing/edge.ts";

test("the handshake comes first, with what the community says of itself now", () => {
  const [packet = "{}"] = edge.greet(connection(), view());
  const { cmd, val } = JSON.parse(packet);
  assert.equal(cmd, "handshake");
  assert.deepEqual(Object.keys(val), [
    "server",
    "limits",
    "attachments",
    "version",
    "validator_key",
    "capabilities",
    "permissions",
    "auth_mode",
  ]);
  assert.deepEqual(val.server, { name: "Test house", owner: { name: "Olga" } });
  assert.deepEqual(val.limits, { post_content: 2000, search_results: 30 });
  assert.deepEqual(val.attachments, {
    enabled: true,
    max_size: 104_857_600,
    allowed_types: ["image/*", "video/*", "audio/*", "application/pdf"],
    max_attachments_per_user: -1,
    permanent_tiers: ["pro", "max"],
  });
  assert.equal(val.capabilities.includes("attachment_upload"), false);
  assert.equal(val.version, "1.1.0");
  assert.match(val.validator_key, /^originChats-.{32}$/);
  assert.equal(val.auth_mode, "cracked-only");
  assert.equal(val.permissions.length, 20);
});

test("before log-in everything but a log-in needs one", () => {
  const required = [{ cmd: "auth_error", val: "Authentication required" }];
  for (const packet of [
    {},
    { cmd: "ping", listener: "l" },
    { cmd: "message_new" },
    { cmd: null },
  ]) {
    assert.deepEqual(sent(say(undefined, packet)), required);
  }
  assert.deepEqual(sent(say(undefined, { cmd: "auth", validator: "x" })), [
    {
      cmd: "auth_error",
      val: "Rotur authentication is disabled. Use login or register commands.",
    },
  ]);
});

test("a log-in is asked of core with the plain name", () => {
  const step = only(
    say(undefined, { cmd: "login", username: " USR:local_Ada ", password: " p w " }),
    "authenticate",
  );
  assert.deepEqual(step.credentials, { scheme: "password", name: "ada", password: " p w " });
  const made = only(
    say(undefined, { cmd: "register", username: "Ada", password: "pass" }),
    "authenticate",
  );
  assert.deepEqual(made.credentials, { scheme: "register", name: "ada", password: "pass" });
});

test("a log-in without name or password is refused at once", () => {
  const packets = [
    { cmd: "login" },
    { cmd: "login", username: "", password: "x" },
    { cmd: "register", username: "ada", password: 5 },
    { cmd: "login", username: ["ada"], password: "x" },
  ];
  for (const packet of packets) {
    assert.deepEqual(sent(say(undefined, packet)), [
      { cmd: "auth_error", val: "Username and password required" },
    ]);
  }
});

test("closed registration is told before anything else", () => {
  const open = view();
  const config = {
    ...open.config,
    accounts: { ...open.config.accounts, allowRegistration: false },
  };
  assert.deepEqual(sent(say(undefined, { cmd: "register" }, { ...open, config })), [
    { cmd: "auth_error", val: "Registration is disabled" },
  ]);
});

test("a refused log-in has the original's text and no listener", () => {
  const packet = { cmd: "login", username: "ada", password: "x", listener: "l" };
  const { refuse } = only(say(undefined, packet), "authenticate");
  const texts = [
    [{ code: "bad_login", why: "unknown_user" }, "User not found"],
    [{ code: "bad_login", why: "wrong_password" }, "Invalid password"],
    [{ code: "bad_login", why: "taken" }, "Username already taken"],
    [
      { code: "banned", kind: "ban", untilMs: null, reason: "" },
      "Access denied: You are banned from this server",
    ],
    [
      { code: "banned", kind: "kick", untilMs: nowMs + 41_200, reason: "" },
      "Access denied: You were kicked from this server. Try again in 42 seconds",
    ],
    [
      { code: "rate_limited", why: "logins", waitMs: 1_500 },
      "Rate limited: Too many login attempts. Wait 1.5 seconds",
    ],
  ] as const;
  for (const [rejection, val] of texts) {
    assert.deepEqual(sent(refuse(rejection, view())), [{ cmd: "auth_error", val }]);
  }
});

test("success and ready come back to back, then what everybody hears of it", () => {
  const opened = session(ada);
  const own = ['{"cmd":"user_connect"}'];
  const client = connection(ada);
  const steps = edge.welcome(client, opened, own, commit(), view());
  assert.deepEqual(sent(steps), [
    { cmd: "auth_success", val: "Authentication successful" },
    {
      cmd: "ready",
      user: {
        username: "ada",
        roles: ["user"],
        status: { status: "online", text: "" },
        pfp_url: null,
        cracked: true,
      },
      validator: client.own.validator,
    },
    { cmd: "user_connect" },
  ]);
});

test("where the community leaves, a refusal is a banner too: the window for logging in may hide its words", () => {
  const packet = { cmd: "login", username: "ada", password: "x" };
  const { refuse } = only(say(undefined, packet), "authenticate");
  const standing = { protocol: "originchats", phase: "closed", text: "" } as const;
  const closed = view(roster({ phases: [standing] }));
  const val = "This community has moved to Sock Chat. This server is closed.";
  assert.deepEqual(sent(refuse({ code: "leaving", phase: "closed" }, closed)), [
    { cmd: "error", src: "server_update", val },
    { cmd: "auth_error", val },
  ]);
});
