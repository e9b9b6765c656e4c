import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayId, QueryOf, QueryType } from "@dragoman/bus-schema";
import { exportAnswers } from "./export.ts";
import { importAnswers } from "./import.ts";
import type { Row, Sources } from "./row.ts";

test("what is exported, and what an import asks, is told to the operator alone", async () => {
  for (const [type, row] of Object.entries({ ...exportAnswers, ...importAnswers })) {
    for (const gatewayId of ["originchats_1", "sockchat_operator", "operator_1"]) {
      // Whoever is refused is refused before anything is read.
      const from = { gatewayId: gatewayId as GatewayId } as Sources;
      const refused = await (row as Row<QueryType>)({ type } as QueryOf<QueryType>, null, from);
      assert.deepEqual(
        refused,
        { ok: false, rejection: { code: "invalid", field: "query", why: "unknown" } },
        `${type} of ${gatewayId}`,
      );
    }
  }
});
