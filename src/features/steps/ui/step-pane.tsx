"use client";

import { Hourglass } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useEffect } from "react";
import { Button } from "../../../components/button";
import { Duration } from "../../../components/duration";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import type { PermissionRequest } from "../../agents/schema";
import { SessionFacts } from "../../agents/ui/session-facts";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { attemptLook, isTolerated, stepLookIn } from "../../in-run/ui/step-look";
import type { WireAttempt, WireDecision, WireRun, WireStep } from "../../in-run/ui/wire";
import { AttemptChooser, LogIsGone } from "./attempt-chooser";
import { endOf } from "./attempt-facts";
import { AttemptLogs } from "./attempt-logs";
import { StepError } from "./step-error";
import { useEarlierAttempts, useStep } from "./use-step";

const PermissionAsks = dynamic(() =>
  import("../../agents/ui/permission-asks").then((part) => part.PermissionAsks),
);
const ApprovalView = dynamic(
  () => import("../../approvals/ui/approval-view").then((part) => part.ApprovalView),
  {
    loading: () => <BodySkeleton />,
  },
);

/**
 * One step with its logs or its approval. `step` is what the run already knows of it; `failedAction` is
 * offered after a failure; `links` lead to comments and artifacts; `back` leads to the list on small screens.
 */
export function StepPane({
  run,
  step,
  waitsFor,
  failedAction,
  links,
  back,
}: {
  run: WireRun;
  step: WireStep;
  /** Why the step has not begun, as a sentence. */
  waitsFor: string;
  failedAction: ReactNode;
  links: ReactNode;
  back: ReactNode;
}) {
  const query = useStep(step.id, { enabled: step.attempt > 0 });
  if (step.attempt === 0) {
    return (
      <section aria-label={withMarks(step.name)} className="flex min-h-0 min-w-0 flex-1 flex-col">
        <PaneHeader run={run} step={step} links={links} back={back} />
        {step.status === "skipped" ? (
          <EmptyState icon={Hourglass} title="This step was skipped">
            {step.error_message ?? "It was not needed, or the run ended before it."}
          </EmptyState>
        ) : (
          <EmptyState icon={Hourglass} title="This step has not begun">
            {withMarks(waitsFor)}
          </EmptyState>
        )}
      </section>
    );
  }
  return (
    <section aria-label={withMarks(step.name)} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <QueryView
        query={query}
        skeleton={<PaneSkeleton run={run} step={step} links={links} back={back} />}
        className="flex-1"
      >
        {({ attempts, attempts_next_cursor: earlier, decisions, permission_requests: requests }) => (
          <Attempts {...{ run, step, attempts, earlier, decisions, requests, failedAction, links, back }} />
        )}
      </QueryView>
    </section>
  );
}

function Attempts({
  run,
  step,
  attempts,
  earlier,
  decisions,
  requests,
  failedAction,
  links,
  back,
}: {
  run: WireRun;
  step: WireStep;
  attempts: WireAttempt[];
  /** Cursor for earlier attempts; null if all are loaded. */
  earlier: string | null;
  decisions: WireDecision[];
  /** Permission requests of all attempts. */
  requests: PermissionRequest[];
  failedAction: ReactNode;
  links: ReactNode;
  back: ReactNode;
}) {
  const { get, set } = useAddress();
  const more = useEarlierAttempts(step.id, earlier);
  const wanted = Number(get("attempt"));
  const isEarlier = wanted > 0 && wanted < (attempts[0]?.number ?? 0);
  // If the address names an earlier attempt, load pages until it is there.
  useEffect(() => {
    if (isEarlier) more?.load();
  });
  const attempt = attempts.find(({ number }) => number === wanted) ?? attempts.at(-1);
  if (!attempt) return <PaneSkeleton run={run} step={step} links={links} back={back} />;
  const newest = attempt === attempts.at(-1);
  const pending = requests.filter((each) => each.status === "pending" && each.attempt === attempt.number);
  const error = newest ? (step.error_message ?? attempt.error_message) : attempt.error_message;
  return (
    <>
      <PaneHeader run={run} step={step} attempt={attempt} links={links} back={back}>
        <AttemptChooser
          step={step}
          attempts={attempts}
          value={attempt.number}
          onValueChange={(number) =>
            set({ attempt: number === attempts.at(-1)?.number ? null : String(number) })
          }
        />
        {more ? (
          <Button variant="ghost" busy={more.busy} onClick={more.load}>
            Show earlier attempts
          </Button>
        ) : null}
      </PaneHeader>
      {step.agent_session && newest ? (
        <div className="flex shrink-0 px-4 pb-1.5">
          <SessionFacts session={step.agent_session} />
        </div>
      ) : null}
      {attempt.status === "failed" && error ? (
        <StepError
          message={error}
          errors={attempt.errors}
          tolerated={newest && isTolerated(run, step)}
          onLine={(line) => {
            // The log's own address of a line, which it follows.
            set({ tab: step.kind === "agent" ? "log" : null });
            window.location.hash = `L${line}`;
          }}
          action={newest && step.status === "failed" ? failedAction : null}
        />
      ) : null}
      {step.kind === "approval" ? (
        <ApprovalView key={attempt.id} {...{ run, step, attempt, newest, decisions }} />
      ) : (
        <>
          {pending.length > 0 ? <PermissionAsks requests={pending} step={step} run={run} /> : null}
          <AttemptLogs key={attempt.id} {...{ run, step, attempt, newest, pending }} />
        </>
      )}
    </>
  );
}

function PaneHeader({
  run,
  step,
  attempt,
  links,
  back,
  children,
}: {
  run: WireRun;
  step: WireStep;
  attempt?: WireAttempt;
  links: ReactNode;
  back: ReactNode;
  children?: ReactNode;
}) {
  const end = attempt ? endOf(attempt) : null;
  return (
    <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-2.5 px-4 py-1">
      {back}
      <StatusIcon
        status={
          attempt && attempt.number !== step.attempt ? attemptLook(step, attempt) : stepLookIn(run, step)
        }
      />
      <h2 className="min-w-0 truncate text-list font-medium">{withMarks(step.name)}</h2>
      {children}
      <span className="ml-auto flex items-center gap-2 text-meta text-faint">
        {links}
        {attempt?.file_missing ? <LogIsGone attempt={attempt} /> : null}
        {end ? <span>{end}</span> : null}
        {attempt?.worker_id && step.kind !== "approval" ? (
          <span className="max-md:hidden" title={`Worker ${attempt.worker_id}`}>
            worker <span className="font-mono">{attempt.worker_id.slice(0, 6)}</span>
          </span>
        ) : null}
        {attempt?.status === "running" && step.stalled_since !== null ? (
          <span className="text-stalled">
            stalled <RelativeTime at={step.stalled_since} />
          </span>
        ) : attempt?.status === "running" && step.waiting_for === "approval" ? (
          <span>
            asked <RelativeTime at={attempt.started_at} />
          </span>
        ) : attempt ? (
          <Duration from={attempt.started_at} to={attempt.completed_at} className="text-muted" />
        ) : null}
      </span>
    </header>
  );
}

function PaneSkeleton({
  run,
  step,
  links,
  back,
}: {
  run: WireRun;
  step: WireStep;
  links: ReactNode;
  back: ReactNode;
}) {
  return (
    <>
      <PaneHeader run={run} step={step} links={links} back={back} />
      <BodySkeleton />
    </>
  );
}

function BodySkeleton() {
  return (
    <Loading label="Loading the step" className="flex flex-col gap-2 border-t border-line px-4 py-4">
      {["w-2/5", "w-3/5", "w-1/3"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}
