/** The certificate of all public ports. */
import { readFileSync } from "node:fs";
import { type Config, environmentName, type Logger, OperatorError } from "@dragoman/service-kit";

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * The configured certificate; undefined when there is none.
 * @throws OperatorError naming the file that cannot be read
 */
export function readCertificate(config: Config): Certificate | undefined {
  const { cert, key } = config.tls;
  if (cert === "" && key === "") return undefined;
  return { cert: readPem("tls.cert", cert), key: readPem("tls.key", key) };
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OperatorError(`${environmentName(setting)}: cannot read ${path || "(empty)"}`, 2, {
      cause: error,
    });
  }
}

/**
 * Runs `renew` at each SIGHUP, when the configuration has been read again; where it fails, what was before stays.
 * @param what what is renewed, for the log
 * @returns what ends this
 */
export function onHangup(what: string, logger: Logger, renew: () => void): () => void {
  const run = (): void => {
    try {
      renew();
    } catch (error) {
      logger.error({ err: error }, `${what} not renewed, the one before stays`);
    }
  };
  process.on("SIGHUP", run);
  return () => process.off("SIGHUP", run);
}

/**
 * Reads the certificate again at each SIGHUP and gives it to `use`; where that fails, the one before stays.
 * @returns what ends this
 */
export function renewOnHangup(
  config: Config,
  logger: Logger,
  use: (certificate: Certificate) => void,
): () => void {
  return onHangup("certificate", logger, () => {
    const certificate = readCertificate(config);
    if (certificate !== undefined) use(certificate);
    logger.info("certificate read again");
  });
}
