/** An error that the operator can act upon: it is printed as one line, without a stack, with its exit code. */
export class OperatorError extends Error {
  override name = "OperatorError";
  readonly exitCode: number;
  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
