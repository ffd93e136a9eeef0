import { expect, it } from "vitest";
import { linkNumbers } from "./run-links";

const text = (value: string) => ({ type: "text", value });

/** The text with links as [words](address). */
function shown(children: object[]): string {
  const tree = { type: "root", children: [{ type: "paragraph", children }] };
  linkNumbers((number) => `/runs/${number}`)()(tree);
  const told = (node: { type: string; value?: string; url?: string; children?: object[] }): string => {
    const inside = (node.children ?? []).map((child) => told(child as typeof node)).join("");
    return node.type === "link" ? `[${inside}](${node.url})` : (node.value ?? "") + inside;
  };
  return told(tree);
}

it("makes numbers of runs links, at the beginning, within and at the end, and nothing else", () => {
  expect(shown([text("#12 is as #3, not #0, a#4, #5b, C#6 or x/#7; see (#1234).")])).toBe(
    "[#12](/runs/12) is as [#3](/runs/3), not #0, a#4, #5b, C#6 or x/#7; see ([#1234](/runs/1234)).",
  );
});

it("leaves code and links as they are", () => {
  const code = { type: "inlineCode", value: "#12" };
  const link = { type: "link", url: "/there", children: [text("#12")] };
  expect(shown([code, link, { type: "strong", children: [text("#12")] }])).toBe(
    "#12[#12](/there)[#12](/runs/12)",
  );
});
