/** What a check of any server is, of either protocol. */

export interface AnyServer {
  /** `ws://…`. */
  readonly url: string;
  /** Sock Chat: packet 1 without its id. OriginChats: name and password for `login`, or the validator for `auth`. */
  readonly login: readonly string[];
}

export interface Check {
  /** The part and section of the reference. */
  readonly section: string;
  readonly title: string;
  readonly run: (server: AnyServer) => Promise<void>;
}
