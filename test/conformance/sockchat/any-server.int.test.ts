/** What `npm run conformance -- sockchat ws://…` asks of any server, asked of ours. */
import { test } from "node:test";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";
import { checks } from "./any-server.ts";

const home = stackForTests();

for (const { section, title, run } of checks) {
  test(`any server, ${section}: ${title}`, () =>
    run({
      url: `ws://127.0.0.1:${portOf(home.stack.sockchat)}/`,
      login: ["Local", "ben", "dragoman"],
    }));
}
