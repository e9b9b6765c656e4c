/**
 * The shapes of the two tables. A command row says who may give the command and which checks `guard.ts` makes
 * before its `decide`; an event row changes the state. Family files hold the rows of their prefix: a row that
 * is missing, or in the wrong family, does not compile.
 */
import type {
  Actor,
  Cause,
  Event,
  EventType,
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
}
/** ... or core itself. */
export interface CoreAsker {
  readonly kind: "core";
}
export type Asker = SessionAsker | NewcomerAsker | OperatorAsker | GatewayAsker | CoreAsker;

/** What one decision reads: who asks, on which state, and when. `nowMs` never lies before the journal's own time. */
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

interface Checks<A extends Asker, B> {
  /** What OriginChats tests before its budget: the text itself. */
  shape?(context: DecisionContext<A>, body: B): Rejection | null;
  /** Whether a silence bars it. */
  readonly speaks?: true;
  /** Whether the person's message budget is tested. Charged in `evolve`. */
  readonly budget?: true;
  readonly right?: Right;
  /** What must be looked up first. */
  needs?(state: Reading<State>, body: B, command: Admitted): readonly Need[];
  /** Whether its events may outgrow a commit, so that they must be measured. */
  bulky?(body: B): boolean;
}

export interface SessionRow<B> extends Checks<SessionAsker, B> {
  readonly by: "session";
  /** Whether a session whose connection is lost may still give it. */
  readonly evenDropped?: true;
  decide(context: SessionContext, body: B): Decision;
}
export interface MemberRow<B> extends Checks<SessionAsker | OperatorAsker, B> {
  readonly by: "session or operator";
  decide(context: MemberContext, body: B): Decision;
}
/** Acts on a person of lower rank. `among`: whether the person must be signed in. */
export interface TargetRow<B> extends Checks<SessionAsker | OperatorAsker, B> {
  readonly by: "moderator";
  readonly right: Right;
  readonly among: "present" | "known";
  target(body: B): string;
  decide(context: MemberContext, body: B, target: Person): Decision;
}
export interface NewcomerRow<B> extends Checks<NewcomerAsker, B> {
  readonly by: "newcomer";
  decide(context: DecisionContext<NewcomerAsker>, body: B): Decision;
}
export interface OperatorRow<B> extends Checks<OperatorAsker, B> {
  readonly by: "operator";
  decide(context: DecisionContext<OperatorAsker>, body: B): Decision;
}
/** For whoever holds the key of a live session, at whichever gateway: a request outside its connection. */
export interface KeyRow<B> extends Checks<SessionAsker, B> {
  readonly by: "key";
  /** Its tag among them. */
  needs(state: Reading<State>, body: B): readonly Need[];
  decide(context: SessionContext, body: B): Decision;
}
export interface GatewayRow<B> extends Checks<GatewayAsker, B> {
  readonly by: "gateway";
  decide(context: DecisionContext<GatewayAsker>, body: B): Decision;
}
export interface CoreRow<B> extends Checks<CoreAsker, B> {
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
type EventOfType<T extends EventType> = Extract<Event, { type: T }>;
/** Method syntax, so that a table of all rows may hold each. */
export interface EventRow<E> {
  evolve(state: State, event: E, around: Around): void;
}
export type EventRows<F extends string> = {
  readonly [T in EventType as T extends `${F}.${string}` ? T : never]: EventRow<
    EventOfType<T>
  >["evolve"];
};
export type EventTable = { readonly [T in EventType]: EventRow<EventOfType<T>>["evolve"] };

export function accept(...events: readonly Event[]): Decision {
  return { ok: true, events };
}

export function refuse(rejection: Rejection): Refused {
  return { ok: false, rejection };
}
