/** The house as the import meets it: an operator's commands, what is there, and where hashes and files go. */
import type {
  AnswerOf,
  Command,
  CommandOf,
  CredentialId,
  FileId,
  Place,
  Rejection,
  RejectionCode,
  Result,
  RosterUser,
} from "@dragoman/bus-schema";

/** What there is in the house. */
export type Present = AnswerOf<"roster.snapshot"> & { readonly users: readonly RosterUser[] };

export type Tail = AnswerOf<"import.tail">["messages"];

type Words = Pick<AnswerOf<"import.present">, "lived" | "untouched" | "pushKey">;

/** The record that a command's events stand in; null: there are none. */
export type Outcome = Result<number | null>;

export interface House {
  /** Gives a command and waits for its outcome: null where it changed nothing. Several may be given at once. */
  command(body: Command): Promise<Outcome>;
  present(): Promise<Present>;
  /** Whether anything was said anywhere, the channels in which nothing ever was, and by which key people are notified. */
  words(): Promise<Words>;
  /** The newest messages of a place, oldest first. */
  tail(place: Place): Promise<Tail>;
  /** How far the parts of a source have come, by their keys. */
  cursors(source: string): Promise<ReadonlyMap<string, string>>;
  /** Keeps a password hash away from the journal. */
  storeHash(hash: string): Promise<CredentialId>;
  /** Stores a file under an id, or finds that it lies there already. */
  storeFile(
    fileId: FileId,
    path: string,
  ): Promise<{ readonly size: number; readonly hash: string }>;
  /** Resolves when the house has taken in what it was given: it is not to fall behind without end. */
  settled(): Promise<void>;
}

/** Does something to each, so many at once, in their order. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** The house takes nothing more of an import, or nothing of this one: what came is stored, and the next run goes on there. */
export class ImportStopped extends Error {
  override readonly name = "ImportStopped";
  readonly rejection: Rejection;

  constructor(what: string, result: Extract<Outcome, { ok: false }>) {
    super(`${what}: ${sayRefusal(result)}`);
    this.rejection = result.rejection;
  }

  /** Whether another run has brought of the same source what this one was about to bring. */
  get isOvertaken(): boolean {
    const { rejection } = this;
    return rejection.code === "invalid" && rejection.field === "from";
  }
}

/** Refusals that are about the house and not about what is brought: to go on would leave things out that could have come. */
const ofHouse: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  "storage_full",
  "read_only",
  "busy",
  "unknown_outcome",
]);

/** What is held back as long as a process of the version before may come back: without people their words would be nobody's. */
const ofLevel: ReadonlySet<Command["type"]> = new Set<Command["type"]>([
  "import.person",
  "import.messages",
  "import.marks",
]);

function isOfHouse({ code }: Rejection, type: Command["type"]): boolean {
  return ofHouse.has(code) || (code === "disabled" && ofLevel.has(type));
}

/** The same house, whose command throws `ImportStopped` where the house takes nothing at the moment. */
export function stopping(house: House): House {
  return {
    ...house,
    command: async (body) => {
      const result = await house.command(body);
      if (!result.ok && isOfHouse(result.rejection, body.type))
        throw new ImportStopped(body.type, result);
      return result;
    },
  };
}

/** A refusal in words. */
export function sayRefusal(result: Extract<Outcome, { ok: false }>): string {
  const { code, ...rest } = result.rejection;
  const details = Object.values(rest).filter((value) => typeof value === "string");
  return ["refused as", code, ...details].join(" ");
}

/**
 * Stores a cursor that brings nothing, where it is another so far.
 * @throws ImportStopped when the house does not take it, as where another import of the same source runs beside
 */
export async function mark(
  house: House,
  progress: CommandOf<"import.messages">["progress"],
  cursors: ReadonlyMap<string, string>,
): Promise<void> {
  const from = cursors.get(progress.key) ?? null;
  if (from === progress.cursor) return;
  const result = await house.command({ type: "import.messages", progress, from, messages: [] });
  if (!result.ok) throw new ImportStopped(progress.key, result);
}
