"use client";

import dynamic from "next/dynamic";
import { useCallback, useMemo } from "react";
import { TabPanel, Tabs } from "../../../components/tabs";
import { changedSearch, useAddress } from "../../../components/use-address";
import type { PermissionRequest } from "../../agents/schema";
import { SessionLog } from "../../agents/ui/session-log";
import { useEarlierTalk } from "../../agents/ui/use-earlier-talk";
import { useImageOf } from "../../artifacts/ui/use-image-of";
import { useLogNotes } from "../../comments/ui/use-log-notes";
import { isStalled, isTolerated } from "../../in-run/ui/step-look";
import type { WireAttempt, WireRun, WireStep } from "../../in-run/ui/wire";
import { LogErrors, marksOf } from "../../log/ui/log-errors";
import { LogToolbar } from "../../log/ui/log-toolbar";
import { LogViewer } from "../../log/ui/log-viewer";
import { useLogView } from "../../log/ui/use-log-view";
import { useStepLog } from "../../log/ui/use-step-log";
import { useWholeLog } from "../../log/ui/use-whole-log";
import { useProject } from "../../projects/ui/project-provider";
import { StepInputView, StepOutput, StepSummary } from "./step-data";

const ReviewedSession = dynamic(() =>
  import("../../approvals/ui/review/reviewed-session").then((part) => part.ReviewedSession),
);

const TalkBox = dynamic(() => import("../../agents/ui/talk-box").then((part) => part.TalkBox));

const LOGS = [
  { value: "log", label: "Log" },
  { value: "output", label: "Output" },
  { value: "input", label: "Input" },
  { value: "summary", label: "Summary" },
] as const;
/** An agent's log can also be shown as a session. */
const OF_AGENT = [{ value: "session", label: "Session" }, ...LOGS] as const;
type StepTab = (typeof OF_AGENT)[number]["value"];

/**
 * Logs, input and output of an attempt; `pending` are its agent's open permission requests. `newest`: people can write
 * to its agent.
 */
export function AttemptLogs({
  run,
  step,
  attempt,
  newest,
  pending,
}: {
  run: WireRun;
  newest: boolean;
  step: WireStep;
  attempt: WireAttempt;
  pending: readonly PermissionRequest[];
}) {
  const { get, set } = useAddress();
  const isAgent = step.kind === "agent";
  const tabs = isAgent ? OF_AGENT : LOGS;
  const [first] = tabs;
  const tab = tabs.find(({ value }) => value === get("tab"))?.value ?? first.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt has a session of its own
  const session = useMemo(() => (isAgent ? new SessionLog() : null), [isAgent, attempt.id]);
  const whole = useWholeLog(step.id, attempt.number, session, tab === "session");
  const { store, log } = useStepLog(step.id, attempt.number, tab === "log");
  const search = useCallback(
    () =>
      changedSearch(window.location.search, {
        step: step.step_id,
        attempt: String(attempt.number),
        tab: isAgent ? "log" : null,
      }),
    [step.step_id, attempt.number, isAgent],
  );
  const earlier = useEarlierTalk(step.id, attempt.number, session);
  const marks = useMemo(() => marksOf(attempt.errors), [attempt.errors]);
  const openAt = isTolerated(run, step) ? null : (attempt.errors?.[0]?.log_line ?? null);
  const view = useLogView({ id: step.id, attempt: attempt.number }, log, search, openAt);
  const imageOf = useImageOf(run.artifacts);
  const { may } = useProject();
  const notes = useLogNotes(run, step.step_id, attempt.number, may("run:write"));
  const running = attempt.status === "running";
  return (
    <Tabs
      tabs={[...tabs]}
      value={tab}
      onValueChange={(next: StepTab) => set({ tab: next === first.value ? null : next })}
      label="Logs of the step"
      className="flex-1"
      end={
        tab === "log" ? (
          <>
            <LogErrors marks={marks} onGo={view.go} />
            <LogToolbar
              view={view}
              log={log}
              downloadUrl={`/api/workflow-steps/${step.id}/logs/events?attempt=${attempt.number}`}
              fileName={`${step.step_id}-${attempt.number}.jsonl`}
            />
          </>
        ) : null
      }
    >
      {session ? (
        <TabPanel value="session" className="flex flex-col">
          <ReviewedSession
            log={whole}
            {...{ run, session, earlier, running, pending, imageOf }}
            step_id={step.step_id}
            attempt={attempt.number}
            stalled={isStalled(step)}
            held={run.over_budget !== null}
          />
          {newest && step.agent_session ? (
            <TalkBox run={run} step={step} session={step.agent_session} />
          ) : null}
        </TabPanel>
      ) : null}
      <TabPanel value="log" className="flex flex-col">
        <LogViewer
          key={attempt.id}
          {...{ store, log, view, running }}
          wrap={view.wrap}
          timestamps={view.timestamps}
          fromEnd={attempt.status !== "running"}
          marks={marks}
          notes={notes}
        />
      </TabPanel>
      <TabPanel value="output" className="flex flex-col">
        <StepOutput attempt={attempt} />
      </TabPanel>
      <TabPanel value="input" className="flex flex-col">
        <StepInputView stepId={step.id} attempt={attempt} />
      </TabPanel>
      <TabPanel value="summary" className="flex flex-col">
        <StepSummary stepId={step.id} attempt={attempt} />
      </TabPanel>
    </Tabs>
  );
}
