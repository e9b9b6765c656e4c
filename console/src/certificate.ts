/** The certificate of the web pages: two PEM files, read at the start and again on SIGHUP. */
import { readFileSync } from "node:fs";
import type { Server } from "node:https";
import { createSecureContext } from "node:tls";
import { type Config, type Logger, OperatorError } from "@dragoman/service-kit";

/** A certificate chain and its key, as PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * @returns undefined when TLS is not configured
 * @throws OperatorError naming the setting that is missing, unreadable or no certificate
 */
export function readCertificate(tls: Config["tls"]): Certificate | undefined {
  if (tls.cert === "" && tls.key === "") return undefined;
  if (tls.cert === "" || tls.key === "") {
    throw new OperatorError("DRAGOMAN_TLS_CERT and DRAGOMAN_TLS_KEY: set both or neither", 2);
  }
  const pair = {
    cert: read("DRAGOMAN_TLS_CERT", tls.cert),
    key: read("DRAGOMAN_TLS_KEY", tls.key),
  };
  try {
    createSecureContext(pair);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`DRAGOMAN_TLS_CERT, DRAGOMAN_TLS_KEY: no usable pair (${why})`, 2, {
      cause: error,
    });
  }
  return pair;
}

function read(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new OperatorError(`${setting}: cannot read ${path}`, 2, { cause: error });
  }
}

/**
 * Takes the files again at each SIGHUP; new connections get the new certificate. A pair that cannot be used is
 * reported and the former one stays.
 * @returns what ends the listening
 */
export function renewOnSignal(server: Server, tls: Config["tls"], logger: Logger): () => void {
  const renew = (): void => {
    try {
      const certificate = readCertificate(tls);
      if (certificate !== undefined) server.setSecureContext(certificate);
      logger.info("certificate is renewed");
    } catch (error) {
      logger.error({ err: error }, "certificate is not renewed, the former one stays");
    }
  };
  process.on("SIGHUP", renew);
  return () => process.off("SIGHUP", renew);
}
