/** Whom a source means, as accounts of the house: its people, and those of whom only messages are left. */
import type { ImportedPerson, RoleId, UserId, UserNumber } from "@dragoman/bus-schema";
import { forEachAtOnce, type House, type Outcome, type Present, sayRefusal } from "./house.ts";
import { derivedId } from "./id.ts";
import type { Report } from "./report.ts";
import type { Roles } from "./role.ts";
import type { Source, SourcePerson, Who } from "./source.ts";

const atOnce = 32;

/** Who is called by a name that several have has none of them. */
const several = Symbol("several");

export interface PeopleOptions {
  readonly source: Source;
  readonly house: House;
  readonly report: Report;
  readonly present: Present;
  readonly roles: Roles;
  /** Who of the source is somebody of the house, by the owner's word. */
  readonly map: ReadonlyMap<string, UserId>;
}

export class People {
  readonly #source: Source;
  readonly #house: House;
  readonly #report: Report;
  readonly #byId = new Map<string, UserId>();
  readonly #byName = new Map<string, string | typeof several>();
  readonly #ghosts = new Map<string, UserId>();
  /** Accounts that are here, with whose they are. */
  readonly #there: Map<string, UserId>;
  readonly #map: ReadonlyMap<string, UserId>;
  readonly #roles: Roles;
  #making: Promise<void>[] = [];

  constructor({ source, house, report, present, roles, map }: PeopleOptions) {
    this.#source = source;
    this.#house = house;
    this.#report = report;
    this.#there = new Map(
      present.users.map(({ userId, mergedInto }) => [userId, mergedInto ?? userId]),
    );
    this.#map = map;
    this.#roles = roles;
    for (const { id, name } of source.people) {
      this.#byId.set(id, this.#idOf("person", id));
      const key = name.toLowerCase();
      this.#byName.set(key, this.#byName.has(key) ? several : id);
    }
  }

  /** Makes the accounts of all people. */
  async bring(): Promise<void> {
    await forEachAtOnce(this.#source.people, atOnce, (person) => this.#bring(person));
    for (const person of this.#source.people) await this.#silence(person);
  }

  /** The account that is meant; undefined: the server itself. Of whom nobody knows, one that is gone is made. */
  of(who: Who): UserId | undefined {
    if (who.kind === "system") return undefined;
    const known = who.kind === "person" ? this.#byId.get(who.id) : this.#named(who.name);
    return known ?? this.#ghost(who.kind === "person" ? who.id : who.name);
  }

  /** Resolves when all accounts that were given out are there. */
  async ready(): Promise<void> {
    while (this.#making.length > 0) await Promise.all(this.#making.splice(0));
  }

  #idOf(kind: string, id: string): UserId {
    return derivedId(this.#source.name, kind, id) as UserId;
  }

  #named(name: string): UserId | undefined {
    const id = this.#byName.get(name.toLowerCase());
    return typeof id === "string" ? this.#byId.get(id) : undefined;
  }

  #ghost(name: string): UserId {
    const known = this.#ghosts.get(name);
    if (known !== undefined) return known;
    const userId = this.#idOf("ghost", name);
    this.#ghosts.set(name, userId);
    if (this.#there.has(userId)) return userId;
    this.#report.say(
      "person",
      name,
      "is no person of the source: what it said is kept by its name",
    );
    const person: ImportedPerson = {
      userId,
      name: name.slice(0, 100) || "unknown",
      roleIds: [],
      departed: true,
    };
    const making = this.#give(person, name).then(() => undefined);
    // Whoever waits until all are there is told.
    making.catch(() => undefined);
    this.#making.push(making);
    return userId;
  }

  async #bring(person: SourcePerson): Promise<void> {
    const userId = this.#byId.get(person.id);
    this.#report.count("person", "read");
    if (userId === undefined) return;
    const owner = this.#there.get(userId);
    if (owner !== undefined) {
      this.#byId.set(person.id, owner);
      this.#report.count("person", "there");
      if (owner === userId) await this.#merge(person, userId);
      return;
    }
    const { passwordHash, nickname, pictureUrl, status, color, banned, identities, number } =
      person;
    const credentialId =
      passwordHash === undefined ? undefined : await this.#house.storeHash(passwordHash);
    const given: ImportedPerson = {
      userId,
      name: person.name,
      roleIds: this.#rolesOf(person),
      ...(number === undefined ? {} : { number: number as UserNumber }),
      ...(credentialId === undefined ? {} : { credentialId }),
      ...(identities === undefined ? {} : { identities: [...identities] }),
      ...(nickname === undefined ? {} : { nickname }),
      ...(pictureUrl === undefined ? {} : { pictureUrl }),
      ...(status === undefined ? {} : { status }),
      ...(color === undefined ? {} : { color }),
      ...(banned === undefined ? {} : { banned }),
    };
    const result = await this.#give(given, person.name);
    if (result.ok) {
      this.#report.count("person", "brought");
      await this.#merge(person, userId);
    } else if (result.rejection.code === "already_exists") {
      // Somebody whom the same provider knows is the same person.
      this.#byId.set(person.id, result.rejection.given as UserId);
      this.#report.count("person", "there");
    } else {
      this.#report.leave("person", person.name, sayRefusal(result));
      this.#byId.delete(person.id);
    }
  }

  /** Makes the account part of that of the house that the owner has named. */
  async #merge({ id, name }: SourcePerson, fromId: UserId): Promise<void> {
    const intoId = this.#map.get(id);
    if (intoId === undefined || intoId === fromId) return;
    const result = await this.#house.command({ type: "import.merge", fromId, intoId });
    if (result.ok) {
      this.#byId.set(id, intoId);
      this.#there.set(fromId, intoId);
      this.#report.count("person merged", "brought");
    } else this.#report.leave("person merged", name, sayRefusal(result));
  }

  /** Who could not speak there cannot here, whoever of the house it is; each silence once. */
  async #silence({ id, name, silencedUntilMs: untilMs }: SourcePerson): Promise<void> {
    if (untilMs === undefined) return;
    this.#report.count("silence", "read");
    const userId = this.#byId.get(id);
    if (userId === undefined) {
      this.#report.leave("silence", name, "is of nobody who came along");
      return;
    }
    const key = `silence ${derivedId(this.#source.name, "person", id)}`;
    const result = await this.#house.command({
      type: "import.silence",
      userId,
      untilMs,
      progress: { source: this.#source.name, key, cursor: String(untilMs) },
    });
    if (!result.ok) this.#report.leave("silence", name, sayRefusal(result));
    else this.#report.count("silence", result.value === null ? "there" : "brought");
  }

  #rolesOf({ name, roles }: SourcePerson): RoleId[] {
    const ids = new Set<RoleId>();
    for (const role of roles) {
      const here = this.#roles.get(role);
      if (here === undefined) this.#report.say("person", name, `has a role that is none: ${role}`);
      else ids.add(here.roleId);
    }
    return [...ids].slice(0, 99);
  }

  async #give(person: ImportedPerson, name: string): Promise<Outcome> {
    const result = await this.#house.command({ type: "import.person", person });
    if (result.ok) this.#there.set(person.userId, person.userId);
    else if (person.departed === true) this.#report.leave("person", name, sayRefusal(result));
    return result;
  }
}
