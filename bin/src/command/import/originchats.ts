import { importReport, inWords } from "../../import-report.ts";
import { commandOf } from "../spec.ts";
import { importOptions } from "./options.ts";

export const command = commandOf({
  name: "import originchats",
  summary: "the data folder of an original OriginChats server, which is only read",
  arguments: { folder: { help: "where its config.json and db/ lie" } },
  options: {
    ...importOptions,
    vapid: {
      value: "folder",
      help: "where the keys of notifications lie (private_key.pem), if not in vapid/ of the folder",
    },
  },
  needs: "house",
  output: importReport,
  say: (report, { options: { verbose } }) => inWords(report, verbose),
  async run({ arguments: { folder }, options }, tell) {
    const { importOriginchats } = await import("../../import.ts");
    await tell(await importOriginchats(folder, options));
    return 0;
  },
});
