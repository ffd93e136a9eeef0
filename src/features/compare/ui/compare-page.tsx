"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ArrowLeftToLine, Columns2, Ellipsis, History, Plus, Unlink, X } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useEffect, useMemo, useRef, useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { CONTROL } from "../../../components/control";
import { sayFault } from "../../../components/fault";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { PageHeader } from "../../../components/page-header";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Select } from "../../../components/select";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { Switch } from "../../../components/switch";
import { toast } from "../../../components/toast";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { useTabTitle } from "../../../components/use-tab-title";
import { inSentence, withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { useProject } from "../../projects/ui/project-provider";
import { MAX_COMPARED } from "../../runs/limits";
import { useCompare } from "../../runs/ui/use-compare";
import { refsOf, withBase, withoutRun, withRun } from "./address";
import { CompareTable } from "./compare-table";
import { type ComparedRun, differs, stepRows, type WireComparison } from "./sections";
import {
  argsSection,
  artifactsSection,
  changesSection,
  comparedLook,
  factsOf,
  outputsSection,
  stepsSection,
} from "./shown-sections";

const CompareLogs = dynamic(() => import("./compare-logs").then((part) => part.CompareLogs));

/** Runs side by side, as the address names them: `?runs=12,15`, the first being what the others are compared with. */
export function ComparePage() {
  const project = useProject();
  const { get, set } = useAddress();
  const refs = useMemo(() => refsOf(get("runs")), [get]);
  const query = trpc.runs.compare.useQuery(
    { project_id: project.id, runs: refs.slice(0, MAX_COMPARED).join(",") },
    { enabled: refs.length > 0, placeholderData: keepPreviousData },
  );
  const numbers = query.data?.runs.map(({ number }) => `#${number}`).join(", ") ?? "";
  useTabTitle(`${numbers === "" ? "Compare runs" : `Compare ${numbers}`} · ${inSentence(project.name)}`);
  const setRuns = (runs: string) => set({ runs, with: null, log: null });
  const missing = query.error?.data?.code === "NOT_FOUND" ? missingOf(query.error.data.details) : [];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {refs.length === 0 ? (
        <>
          <PageHeader back={{ label: "Runs", href: `/p/${project.slug}/runs` }} title="Compare runs" />
          <EmptyState
            icon={Columns2}
            title="No runs to compare yet"
            className="flex-1"
            action={<AddRun refs={refs} onRuns={setRuns} />}
          >
            Name a run by its number, or select some in the table of runs and press Compare.
          </EmptyState>
        </>
      ) : missing.length > 0 ? (
        <>
          <PageHeader back={{ label: "Runs", href: `/p/${project.slug}/runs` }} title="Compare runs" />
          <EmptyState
            icon={Unlink}
            title="A run is not here"
            className="flex-1"
            action={
              <>
                <Button onClick={() => setRuns(refs.filter((_, at) => !missing.includes(at)).join(","))}>
                  Compare without it
                </Button>
                <ButtonLink href={`/p/${project.slug}/runs`}>All runs</ButtonLink>
              </>
            }
          >
            {withMarks(query.error?.message ?? "")} It may have been deleted.
          </EmptyState>
        </>
      ) : (
        <QueryView
          query={query}
          skeleton={<SkeletonRows rows={16} label="Loading the comparison" />}
          className="flex-1"
        >
          {(comparison) => (
            <>
              {refs.length > MAX_COMPARED ? (
                <p role="note" className="border-b border-line bg-sunken px-4 py-2 text-list text-muted">
                  {MAX_COMPARED} runs are compared at most: these are the first of the {refs.length} in the
                  address.
                </p>
              ) : null}
              <Compared comparison={comparison} onRuns={setRuns} />
            </>
          )}
        </QueryView>
      )}
    </div>
  );
}

/** The places of those runs that the answer says are not there. */
function missingOf(details: readonly { path: string }[] | null | undefined): number[] {
  return (details ?? []).flatMap(({ path }) => {
    const [, at] = /^runs\.(\d+)$/.exec(path) ?? [];
    return at === undefined ? [] : [Number(at)];
  });
}

