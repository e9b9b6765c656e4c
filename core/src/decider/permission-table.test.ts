/** `docs/permissions.md` against core: every command as every default role in every kind of place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { announcedPermissions, commandTypes, rights } from "@dragoman/bus-schema";
import { TableCommunity } from "@dragoman/testing/permission-table/community";
import { isAskedIn, outcomeOf } from "@dragoman/testing/permission-table/outcome";
import { page, pagePath } from "@dragoman/testing/permission-table/page";
import { defaultRoles, placeKinds } from "@dragoman/testing/permission-table/place";
import { others, type Rule, rules } from "@dragoman/testing/permission-table/rule";
import { decide } from "./index.ts";

const title = ({ command, what }: Rule): string =>
  what === undefined ? command : `${command}, ${what}`;

describe("the permissions", () => {
  it("are in the document as they are in the table", () => {
    assert.equal(readFileSync(pagePath, "utf8"), page(), "run `npm run docs`");
  });

  it("have a rule for every command, or say whose it is", () => {
    const ruled = new Set<string>([...rules.map(({ command }) => command), ...others.keys()]);
    assert.deepEqual(
      commandTypes.filter((type) => !ruled.has(type)),
      [],
    );
  });

  it("name each right of the reference in the document", () => {
    const text = page();
    const ids = [...announcedPermissions, ...Object.values(rights).flat()];
    assert.deepEqual(
      ids.filter((id) => !text.includes(`\`${id}\``)),
      [],
    );
  });

  const table = new TableCommunity();
  for (const rule of rules) {
    it(`hold: ${title(rule)}`, () => {
      const wrong: string[] = [];
      for (const role of defaultRoles) {
        const abouts =
          rule.over === "place"
            ? placeKinds.filter((place) => isAskedIn(rule, place)).map((place) => ({ place }))
            : rule.over === undefined
              ? [{}]
              : defaultRoles.map((other) => ({ other }));
        for (const about of abouts) {
          const command = table.command(rule, role, about);
          const decision = decide(table.community.state, command, table.community.inputs(command));
          const seen = decision.ok ? "yes" : decision.rejection.code;
          const written = outcomeOf(rule, role, about);
          if (seen !== written) {
            wrong.push(`${role} ${JSON.stringify(about)}: ${seen}, written: ${written}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  it("refuse people what is not a person's, the ends of their own session apart", () => {
    for (const type of others.keys()) {
      if (type === "session.close" || type === "session.flood") continue;
      for (const role of defaultRoles) {
        assert.ok(!table.foreign(type, role).ok, `${type} by ${role}`);
      }
    }
  });
});
