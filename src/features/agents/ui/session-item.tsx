import { ChevronRight, Info } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Avatar } from "../../../components/avatar";
import { Markdown } from "../../../components/markdown";
import { withMarks } from "../../../lib/marks";
import type { SessionItem, TextItem } from "./session-log";
import { ToolView } from "./tool-view";

interface Props {
  item: SessionItem;
  /** The item's `version`: items change in place, so only this number tells `memo` to render again. */
  version: number;
  asks: boolean;
  running: boolean;
  imageOf: (src: string) => string | null;
}

/** One message, tool call or note of a session. */
export const SessionItemView = memo(function SessionItemView({ item, asks, running, imageOf }: Props) {
  if (item.kind === "tool") return <ToolView {...{ item, asks, running }} />;
  switch (item.kind) {
    case "message":
      return <Markdown text={item.text} imageOf={imageOf} />;
    case "thought":
      return (
        <Folded label="Thought" item={item}>
          <Markdown text={item.text} imageOf={imageOf} className="text-muted" />
        </Folded>
      );
    case "prompt":
      return (
        <article aria-label="Prompt" className="rounded-outer bg-sunken px-3 py-2">
          <p className="mb-0.5 text-meta text-faint">Prompt</p>
          <p className="max-h-60 overflow-y-auto text-prose wrap-anywhere whitespace-pre-wrap">
            {withMarks(item.text)}
          </p>
        </article>
      );
    case "person":
      return <PersonSays by={item.by ?? ""} text={item.text} />;
    case "output":
      return (
        <Folded label="Output of its process" item={item}>
          <pre className="overflow-x-auto font-mono text-code text-muted">{item.text.trimEnd()}</pre>
        </Folded>
      );
    default:
      return (
        <p className="flex items-start gap-2 text-meta text-faint">
          <Info aria-hidden size={12} className="mt-0.5 shrink-0" />
          <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{withMarks(item.text)}</span>
        </p>
      );
  }
});

/** What a person wrote to the agent, which stands at the other side. */
function PersonSays({ by, text }: { by: string; text: string }) {
  return (
    <article
      aria-label={withMarks(`Message of ${by}`)}
      className="ml-auto w-fit max-w-[85%] rounded-outer bg-accent-soft px-3 py-2"
    >
      <p className="mb-0.5 flex items-center gap-1.5 text-meta text-muted">
        <Avatar name={by} size={16} decorative />
        {withMarks(by)}
      </p>
      <p className="max-h-60 overflow-y-auto text-prose wrap-anywhere whitespace-pre-wrap">
        {withMarks(text)}
      </p>
    </article>
  );
}

/** A collapsed section that shows the beginning of its text; for details most readers skip. */
function Folded({ label, item, children }: { label: string; item: TextItem; children: ReactNode }) {
  return (
    <details className="group/fold min-w-0">
      <summary className="flex min-h-6 cursor-pointer items-center gap-1.5 rounded-inner text-meta text-faint hover:text-text pointer-coarse:min-h-9">
        <ChevronRight
          aria-hidden
          size={12}
          className="shrink-0 transition-transform group-open/fold:rotate-90"
        />
        <span className="shrink-0 font-medium">{withMarks(label)}</span>
        <span className="min-w-0 truncate group-open/fold:hidden">{item.text.slice(0, 200)}</span>
      </summary>
      <div className="mt-1 border-l-2 border-line pl-3">{children}</div>
    </details>
  );
}
