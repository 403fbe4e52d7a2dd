/** Names of ours in camelCase. What is data (kinds, rule ids, tags, accounts) keeps its names. */

/** The object with its own names in camelCase; nothing below it is changed. */
export function camel(of: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [camelName(key), value]));
}

/** Every value of a map by data, changed. */
export function mapped<T>(of: object, change: (value: object) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value as object)]));
}

function camelName(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
