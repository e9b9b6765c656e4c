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
 * Reads the certificate again at each SIGHUP and gives it to `use`; where that fails, the one before stays.
 * @returns what ends this
 */
export function renewOnHangup(
  config: Config,
  logger: Logger,
  use: (certificate: Certificate) => void,
): () => void {
  const renew = (): void => {
    try {
      const certificate = readCertificate(config);
      if (certificate !== undefined) use(certificate);
      logger.info("certificate read again");
    } catch (error) {
      logger.error({ err: error }, "certificate not read, the one before stays");
    }
  };
  process.on("SIGHUP", renew);
  return () => process.off("SIGHUP", renew);
}
