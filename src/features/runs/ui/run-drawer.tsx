"use client";

import { Braces, ChevronDown, ChevronUp } from "lucide-react";
import { CopyButton } from "../../../components/copy-button";
import { cx } from "../../../components/cx";
import { JsonBlock } from "../../../components/json-block";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { RunHistory } from "./run-history";
import type { WireRun } from "./wire";

const TABS = [
  { value: "args", label: "Args" },
  { value: "history", label: "History" },
] as const;

/** What belongs to the run as a whole, below its steps. Closed until a tab is chosen, so the log has the room. */
export function RunDrawer({
  run,
  hrefOf,
}: {
  run: WireRun;
  hrefOf: (step_id: string, attempt: number) => string;
}) {
  const { get, set } = useAddress();
  const open = TABS.find(({ value }) => value === get("more"))?.value ?? null;
  return (
    <section
      aria-label="More about the run"
      className="flex max-h-[45%] shrink-0 flex-col border-t border-line"
    >
      <div className="flex h-9 shrink-0 items-center gap-0.5 px-2">
        {TABS.map(({ value, label }) => {
          const chosen = value === open;
          const Sign = chosen ? ChevronDown : ChevronUp;
          return (
            <button
              key={value}
              type="button"
              aria-expanded={chosen}
              aria-controls="run-drawer"
              onClick={() => set({ more: chosen ? null : value })}
              className={cx(
                "h-control flex items-center gap-1 rounded-outer px-2 text-list transition-colors hover:bg-hover hover:text-text",
                chosen ? "text-text" : "text-muted",
              )}
            >
              {label}
              <Sign aria-hidden size={12} className="text-faint" />
            </button>
          );
        })}
      </div>
      <div id="run-drawer" className="flex min-h-0 flex-col">
        {open === "args" ? <Args run={run} /> : null}
        {open === "history" ? (
          <div className="min-h-0 overflow-y-auto border-t border-line">
            <RunHistory run={run} hrefOf={hrefOf} />
          </div>
        ) : null}
      </div>
    </section>
  );
}

function Args({ run }: { run: WireRun }) {
  if (Object.keys(run.args).length === 0) {
    return (
      <EmptyState icon={Braces} title="No args" className="border-t border-line py-8">
        The run was started without any.
      </EmptyState>
    );
  }
  return (
    <div className="relative flex min-h-0 flex-col border-t border-line">
      <JsonBlock value={run.args} label="Args" />
      <div className="absolute top-1.5 right-3">
        <CopyButton text={JSON.stringify(run.args, null, 2)} label="Copy the args" />
      </div>
    </div>
  );
}
