import { exportOptions, exportReport, inWords, wholeOrNot } from "../../export-report.ts";
import { commandOf } from "../spec.ts";

export const command = commandOf({
  name: "export originchats",
  summary: "a data folder that an original OriginChats server starts on",
  notes: wholeOrNot,
  arguments: { folder: { help: "a new folder, or an empty one" } },
  options: {
    ...exportOptions,
    url: { help: "where that server will be, for the addresses of files", value: "url" },
  },
  needs: "house",
  output: exportReport,
  say: (report, { options: { verbose } }) => inWords(report, verbose),
  async run({ arguments: { folder }, options: { url } }, tell) {
    const { exportOriginchats } = await import("../../export.ts");
    await tell(await exportOriginchats(folder, url));
    return 0;
  },
});
