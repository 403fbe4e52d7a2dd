import { Finding } from "./finding.js";
import type { PlannedCall } from "./plan.js";
import type { Report } from "./report.js";
import { Resource } from "./resource.js";
import type { Reason } from "./unread.js";

/** A call that did not go well. */
export interface CallEvent {
  /** The account; empty where no single call failed. */
  account: string;
  /** The region. */
  region: string;
  /** The call, as `service:Operation`, or what failed. */
  call: string;
  /** Why. */
  reason: Reason;
  /** What the provider said. */
  detail: string;
}

/** The scan begins: the calls that it will make, and how many rules it has. */
export interface PlannedEvent {
  type: "planned";
  /** The calls. */
  plan: { calls: PlannedCall[] };
  /** The number of rules. */
  rules: number;
}

/** How far the scan is. Comes at most ten times a second. */
export interface ProgressEvent {
  type: "progress";
  /** Calls that have ended. */
  callsDone: number;
  /** Calls known of so far, those that have ended included; grows as lists arrive. */
  callsExpected: number;
  /** Resources collected. */
  resources: number;
  /** Verdicts given. */
  findings: number;
  /** The milliseconds since the scan began. */
  elapsed: number;
  /** An estimate of the milliseconds left; `null` until there is one. */
  left: number | null;
}

/** A resource was collected. */
export interface ResourceEvent {
  type: "resource";
  /** The resource. */
  resource: Resource;
}

/** A verdict was given. */
export interface FindingEvent {
  type: "finding";
  /** The finding. */
  finding: Finding;
}

/** A call was refused for lack of a permission. */
export interface DeniedEvent extends CallEvent {
  type: "denied";
}

/** The provider asked to slow down. */
export interface ThrottledEvent extends CallEvent {
  type: "throttled";
  /** The milliseconds until the next try. */
  wait: number;
}

/** A call was not answered for another reason, or a collector or sink failed. */
export interface FailedEvent extends CallEvent {
  type: "failed";
}

/** The scan is over. The last event. */
export interface DoneEvent {
  type: "done";
  /** The result. */
  report: Report;
}

/** Something that happened in a scan. */
export type Event =
  | PlannedEvent
  | ProgressEvent
  | ResourceEvent
  | FindingEvent
  | DeniedEvent
  | ThrottledEvent
  | FailedEvent
  | DoneEvent;

const FINDING = '{"type":"finding","finding":';
const RESOURCE = '{"type":"resource","resource":';

/**
 * The event that a line of the native half is.
 *
 * @internal
 */
export function eventOf(line: string): Event {
  if (line.startsWith(FINDING)) return { type: "finding", finding: new Finding(line.slice(FINDING.length, -1)) };
  if (line.startsWith(RESOURCE)) return { type: "resource", resource: new Resource(line.slice(RESOURCE.length, -1)) };
  return JSON.parse(line) as Event;
}
