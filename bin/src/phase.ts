/** Where protocols stand while the community leaves one (docs/migrating.md), and the steps. */
import { type Phase, phases, phaseTextMax, type Standing } from "@dragoman/bus-schema";
import { OperatorError, readDate } from "@dragoman/service-kit";
import { edges } from "./edges.ts";
import type { House } from "./house-hands.ts";

interface PhaseOptions {
  readonly at: string | undefined;
  readonly text: string | undefined;
}

const protocols: readonly string[] = edges.map(({ protocol }) => protocol);

/** Of every protocol, those that nobody has ever had leave too. */
function standingsOf(known: readonly Standing[] = []): readonly Standing[] {
  return protocols.map(
    (protocol) =>
      known.find((each) => each.protocol === protocol) ?? { protocol, phase: "open", text: "" },
  );
}

interface Asked {
  readonly protocol: string;
  readonly phase: Phase;
  readonly dateMs?: number;
  readonly text?: string;
}

/** @throws OperatorError where it was asked for in a wrong way */
function readAsked(
  protocol: string | undefined,
  phase: string | undefined,
  { at, text }: PhaseOptions,
): Asked | undefined {
  if (protocol !== undefined && !protocols.includes(protocol)) {
    throw new OperatorError(
      `phase: there is no protocol ${protocol}; there are ${protocols.join(" and ")}`,
      2,
    );
  }
  if (phase === undefined || protocol === undefined) {
    if (at === undefined && text === undefined) return undefined;
    throw new OperatorError("phase: --at and --text belong to a step: name a phase as well", 2);
  }
  const found = phases.find((each) => each === phase);
  if (found === undefined) {
    throw new OperatorError(`phase: ${phase} is no phase; there are ${phases.join(", ")}`, 2);
  }
  if (text !== undefined && text.length > phaseTextMax) {
    throw new OperatorError(`phase: the text has more than ${phaseTextMax} characters`, 2);
  }
  const words = text === undefined ? {} : { text };
  if (at === undefined) return { protocol, phase: found, ...words };
  const dateMs = readDate(at);
  if (dateMs === undefined) {
    throw new OperatorError(
      `phase: ${at} is no date, such as 2030-01-31 or 2030-01-31T18:00Z (UTC)`,
      2,
    );
  }
  return { protocol, phase: found, dateMs, ...words };
}

/**
 * Where protocols stand, after one has come to a phase where that is asked for.
 * @throws OperatorError saying what was wrong, or refused
 */
export async function takePhase(
  { operator, give }: House,
  protocol: string | undefined,
  wanted: string | undefined,
  options: PhaseOptions,
): Promise<readonly Standing[]> {
  const asked = readAsked(protocol, wanted, options);
  if (asked !== undefined) await give("phase", { type: "server.phase", ...asked });
  const standings = standingsOf((await operator.frame()).phases);
  return standings.filter((each) => protocol === undefined || each.protocol === protocol);
}
