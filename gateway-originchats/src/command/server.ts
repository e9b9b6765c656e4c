/** What the community says of itself (part 3, section 5). */
import type { ServerAsset } from "@dragoman/bus-schema";
import type { FileFacts, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply, thenReply } from "../answer.ts";
import { isDataUri, readDataUri } from "../data-uri.ts";
import { serverFace } from "../file-view.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, lacks, noFields, row } from "./row.ts";

const Shape = z.object({
  name: z.unknown().exactOptional(),
  icon: z.unknown().exactOptional(),
  banner: z.unknown().exactOptional(),
});
type Packet = z.infer<typeof Shape>;

const nameMax = 100;
const addressMax = 2_000;
/** A picture of the server: it is shown large, and a frame carries no more than 4 MiB anyway. */
const pictureBytesMax = 2 * 1024 * 1024;
const pictures: ReadonlySet<string> = new Set([
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
]);

const isText = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === "string";

type Update = Extract<Extract<Step, { do: "command" }>["body"], { type: "server.update" }>;

function update(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) {
    return fail(ask, "Access denied: 'manage_server' permission required");
  }
  if (!isText(packet.name)) return fail(ask, "Name must be a string or null");
  if (!isText(packet.icon)) return fail(ask, "Icon must be a string or null");
  if (!isText(packet.banner)) return fail(ask, "Banner must be a string or null");
  const { name, icon, banner } = packet as Readonly<
    Record<"name" | "icon" | "banner", string | null | undefined>
  >;
  if (name === undefined && icon === undefined && banner === undefined) {
    return fail(ask, "No updates provided");
  }
  const shown = name?.trim() ?? "";
  if (Array.from(shown).length > nameMax) {
    return fail(ask, `Name too long (max ${nameMax} characters)`);
  }
  const begun: Update = { type: "server.update", ...(name === undefined ? {} : { name: shown }) };
  return withAsset(ask, "icon", icon, begun, (withIcon) =>
    withAsset(ask, "banner", banner, withIcon, (whole) => [give(ask, whole)]),
  );
}

/** An address is taken as it is, a picture is stored first; null and empty: none. */
function withAsset(
  ask: Ask,
  field: "icon" | "banner",
  given: string | null | undefined,
  update: Update,
  next: (update: Update) => readonly Step[],
): readonly Step[] {
  if (given === undefined) return next(update);
  const put = (asset: ServerAsset | null): readonly Step[] => next({ ...update, [field]: asset });
  if (given === null || given === "") return put(null);
  const label = field === "icon" ? "Icon" : "Banner";
  if (!isDataUri(given)) {
    if (given.length > addressMax) return fail(ask, `${label} address is too long`);
    return put({ kind: "url", url: given });
  }
  const read = readDataUri(given);
  if (!read.ok) return fail(ask, `${label} is not a picture`);
  return [
    {
      do: "store",
      bytes: read.bytes,
      judge: (facts) => (isFit(facts) ? undefined : fail(ask, `${label} is not a picture`)),
      done: (file) => put({ kind: "file", file }),
      refuse: refuse(ask),
    },
  ];
}

const isFit = ({ mime, size, width }: FileFacts): boolean =>
  pictures.has(mime) && size <= pictureBytesMax && width !== undefined;

function give(ask: Ask, body: Update): Step {
  return {
    do: "command",
    body,
    // The sender gets it twice, as in the original.
    settle: thenReply(ask, (_commit, { roster }) => ({
      cmd: "server_update",
      ...serverFace(roster.server, roster.fileBase),
    })),
    refuse: refuse(ask),
  };
}

export const serverCommands = {
  server_info: row({
    shape: noFields,
    translate: (_, ask) => {
      const { roster } = ask.view;
      return [reply(ask, { cmd: "server_info", ...serverFace(roster.server, roster.fileBase) })];
    },
  }),
  server_update: row({ shape: Shape, translate: update }),
} as const satisfies CommandRows;
