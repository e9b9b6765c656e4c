/** Who was there by which protocol: for whoever manages the community, and for operators. */
import { adoptionNamesMax, holds } from "@dragoman/bus-schema";
import { busy, type Row, refuse } from "./row.ts";

export const adoptionAnswers: { readonly [T in "adoption.days"]: Row<T> } = {
  "adoption.days": async ({ count }, asker, { history, projected }) => {
    if (asker !== null && !holds(asker, "manageServer")) {
      return refuse({ code: "not_permitted", need: "manageServer", hidden: false });
    }
    if (!(await projected())) return refuse(busy);
    return { ok: true, value: await history.adoption(count, adoptionNamesMax) };
  },
};
