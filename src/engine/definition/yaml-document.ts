/**
 * YAML as definitions use it: one document of the core schema, as JSON with the place of each value. A file that could
 * cost much time or memory is refused before it is parsed.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import { numeralFault } from "../../lib/number-fault";
import { type DefinitionFault, describeValue, formatPath, type PathSegment } from "./faults";

export const MAX_SOURCE_BYTES = 256 * 1024;
const MAX_TOKENS = 30_000;
const MAX_DEPTH = 32;
/** Limit for the number of values, with aliases written out. */
const MAX_VALUES = 20_000;
export const MAX_FAULTS = 100;

const CORE_TAGS = ["str", "int", "float", "bool", "null", "seq", "map"].map(
  (name) => `tag:yaml.org,2002:${name}`,
);

/**
 * Reports at the value of `path`, at the key `at.key` inside it, or `at.offset` characters into the source. `at.missing`:
 * the key whose absence it is.
 */
export type Report = (
  path: readonly PathSegment[],
  message: string,
  at?: { key?: string; offset?: number; expected?: string; missing?: string },
) => void;

export interface YamlSource {
  value: unknown;
  report: Report;
  /** The text of a scalar as written (`1.10`, not 1.1), for values that become text. */
  textOf(path: readonly PathSegment[]): string | null;
  /** Offset of the `${{` of the value's n-th expression; undefined where it cannot be told. */
  expressionOffset(path: readonly PathSegment[], index: number): number | undefined;
}

/** A `YamlSource` for a value that does not come from YAML, so nothing is known about places and spelling. */
export function plainSource(value: unknown, report: Report): YamlSource {
  return { value, report, textOf: () => null, expressionOffset: () => undefined };
}

interface Place {
  value: Range;
  key?: Range;
  text?: string;
}
type Range = { start: number; end: number };

/** Thrown to stop reading a file at once. */
class Refused extends Error {}

