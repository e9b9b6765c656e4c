/** Rows of a dump or of a database, table by table, into the stage. */

import { SourceRefusal } from "../refusal.ts";
import { Cells } from "./cells.ts";
import type { Cell } from "./dump-item.ts";
import {
  type Form,
  formOf,
  indexOf,
  prefixOf,
  type Reading,
  type ReadRow,
  readerOf,
} from "./forms.ts";
import type { Where } from "./item.ts";
import type { Stage } from "./stage.ts";

interface Table {
  readonly index: ReadonlyMap<string, number>;
  readonly read: ReadRow;
}

export class Tables {
  readonly #stage: Stage;
  readonly #reading: () => Reading;
  readonly #prefix: string | null;
  readonly #tables = new Map<string, Table>();
  /** Prefixes of the PHP server's tables that were met. */
  readonly #prefixes = new Set<string>();
  readonly #forms = new Set<Form>();
  /** Of the row before: the next is mostly of the same. */
  #last: { readonly columns: readonly string[]; readonly table: Table | null } | undefined;

  /**
   * @param reading asked at a table's first row
   * @param prefix of the PHP server's tables; null: there is one alone
   */
  constructor(stage: Stage, reading: () => Reading, prefix: string | null) {
    this.#stage = stage;
    this.#reading = reading;
    this.#prefix = prefix;
  }

  /** Whether anything of ours was found. */
  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  /**
   * Whether a table's rows are read.
   * @throws SourceRefusal there are two chats
   */
  wants(name: string, columns: readonly string[]): boolean {
    const form = formOf(columns);
    if (form === null) return false;
    const prefix = prefixOf(name, form);
    if (prefix !== null && this.#prefix !== null && prefix !== this.#prefix) return false;
    if (prefix !== null) this.#prefixes.add(prefix);
    if (this.#prefixes.size > 1) {
      const found = [...this.#prefixes].sort().join(", ");
      throw new SourceRefusal(`there are several chats here; say which with --prefix (${found})`);
    }
    this.#forms.add(form);
    return true;
  }

  take(name: string, columns: readonly string[], cells: readonly Cell[], where: Where): void {
    if (this.#last?.columns !== columns) {
      this.#last = { columns, table: this.#table(name, columns) };
    }
    const { table } = this.#last;
    if (table !== null) this.#stage.put(table.read(new Cells(table.index, cells)), where);
  }

  #table(name: string, columns: readonly string[]): Table | null {
    const key = `${name} ${columns.length}`;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const form = formOf(columns);
    if (form === null) return null;
    const table = { index: indexOf(columns), read: readerOf(form, this.#reading()) };
    this.#tables.set(key, table);
    return table;
  }
}
