"use client";

import { Braces, FileText } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "../../../components/copy-button";
import { JsonBlock } from "../../../components/json-block";
import { Markdown } from "../../../components/markdown";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import type { WireAttempt } from "../../in-run/ui/wire";
import { useLogText } from "../../log/ui/use-log-text";
import { useRunHref } from "../../projects/ui/use-run-href";
import { hasOutput, useOutput } from "./use-output";

const RUNNING_HINT = "It is there once the step has ended.";

/** Characters of a summary that is shown as Markdown; a longer one, which would hold up the page, as text. */
const MARKDOWN_LIMIT = 100_000;

function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <JsonBlock value={value} label={label} className="flex-1" />
      <div className="absolute top-1.5 right-3">
        <CopyButton text={JSON.stringify(value, null, 2) ?? ""} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}

/** The attempt's output, which later steps can read. */
export function StepOutput({ attempt }: { attempt: WireAttempt }) {
  const { value, isLoading, error } = useOutput(attempt);
  if (error !== null) return <ErrorState message={error} />;
  if (isLoading) return <TextSkeleton />;
  if (hasOutput(attempt)) return <Json value={value} label="Output" />;
  return (
    <EmptyState icon={Braces} title="No output">
      {attempt.status === "running"
        ? RUNNING_HINT
        : "A script gives one by writing JSON to the file that $PHASEBOARD_OUTPUT names."}
    </EmptyState>
  );
}

function TextSkeleton() {
  return (
    <Loading className="flex flex-col gap-2 px-4 py-3">
      {["w-1/3", "w-2/5", "w-1/4"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The attempt's input: command, environment, folder. */
export function StepInputView({ stepId, attempt }: { stepId: string; attempt: WireAttempt }) {
  const { text, phase, message } = useLogText(stepId, attempt.number, "input");
  if (phase === "failed") return <ErrorState message={message ?? "Reload the page."} />;
  const json = parsed(text);
  if (json) return <Json value={json.value} label="Input" />;
  if (phase !== "done") return <TextSkeleton />;
  return (
    <Text
      text={text}
      emptyTitle="No input"
      label="Input"
      hint="Nothing was kept of what the step was given."
    />
  );
}

/** The attempt's summary, which is Markdown. */
export function StepSummary({ stepId, attempt }: { stepId: string; attempt: WireAttempt }) {
  const { text, phase, message } = useLogText(stepId, attempt.number, "summary");
  const numberHref = useRunHref();
  if (phase === "failed") return <ErrorState message={message ?? "Reload the page."} />;
  if (text === "" && phase !== "done" && attempt.status !== "running") return <TextSkeleton />;
  return (
    <Text
      text={text}
      emptyTitle="No summary"
      label="Summary"
      hint={attempt.status === "running" ? RUNNING_HINT : "The step wrote none."}
      shown={
        text.length > MARKDOWN_LIMIT ? undefined : (
          <Markdown text={text} imageOf={() => null} numberHref={numberHref} />
        )
      }
    />
  );
}

function Text({
  text,
  label,
  emptyTitle,
  hint,
  shown,
}: {
  text: string;
  label: string;
  emptyTitle: string;
  hint: string;
  /** How the text is shown; absent: as it is. */
  shown?: ReactNode;
}) {
  if (text.trim() === "") {
    return (
      <EmptyState icon={FileText} title={emptyTitle}>
        {withMarks(hint)}
      </EmptyState>
    );
  }
  return (
    <section
      aria-label={withMarks(label)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-4 py-3 text-prose break-words outline-offset-[-2px]"
    >
      {shown ?? <div className="whitespace-pre-wrap">{withMarks(text)}</div>}
    </section>
  );
}
