/** How many items are made at once. */
const BATCH = 256;

/**
 * A list whose items are made when they are looked at, a batch at a time, so that a million of them need no memory: `length`,
 * `at`, iteration, and those methods of arrays that read.
 */
export class Sequence<T> implements Iterable<T> {
  /** The item at a position; `undefined` behind the last. */
  readonly [index: number]: T;
  /** How many items there are. */
  readonly length: number;
  readonly #make: (start: number, end: number) => T[];
  #batch: { start: number; items: T[] } = { start: 0, items: [] };

  /** @internal */
  constructor(length: number, make: (start: number, end: number) => T[]) {
    this.length = length;
    this.#make = make;
  }

  /** The item at a position; a negative one counts from the end. */
  at(position: number): T | undefined {
    const from = Math.trunc(position) || 0;
    const index = from < 0 ? this.length + from : from;
    if (index < 0 || index >= this.length) return undefined;
    const start = index - (index % BATCH);
    if (this.#batch.items.length === 0 || this.#batch.start !== start) {
      this.#batch = { start, items: this.#make(start, Math.min(start + BATCH, this.length)) };
    }
    return this.#batch.items[index - start];
  }

  /** The items in order. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let start = 0; start < this.length; start += BATCH) {
      yield* this.#make(start, Math.min(start + BATCH, this.length));
    }
  }

  /** The items from one position up to another, as those of `Array.prototype.slice`. */
  slice(start = 0, end = this.length): T[] {
    const bound = (at: number) => Math.min(Math.max(at < 0 ? this.length + at : at, 0), this.length);
    const [from, to] = [bound(Math.trunc(start) || 0), bound(Math.trunc(end) || 0)];
    return from < to ? this.#make(from, to) : [];
  }

  /** All items in an array. */
  toArray(): T[] {
    return [...this];
  }

  /** What `change` makes of each item. */
  map<U>(change: (item: T, index: number) => U): U[] {
    const all: U[] = [];
    this.forEach((item, index) => {
      all.push(change(item, index));
    });
    return all;
  }

  /** The items for which `test` holds. */
  filter(test: (item: T, index: number) => unknown): T[] {
    const all: T[] = [];
    this.forEach((item, index) => {
      if (test(item, index)) all.push(item);
    });
    return all;
  }

  /** The first item for which `test` holds. */
  find(test: (item: T, index: number) => unknown): T | undefined {
    let index = 0;
    for (const item of this) if (test(item, index++)) return item;
    return undefined;
  }

  /** Whether `test` holds for some item. */
  some(test: (item: T, index: number) => unknown): boolean {
    let index = 0;
    for (const item of this) if (test(item, index++)) return true;
    return false;
  }

  /** Whether `test` holds for every item. */
  every(test: (item: T, index: number) => unknown): boolean {
    return !this.some((item, index) => !test(item, index));
  }

  /** Calls `visit` with each item. */
  forEach(visit: (item: T, index: number) => void): void {
    let index = 0;
    for (const item of this) visit(item, index++);
  }

  /** What `add` makes of all items, one after the other. */
  reduce<U>(add: (sum: U, item: T, index: number) => U, begin: U): U {
    let sum = begin;
    this.forEach((item, index) => {
      sum = add(sum, item, index);
    });
    return sum;
  }

  /** All items, for `JSON.stringify`. */
  toJSON(): T[] {
    return this.toArray();
  }
}

const INDEX = /^(?:0|[1-9]\d*)$/;

// Positions are looked for behind all methods, so that these are as quick as ever.
const positions = new Proxy(
  {},
  {
    get(target, name, receiver) {
      if (typeof name === "string" && INDEX.test(name) && receiver instanceof Sequence) return receiver.at(Number(name));
      return Reflect.get(target, name, receiver);
    },
  },
);
Object.setPrototypeOf(Sequence.prototype, positions);

/**
 * The lines of a text of the native half, each made into an item.
 *
 * @internal
 */
export function lines<T>(text: string, make: (line: string) => T): T[] {
  return text === "" ? [] : text.split("\n").map(make);
}
