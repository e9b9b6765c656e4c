/** The certificate of all public ports: two PEM files, read at the start and again at SIGHUP. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Config } from "./config.ts";
import { environmentName } from "./environment.ts";
import type { Logger } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";
import { sayUnreadable } from "./readable-file.ts";
import { onHangup } from "./reload.ts";

/** A certificate chain and its key, as PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const certSetting = environmentName("tls.cert");
const keySetting = environmentName("tls.key");
const refuse = (text: string, cause?: unknown): OperatorError =>
  new OperatorError(text, 2, { cause });

/**
 * The configured certificate; undefined when there is none.
 * @throws OperatorError naming the setting that is missing, the file that cannot be used, and what to do
 */
export function readCertificate({ tls }: Pick<Config, "tls">): Certificate | undefined {
  const { cert, key } = tls;
  if (cert === "" && key === "") return undefined;
  if (cert === "" || key === "") {
    const [given, missing] = cert === "" ? [keySetting, certSetting] : [certSetting, keySetting];
    throw refuse(`${missing} is not set, and ${given} is: set both for TLS, or neither`);
  }
  const pair = { cert: readPem(certSetting, cert), key: readPem(keySetting, key) };
  const certificate = parsed(
    certSetting,
    cert,
    "certificate",
    () => new X509Certificate(pair.cert),
  );
  const privateKey = parsed(keySetting, key, "private key", () => createPrivateKey(pair.key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw refuse(
      `${certSetting}, ${keySetting}: the key in ${key} is not that of the certificate in ${cert}; ` +
        "give the two files that were made together, the server's own certificate first in its file",
    );
  }
  try {
    createSecureContext(pair);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refuse(
      `${certSetting}, ${keySetting}: ${cert} and ${key} cannot be used (${why})`,
      error,
    );
  }
  return pair;
}

/** When the certificate ends, in milliseconds since 1970; undefined when none is configured or it cannot be read. */
export function certificateEnd({ tls }: Pick<Config, "tls">): number | undefined {
  if (tls.cert === "") return undefined;
  try {
    return Date.parse(new X509Certificate(readFileSync(tls.cert)).validTo);
  } catch {
    // Why it cannot be read is `readCertificate`'s to say.
    return undefined;
  }
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw refuse(`${setting}: ${path} ${sayUnreadable(error)}`, error);
  }
}

function parsed<T>(setting: string, path: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const isLocked = /PASSPHRASE|BAD_DECRYPT|INTERRUPTED/.test(code);
    const why = isLocked
      ? `is locked with a passphrase; give one without`
      : `holds no ${what} in PEM form (-----BEGIN ...)`;
    throw refuse(`${setting}: ${path} ${why}`, error);
  }
}

/**
 * Reads the certificate again at each SIGHUP and gives it to `use`; where that fails, the one before stays.
 * @returns what ends this
 */
export function renewOnHangup(
  config: Pick<Config, "tls">,
  logger: Logger,
  use: (certificate: Certificate) => void,
): () => void {
  return onHangup("certificate", logger, () => {
    const certificate = readCertificate(config);
    if (certificate !== undefined) use(certificate);
    logger.info("certificate read again");
  });
}
