import { CodeBlock } from "../../../components/code-block";
import { Markdown } from "../../../components/markdown";
import { plainText } from "../../../lib/plain-text";
import { DiffView } from "./diff-view";
import type { ToolContent } from "./update-parts";

const noImage = () => null;
/** Characters shown of one text; the step's log has all of it. */
const MOST_CHARS = 20_000;

/** The file changes and texts of a tool call. `isOutput`: the texts are a program's output. */
export function ToolBody({ content, isOutput }: { content: readonly ToolContent[]; isOutput: boolean }) {
  return content.map((part, at) =>
    part.type === "diff" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a call have no other name
      <DiffView key={at} path={part.path} before={part.old_text} after={part.new_text} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a call have no other name
      <ToolText key={at} text={part.text} isOutput={isOutput} />
    ),
  );
}

function ToolText({ text, isOutput }: { text: string; isOutput: boolean }) {
  const shown = text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}\n…` : text;
  // Some agents wrap a program's output in code fences, others do not.
  return isOutput && !shown.startsWith("```") ? (
    <CodeBlock code={plainText(shown).trimEnd()} language={null} />
  ) : (
    <Markdown text={shown} imageOf={noImage} className="text-list" />
  );
}
