"use client";

import { Bot } from "lucide-react";
import Link from "next/link";
import { Duration } from "../../../components/duration";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { stepLook } from "../../in-run/ui/step-look";
import type { WireStep } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import type { AgentSession } from "../schema";
import { SessionFacts } from "./session-facts";

/** The agent sessions of a run, each with the other steps that used it. */
export function SessionsPanel({
  steps,
  onStep,
}: {
  steps: readonly WireStep[];
  onStep: (step_id: string) => void;
}) {
  const shown = steps.flatMap((step) => (step.agent_session ? [{ step, session: step.agent_session }] : []));
  if (shown.length === 0) {
    return (
      <EmptyState icon={Bot} title="No agent worked on this run" className="border-t border-line py-8">
        A step of the type agent has a session, with all that was said and done in it.
      </EmptyState>
    );
  }
  return (
    <ul
      aria-label="Agent sessions"
      className="min-h-0 divide-y divide-line overflow-y-auto border-t border-line"
    >
      {shown.map(({ step, session }) => (
        <li key={step.id} className="flex flex-col gap-0.5 px-4 py-2">
          <div className="flex min-w-0 flex-wrap items-center gap-x-4">
            <button
              type="button"
              onClick={() => onStep(step.step_id)}
              className="max-w-full min-w-0 truncate rounded-inner text-list font-medium hover:underline"
            >
              {withMarks(step.name)}
            </button>
            <SessionFacts session={session}>
              <StatusIcon
                status={session.status === "running" ? stepLook(step) : displayStatus(session.status)}
              />
              {session.started_at ? <Duration from={session.started_at} to={session.completed_at} /> : null}
            </SessionFacts>
          </div>
          <OtherSteps session={session} step={step} />
        </li>
      ))}
    </ul>
  );
}

function OtherSteps({ session, step }: { session: AgentSession; step: WireStep }) {
  const { slug } = useProject();
  const query = trpc.agentSessions.get.useQuery({ id: session.id });
  const others = (query.data?.steps ?? []).filter(({ id }) => id !== step.id);
  if (others.length === 0) return null;
  return (
    <p className="text-meta text-muted">
      Also worked on{" "}
      {others.slice(0, 5).map((other, at) => (
        <span key={other.id}>
          {at > 0 ? ", " : null}
          <Link
            href={`/p/${slug}/runs/${other.workflow_run_id}?step=${encodeURIComponent(other.step_id)}`}
            className="text-accent-text hover:underline"
          >
            {withMarks(`${other.name} of ${withNumber({ name: other.run_name, number: other.run_number })}`)}
          </Link>
        </span>
      ))}
      {others.length > 5 ? ` and ${others.length - 5} more` : null}
    </p>
  );
}
