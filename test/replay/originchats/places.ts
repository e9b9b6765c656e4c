/** The messages of each place (a channel or a thread), in order, and how far people have read. */
import { type Frame, text } from "./frame.ts";

/** The place that a frame is about: the name of a channel, or `thread/<id>`. */
export const placeOf = (frame: Frame): string =>
  typeof frame["thread_id"] === "string" ? `thread/${frame["thread_id"]}` : text(frame["channel"]);

export class Places {
  readonly #messages = new Map<string, string[]>();
  readonly #marks = new Map<string, string>();

  post(place: string, id: string): void {
    const messages = this.#messages.get(place) ?? [];
    if (!messages.includes(id)) this.#messages.set(place, [...messages, id]);
  }

  remove(id: string): void {
    for (const [place, messages] of this.#messages) {
      if (messages.includes(id)) {
        this.#messages.set(
          place,
          messages.filter((each) => each !== id),
        );
      }
    }
  }

  mark(name: string, place: string, id: string): void {
    this.#marks.set(`${name} ${place}`, id);
  }

  markOf(name: string, place: string): string | undefined {
    return this.#marks.get(`${name} ${place}`);
  }

  messagesOf(place: string): readonly string[] {
    return this.#messages.get(place) ?? [];
  }

  /** Messages behind the person's mark; all, when it stands nowhere. */
  unreadOf(name: string, place: string): number {
    const messages = this.messagesOf(place);
    return messages.length - 1 - messages.indexOf(this.markOf(name, place) ?? "");
  }

  rename(from: string, to: string): void {
    const messages = this.#messages.get(from);
    if (messages === undefined) return;
    this.#messages.delete(from);
    this.#messages.set(to, messages);
  }
}