function Compared({ comparison, onRuns }: { comparison: WireComparison; onRuns: (runs: string) => void }) {
  const project = useProject();
  const { get, set } = useAddress();
  const { findLastGood } = useCompare();
  const adder = useRef<HTMLInputElement>(null);
  const { runs, steps } = comparison;
  const refs = runs.map(({ number }) => String(number));
  const changes = trpc.runs.compareChanges.useQuery({ project_id: project.id, runs: refs.join(",") });
  const list = useListNavigation<HTMLDivElement>();
  const onlyDiffering = get("differs") !== null && runs.length > 1;
  const asked = runs.findIndex(({ number }) => String(number) === get("with"));
  const other = asked > 0 ? asked : 1;
  const logsOf = runs.length > 1 ? steps.find(({ step_id }) => step_id === get("log")) : undefined;
  const opened = useRef<string | null>(null);
  if (logsOf) opened.current = logsOf.step_id;

  const toggle = () => set({ differs: onlyDiffering ? null : "1" });
  const showLogs = (step_id: string) => set({ log: step_id }, { push: true });
  const closeLogs = () => set({ log: null });
  const add = (ref: string) => {
    const next = withRun(refs, ref);
    if (next === null) toast.failed("Ten runs are compared at most", { description: "Remove one first." });
    else onRuns(next);
  };
  const last = runs.at(-1);
  const addLastGood = async () => {
    if (!last) return;
    const good = await findLastGood(last);
    if (good && refs.includes(String(good.number))) {
      toast.done(`${withNumber(good)} is the last good one, and here already`);
    } else if (good) onRuns([String(good.number), ...refs].slice(0, MAX_COMPARED).join(","));
  };
  const first = useMemo(() => {
    const rows = stepRows(comparison).filter(({ step }) => step.kind !== "approval");
    const failed = rows.find((row) => differs(row) && row.of.some((step) => step?.status === "failed"));
    return (failed ?? rows.find(differs) ?? rows[0])?.step;
  }, [comparison]);
  useCommands([
    ...(runs.length > 1
      ? [
          command("differs", onlyDiffering ? "Show all rows" : "Show only what differs", "o", toggle),
          ...(first
            ? [command("logs", `Logs of ${first.name} side by side`, "l", () => showLogs(first.step_id))]
            : []),
          ...runs
            .slice(1)
            .flatMap((run, at) => [
              command(`base.${run.id}`, `Compare with ${withNumber(run)} as the base`, undefined, () =>
                onRuns(withBase(refs, at + 1)),
              ),
              command(`remove.${run.id}`, `Remove ${withNumber(run)} from the comparison`, undefined, () =>
                onRuns(withoutRun(refs, at + 1)),
              ),
            ]),
        ]
      : []),
    command("add", "Add a run to the comparison", "a", () => adder.current?.focus()),
    ...(runs.length < MAX_COMPARED
      ? [command("last-good", "Compare with the last good one", "=", () => void addLastGood())]
      : []),
  ]);

  // Back from the logs, the focus is where it was.
  const isOpen = logsOf !== undefined;
  useEffect(() => {
    const step_id = opened.current;
    if (isOpen || step_id === null) return;
    opened.current = null;
    document.querySelector<HTMLElement>(`[data-logs-of="${CSS.escape(step_id)}"]`)?.focus();
  }, [isOpen]);

  const { slug } = project;
  const problem = changes.error ? sayFault(changes.error) : null;
  const sections = useMemo(
    () => [
      factsOf(comparison, slug),
      argsSection(comparison),
      stepsSection(
        comparison,
        slug,
        comparison.runs.length > 1 ? (step_id) => set({ log: step_id }, { push: true }) : undefined,
      ),
      outputsSection(comparison),
      artifactsSection(comparison, slug),
      changesSection(comparison.runs, changes.data, problem, slug),
    ],
    [comparison, slug, changes.data, problem, set],
  );
  const base = runs[0];
  const beside = runs[other];
  if (logsOf && base && beside) {
    return (
      <CompareLogs
        step={logsOf}
        runs={runs}
        other={other}
        onOther={(at) => set({ with: refs[at] ?? null })}
        onlyDiffering={onlyDiffering}
        onToggle={toggle}
        onClose={closeLogs}
      />
    );
  }
  return (
    <>
      <PageHeader
        back={{ label: "Runs", href: `/p/${slug}/runs` }}
        title="Compare runs"
        meta={<span className="max-md:sr-only">{runs.length === 1 ? "one run" : `${runs.length} runs`}</span>}
        actions={
          <div className="flex flex-wrap items-center justify-end gap-2">
            {runs.length > 1 ? (
              <span className="flex h-control items-center gap-2 text-list text-muted">
                <Switch label="Only what differs" checked={onlyDiffering} onCheckedChange={toggle} />
                <span aria-hidden>Only what differs</span>
              </span>
            ) : null}
            {runs.length > 2 ? (
              <Select
                quiet
                className="md:hidden"
                aria-label="The run beside the base"
                value={String(other)}
                onValueChange={(at) => set({ with: refs[Number(at)] ?? null })}
                options={runs.slice(1).map((run, at) => ({
                  value: String(at + 1),
                  label: `#${run.number} ${run.name}`,
                }))}
              />
            ) : null}
            {runs.length < MAX_COMPARED ? (
              <>
                <Button icon={History} onClick={() => void addLastGood()}>
                  Last good one
                </Button>
                <AddRun input={adder} refs={refs} onRuns={(next) => add(next.split(",").at(-1) ?? "")} />
              </>
            ) : null}
          </div>
        }
      />
      {runs.length === 1 ? (
        <p role="note" className="border-b border-line bg-sunken px-4 py-2 text-list text-pretty text-muted">
          There is one run here, so nothing to compare it with. Add another by its number, or take the last
          one of its definition that completed.
        </p>
      ) : null}
      <div ref={list} className="flex min-h-0 flex-1 flex-col">
        <CompareTable
          heads={runs.map((run, at) => ({
            id: run.id,
            head: (
              <RunHead
                run={run}
                href={`/p/${slug}/runs/${run.id}`}
                isBase={at === 0 && runs.length > 1}
                onBase={at === 0 ? undefined : () => onRuns(withBase(refs, at))}
                onRemove={runs.length === 1 ? undefined : () => onRuns(withoutRun(refs, at))}
              />
            ),
          }))}
          other={other}
          sections={sections}
          onlyDiffering={onlyDiffering}
        />
      </div>
    </>
  );
}

