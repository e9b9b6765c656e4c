/** What goes round other nodes, opened and closed in the order of a text. */
import type { Node, SpanKind, Tree } from "./tree.ts";

/** What goes round other nodes: a node without its children. */
export type Frame =
  | { readonly kind: SpanKind }
  | { readonly kind: "color" | "background"; readonly color: string }
  | { readonly kind: "link"; readonly address: string };

interface Level {
  readonly name: string;
  readonly frame: Frame;
  readonly children: Node[];
}

/** Levels that are open, the innermost last, above what is finished. */
export class Builder {
  readonly tree: Node[] = [];
  readonly #levels: Level[] = [];

  /** Puts nodes behind what is there; texts that meet become one. */
  add(nodes: Tree): void {
    const children = this.#levels.at(-1)?.children ?? this.tree;
    for (const node of nodes) {
      const before = children.at(-1);
      if (node.kind !== "text" || before?.kind !== "text") children.push(node);
      else children[children.length - 1] = { kind: "text", text: before.text + node.text };
    }
  }

  open(name: string, frame: Frame): void {
    this.#levels.push({ name, frame, children: [] });
  }

  /** Ends a level; those inside it end too and go on behind it. */
  close(name: string): void {
    const crossed: Level[] = [];
    for (let level = this.#levels.pop(); level !== undefined; level = this.#levels.pop()) {
      if (level.children.length > 0) this.add([{ ...level.frame, children: level.children }]);
      if (level.name === name) break;
      crossed.unshift(level);
    }
    for (const { name: inner, frame } of crossed) this.open(inner, frame);
  }
}
