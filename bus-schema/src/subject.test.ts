/** The grammar of subjects: what is built is read back, and nothing of one community matches another's. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commandTypes } from "./command/index.ts";
import type { CommunityId, FileId, GatewayId } from "./id.ts";
import {
  fileVerbs,
  parseCommandSubject,
  parseFileSubject,
  parseGatewaySubject,
  parseQuerySubject,
  subject,
} from "./subject.ts";

const main = "main" as CommunityId;
const gateway = "originchats_1" as GatewayId;
const fileId = "0b8e7f60-0000-4000-8000-000000000001" as FileId;

/** Whether a subject matches a NATS pattern: `*` is one token, `>` one or more at the end. */
function matches(pattern: string, text: string): boolean {
  const wanted = pattern.split(".");
  const tokens = text.split(".");
  for (const [index, want] of wanted.entries()) {
    if (want === ">") return tokens.length > index;
    if (tokens[index] === undefined || (want !== "*" && want !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}

const wildcards = {
  commandsOf: subject.commandsOf(main, 7),
  queries: subject.queries(main),
  authentications: subject.authentications(main),
  files: subject.files(main),
  credentials: subject.credentials(main),
  signals: subject.signals(main),
  heartbeats: subject.heartbeats(main),
};

const single = {
  command: subject.command(main, 7, gateway, "message.post"),
  query: subject.query(main, gateway, "message.page"),
  authenticate: subject.authenticate(main, gateway),
  file: subject.file(main, gateway, "read", fileId),
  credential: subject.credential(main, gateway),
  journal: subject.journal(main),
  event: subject.event(main),
  signal: subject.signal(main, "typing"),
  heartbeat: subject.heartbeat(main, gateway),
  attempt: subject.attempt(main),
  cooldown: subject.cooldown(main),
  alive: subject.alive(main, 7),
};

describe("a subject", () => {
  for (const [name, text] of Object.entries({ ...single, ...wildcards })) {
    it(`of \`${name}\` stands under its community's prefix, in tokens of NATS`, () => {
      assert.match(text, /^dragoman\.v1\.main\.[a-z0-9_]+(\.[a-z0-9_-]+)*(\.\*)*(\.>)?$/);
    });
  }

  it("is matched by the pattern of its kind alone", () => {
    const kinds = {
      commandsOf: "command",
      queries: "query",
      authentications: "authenticate",
      files: "file",
      credentials: "credential",
      signals: "signal",
      heartbeats: "heartbeat",
    };
    for (const [pattern, kind] of Object.entries(kinds)) {
      const matched = Object.entries(single).filter(([, text]) =>
        matches(wildcards[pattern as keyof typeof wildcards], text),
      );
      assert.deepEqual(
        matched.map(([name]) => name),
        [kind],
      );
    }
  });

  it("of a heartbeat ends with its gateway, also in the pattern", () => {
    assert.ok(!matches(wildcards.heartbeats, `${single.heartbeat}.more`));
  });

  it("of a command is not served by another term's leader", () => {
    assert.ok(!matches(subject.commandsOf(main, 8), single.command));
    assert.ok(!matches(subject.commandsOf("other" as CommunityId, 7), single.command));
  });
});

describe("a command's subject", () => {
  for (const type of commandTypes) {
    it(`gives back its parts: ${type}`, () => {
      const text = subject.command(main, 12, gateway, type);
      assert.deepEqual(parseCommandSubject(text), { term: 12, gateway, type });
    });
  }

  it("is no other subject", () => {
    const { command: _, ...others } = single;
    const ofAnotherKind = "dragoman.v1.main.command.7.sockchat.originchats_1.message.post";
    for (const text of [
      ...Object.values(others),
      ofAnotherKind,
      "",
      "dragoman.v1.main.command.7.originchats.originchats_1",
    ]) {
      assert.equal(parseCommandSubject(text), null, text);
    }
  });
});

describe("a query's subject", () => {
  it("gives back its parts", () => {
    assert.deepEqual(parseQuerySubject(single.query), { gateway, type: "message.page" });
  });

  it("is no other subject, and no subject with an id of another kind", () => {
    const { query, ...others } = single;
    for (const text of [
      ...Object.values(others),
      "dragoman.v1.main.query.originchats.originchats_1",
      query.replace(".originchats.", ".sockchat."),
      query.replace("originchats_1", "operator"),
    ]) {
      assert.equal(parseQuerySubject(text), null, text);
    }
  });
});

describe("a file's subject", () => {
  for (const verb of fileVerbs) {
    it(`gives back its parts: ${verb}`, () => {
      const text = subject.file(main, gateway, verb, fileId);
      assert.deepEqual(parseFileSubject(text), { verb, fileId });
    });
  }

  it("is no other subject, and no subject with an id of another kind", () => {
    const { file, ...others } = single;
    for (const text of [
      ...Object.values(others),
      file.replace(".originchats.", ".sockchat."),
      file.replace(".read.", ".remove."),
      `${file}.more`,
    ]) {
      assert.equal(parseFileSubject(text), null, text);
    }
  });
});

for (const word of ["heartbeat", "authenticate", "credential"] as const) {
  describe(`the subject of \`${word}\``, () => {
    it("names its gateway", () => {
      assert.equal(parseGatewaySubject(single[word], word), gateway);
    });

    it("is no other subject, and no subject with an id of another kind", () => {
      const { [word]: own, ...others } = single;
      for (const text of [
        ...Object.values(others),
        `dragoman.v1.main.${word}`,
        `${own}.more`,
        own.replace(".originchats.", ".sockchat."),
      ]) {
        assert.equal(parseGatewaySubject(text, word), null, text);
      }
    });
  });
}
