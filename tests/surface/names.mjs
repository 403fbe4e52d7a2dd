// Prints the public names of the package as it is installed where this is run, one a line, for tests/surface/main.rs.
//
// They are those of its declarations, as TypeScript reads them: a class has its members and the arguments of its constructor, a
// function its arguments, a union of literals its words; where an argument is an object of options, these stand for it. Names
// are in snake_case, as those of Rust and Python.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const ts = require("typescript");

const folder = join(process.cwd(), "node_modules/cspm");
const { types, typings, main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const entry = [types, typings, main?.replace(/\.[cm]?js$/, ".d.ts")].map((name) => join(folder, name ?? "-")).find(existsSync);
const program = ts.createProgram([entry], { noEmit: true, skipLibCheck: true, strict: true });
const checker = program.getTypeChecker();
const names = new Set();

const snake = (name) =>
  /^[a-z]/.test(name)
    ? name.replaceAll("JSON", "Json").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^length$/, "len")
    : name;
const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
const isOurs = (symbol) => symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName.startsWith(folder));
const isPublic = (symbol) => symbol.declarations?.every((declaration) => !(ts.getCombinedModifierFlags(declaration) & hidden));

/** The types whose members stand for an argument, which say nothing more by themselves. */
const ofOptions = new Set();

/** The public members of a type that are written in the package. */
function members(type) {
  const known = type.getProperties().filter((symbol) => isOurs(symbol) && isPublic(symbol));
  return known.map((symbol) => symbol.name).filter((name) => !/^(_|#)/.test(name));
}

/** The arguments of calls: their names, and of objects of options those of the options. */
function parameters(signatures) {
  return signatures.flatMap((signature) =>
    signature.getParameters().flatMap((parameter) => {
      const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
      const isPattern = parameter.valueDeclaration?.name?.kind === ts.SyntaxKind.ObjectBindingPattern;
      const isOptions = isPattern || /^(options|about|of)$/.test(parameter.name);
      if (!isOptions) return [parameter.name];
      if (type.symbol) ofOptions.add(type.symbol.name);
      for (const base of type.getBaseTypes?.() ?? []) ofOptions.add(base.symbol.name);
      return members(type);
    }),
  );
}

/** Adds a name with its members. */
function add(name, ofIt) {
  names.add(name);
  for (const member of ofIt) names.add(`${name}.${snake(member)}`);
}

function ofClass(name, of) {
  const type = checker.getDeclaredTypeOfSymbol(of);
  const constructor = checker.getTypeOfSymbol(of);
  const statics = members(constructor).filter((member) => member !== "prototype");
  // Errors are made by the package, and have what their base has.
  const bases = type.getBaseTypes().filter((base) => base.symbol.name === "CspmError");
  const isError = bases.length > 0 || name === "CspmError";
  const known = new Set(bases.flatMap(members));
  const own = members(type).filter((member) => !known.has(member));
  add(name, [...own, ...statics, ...(isError ? [] : parameters(constructor.getConstructSignatures()))]);
}

function ofType(name, of) {
  const type = checker.getDeclaredTypeOfSymbol(of);
  if (type.isUnion()) {
    return add(name, type.types.filter((part) => part.isStringLiteral()).map((part) => part.value));
  }
  // A name for a type that has one of its own.
  if (of.flags & ts.SymbolFlags.TypeAlias && type.symbol?.name !== "__type") return add(name, []);
  const event = type.getProperty("type");
  if (name.endsWith("Event") && event !== undefined) {
    return add(`Event.${checker.getTypeOfSymbol(event).value}`, members(type).filter((member) => member !== "type"));
  }
  return add(name, members(type));
}

function describe({ name, of }) {
  if (of.flags & ts.SymbolFlags.Function) {
    add(snake(name), parameters(checker.getTypeOfSymbol(of).getCallSignatures()));
  } else if (of.flags & ts.SymbolFlags.Class) {
    ofClass(name, of);
  } else if (of.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
    if (!ofOptions.has(name)) ofType(name, of);
  } else {
    add(snake(name), []);
  }
}

const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry))).map((symbol) => ({
  name: symbol.name,
  of: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
}));
const isType = ({ of }) => !(of.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class));
// Functions and classes first: they tell which types are those of options.
exported.filter((symbol) => !isType(symbol)).forEach(describe);
exported.filter(isType).forEach(describe);
console.log([...names].sort().join("\n"));
