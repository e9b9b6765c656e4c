import assert from "node:assert/strict";
import { test } from "node:test";
import { type Session, sees } from "@dragoman/bus-schema";
import { lineTraits } from "@dragoman/testing/line-edge";
import { ada, ben, general, hidden, snapshot } from "@dragoman/testing/roster";
import { Audiences } from "./audience.ts";
import { Roster } from "./roster/roster.ts";

interface Trial {
  session: Session;
  dialect: "plain" | "loud";
}

const member = (user: typeof ada, n: number, dialect: Trial["dialect"] = "plain"): Trial => ({
  session: {
    sessionId: String(n).padStart(32, "s") as Session["sessionId"],
    userId: user.userId,
    gatewayId: "g" as Session["gatewayId"],
    protocol: "line",
    traits: lineTraits,
    place: { channelId: general.channelId },
  },
  dialect,
});

function openSessions() {
  const roster = new Roster(snapshot);
  let asked = 0;
  const audiences = new Audiences<Trial, Trial["dialect"]>(
    (session, channel) => {
      asked += 1;
      return (
        session.place?.channelId === channel.channelId &&
        sees(channel, roster.actor(session.userId))
      );
    },
    () => roster,
  );
  const of = (channelId: typeof general.channelId): Trial[] =>
    [...audiences.groups({ to: "channel", channelId }).values()].flatMap((group) => [...group]);
  return { audiences, roster, of, asked: () => asked };
}

test("a channel's audience is asked for once and kept", () => {
  const { audiences, of, asked } = openSessions();
  const [one, two] = [member(ada, 1), member(ben, 2, "loud")];
  audiences.attach(one);
  audiences.attach(two);
  assert.deepEqual(of(general.channelId), [one, two]);
  assert.deepEqual(
    [...audiences.groups({ to: "channel", channelId: general.channelId }).keys()],
    ["plain", "loud"],
  );
  assert.equal(asked(), 2);
});

test("who comes, goes or moves changes the kept audience without asking the others", () => {
  const { audiences, of, asked } = openSessions();
  const [one, two] = [member(ada, 1), member(ben, 2)];
  audiences.attach(one);
  assert.deepEqual(of(general.channelId), [one]);
  assert.deepEqual(of(hidden.channelId), []);
  const before = asked();
  audiences.attach(two);
  assert.deepEqual(of(general.channelId), [one, two]);
  one.session = { ...one.session, place: { channelId: hidden.channelId } };
  audiences.reassign(one);
  assert.deepEqual(of(general.channelId), [two]);
  assert.deepEqual(of(hidden.channelId), [one]);
  audiences.detach(two);
  assert.deepEqual(of(general.channelId), []);
  assert.equal(asked(), before + 4);
});

test("a change of the roster that bears on audiences has everybody asked anew", () => {
  const { audiences, of } = openSessions();
  const one = member(ada, 1);
  one.session = { ...one.session, place: { channelId: hidden.channelId } };
  audiences.attach(one);
  assert.deepEqual(of(hidden.channelId), [one]);
  audiences.forget();
  one.session = { ...one.session, place: { channelId: general.channelId } };
  assert.deepEqual(of(hidden.channelId), []);
});

test("people and sessions are found by dialect, and nobody in a channel that is not there", () => {
  const { audiences, of } = openSessions();
  const [one, two, three] = [member(ada, 1), member(ada, 2, "loud"), member(ben, 3)];
  for (const each of [one, two, three]) audiences.attach(each);
  const people = audiences.groups({ to: "people", userIds: [ada.userId] });
  assert.deepEqual([...people.keys()], ["plain", "loud"]);
  const { sessionId } = three.session;
  const session = audiences.groups({ to: "session", sessionId });
  assert.deepEqual([...(session.get("plain") ?? [])], [three]);
  assert.deepEqual(of("none" as never), []);
});
