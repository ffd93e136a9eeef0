import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import type { Vocabulary } from "../../schema";
import { propertiesOf, schemasAt, textOf, valuesOf } from "./schema-at";

const MAX_PARSE_MS = 1_000;

/** Where an option of a call of ours is written, such as `approvers.role` of `approve`. */
interface Option {
  callee: string;
  path: string[];
}

/**
 * Completes the options of `defineWorkflow` and of the calls of steps, and in their texts the names of phases, agents
 * and secrets. Other TypeScript is not known here.
 */
export function completeCode(vocabulary: Vocabulary, context: CompletionContext): CompletionResult | null {
  const { state, pos } = context;
  const text = (node: SyntaxNode) => state.sliceDoc(node.from, node.to);
  // A slow machine may not have parsed it yet, and one that is cut at the cursor does not say what stands around it.
  const tree = ensureSyntaxTree(state, state.doc.length, MAX_PARSE_MS) ?? syntaxTree(state);
  const node = tree.resolveInner(pos, -1);
  if (node.name === "String" || node.name === "TemplateString") {
    const options = inText(vocabulary, node, text, state.doc.toString());
    return options.length > 0 ? { from: node.from + 1, options, validFor: /^[\w./ -]*$/ } : null;
  }
  const object = node.name === "ObjectExpression" ? node : nameIn(node);
  const option = object && optionOf(object, text);
  const schema = option && vocabulary.code[option.callee];
  if (!object || !option || !schema) return null;
  const word = context.matchBefore(/\w*$/);
  const there = object.getChildren("Property").map((property) => {
    const name = property.getChild("PropertyDefinition");
    return name && name.to !== pos ? text(name) : "";
  });
  const options = [...propertiesOf(schemasAt(schema, option.path))].flatMap(
    ([label, found], index): Completion[] => {
      if (there.includes(label)) return [];
      const info = textOf(found.schema.description);
      const isList = found.schema.type === "array";
      return [
        {
          label,
          type: "property",
          ...(info ? { info } : {}),
          boost: 50 - Math.min(index, 40),
          apply:
            label === "run" && option.callee === "defineWorkflow" ? label : `${label}: ${isList ? "[" : ""}`,
        },
      ];
    },
  );
  return options.length > 0 ? { from: word?.from ?? pos, options, validFor: /^\w*$/ } : null;
}

/** The object in which a name is being written as a key. */
function nameIn(node: SyntaxNode): SyntaxNode | null {
  if (!["PropertyDefinition", "VariableName"].includes(node.name)) return null;
  const property = node.parent;
  return property?.name === "Property" && property.firstChild?.from === node.from ? property.parent : null;
}

/** Which option of which call the value `node` is. */
function optionOf(node: SyntaxNode, text: (node: SyntaxNode) => string): Option | null {
  const path: string[] = [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    const { parent } = at;
    if (parent?.name === "Property") path.unshift(propertyName(parent, text));
    else if (parent?.name === "ArgList") {
      const callee = parent.parent?.firstChild;
      return callee ? { callee: text(callee), path } : null;
    } else if (at.name !== "Property" && at.name !== "ObjectExpression" && at !== node) return null;
  }
  return null;
}

function propertyName(property: SyntaxNode, text: (node: SyntaxNode) => string): string {
  const name = property.firstChild;
  return name ? text(name).replace(/^["']|["']$/g, "") : "";
}

/** What may stand in a text between quotes. */
function inText(
  vocabulary: Vocabulary,
  node: SyntaxNode,
  text: (node: SyntaxNode) => string,
  source: string,
): Completion[] {
  const isItem = node.parent?.name === "ArrayExpression";
  const value = isItem ? node.parent : node;
  const option = value && optionOf(value, text);
  if (!option) return [];
  const { callee, path } = option;
  if (callee === "phase" && path.length === 0) return phasesOf(source);
  const schema = vocabulary.code[callee];
  if (!schema) return [];
  const found = schemasAt(schema, isItem ? [...path, 0] : path);
  const hint = found.map((each) => textOf(each["x-completes"])).find(Boolean);
  const listed = found.flatMap(valuesOf).map(({ value: label }) => ({ label, type: "enum" }));
  if (hint === "phase") return phasesOf(source);
  if (hint === "agent")
    return vocabulary.agents.map(({ name, command }) => ({ label: name, type: "class", detail: command }));
  if (hint === "secret")
    return vocabulary.secrets.map((label) => ({ label, type: "constant", detail: "secret" }));
  return listed;
}

/** The phases, where they are written out. */
function phasesOf(source: string): Completion[] {
  const [, list = ""] = /\bphases\s*:\s*\[([^\]]*)\]/.exec(source) ?? [];
  return [...list.matchAll(/(["'])(.*?)\1/g)].map(([, , label = ""]) => ({
    label,
    type: "class",
    detail: "phase",
  }));
}
