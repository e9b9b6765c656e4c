/** Invites are the operator's: nobody is told of them. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const inviteRows: Rows<"invite"> = {
  "invite.created": silent("the operator gets the code, and nobody else"),
  "invite.revoked": silent("the operator's own business"),
};
