import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CommandId } from "@dragoman/bus-schema";
import { community, type NatsServer, startNats } from "@dragoman/testing/nats";
import { pino } from "pino";
import { Bus } from "../bus.ts";
import { loadConfig } from "../load-config.ts";
import { createLogger, type Logger } from "../logger.ts";
import { followShared } from "./follow.ts";
import { SharedStore } from "./store.ts";
import { SharedSettings } from "./taken.ts";

/** With accounts as a house has them: a question for what is not there is answered by nobody. */
let nats: NatsServer;
before(async () => {
  nats = await startNats();
});
after(() => nats.stop());

/** Starts as a core does. @returns what it said, and its configuration */
async function begun() {
  const said: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => said.push(line) }) as Logger;
  const shared = new SharedSettings();
  const read = () => {
    const { config, origins } = loadConfig({}, {}, [], shared.tree);
    shared.readAs(origins);
    return config;
  };
  const config = read();
  const { user, password } = nats.credentials("core");
  const of = { url: nats.url, user, password };
  const service = await followShared({
    shared,
    user: "core",
    nats: of,
    community,
    config,
    read,
    logger,
  });
  await service.stop();
  return { said: said.join(""), config };
}

test("a core that begins a house waits for no settings, and one that finds some has them", async () => {
  assert.doesNotMatch((await begun()).said, /started without the shared settings/);
  const logger = createLogger("silent", "core");
  const bus = await Bus.connect({
    url: nats.url,
    ...nats.credentials("core"),
    name: "core",
    logger,
  });
  const store = await SharedStore.open(bus, community);
  assert.doesNotMatch((await begun()).said, /started without the shared settings/);
  await store.put({ limits: { postContent: 77 } }, "test" as CommandId, 0);
  await bus.close();
  const { said, config } = await begun();
  assert.match(said, /shared settings taken/);
  assert.equal(config.limits.postContent, 77);
});
