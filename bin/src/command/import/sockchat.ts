import { importReport, inWords } from "../../import-report.ts";
import { commandOf } from "../spec.ts";
import { importOptions } from "./options.ts";

export const command = commandOf({
  name: "import sockchat",
  summary: "the data of a Sock Chat server, which are only read",
  arguments: {
    path: { help: "a dump (.sql or .sql.gz), SharpChat's SQLite file, or the folder ffdb/" },
  },
  options: {
    ...importOptions,
    site: {
      help: "bring the site's list of bans along, by the secret of the configuration",
      value: "url",
    },
    silences: {
      help: "where the PHP server's mods/core/ffdb/silences lies, beside a dump",
      value: "folder",
    },
    zone: {
      help: "of times that do not say it, such as +02:00 or Europe/Berlin (UTC)",
      value: "zone",
    },
    prefix: { help: "of the PHP server's tables, where a dump has several chats", value: "prefix" },
    defaultChannel: { help: "what the default channel is called", value: "name" },
    open: {
      help: "channels that come open though nothing says so, or: all",
      value: "channels...",
      many: true,
    },
    peopleBy: {
      help: "names: the server gave numbers anew at each start",
      value: "what",
      choices: ["numbers", "names"],
      default: "numbers",
    },
  },
  needs: "house",
  output: importReport,
  say: (report, { options: { verbose } }) => inWords(report, verbose),
  async run({ arguments: { path }, options }, tell) {
    const { importSockchat } = await import("../../import.ts");
    await tell(await importSockchat(path, options));
    return 0;
  },
});