/** Reads `source` and calls `use` with it, unless the file is refused. Returns at most 100 faults, in order. */
export function readYaml(source: string, file: string, use: (yaml: YamlSource) => void): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const lines = new LineCounter();
  const places = new Map<string, Place>();
  const add = (offset: number, message: string, path: string, expected: string | null = null) => {
    if (faults.length >= MAX_FAULTS) return;
    const { line, col } = lineAndColumn(lines, offset);
    if (faults.some((f) => f.line === line && f.column === col && f.message === message)) return;
    faults.push({ file, line, column: col, message, path, expected });
  };
  const report: Report = (path, message, at = {}) => {
    const key = at.key === undefined ? undefined : places.get(keyOf([...path, at.key]))?.key;
    const offset = at.offset ?? (key ?? nearest(places, path))?.start ?? 0;
    const name = formatPath(at.key === undefined ? path : [...path, at.key]);
    add(offset, name === "" ? message : `${name}: ${message}`, name, at.expected);
  };

  try {
    refuseUnreadable(source);
    const document = parseDocument(source, {
      lineCounter: lines,
      prettyErrors: false,
      schema: "core",
      merge: false,
      // With "silent" the library would drop a second document without an error.
      logLevel: "error",
      // The library compares each key with every other, which is slow; keys are compared in a set below.
      uniqueKeys: false,
    });
    for (const { code, message, pos } of document.errors) {
      add(pos[0], code === "MULTIPLE_DOCS" ? ONE_DOCUMENT : tidy(message), "");
    }
    if (document.directives?.yaml.explicit || hasTagDirective(document)) {
      add(0, "YAML directives (%YAML, %TAG) are not supported", "");
    }
    if (faults.length > 0) return faults;
    const reader = new Reader(document, places, (node, path, message) =>
      report(path, message, { offset: node?.range?.[0] }),
    );
    const value = reader.read();
    if (faults.length > 0) return faults;
    use({
      value,
      report,
      textOf: (path) => places.get(keyOf(path))?.text ?? null,
      expressionOffset: (path, index) => offsetOfExpression(source, places.get(keyOf(path))?.value, index),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    add(0, error.message, "");
  }
  return faults.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Refuses a source by its text and tokens alone, before a tree is built. */
function refuseUnreadable(source: string): void {
  if (source.length > MAX_SOURCE_BYTES || Buffer.byteLength(source) > MAX_SOURCE_BYTES) {
    throw new Refused("the file has more than 256 KB");
  }
  if (!isStorable(source)) throw new Refused("the file has a NUL character or is not valid Unicode");
  let tokens = 0;
  let depth = 0;
  let indicators = 0;
  let scalarFollows = false;
  for (const token of new Lexer().lex(source)) {
    if (++tokens > MAX_TOKENS) throw new Refused("the file is too complex: it has too many parts");
    if (!scalarFollows) {
      if (token === "[" || token === "{") depth++;
      else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
      else if (token === "-" || token === "?") indicators++;
      else if (token === "\n" || token === "\r\n") indicators = 0;
    }
    // The lexer sends this mark before the text of a plain scalar.
    scalarFollows = token === "\u001f";
    if (depth > MAX_DEPTH || indicators > MAX_DEPTH) throw new Refused(TOO_DEEP);
  }
}

const ONE_DOCUMENT =
  "a second YAML document begins here (behind --- or ...), and a file holds one: move it to a file of its own";
const TOO_DEEP = `the file is nested more than ${MAX_DEPTH} levels deep`;

/** Turns nodes into JSON and records the place of each value. */
class Reader {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private values = 0;

  constructor(
    private readonly document: Document,
    private readonly places: Map<string, Place>,
    private readonly fault: (node: Node | null | undefined, path: PathSegment[], message: string) => void,
  ) {}

  read(): unknown {
    return this.valueOf(this.document.contents, []);
  }

  private valueOf(node: Node | null, path: PathSegment[]): unknown {
    if (++this.values > MAX_VALUES)
      throw new Refused("the file is too large once its aliases are written out");
    if (path.length > MAX_DEPTH) throw new Refused(TOO_DEEP);
    if (!node) return null;
    this.note(node, path);
    if (isAlias(node)) return this.aliasOf(node.source, node, path);
    if (node.tag !== undefined && !CORE_TAGS.includes(node.tag)) {
      this.fault(node, path, `the tag ${describeValue(node.tag)} is not supported`);
      return null;
    }
    if ("anchor" in node && node.anchor) this.anchors.set(node.anchor, node);
    this.open.add(node);
    try {
      if (isMap(node)) return this.mapOf(node.items as Pair<Node, Node | null>[], path);
      if (isSeq(node)) return node.items.map((item, index) => this.valueOf(item as Node, [...path, index]));
      return this.scalarOf(node, path);
    } finally {
      this.open.delete(node);
    }
  }

  private aliasOf(name: string, node: Node, path: PathSegment[]): unknown {
    const target = this.anchors.get(name);
    if (!target) this.fault(node, path, `there is no anchor &${name} above`);
    else if (this.open.has(target))
      this.fault(node, path, `the alias *${name} stands inside of what it names`);
    else return this.valueOf(target, path);
    return null;
  }

  private mapOf(pairs: Pair<Node, Node | null>[], path: PathSegment[]): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      if (!isScalar(key) || key.tag !== undefined) {
        this.fault(key, path, "a key must be plain text");
        continue;
      }
      const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value ?? ""));
      if (name === "<<") this.fault(key, path, "merge keys (<<) are not supported; write the keys out");
      else if (name === "__proto__" || !isStorable(name)) this.fault(key, path, "this key is not allowed");
      else if (entries.has(name)) this.fault(key, path, `the key ${describeValue(name)} is there twice`);
      else {
        entries.set(name, this.valueOf(value, [...path, name]));
        const place = this.places.get(keyOf([...path, name])) ?? { value: rangeOf(key) };
        this.places.set(keyOf([...path, name]), { ...place, key: rangeOf(key) });
      }
    }
    return Object.fromEntries(entries);
  }

  private scalarOf(node: Node, path: PathSegment[]): unknown {
    const value = isScalar(node) ? node.value : null;
    if (typeof value === "string" && !isStorable(value)) {
      this.fault(node, path, "the text has a NUL character or is not valid Unicode");
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.fault(node, path, "expected a finite number; write it as text, in quotes");
    } else if ((typeof value === "number" || typeof value === "bigint") && !isVariable(path)) {
      const written = isScalar(node) ? (node.source ?? String(value)) : String(value);
      const fault = /^[-+]?\d/.test(written) ? numeralFault(written) : null;
      if (fault) this.fault(node, path, `${written} ${fault}`);
    }
    return typeof value === "bigint" ? Number(value) : value;
  }

  /** Records the first place only: values of an alias get the place of the alias. */
  private note(node: Node, path: PathSegment[]): void {
    const key = keyOf(path);
    const place = this.places.get(key);
    const text = isScalar(node) ? (node.source ?? undefined) : undefined;
    this.places.set(key, { value: place?.value ?? rangeOf(node), text });
  }
}

/** Whether the path is a value of `env`, which is text exactly as written. */
function isVariable(path: readonly PathSegment[]): boolean {
  return (
    (path.length === 2 && path[0] === "env") ||
    (path.length === 4 && path[0] === "steps" && path[2] === "env")
  );
}

/** Whether Postgres and a process's environment can hold the text: neither takes U+0000 or half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

const keyOf = (path: readonly PathSegment[]) => JSON.stringify(path);

function rangeOf(node: Node): Range {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}

/** The place of the value, or of the nearest value around it. */
function nearest(places: Map<string, Place>, path: readonly PathSegment[]): Range | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(keyOf(path.slice(0, length)));
    if (place) return place.value;
  }
  return undefined;
}

function offsetOfExpression(source: string, range: Range | undefined, index: number): number | undefined {
  if (!range) return undefined;
  let offset = range.start - 1;
  for (let i = 0; i <= index; i++) {
    offset = source.indexOf("${{", offset + 1);
    if (offset < 0 || offset >= range.end) return undefined;
  }
  return offset;
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), col: Math.max(1, col) };
}

function hasTagDirective(document: Document): boolean {
  return Object.keys(document.directives?.tags ?? {}).some((handle) => handle !== "!!");
}

/** The YAML library's message as one sentence. */
function tidy(message: string): string {
  const line = message.split("\n", 1)[0] ?? message;
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/[:.]$/, "");
}
