/**
 * The roster as it was answered last, in bytes. Where there are thousands of channels and threads one costs the leader's
 * event loop tens of milliseconds, and gateways that lose their place lose it together.
 */

/** Longer it is not kept: it may be large. */
const keptMs = 1_000;

/** What the answer depends on: the record that it is of, and the term. */
interface Moment {
  readonly seq: number;
  readonly id: string;
  readonly term: number;
}

export class RosterAnswer {
  #last:
    | { readonly question: string; readonly moment: Moment; readonly bytes: Uint8Array }
    | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** The answer to this very question at this very moment, if one was given. */
  at(question: string, { seq, id, term }: Moment): Uint8Array | undefined {
    if (this.#last === undefined) return undefined;
    const { moment, bytes } = this.#last;
    const isSame = moment.seq === seq && moment.id === id && moment.term === term;
    return isSame && this.#last.question === question ? bytes : undefined;
  }

  keep(question: string, { seq, id, term }: Moment, bytes: Uint8Array): void {
    this.#last = { question, moment: { seq, id, term }, bytes };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.forget(), keptMs).unref();
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#last = undefined;
  }
}
