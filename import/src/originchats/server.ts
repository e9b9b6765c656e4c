/** The description of a data folder's server (OriginChats part 3, 1.1 and 16), with its icon and banner. */
import { basename, join } from "node:path";
import { below, plainFile } from "../folder-path.ts";
import type { Source, SourcePicture } from "../source.ts";
import { type FileReading, pictureMime } from "./file.ts";
import { fieldsOf, textOf } from "./value.ts";

export async function serverOf(config: unknown, reading: FileReading): Promise<Source["server"]> {
  const server = fieldsOf(fieldsOf(config)["server"]);
  const name = textOf(server["name"], 100);
  const icon = await pictureOf("icon", server["icon"], reading);
  const banner = await pictureOf("banner", server["banner"], reading);
  return {
    ...(name === undefined ? {} : { name }),
    ...(icon === undefined ? {} : { icon }),
    ...(banner === undefined ? {} : { banner }),
  };
}

/** What has no scheme is a file of the folder for such, whatever stands before its name. */
async function pictureOf(
  what: "icon" | "banner",
  given: unknown,
  { folder, report }: FileReading,
): Promise<SourcePicture | undefined> {
  const address = textOf(given, 2000);
  if (address === undefined) return undefined;
  if (/^https?:\/\//i.test(address)) return { url: address };
  const path = address.includes("://")
    ? undefined
    : below(join(folder, "db", "serverAssets"), basename(address));
  const mime = pictureMime(address);
  if (path !== undefined && mime !== undefined && (await plainFile(folder, path)))
    return { file: { path, mime } };
  report.leave(what, address, "is not there, or none that browsers draw");
  return undefined;
}
