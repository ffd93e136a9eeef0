/** A node of a Markdown text, as far as it matters here. */
interface Node {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
}

/** Where `#12` is no name of a run: code, and what is a link already. */
const CLOSED = new Set(["code", "inlineCode", "link", "linkReference", "definition", "html"]);
const NUMBER = /(?<![\p{L}\p{N}_/&#])#([1-9]\d{0,8})(?![\p{L}\p{N}_])/gu;

/** A plugin of remark: makes `#12` in the text a link to `hrefOf(12)`. */
export const linkNumbers = (hrefOf: (number: number) => string) => () => (tree: unknown) =>
  linkIn(tree as Node, hrefOf);

function linkIn(node: Node, hrefOf: (number: number) => string): void {
  if (CLOSED.has(node.type) || !node.children) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === "text") return linked(child.value ?? "", hrefOf);
    linkIn(child, hrefOf);
    return [child];
  });
}

function linked(text: string, hrefOf: (number: number) => string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const { 0: found, 1: number, index } of text.matchAll(NUMBER)) {
    if (index > end) nodes.push({ type: "text", value: text.slice(end, index) });
    const children = [{ type: "text", value: found }];
    nodes.push({ type: "link", url: hrefOf(Number(number)), children });
    end = index + found.length;
  }
  if (end < text.length) nodes.push({ type: "text", value: text.slice(end) });
  return nodes;
}
