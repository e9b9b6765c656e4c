/** OriginChats 3, section 6: `plugins_list`, `plugins_reload`. There are no plugins here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

test("plugins_list is empty and plugins_reload finds nothing to do, for those who manage the server", async () => {
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "role_create", name: "keeper", permissions: ["manage_server"] });
  await olga.ask({ cmd: "user_roles_set", user: "ben", roles: ["keeper", "user"] });
  const keeper = await home.onOriginchats("ben");
  for (const manager of [olga, keeper]) {
    const list = await manager.ask({ cmd: "plugins_list" });
    assert.deepEqual([list.cmd, list["plugins"]], ["plugins_list", {}]);
    const all = await manager.ask({ cmd: "plugins_reload" });
    assert.deepEqual(
      [all.cmd, all["val"]],
      ["plugins_reload", "All plugins reloaded successfully"],
    );
    const one = await manager.ask({ cmd: "plugins_reload", plugin: "nope" });
    assert.deepEqual([one.cmd, one["val"]], ["error", "Failed to reload plugin 'nope'"]);
  }
  const ada = await home.onOriginchats("ada");
  for (const cmd of ["plugins_list", "plugins_reload"]) {
    const refused = await ada.ask({ cmd });
    assert.deepEqual(
      [refused["src"], refused["val"]],
      [cmd, "Access denied: 'owner' role required"],
    );
  }
});
