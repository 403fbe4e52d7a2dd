// The order in which findings are shown: failures, unknowns, passes, each with the worst first. Each pair is a shelf.

import { SEVERITIES, STATUSES } from "./filters.js";

export const SHELVES = STATUSES.flatMap((status) => SEVERITIES.map((severity) => ({ status, severity })));

/** @type {Map<string, number>} */
const NUMBERS = new Map(SHELVES.map(({ status, severity }, number) => [`${status} ${severity}`, number]));

/** @param {{ status: string, severity: string }} finding */
export function shelfOf({ status, severity }) {
  const number = NUMBERS.get(`${status} ${severity}`);
  if (number === undefined) throw new Error(`a finding of status '${status}' and severity '${severity}'`);
  return number;
}

/** @param {import("./filters.js").Choice} choice */
export const chosenShelves = ({ statuses, severities }) =>
  SHELVES.map(({ status, severity }) => statuses.includes(status) && severities.includes(severity));
