import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "./exit-code.ts";
import { houseCommand } from "./spec.ts";

const lookMs = 500;
const silentMs = 30_000;

export const command = houseCommand({
  name: "drain",
  summary: "have a gateway take nobody in any more, and its people come back at others",
  notes:
    "It waits until the last of its sessions has ended. The process goes on, not ready, until it is restarted.",
  arguments: { gateway: { help: "its id, or how it begins (`dragoman status`)" } },
  options: { last: { help: "also the only one of its protocol" } },
  needs: "running",
  output: z.object({ gateway: z.string() }),
  say: ({ gateway }) =>
    `${gateway} has nobody any more, and takes nobody in until it is restarted.`,
  async run({ arguments: { gateway: given }, options: { last } }, tell, { operator, give }) {
    const refuse = (why: string): never => {
      throw new OperatorError(`drain: ${why}`, exitCode.refused);
    };
    const leader = await operator.leader();
    if (leader === null) throw new OperatorError("drain: no core leads", exitCode.unanswered);
    const gateways = (leader.peers ?? []).flatMap(({ name, applied }) =>
      applied === undefined ? [] : [name],
    );
    const [gateway, another] = gateways.filter((name) => name.startsWith(given));
    if (gateway === undefined || another !== undefined) {
      const many = gateway === undefined ? "no gateway" : "more than one gateway";
      return refuse(`${many} begins with ${given}; there are ${gateways.join(", ") || "none"}`);
    }
    const protocol = gateway.replace(/_.*$/s, "");
    const isOnly = !gateways.some((name) => name !== gateway && name.startsWith(`${protocol}_`));
    if (isOnly && !last) {
      return refuse(
        `${gateway} is the only one of ${protocol}, and nobody could come in; --last does it`,
      );
    }
    const { GatewayId } = await import("@dragoman/bus-schema");
    const gatewayId = GatewayId.parse(gateway);
    await give(gateway, { type: "server.signal", signal: "drain", gatewayId });
    const { setTimeout: pause } = await import("node:timers/promises");
    let left = Number.POSITIVE_INFINITY;
    for (let quietMs = 0; left > 0; quietMs += lookMs) {
      const { house } = await operator.ask({ type: "journal.status" });
      const now = house?.gateways.find((each) => each.gatewayId === gateway)?.sessions ?? 0;
      if (now < left) {
        quietMs = 0;
        process.stderr.write(now === 0 ? "" : `${now} sessions to go\n`);
      }
      left = now;
      if (quietMs > silentMs)
        return refuse(`${gateway} still has ${left} sessions, and does not get on`);
      if (left > 0) await pause(lookMs);
    }
    await tell({ gateway });
    return 0;
  },
});
