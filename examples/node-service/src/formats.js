/** The exports: the end of the file's name, and its type. */
export const FORMATS = /** @type {const} */ ({
  json: ["json", "application/json"],
  ocsf: ["ocsf.json", "application/json"],
  asff: ["asff.json", "application/json"],
  sarif: ["sarif", "application/sarif+json"],
  junit: ["xml", "application/xml"],
  csv: ["csv", "text/csv"],
  markdown: ["md", "text/markdown"],
  html: ["html", "text/html"],
});

export const NAMES = /** @type {(keyof typeof FORMATS)[]} */ (Object.keys(FORMATS));
