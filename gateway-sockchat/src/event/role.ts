import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const roleRows: Rows<"role"> = {
  "role.created": silent("nobody holds a fresh role, and no packet lists roles"),
};
