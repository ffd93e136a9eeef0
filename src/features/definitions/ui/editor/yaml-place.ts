import { yamlLanguage } from "@codemirror/lang-yaml";
import type { SyntaxNode } from "@lezer/common";
import type { Segment } from "./schema-at";

/** What can be read of a text that is being written: texts, lists and mappings, without what is broken. */
export type YamlValue = string | YamlValue[] | Map<string, YamlValue>;

/** Where the cursor stands. */
export interface YamlPlace {
  /** Of the value that is being written; of a key, the mapping that gets it. */
  path: Segment[];
  isKey: boolean;
  /** What is written already of the word, and where it begins. */
  word: string;
  from: number;
  /** The definition without what is being written. */
  root: YamlValue;
  /** The value of the cursor up to it, such as `Ship ${{ args.`; of a key the word. */
  before: string;
}

/** Stands in the text for the word at the cursor, so that the parser says where it belongs. */
const MARK = "Zq9MarkQz";

/** Where the cursor at `position` stands; null where nothing can be completed. */
export function placeAt(text: string, position: number): YamlPlace | null {
  const start = text.lastIndexOf("\n", position - 1) + 1;
  const line = text.slice(start, position);
  if (/^\s*-+$/.test(line) || /(?:^|\s)#/.test(line.replace(/"[^"]*"|'[^']*'/g, ""))) return null;
  const word = /[\w./-]*$/.exec(line)?.[0] ?? "";
  const from = position - word.length;
  const rest = text.slice(position).replace(/^[\w./-]+/, "");
  // A bare word on a line of its own would be read as more of the value above.
  const isAlone = /^\s*(?:- +)*$/.test(line.slice(0, -word.length || undefined)) && /^\s*(?:\n|$)/.test(rest);
  const marked = `${text.slice(0, from)}${MARK}${isAlone ? ": 1" : ""}${rest}`;
  const { root, mark } = readYaml(marked);
  if (!mark) return null;
  const before = mark.isKey ? word : mark.text.slice(0, mark.text.indexOf(MARK)) + word;
  return { path: mark.path, isKey: mark.isKey, word, from, root, before };
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: YamlValue, path: readonly Segment[]): YamlValue | undefined {
  let value: YamlValue | undefined = root;
  for (const segment of path) {
    if (value instanceof Map) value = value.get(String(segment));
    else if (Array.isArray(value)) value = value[Number(segment)];
    else return undefined;
  }
  return value;
}

interface Mark {
  path: Segment[];
  isKey: boolean;
  text: string;
}

function readYaml(text: string): { root: YamlValue; mark: Mark | null } {
  let mark: Mark | null = null;

  const textOf = (node: SyntaxNode) => text.slice(node.from, node.to);

  function read(node: SyntaxNode, path: Segment[]): YamlValue {
    switch (node.name) {
      case "BlockMapping":
      case "FlowMapping":
        return readMapping(node, path);
      case "BlockSequence":
      case "FlowSequence":
        return node.getChildren("Item").map((item, index) => {
          const content = contentOf(item);
          return content ? read(content, [...path, index]) : "";
        });
      case "Anchored":
      case "Tagged":
        return node.lastChild ? read(node.lastChild, path) : "";
      default: {
        const whole = textOf(node);
        if (whole.includes(MARK)) {
          mark = { path, isKey: false, text: whole };
          return "";
        }
        return unquoted(whole);
      }
    }
  }

  function readMapping(node: SyntaxNode, path: Segment[]): YamlValue {
    const map = new Map<string, YamlValue>();
    for (const pair of node.getChildren("Pair")) {
      const key = pair.getChild("Key");
      if (!key) continue;
      const name = unquoted(textOf(key));
      const value = contentOf(pair);
      if (name.includes(MARK)) mark = { path, isKey: true, text: name };
      else map.set(name, value ? read(value, [...path, name]) : "");
    }
    return map;
  }

  const document = yamlLanguage.parser.parse(text).topNode.getChild("Document");
  const content = document && contentOf(document);
  const root = content ? read(content, []) : new Map<string, YamlValue>();
  return { root, mark };
}

const BESIDE = new Set([":", "Key", "Comment", "DirectiveContent", "DirectiveEnd"]);

function contentOf(node: SyntaxNode): SyntaxNode | null {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (!BESIDE.has(child.name) && !child.type.isError) return child;
  }
  return null;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
