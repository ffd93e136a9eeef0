"use client";

import { FileClock, ListRestart, ListTodo, Lock } from "lucide-react";
import type { ReactNode } from "react";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { withMarks } from "../../../lib/marks";
import { withNumber } from "../../in-run/ui/run-facts";
import { useRun } from "../../in-run/ui/use-run";
import type { WireRun } from "../../in-run/ui/wire";
import { listOfNames, retryWords } from "./retry-words";
import type { RunActions } from "./use-run-actions";

/** Says what a retry replaces before it does it. */
export function RetryDialog({
  run,
  asking: { retry: from, revision },
  actions,
  onClose,
}: {
  run: Pick<WireRun, "id" | "name" | "number">;
  asking: { retry: string; revision: "same" | "newest" };
  actions: RunActions;
  onClose: () => void;
}) {
  const query = useRun(run.id);
  const name = query.data?.steps.find(({ step_id }) => step_id === from)?.name ?? from;
  const newest = query.data?.definition.newest_revision;
  const on = revision === "newest" && newest !== undefined ? ` on r${newest}` : "";
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Retry ${withNumber(run)} from ${name}${on}?`}
      description="It goes on as the same run. To keep this one as it is, run it again instead."
      confirmLabel={`Retry from ${name}`}
      keepLabel="Leave it"
      danger={false}
      onConfirm={() => actions.retry(from, revision)}
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={3} label="Loading the steps" />}>
        {(known) => <Replaced {...retryWords(known, from)} />}
      </QueryView>
    </ConfirmDialog>
  );
}

function Replaced({ anew, kept, coming, files }: ReturnType<typeof retryWords>) {
  return (
    <ul className="flex flex-col gap-1.5 text-list">
      {anew.length > 0 ? (
        <Line icon={ListRestart}>
          {withMarks(
            `Run anew: ${listOfNames(anew)}. ${anew.length === 1 ? "Its" : "Their"} logs and outputs so far stay as earlier attempts.`,
          )}
        </Line>
      ) : null}
      {coming > 0 ? (
        <Line
          icon={ListTodo}
        >{`Then ${coming} ${coming === 1 ? "step" : "steps"} that did not run yet.`}</Line>
      ) : null}
      {kept.length > 0 ? <Line icon={Lock}>{withMarks(`Kept: ${listOfNames(kept)}.`)}</Line> : null}
      {files === null ? null : <Line icon={FileClock}>{withMarks(files)}</Line>}
    </ul>
  );
}

function Line({ icon: Icon, children }: { icon: typeof Lock; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden size={14} className="mt-[3px] shrink-0 text-faint" />
      <span className="min-w-0 text-pretty break-words">{children}</span>
    </li>
  );
}