const command = (id: string, label: string, shortcut: string | undefined, run: () => void) => ({
  id: `compare.${id}`,
  label,
  group: "Comparison",
  icon: Columns2,
  ...(shortcut === undefined ? {} : { shortcut }),
  run,
});

/** A field for the number of a run. */
function AddRun({
  input,
  refs,
  onRuns,
}: {
  input?: React.RefObject<HTMLInputElement | null>;
  refs: readonly string[];
  onRuns: (runs: string) => void;
}) {
  const [text, setText] = useState("");
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        const next = /^#?\d{1,9}$/.test(text.trim()) ? withRun(refs, text.trim().replace("#", "")) : null;
        if (next === null) {
          toast.failed("That is no run's number", { description: "Write it as #12 or 12." });
          return;
        }
        setText("");
        onRuns(next);
      }}
    >
      <span className="w-20">
        <input
          ref={input}
          aria-label="Number of a run to add"
          placeholder="#12"
          inputMode="numeric"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          className={`${CONTROL} h-control tabular-nums`}
        />
      </span>
      <IconButton type="submit" icon={Plus} label="Add the run" disabled={text.trim() === ""} />
    </form>
  );
}

function RunHead({
  run,
  href,
  isBase,
  onBase,
  onRemove,
}: {
  run: ComparedRun;
  href: string;
  isBase: boolean;
  onBase: (() => void) | undefined;
  onRemove: (() => void) | undefined;
}) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex min-w-0 items-center gap-1.5">
        <StatusIcon status={comparedLook(run)} />
        <span className="text-meta text-faint tabular-nums">#{run.number}</span>
        {isBase ? <Badge tone="accent">Base</Badge> : null}
        {onBase || onRemove ? (
          <span className="-my-1 ml-auto">
            <Menu
              trigger={
                <IconButton label={`Column of ${withNumber(run)}`} icon={Ellipsis} bare className="size-6" />
              }
            >
              {onBase ? (
                <MenuItem icon={ArrowLeftToLine} onClick={onBase}>
                  Make it the base
                </MenuItem>
              ) : null}
              {onRemove ? (
                <MenuItem icon={X} onClick={onRemove}>
                  Remove from the comparison
                </MenuItem>
              ) : null}
            </Menu>
          </span>
        ) : null}
      </span>
      <Link
        href={href}
        className="truncate rounded-inner font-medium hover:underline"
        title={withMarks(run.name)}
      >
        {withMarks(run.name)}
      </Link>
      <span className="truncate text-meta text-muted">
        <RelativeTime at={run.started_at ?? run.created_at} />
      </span>
    </span>
  );
}
