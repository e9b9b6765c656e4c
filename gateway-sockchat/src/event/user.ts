import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const userRows: Rows<"user"> = {
  "user.joined": silent("only those who are present are listed"),
  "user.departed": ({ userId }) => [
    { audience: { to: "people", userIds: [userId] }, closing: { why: "departed" } },
  ],
  "user.revoked": silent("the command's own answer tells its caller"),
};
