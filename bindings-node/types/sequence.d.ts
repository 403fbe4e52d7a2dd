/**
 * A list whose items are made when they are looked at, a batch at a time, so that a million of them need no memory: `length`,
 * `at`, iteration, and those methods of arrays that read.
 */
export declare class Sequence<T> implements Iterable<T> {
    #private;
    /** The item at a position; `undefined` behind the last. */
    readonly [index: number]: T;
    /** How many items there are. */
    readonly length: number;
    /** The item at a position; a negative one counts from the end. */
    at(position: number): T | undefined;
    /** The items in order. */
    [Symbol.iterator](): IterableIterator<T>;
    /** The items from one position up to another, as those of `Array.prototype.slice`. */
    slice(start?: number, end?: number): T[];
    /** All items in an array. */
    toArray(): T[];
    /** What `change` makes of each item. */
    map<U>(change: (item: T, index: number) => U): U[];
    /** The items for which `test` holds. */
    filter(test: (item: T, index: number) => unknown): T[];
    /** The first item for which `test` holds. */
    find(test: (item: T, index: number) => unknown): T | undefined;
    /** Whether `test` holds for some item. */
    some(test: (item: T, index: number) => unknown): boolean;
    /** Whether `test` holds for every item. */
    every(test: (item: T, index: number) => unknown): boolean;
    /** Calls `visit` with each item. */
    forEach(visit: (item: T, index: number) => void): void;
    /** What `add` makes of all items, one after the other. */
    reduce<U>(add: (sum: U, item: T, index: number) => U, begin: U): U;
    /** All items, for `JSON.stringify`. */
    toJSON(): T[];
}
