/** Times as sources write them, as epoch milliseconds; null: no time. */

/** Seconds since 1970 as a source's clock may have counted them. */
export function timeOfSeconds(seconds: number | null): number | null {
  return seconds !== null && seconds > 0 && seconds < 2 ** 33 ? seconds * 1_000 : null;
}

const dateAndTime =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?$/;

/** `2020-07-01 12:00:00` of a database, whose clock is in a zone, or seconds, as SQLite has them. */
export function timeOfDatabase(text: string | null, zone: Zone): number | null {
  if (text === null) return null;
  if (/^[0-9]{1,10}$/.test(text)) return timeOfSeconds(Number(text));
  const [, ...parts] = dateAndTime.exec(text) ?? [];
  if (parts.length === 0) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return zone.utcMs({ year, month, day, hour, minute, second });
}

const fileTime = /^([0-9]{2})\/([0-9]{2})\/([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})$/;

/** `07/01/2020 12:00:00`, as the PHP server's files have it. */
export function timeOfFile(text: string, zone: Zone): number | null {
  const [, ...parts] = fileTime.exec(text) ?? [];
  if (parts.length === 0) return null;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return zone.utcMs({ year, month, day, hour, minute, second });
}

interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What a clock on the wall of a zone means. `name`: `UTC`, `+02:00`, `Europe/Berlin`. */
export class Zone {
  readonly #format: Intl.DateTimeFormat | null;
  readonly #fixedMs: number;
  /** The offset of the last hour that was asked for: lines of a log follow each other. */
  #known = { hour: Number.NaN, offsetMs: 0 };

  /** @throws RangeError there is no such zone */
  constructor(name: string) {
    const [, sign, hours, minutes] = /^([+-])([0-9]{1,2}):([0-9]{2})$/.exec(name) ?? [];
    const isFixed = sign !== undefined || name === "UTC";
    const fixedMs = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
    this.#fixedMs = sign === "-" ? -fixedMs : fixedMs;
    this.#format = isFixed
      ? null
      : new Intl.DateTimeFormat("en-US", {
          timeZone: name,
          hourCycle: "h23",
          year: "numeric",
          month: "2-digit",
          day: "2-digit",
          hour: "2-digit",
          minute: "2-digit",
          second: "2-digit",
        });
  }

  /** Null: no such moment. An hour that comes twice a year is the first of the two. */
  utcMs({ year, month, day, hour, minute, second }: Clock): number | null {
    const isClock = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24;
    if (!isClock || year < 1970 || minute > 59 || second > 60) return null;
    const shownMs = Date.UTC(year, month - 1, day, hour, minute, second);
    return shownMs - this.#offsetMs(shownMs);
  }

  #offsetMs(shownMs: number): number {
    if (this.#format === null) return this.#fixedMs;
    const hour = Math.floor(shownMs / 3_600_000);
    if (this.#known.hour === hour) return this.#known.offsetMs;
    const guess = this.#offsetAt(this.#format, shownMs);
    const earlier = this.#offsetAt(this.#format, shownMs - guess - 3_600_000);
    const offsetMs = this.#offsetAt(this.#format, shownMs - earlier) === earlier ? earlier : guess;
    this.#known = { hour, offsetMs };
    return offsetMs;
  }

  #offsetAt(format: Intl.DateTimeFormat, utcMs: number): number {
    const parts = new Map(
      format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]),
    );
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(
      of("year"),
      of("month") - 1,
      of("day"),
      of("hour"),
      of("minute"),
      of("second"),
    );
    return shown - Math.floor(utcMs / 1_000) * 1_000;
  }
}

export const utc = new Zone("UTC");
