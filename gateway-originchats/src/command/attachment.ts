/** Information about uploads and their removal (part 2, 14.4). Uploading itself goes over HTTP. */
import { clipped } from "@dragoman/bus-schema";
import { z } from "zod";
import { type Ask, fail, query, reply, thenReply } from "../answer.ts";
import { uploadObject } from "../file-view.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, row } from "./row.ts";

const Shape = z.object({ attachment_id: z.unknown().exactOptional() });
type Packet = z.infer<typeof Shape>;

/** The trimmed id, or the error's text: the original's first part, then one short sentence. */
function idOf(packet: Packet, cmd: string): { readonly id: string } | { readonly error: string } {
  const given = packet.attachment_id;
  const fault = (reason: string): { readonly error: string } => ({
    error: `Invalid ${cmd} command: 1 validation error for ${capital(cmd)}\nattachment_id\n  ${reason}`,
  });
  if (given === undefined) return fault("Field required");
  if (typeof given !== "string") return fault("Input should be a valid string");
  const id = given.trim();
  return id === "" ? fault("Value error, Attachment ID is required") : { id };
}

const capital = (cmd: string): string => cmd.charAt(0).toUpperCase() + cmd.slice(1);

/** No upload has a longer id. */
const idMax = 64;

function get(packet: Packet, ask: Ask) {
  const given = idOf(packet, ask.cmd);
  if ("error" in given) return fail(ask, given.error);
  return [
    query({
      body: { type: "attachment.one", attachmentId: clipped(given.id, idMax) },
      answer: ({ attachment }, view) =>
        attachment === null
          ? fail(ask, "Attachment not found or expired")
          : [
              reply(ask, {
                cmd: "attachment_info",
                attachment: uploadObject(attachment, view),
              }),
            ],
      refuse: refuse(ask),
    }),
  ];
}

function remove(packet: Packet, ask: Ask) {
  const given = idOf(packet, ask.cmd);
  if ("error" in given) return fail(ask, given.error);
  return [
    {
      do: "command" as const,
      body: {
        type: "attachment.delete" as const,
        attachmentId: clipped(given.id, idMax),
      },
      settle: thenReply(ask, () => ({
        cmd: "attachment_deleted",
        attachment_id: given.id,
        deleted: true,
      })),
      refuse: refuse(ask, {
        not_found: () => "Attachment not found",
        not_permitted: () => "You can only delete your own attachments",
      }),
    },
  ];
}

export const attachmentCommands = {
  attachment_get: row({ shape: Shape, translate: get }),
  attachment_delete: row({ shape: Shape, translate: remove }),
} as const satisfies CommandRows;
