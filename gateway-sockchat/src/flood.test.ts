import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "@dragoman/gateway-kit";
import type { Connection } from "./client.ts";
import { edge } from "./edge.ts";
import { ada, connection, edgeView, frame, general, nowMs, sent, session } from "./testing/edge.ts";

const here = session(ada, general);

/** A frame at a time, counted and then received, as a gateway does it. */
function arrive(text: string, client: Connection, atMs = nowMs): readonly Step[] {
  const { view } = edgeView({ sessions: [here], atMs });
  return edge.meter(frame(text), client, view) ?? edge.receive(frame(text), client, view);
}

const warned = (steps: readonly Step[]): boolean =>
  sent(steps).some((packet) => packet.includes("\t0\fflwarn\t"));

test("the 25th counted packet in ten seconds is warned of, once, and still taken", () => {
  const client = connection(here);
  for (let n = 1; n <= 29; n += 1) {
    const steps = arrive("2\t4\thi", client);
    assert.equal(warned(steps), n === 25, `packet ${n}`);
    assert.ok(steps.some((step) => step.do === "command"));
  }
});

test("the 30th puts the person out, and nothing more is taken", () => {
  const client = connection(here);
  for (let n = 1; n < 30; n += 1) arrive("2\t4\thi", client);
  const [step] = arrive("2\t4\thi", client);
  assert.ok(step?.do === "command");
  assert.deepEqual(step.body, { type: "session.flood" });
  assert.deepEqual(arrive("2\t4\thi", client), []);
});

test("pings and unknown packets do not count", () => {
  const client = connection(here);
  for (let n = 0; n < 100; n += 1) {
    assert.deepEqual(sent(arrive("0\t4", client)), ["0\tpong"]);
    assert.deepEqual(arrive("99", client), []);
  }
});

test("packets 3 and 4 and those of a foreign id count as well", () => {
  const client = connection(here);
  for (let n = 1; n < 25; n += 1) arrive(["3\tX", "4\tgeneral", "2\t9\tx"][n % 3] ?? "", client);
  assert.ok(warned(arrive("2\t4\thi", client)));
});

test("the window slides, and the next burst is warned of again", () => {
  const client = connection(here);
  for (let n = 1; n <= 29; n += 1) arrive("2\t4\thi", client);
  const later = nowMs + 10_001;
  for (let n = 1; n <= 29; n += 1) {
    assert.equal(warned(arrive("2\t4\thi", client, later)), n === 25);
  }
});

test("a stranger's malformed attempts count, and end the connection without packet 9", () => {
  const client = connection();
  for (let n = 1; n < 30; n += 1) assert.deepEqual(arrive("1\tLocal\tben", client), []);
  const [step] = arrive("1\tLocal\tben", client);
  assert.ok(step?.do === "close");
  const { view } = edgeView();
  assert.deepEqual(edge.farewell(step.closing, client, view).packets, []);
});

test("well-formed attempts count once they have failed, and the 30th ends the connection", () => {
  const client = connection();
  const { view } = edgeView();
  const attempt = (): readonly Step[] => {
    const [step] = arrive("1\tLocal\tben\tx", client);
    assert.ok(step?.do === "authenticate");
    return step.refuse({ code: "bad_login", why: "wrong_password" }, view);
  };
  for (let n = 1; n < 30; n += 1) assert.deepEqual(sent(attempt()), ["1\tn\tauthfail"]);
  const [told, end] = attempt();
  assert.equal(told?.do, "send");
  assert.ok(end?.do === "close");
  assert.deepEqual(edge.farewell(end.closing, client, view).packets, []);
});
