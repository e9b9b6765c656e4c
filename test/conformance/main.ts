/**
 * `npm run conformance -- sockchat|originchats ws://HOST:PORT FIELD...`: asks any server what each must do, with one
 * login. For Sock Chat the fields are those of packet 1, `Local ada secret` or `47 TOKEN` for instance, for
 * OriginChats name and password of `login` or the validator of `auth`. Nothing is done that needs rights.
 */
import { checks as originchats } from "./originchats/any-server.ts";
import { checks as sockchat } from "./sockchat/any-server.ts";

const suites = new Map([
  ["sockchat", sockchat],
  ["originchats", originchats],
]);

const [protocol = "", url = "", ...login] = process.argv.slice(2);
const checks = suites.get(protocol);
if (checks === undefined || !/^wss?:\/\//.test(url) || login.length === 0) {
  process.stderr.write(
    `usage: npm run conformance -- ${[...suites.keys()].join("|")} ws://HOST:PORT FIELD...\n`,
  );
  process.exit(2);
}
let failed = 0;
for (const { section, title, run } of checks) {
  try {
    await run({ url, login });
    process.stdout.write(`ok      ${section}: ${title}\n`);
  } catch (error) {
    failed += 1;
    const why = error instanceof Error ? error.message : String(error);
    process.stdout.write(
      `not ok  ${section}: ${title}\n        ${why.replaceAll("\n", "\n        ")}\n`,
    );
  }
}
process.stdout.write(`${checks.length - failed} of ${checks.length}\n`);
process.exit(failed === 0 ? 0 : 1);
