/** A source that cannot be read at all, or not without a word of the operator; the message is for them. */
export class SourceRefusal extends Error {
  override readonly name = "SourceRefusal";
}
