/**
 * The shapes of the two tables. A command row says who may give the command and which checks `guard.ts` makes
 * before its `decide`, and has a field for no other; an event row changes the state. Family files hold the rows of
 * their prefix: a row that is missing, or in the wrong family, does not compile.
 */
import type {
  Actor,
  Cause,
  ChangeFamily,
  ChangeTable,
  Event,
  Family,
  GatewayId,
  Rejection,
  Right,
  SessionId,
} from "@dragoman/bus-schema";
import type { LiveSession, Person, Reading, State } from "../state/shape.ts";
import type {
  Admitted,
  Body,
  BodyOf,
  BodyType,
  Decision,
  Grant,
  Inputs,
  Need,
  Position,
  Refused,
} from "./contract.ts";

/** Who asks: a signed-in person, ... */
export interface SessionAsker {
  readonly kind: "session";
  readonly live: LiveSession;
  readonly person: Person;
  readonly actor: Actor;
}
/** ... a session to be, */
export interface NewcomerAsker {
  readonly kind: "newcomer";
  readonly sessionId: SessionId;
  readonly gatewayId: GatewayId;
}
/** ... an operator, who has every right and no rank above him, */
export interface OperatorAsker {
  readonly kind: "operator";
}
/** ... a gateway, for somebody who is no person here, */
export interface GatewayAsker {
  readonly kind: "gateway";
  readonly gatewayId: GatewayId;
}
/** ... or core itself. */
export interface CoreAsker {
  readonly kind: "core";
}
export type Asker = SessionAsker | NewcomerAsker | OperatorAsker | GatewayAsker | CoreAsker;

/**
 * What one decision reads: who asks, on which state, and when. Limits count by `nowMs`, the journal's time, which never
 * lies before a record's; what people are shown as the time of something is `inputs.clockMs`.
 */
export interface DecisionContext<A extends Asker = Asker> {
  readonly state: Reading<State>;
  readonly inputs: Inputs;
  readonly nowMs: number;
  readonly asker: A;
}

/** The context of a decision for a signed-in person. */
export type SessionContext = DecisionContext<SessionAsker>;
/** The context of a decision for a signed-in person or an operator. */
export type MemberContext = DecisionContext<SessionAsker | OperatorAsker>;

/** What every row may say. */
interface AnyAsked<B> {
  /** What must be looked up first. */
  needs?(state: Reading<State>, body: B, command: Admitted): readonly Need[];
  /** Whether its events may outgrow a commit, so that they must be measured. */
  bulky?(body: B): boolean;
}

/** What rows of people may say besides; of an operator `shape` alone is asked. */
export interface PersonChecks<A extends SessionAsker | OperatorAsker, B> extends AnyAsked<B> {
  /** What is tested before the budget: the text itself (OriginChats part 2, section 3). */
  shape?(context: DecisionContext<A>, body: B): Rejection | null;
  /** Whether a silence bars it: it puts words of the person before others. */
  speaks?(context: DecisionContext<A>, body: B): boolean;
  readonly right?: Right;
}

interface SessionRow<B> extends PersonChecks<SessionAsker, B> {
  readonly by: "session";
  /** Whether a session whose connection is lost may still give it. */
  readonly evenDropped?: true;
  decide(context: SessionContext, body: B): Decision;
}
interface MemberRow<B> extends PersonChecks<SessionAsker | OperatorAsker, B> {
  readonly by: "session or operator";
  decide(context: MemberContext, body: B): Decision;
}
/** Acts on a person of lower rank. `among`: whether the person must be signed in. */
interface TargetRow<B> extends PersonChecks<SessionAsker | OperatorAsker, B> {
  readonly by: "moderator";
  readonly right: Right;
  readonly among: "present" | "known";
  target(body: B): string;
  decide(context: MemberContext, body: B, target: Person): Decision;
}
interface NewcomerRow<B> extends AnyAsked<B> {
  readonly by: "newcomer";
  decide(context: DecisionContext<NewcomerAsker>, body: B): Decision;
}
interface OperatorRow<B> extends AnyAsked<B> {
  readonly by: "operator";
  decide(context: DecisionContext<OperatorAsker>, body: B): Decision;
}
/** For whoever holds the key of a live session, at whichever gateway: a request outside its connection. */
interface KeyRow<B> extends PersonChecks<SessionAsker, B> {
  readonly by: "key";
  /** Its tag among them. */
  needs(state: Reading<State>, body: B): readonly Need[];
  decide(context: SessionContext, body: B): Decision;
}
interface GatewayRow<B> extends AnyAsked<B> {
  readonly by: "gateway";
  decide(context: DecisionContext<GatewayAsker>, body: B): Decision;
}
interface CoreRow<B> extends AnyAsked<B> {
  readonly by: "core";
  decide(context: DecisionContext<CoreAsker>, body: B): Decision;
}
export type Row<B> =
  | SessionRow<B>
  | MemberRow<B>
  | TargetRow<B>
  | NewcomerRow<B>
  | OperatorRow<B>
  | KeyRow<B>
  | GatewayRow<B>
  | CoreRow<B>;

/** The command rows of the families with the prefixes `F`. */
export type CommandRows<F extends string> = {
  readonly [T in BodyType as T extends `${F}.${string}` ? T : never]: Row<BodyOf<T>>;
};
export type CommandTable = { readonly [T in BodyType]: Row<BodyOf<T>> };
export type AnyRow = Row<Body>;

/** What stands around an event. */
export interface Around {
  readonly cause: Cause;
  readonly position: Position;
}
/** How the state follows each event. */
export type EventTable = ChangeTable<State, [around: Around], void>;
/** The rows of the families `F`. */
export type EventRows<F extends Family> = ChangeFamily<F, State, [around: Around], void>;

export function accept(...events: readonly Event[]): Decision {
  return { ok: true, events };
}

/** Accepts, changes nothing, and has something made for the asker. */
export function grant(granted: Grant): Decision {
  return { ok: true, events: [], grant: granted };
}

export function refuse(rejection: Rejection): Refused {
  return { ok: false, rejection };
}

/** Refuses where a lookup has not found in time what the decision needs: the asker may ask again at once. */
export const busy: Refused = refuse({ code: "busy", waitMs: 100 });
