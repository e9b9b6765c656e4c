/** Base64 that comes in pieces, read strictly: the standard alphabet, padded to its end, nothing else. */

const alphabet = /^[A-Za-z0-9+/]*$/;

export class Base64Reader {
  /** Less than four characters that wait for more. */
  #rest = "";
  #padding = "";
  #wrong = false;

  /** Whether something came that is no base64. */
  get wrong(): boolean {
    return this.#wrong;
  }

  /** The bytes that are complete with this piece. */
  write(piece: string): Buffer {
    const padded = piece.indexOf("=");
    const body = padded === -1 ? piece : piece.slice(0, padded);
    if (padded !== -1) this.#padding += piece.slice(padded);
    const late = this.#padding !== "" && padded === -1 && piece !== "";
    if (late || !alphabet.test(body) || !/^={0,2}$/.test(this.#padding)) this.#wrong = true;
    if (this.#wrong) return Buffer.alloc(0);
    const text = this.#rest + body;
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    return Buffer.from(text.slice(0, whole), "base64");
  }

  /** The last bytes. Whether all of it was base64 is known afterwards. */
  end(): Buffer {
    const last = this.#rest + this.#padding;
    if (last !== "" && (last.length !== 4 || this.#rest.length < 2)) this.#wrong = true;
    return this.#wrong ? Buffer.alloc(0) : Buffer.from(last, "base64");
  }
}
