// Written by scripts/npm-types.sh from the Rust code: change that, not this.

import type { Tell } from "./job.js";

/** Makes the plan of a scan. */
export declare function plan(sources: Array<Source>, rules: Rules): Plan;

/** Runs the command line with these arguments, the program's name first, and gives the exit status. */
export declare function cli(args: Array<string>): number;

/** Starts a scan. */
export declare function scan(sources: Array<Source>, rules: Rules, options: string, tell: Tell): Job;

/** Starts to judge resources, a JSON text of a list. */
export declare function evaluate(resources: string, rules: Rules, options: string, tell: Tell): Job;

/** The JSON Schema of a built-in kind; null where there is no such kind. */
export declare function schema(kind: string): string | null;

/** The built-in kinds, in the order of their names. */
export declare function kinds(): string;

/** The version of cspm. */
export declare function version(): string;

/** All resources of a scan. */
export declare class Inventory {
  private constructor();
  /** How many resources there are, of a kind or in all. */
  count(kind?: string | undefined | null): number;
  /** The resource with this uid. */
  get(uid: string): string | null;
  /** The resources from one position to another, of a kind or of all, one a line. */
  resources(kind: string | undefined | null, start: number, end: number): string;
  /** How many resources there are of each kind of which there are resources or gaps. */
  counts(): string;
  /** Every list that could not be made. */
  gaps(): string;
  /** Writes a snapshot to a file that is there whole or not at all. */
  save(path: string, tell: Tell): Job;
  /** The answer to a `select` statement. */
  sql(query: string, options: string): string;
  /** The same on a thread of its own. */
  sqlAsync(query: string, options: string, tell: Tell): Job;
}

/** The handle of work that goes on elsewhere. When it goes, as with a worker that is terminated, the work ends. */
export declare class Job {
  private constructor();
  /** Gives the answer that a ticket is for. */
  answer(ticket: number, text: string): void;
  /** Asks for another batch of events. */
  more(): void;
  /** Ends the work. It tells of its end as an error. */
  cancel(): void;
}

/** The calls that a scan would make. */
export declare class Plan {
  private constructor();
  /** The calls. */
  calls(): string;
  /** The IAM policy that allows exactly the AWS calls. */
  iamPolicy(): string;
  /** The ClusterRole that allows exactly the Kubernetes calls. */
  clusterRole(): string;
}

/** The result of a scan. */
export declare class Report {
  private constructor();
  /** How many findings there are. */
  get length(): number;
  /** The findings from one position to another, one a line. */
  findings(start: number, end: number): string;
  /** The status, rule id and uid of each finding. */
  statuses(): string;
  /** Everything about the report as a whole. */
  head(): string;
  /** What is said of each rule, in the order of their ids. */
  rules(): string;
  /** Failures of at least this severity that no exception covers. */
  openFailures(atLeast: string): number;
  /** The calls that the scan set out to make. */
  plan(): Plan;
  /** All resources. */
  inventory(): Inventory;
  /** The report in a format. */
  text(format: string): string;
  /** Writes the report to a file that is there whole or not at all, in the format given or that its name asks for. */
  write(path: string, format: string | undefined | null, tell: Tell): Job;
}

/** A choice of rules, read and checked. */
export declare class Rules {
  /** Reads and checks them. */
  constructor(options: string);
  /** What is said of each, in the order of their ids. */
  infos(): string;
  /** The frameworks, with their controls and the rules that answer them. */
  frameworks(): string;
  /** How many there are. */
  get length(): number;
}

/** A source of resources. */
export declare class Source {
  /** An AWS account. */
  static aws(options: string): Source;
  /** A cluster of Kubernetes. */
  static kubernetes(options: string): Source;
  /** Manifests of Kubernetes in files. */
  static manifests(paths: Array<string>, options: string): Source;
  /** An inventory in a file, or in an object of S3 that the credentials of `aws` may read. */
  static snapshot(path: string, options: string, aws?: Source | undefined | null): Source;
  /** An inventory in memory; errors call it `name`. */
  static snapshotOf(name: string, bytes: Buffer, options: string): Source;
  /** The sample. */
  static sample(): Source;
  /** A collector of the caller's. */
  static own(declared: string): Source;
}
