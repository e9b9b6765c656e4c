/** Addresses over a stop: what a ban bars is kept, and nothing is begun that the end of the bus would break off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AddressTag, Commit, CommunityId, SessionId } from "@dragoman/bus-schema";
import type { Logger } from "@dragoman/service-kit";
import { openNats } from "@dragoman/testing/nats";
import { initialState } from "../state/index.ts";
import { Secrets } from "./secrets.ts";

const nats = openNats();

test("a stop keeps what a ban bars, says nothing, and leaves the rest to the next term", async () => {
  const bus = await nats.connect("core");
  const secrets = await Secrets.open(bus, "one" as CommunityId);
  const { addresses } = secrets;
  const lines: unknown[] = [];
  const logger = { warn: (...line: unknown[]) => void lines.push(line) } as unknown as Logger;
  const ids = Array.from({ length: 300 }, (_, n) => `session-${n}` as SessionId);
  await Promise.all(ids.map((id, n) => addresses.keep(id, `192.0.2.${n % 250}`)));
  const barred = ids.at(-1) as SessionId;
  const closed = (sessionId: SessionId) => ({ type: "session.closed", session: { sessionId } });
  const tag: AddressTag = secrets.addressTag(`192.0.2.${(ids.length - 1) % 250}`);
  const commits = [
    { events: ids.slice(0, -1).map(closed) },
    { events: [{ type: "moderation.banned", addressTags: [tag] }, closed(barred)] },
  ] as unknown as readonly Commit[];
  addresses.stored(commits, initialState(), logger);
  await addresses.stop();
  await bus.close();
  assert.deepEqual(lines, []);

  const later = await nats.connect("core");
  const { addresses: next } = await Secrets.open(later, "one" as CommunityId);
  assert.deepEqual(await next.barred([tag]), ["192.0.2.49"]);
  assert.ok((await next.of(ids)).length > 200, "the rest is for the next term");
});
