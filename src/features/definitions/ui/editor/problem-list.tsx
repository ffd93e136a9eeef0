"use client";

import { CircleAlert, CircleCheck, CircleDashed, CloudOff, TriangleAlert } from "lucide-react";
import { cx } from "../../../../components/cx";
import { Kbd } from "../../../../components/kbd";
import { withMarks } from "../../../../lib/marks";
import type { LoadFault } from "../../schema";
import type { Check } from "./use-check";

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** All faults of the text below its editor, then its warnings; a press moves the cursor there. */
export function ProblemList({
  check,
  path,
  onGo,
}: {
  check: Check;
  /** The definition's own file; faults elsewhere are named with theirs. */
  path: string;
  onGo: (fault: LoadFault) => void;
}) {
  const { faults, warnings } = check;
  const [Icon, text, colour] = summaryOf(check);
  const row = (fault: LoadFault, isWarning: boolean) => (
    <li key={`${fault.file}:${fault.line}:${fault.column}:${fault.message}`}>
      <Problem fault={fault} isWarning={isWarning} isHere={fault.file === path} onGo={onGo} />
    </li>
  );
  const some = faults.length + warnings.length > 0;
  return (
    <section
      aria-label="Problems"
      className="flex max-h-[32dvh] shrink-0 flex-col border-t border-line bg-canvas"
    >
      <header className="flex min-h-8 items-center gap-2 px-4 text-meta">
        <Icon aria-hidden size={14} className={cx("shrink-0", colour)} />
        <span role="status" className={cx("min-w-0 flex-1", some ? "text-text" : "text-muted")}>
          {text}
        </span>
        {some ? (
          <span className="flex items-center gap-1.5 text-faint max-sm:hidden">
            <Kbd>F8</Kbd> next
          </span>
        ) : null}
      </header>
      {some ? (
        <ul className="min-h-0 overflow-y-auto pb-1.5">
          {faults.map((fault) => row(fault, false))}
          {warnings.map((warning) => row(warning, true))}
        </ul>
      ) : null}
    </section>
  );
}

function summaryOf({ faults, warnings, isCurrent, failure }: Check) {
  if (failure !== null) return [CloudOff, `Not checked. ${failure}`, "text-muted"] as const;
  const parts = [
    ...(faults.length > 0 ? [counted(faults.length, "problem")] : []),
    ...(warnings.length > 0 ? [counted(warnings.length, "warning")] : []),
  ];
  if (faults.length > 0) return [CircleAlert, parts.join(", "), "text-failed"] as const;
  if (parts.length > 0) return [TriangleAlert, parts.join(), "text-needs-you"] as const;
  return isCurrent
    ? ([CircleCheck, "No problems", "text-done"] as const)
    : ([CircleDashed, "Checking…", "text-faint"] as const);
}

function Problem({
  fault,
  isWarning,
  isHere,
  onGo,
}: {
  fault: LoadFault;
  isWarning: boolean;
  isHere: boolean;
  onGo: (fault: LoadFault) => void;
}) {
  const place = `${fault.line}:${fault.column}`;
  const words = (
    <>
      <code className="shrink-0 text-code text-muted tabular-nums sm:min-w-12">
        {isHere ? place : `${withMarks(fault.file)}:${place}`}
      </code>
      <span className="min-w-0 text-pretty wrap-anywhere">
        {isWarning ? <span className="text-needs-you">Warning: </span> : null}
        {withMarks(fault.message)}
      </span>
    </>
  );
  const look = "flex w-full items-baseline gap-2.5 px-4 py-1 text-left text-list pointer-coarse:py-2";
  if (!isHere) return <p className={look}>{words}</p>;
  return (
    <button type="button" className={cx(look, "hover:bg-hover")} onClick={() => onGo(fault)}>
      {words}
    </button>
  );
}
