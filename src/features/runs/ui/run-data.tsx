import { Braces } from "lucide-react";
import { CopyButton } from "../../../components/copy-button";
import { JsonBlock } from "../../../components/json-block";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import type { WireRun } from "../../in-run/ui/wire";
import { hasOutput, useOutput } from "../../steps/ui/use-output";

/** The args of a run and, below, its output. */
export function RunData({ run }: { run: WireRun }) {
  const hasArgs = Object.keys(run.args).length > 0;
  if (!hasArgs && !hasOutput(run)) {
    return (
      <EmptyState icon={Braces} title="No args" className="border-t border-line py-8">
        The run was started without any.
      </EmptyState>
    );
  }
  return (
    <div className="flex min-h-0 flex-col overflow-y-auto">
      {hasArgs ? <Data label="Args" value={run.args} /> : null}
      {hasOutput(run) ? <RunOutput run={run} /> : null}
    </div>
  );
}

function RunOutput({ run }: { run: WireRun }) {
  const { value, isLoading, error } = useOutput(run);
  if (error !== null) return <ErrorState message={error} />;
  if (isLoading) return <SkeletonRows rows={3} label="Loading the output" />;
  return <Data label="Output" value={value} />;
}

function Data({ label, value }: { label: string; value: unknown }) {
  return (
    <div className="relative shrink-0 border-t border-line">
      {label === "Output" ? <h3 className="px-4 pt-3 text-meta text-muted">{label}</h3> : null}
      <JsonBlock value={value} label={label} />
      <div className="absolute top-1.5 right-3">
        <CopyButton text={JSON.stringify(value, null, 2)} label={`Copy the ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
