import type { AnyCollector } from "./collector.js";
import { type Event } from "./event.js";
import { Report } from "./report.js";
import { Rules } from "./rules.js";
/** Options of a stream. */
export interface StreamOptions {
    /** Ends the scan when it is aborted, and has it fail with the signal's reason. */
    signal?: AbortSignal | undefined;
    /** Tells of progress and of calls that did not go well, and not of each resource and finding: that takes longer than judging. */
    progressOnly?: boolean | undefined;
    /** Drops each resource when it is judged, unless a rule looks it up: the report then has no inventory, and of the findings
     * only failures and unknowns. */
    dropInventory?: boolean | undefined;
    /** Collects everything that the collectors have, not only what the rules need. */
    collectEverything?: boolean | undefined;
    /** A file for the graph of resources, as JSON. */
    graph?: string | undefined;
    /** How many seconds the sources may take, all at once. What is not read by then is unknown, and the report is of what there is. */
    timeout?: number | undefined;
}
/** Options of a scan. */
export interface ScanOptions extends StreamOptions {
    /** Is told of each event. Where it returns a promise, the scan waits for it; what it throws ends the scan, which fails with it. */
    onEvent?: ((event: Event) => unknown) | undefined;
}
/**
 * Scans: collects what the rules need, judges it, and says what could not be read. It runs on a thread of its own.
 *
 * @throws Where the rules are not usable, no collector could connect, or the signal was aborted. What goes wrong later is in the
 * coverage of the report.
 */
export declare function scan(collectors: AnyCollector | readonly AnyCollector[], rules?: Rules, { onEvent, ...options }?: ScanOptions): Promise<Report>;
/**
 * Scans, and tells of what happens while it happens; the last event is `done`, with the report. The scan waits where nobody takes
 * its events. Leaving the loop ends the scan.
 */
export declare function stream(collectors: AnyCollector | readonly AnyCollector[], rules?: Rules, options?: StreamOptions): AsyncGenerator<Event, void, undefined>;
