import { CircleCheck, CircleX, FileDiff } from "lucide-react";
import { Avatar } from "../../../components/avatar";
import { RelativeTime } from "../../../components/relative-time";
import { withMarks } from "../../../lib/marks";
import type { WireDecision } from "../../in-run/ui/wire";
import { answerRows } from "./answer-rows";

/** The decisions, oldest first, each with its note and form answer. */
export function DecisionList({
  decisions,
  form,
}: {
  decisions: WireDecision[];
  form: Record<string, unknown> | null;
}) {
  if (decisions.length === 0) return null;
  return (
    <ul aria-label="Decisions" className="flex flex-col gap-3">
      {decisions.map((each) => (
        <li key={`${each.attempt} ${each.created_at} ${each.user_name}`} className="flex min-w-0 gap-2">
          <Avatar name={each.user_name} size={24} decorative />
          <div className="flex min-w-0 flex-1 flex-col gap-1.5">
            <p className="flex min-h-6 flex-wrap items-center gap-x-1.5 text-list">
              <span className="min-w-0 truncate font-medium">{withMarks(each.user_name)}</span>
              {each.decision === "request_changes" ? (
                <span className="inline-flex items-center gap-1 text-needs-you">
                  <FileDiff aria-hidden size={14} /> requested changes
                </span>
              ) : each.decision === "approve" ? (
                <span className="inline-flex items-center gap-1 text-done">
                  <CircleCheck aria-hidden size={14} /> approved
                </span>
              ) : (
                <span className="inline-flex items-center gap-1 text-failed">
                  <CircleX aria-hidden size={14} /> rejected
                </span>
              )}
              <RelativeTime at={each.created_at} className="text-meta text-faint" />
            </p>
            {each.note ? (
              <p className="text-prose wrap-anywhere whitespace-pre-wrap text-pretty">{each.note}</p>
            ) : null}
            <Answer decision={each} form={form} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Answer({ decision, form }: { decision: WireDecision; form: Record<string, unknown> | null }) {
  const rows = answerRows(decision.answer, form);
  if (rows.length === 0) return null;
  return (
    <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 text-list">
      {rows.map(({ key, label, text }) => (
        <div key={key} className="contents">
          <dt className="text-muted">{withMarks(label)}</dt>
          <dd className="wrap-anywhere whitespace-pre-wrap">{withMarks(text)}</dd>
        </div>
      ))}
    </dl>
  );
}
