import { Braces } from "lucide-react";
import { CopyButton } from "../../../components/copy-button";
import { JsonBlock } from "../../../components/json-block";
import { EmptyState } from "../../../components/states";
import type { WireRun } from "./wire";

/** What a run was given, and under it what its code returned. */
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
      {hasOutput(run) ? <Data label="Output" value={run.output} /> : null}
    </div>
  );
}

export const hasOutput = ({ output }: WireRun) => output !== null && output !== undefined;

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
