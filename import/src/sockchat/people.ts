/** The people of a source: everybody who said something, and who is banned. */
import {
  type Identity,
  type ImportedPerson,
  importedNumberMax,
  Nickname,
  type UserId,
  type UserNumber,
} from "@dragoman/bus-schema";
import { namedUserId, siteUserId } from "./ids.ts";
import type { FoundBan, FoundSilence, Remark } from "./item.ts";
import { personKey, type Stage } from "./stage.ts";

/** Somebody with what the house has no record for. */
export interface SourcePerson {
  /** With the identity by which the site's people come in, unless the source knows the person by name alone. */
  readonly person: ImportedPerson;
  /** The site's rank of the person and its rights (Sock Chat reference, 6), where the newest line says them. */
  readonly rank: number | null;
  readonly perms: number | null;
  /** Addresses that are barred with the person. */
  readonly addresses: readonly string[];
  /** May not speak until then, in epoch ms; null: for ever. */
  readonly silencedUntilMs?: number | null;
}

/** Whom lines are by, before it is known who is banned. */
interface Speaker {
  readonly userId: UserId;
  readonly name: string;
  readonly number: number | null;
  readonly color: string | null;
  /** What the newest line calls a person whom the source knows by a number; null: by the name. */
  readonly nick: string | null;
  readonly rank: number | null;
  readonly perms: number | null;
}

type Silence = Pick<FoundSilence, "untilMs" | "name">;

interface Ban {
  untilMs: number | null;
  readonly addresses: Set<string>;
  readonly name: string | null;
}

const sitePart = { part: "bans" } as const;

/** Rows of `faces`, the newest of a person first. */
type FaceRow = [
  person: string,
  number: number | null,
  name: string,
  isNick: number,
  color: string | null,
  rank: number | null,
  perms: number | null,
  nick: string | null,
];

/**
 * Everybody, one after the other. A ban or a silence by number holds for who has the number, also if that person never
 * spoke; one by name for the one whose account was called so.
 */
export function* peopleOf(
  stage: Stage,
  source: string,
  onRemark: (remark: Remark) => void,
): Generator<SourcePerson> {
  const names = accountNames(stage);
  const bans = bansByPerson(stage, names, onRemark);
  const silences = silencesByPerson(stage, names, onRemark);
  const spoke = new Set<string>();
  for (const [key, speaker] of speakersOf(stage, source)) {
    if (bans.has(key) || silences.has(key)) spoke.add(key);
    yield { ...personOf(speaker, bans.get(key)), ...silencedBy(silences.get(key)) };
  }
  for (const key of new Set([...bans.keys(), ...silences.keys()])) {
    if (spoke.has(key)) continue;
    const [ban, silence] = [bans.get(key), silences.get(key)];
    const number = Number(key.slice("number ".length));
    const name = ban?.name ?? silence?.name ?? `user_${number}`;
    const userId = siteUserId(number);
    const speaker = { userId, name, number, color: null, nick: null, rank: null, perms: null };
    yield { ...personOf(speaker, ban), ...silencedBy(silence) };
  }
}

const silencedBy = (silence: Silence | undefined): Pick<SourcePerson, "silencedUntilMs"> =>
  silence === undefined ? {} : { silencedUntilMs: silence.untilMs };

function personOf(
  { userId, name, number, color, nick, rank, perms }: Speaker,
  ban: Ban | undefined,
): SourcePerson {
  const site = number === null ? {} : identified(number, name, color);
  const own = color === null ? {} : { color };
  const called = Nickname.safeParse(nick);
  const banned = ban === undefined ? {} : { banned: { reason: "", untilMs: ban.untilMs } };
  return {
    person: {
      userId,
      name,
      roleIds: [],
      ...own,
      ...site,
      ...banned,
      ...(called.success && nick !== name ? { nickname: called.data } : {}),
    },
    rank,
    perms,
    addresses: [...(ban?.addresses ?? [])].sort(),
  };
}

/** As the provider `site` knows the person. A number that the house's own people may have is not kept. */
function identified(
  number: number,
  name: string,
  color: string | null,
): Pick<ImportedPerson, "identities" | "number"> {
  const identities: Identity[] = [{ provider: "site", id: String(number), name, color }];
  return number > importedNumberMax ? { identities } : { identities, number: number as UserNumber };
}

/** Everybody who said something: name, colour and rank are those of the newest line that has them. */
function* speakersOf(stage: Stage, source: string): Generator<[key: string, Speaker]> {
  const rows = stage.db
    .prepare(
      `SELECT person, number, name, is_nick, color, rank, perms, nick
       FROM faces JOIN worn USING (face) ORDER BY person, last DESC`,
    )
    .raw();
  let faces: FaceRow[] = [];
  for (const row of rows.iterate() as IterableIterator<FaceRow>) {
    if (faces[0] !== undefined && faces[0][0] !== row[0]) {
      yield [faces[0][0], speakerOf(faces, source)];
      faces = [];
    }
    if (faces.length < facesMax) faces.push(row);
  }
  if (faces[0] !== undefined) yield [faces[0][0], speakerOf(faces, source)];
}

