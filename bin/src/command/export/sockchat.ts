import { exportOptions, exportReport, inWords, wholeOrNot } from "../../export-report.ts";
import { commandOf } from "../spec.ts";

export const command = commandOf({
  name: "export sockchat",
  summary: "SharpChat's SQLite file of 2021: who said what where; the site has all else",
  notes: wholeOrNot,
  arguments: { file: { help: "a new file" } },
  options: {
    ...exportOptions,
    closed: { help: "with channels that not everybody may read, whoever may there" },
  },
  needs: "house",
  output: exportReport,
  say: (report, { options: { verbose } }) => inWords(report, verbose),
  async run({ arguments: { file }, options: { closed } }, tell) {
    const { exportSockchat } = await import("../../export.ts");
    await tell(await exportSockchat(file, closed));
    return 0;
  },
});
