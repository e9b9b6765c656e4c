/** Login tokens: who asks for one gets it in the answer. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const tokenRows: Rows<"token"> = {
  "token.issued": silent("whoever asked gets the answer, and nobody else is told"),
  "token.ended": silent("it is refused when it is shown"),
};
