/**
 * One protocol stays open (docs/decisions/leaving.md): a step that would close the last one, at once or at a date, is not
 * taken, whoever asks for it. Else nobody but who manages the community could come in.
 */
import type { Protocol, Standing } from "@dragoman/bus-schema";

/** Where protocols stand. */
export type Standings = ReadonlyMap<Protocol, Standing>;

const isClosed = ({ phase }: Pick<Standing, "phase">): boolean => phase === "closed";
const isLeftTo = ({ phase, next }: Standing): boolean =>
  phase === "closed" || next?.phase === "closed";

/** Whether a step closes a protocol, or plans that, which the standing before did not. */
function closesAnew({ phase, next }: Standing, before: Standing): boolean {
  return (
    (phase === "closed" && before.phase !== "closed") ||
    (next?.phase === "closed" && before.next?.phase !== "closed")
  );
}

/** Whether a step would leave no protocol that is open and stays so. */
export function closesLast(
  step: Standing,
  before: Standing,
  {
    standings,
    protocols,
  }: { readonly standings: Standings; readonly protocols: readonly Protocol[] },
): boolean {
  return closesAnew(step, before) && othersAre(isLeftTo, step.protocol, standings, protocols);
}

/** Whether a planned step that is due would close the only protocol that is open. */
export function closesLastNow(
  step: Standing,
  {
    standings,
    protocols,
  }: { readonly standings: Standings; readonly protocols: readonly Protocol[] },
): boolean {
  return isClosed(step) && othersAre(isClosed, step.protocol, standings, protocols);
}

function othersAre(
  is: (standing: Standing) => boolean,
  protocol: Protocol,
  standings: Standings,
  protocols: readonly Protocol[],
): boolean {
  return (
    protocols.includes(protocol) &&
    protocols.every((each) => {
      const standing = standings.get(each);
      return each === protocol || (standing !== undefined && is(standing));
    })
  );
}
