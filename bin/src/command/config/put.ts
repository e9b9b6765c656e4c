import { houseCommand } from "../spec.ts";
import { asOutput, codeOf, putCodes, putOutput, sayPut } from "./put-output.ts";

export const command = houseCommand({
  name: "config put",
  summary: "put a file of settings where all processes read them, and say what each makes of it",
  notes:
    "The file takes the place of all shared settings, and is refused whole where one value is wrong. A process's own file and environment beat them. Secrets, ports, folders, certificates and NATS' addresses are never shared. A file of `config get` says which revision it follows: where another has come meanwhile, nothing is put.",
  arguments: { file: { help: "in YAML, as dragoman.example.yaml; -: standard input" } },
  options: { dryRun: { help: "only say what would change" } },
  needs: "running",
  output: putOutput,
  codes: putCodes,
  say: (put, { options: { dryRun } }) => sayPut(put, dryRun),
  async run({ arguments: { file }, options: { dryRun } }, tell, house) {
    const { putShared } = await import("../../shared-settings.ts");
    const { readSharedFile } = await import("../../shared-file.ts");
    const { settings, expected } = readSharedFile(file);
    const of = expected === undefined ? {} : { expected };
    const put = asOutput(await putShared(house, settings, { what: file, ...of, dryRun }));
    await tell(put);
    return codeOf(put);
  },
});