/** Newest appearances of one person that are weighed. */
const facesMax = 1_000;
const isOwnName = (row: FaceRow): boolean => row[3] === 0 && row[2] !== "";

/** The PHP server writes it in place of the name, SharpChat beside it. */
const nickIn = (row: FaceRow): string | null => (row[3] === 1 ? row[2] : row[7]);

function speakerOf(faces: readonly FaceRow[], source: string): Speaker {
  const [newest] = faces as [FaceRow];
  const [, number] = newest;
  const named = faces.find(isOwnName) ?? faces.find((row) => row[2] !== "");
  const ranked = faces.find((row) => row[5] !== null);
  const name = named?.[2] ?? `user_${number}`;
  return {
    userId: number === null ? namedUserId(source, name) : siteUserId(number),
    name: [...name].slice(0, 100).join(""),
    number,
    color: newest[4],
    nick: number === null ? null : nickIn(newest),
    rank: ranked?.[5] ?? null,
    perms: ranked?.[6] ?? null,
  };
}

/** Bans by the person whom they are of. Two of one person are one, as long as the longer. */
function bansByPerson(
  stage: Stage,
  names: ReadonlyMap<string, string>,
  onRemark: (remark: Remark) => void,
): Map<string, Ban> {
  const bans = new Map<string, Ban>();
  const alone: FoundBan[] = [];
  for (const found of stage.bans) {
    const key = keyOf(found, names);
    if (key === null) {
      if (found.name === null && found.number === null) alone.push(found);
      else onRemark({ why: "ban_of_nobody", where: sitePart, what: found.name ?? "" });
      continue;
    }
    const ban = bans.get(key);
    if (ban === undefined) bans.set(key, banOf(found));
    else add(ban, found);
  }
  // The PHP server writes an address of a banned person once more by itself.
  const barred = new Set([...bans.values()].flatMap(({ addresses }) => [...addresses]));
  for (const { address } of alone) {
    if (address === null) onRemark({ why: "ban_of_nobody", where: sitePart });
    else if (!barred.has(address)) {
      onRemark({ why: "ban_of_address", where: sitePart, what: address });
    }
  }
  return bans;
}

const banOf = ({ untilMs, address, name }: FoundBan): Ban => ({
  untilMs,
  addresses: new Set(address === null ? [] : [address]),
  name,
});

function add(ban: Ban, { untilMs, address }: FoundBan): void {
  ban.untilMs = laterOf(ban.untilMs, untilMs);
  if (address !== null) ban.addresses.add(address);
}

/** The later of two ends; null: never. */
const laterOf = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : Math.max(one, other);

/** Silences by the person whom they are of. Two of one person are one, as long as the longer. */
function silencesByPerson(
  stage: Stage,
  names: ReadonlyMap<string, string>,
  onRemark: (remark: Remark) => void,
): ReadonlyMap<string, Silence> {
  const silences = new Map<string, Silence>();
  for (const found of stage.silences) {
    const key = keyOf(found, names);
    if (key === null) {
      const what = found.name ?? "";
      onRemark({ why: "silence_of_nobody", where: { part: "silences" }, what });
      continue;
    }
    const { untilMs = found.untilMs } = silences.get(key) ?? {};
    silences.set(key, { untilMs: laterOf(untilMs, found.untilMs), name: found.name });
  }
  return silences;
}

function keyOf(
  found: Pick<FoundBan, "number" | "name">,
  names: ReadonlyMap<string, string>,
): string | null {
  if (found.number !== null) return personKey({ number: found.number, name: "" });
  return found.name === null ? null : (names.get(found.name) ?? null);
}

/** The person by each account name that a ban or a silence by name alone is of. A name of two people is nobody's. */
function accountNames(stage: Stage): ReadonlyMap<string, string> {
  const wanted = new Set(
    [...stage.bans, ...stage.silences].flatMap(({ number, name }) =>
      number === null && name !== null ? [name] : [],
    ),
  );
  const ask = stage.db
    .prepare("SELECT DISTINCT person FROM faces WHERE name = ? AND is_nick = 0 LIMIT 2")
    .raw();
  const found = new Map<string, string>();
  for (const name of wanted) {
    const people = ask.all(name) as [string][];
    const [first] = people;
    if (people.length === 1 && first !== undefined) found.set(name, first[0]);
  }
  return found;
}
