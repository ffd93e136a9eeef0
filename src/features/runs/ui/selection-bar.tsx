"use client";

import { Archive, Ban, Columns2, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { PickDialog } from "../../../components/pick-dialog";
import { isRunEnded } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { LabelDot } from "../../labels/ui/label-chip";
import { useProject } from "../../projects/ui/project-provider";
import { MAX_COMPARED } from "../limits";
import type { RunListItem } from "../schema";
import { CancelRunsDialog } from "./cancel-runs-dialog";
import type { OpenCounts } from "./cancel-words";
import { useBulk } from "./use-bulk";
import { useCompare } from "./use-compare";

function countsOf(runs: readonly RunListItem[]): OpenCounts {
  const counts: OpenCounts = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const WITH_GOOD = "Compare with the last good one";

const idsOf = (runs: readonly RunListItem[]) => runs.map((run) => run.id);

/** Actions on the selected rows, below the table. Each is for those of them that it can be done to. */
export function SelectionBar({ chosen, onClear }: { chosen: RunListItem[]; onClear: () => void }) {
  const { may } = useProject();
  const bulk = useBulk();
  const [asked, setAsked] = useState<"cancel" | "delete" | "labels" | null>(null);
  // The dialog is about the runs for which it was opened.
  const [about, setAbout] = useState<RunListItem[]>([]);
  const { open: openCompared, openWithLastGood } = useCompare();
  const writes = may("run:write");
  const open = chosen.filter((run) => writes && !isRunEnded(run.status));
  const ended = chosen.filter((run) => writes && isRunEnded(run.status));
  const ask = (what: "cancel" | "delete" | "labels", runs: RunListItem[]) => {
    setAbout(runs);
    setAsked(what);
  };
  const unarchived = ended.filter((run) => run.archived_at === null);
  const archive = () => void bulk.archive(idsOf(unarchived)).then(onClear);
  const retry = () => void bulk.retry(idsOf(ended)).then(onClear);
  const isAny = chosen.length > 0;
  const [only, second] = chosen;
  const tooMany = chosen.length > MAX_COMPARED;
  /** The oldest is the base. One alone is compared with the last good one. */
  const compare = () => {
    if (only && !second) void openWithLastGood(only);
    else if (!tooMany) openCompared(chosen.map(({ number }) => number).sort((a, b) => a - b));
  };
  const command = (given: boolean, id: string, label: string, shortcut: string, run: () => void) =>
    given ? [{ id: `runs.${id}`, label, group: "Selected runs", shortcut, run }] : [];
  useCommands([
    ...command(ended.length > 0, "retry", "Retry the selected runs", "shift+t", retry),
    ...command(open.length > 0, "cancel", "Cancel the selected runs", "shift+c", () => ask("cancel", open)),
    ...command(unarchived.length > 0, "archive", "Archive the selected runs", "shift+z", archive),
    ...command(isAny && !tooMany, "compare", second ? "Compare the selected runs" : WITH_GOOD, "=", compare),
    ...command(isAny && writes, "label", "Label the selected runs", "shift+l", () => ask("labels", chosen)),
    ...command(ended.length > 0 && may("run:delete"), "delete", "Delete the selected runs", "shift+d", () =>
      ask("delete", ended),
    ),
    ...command(isAny, "clear", "Clear the selection", "escape", onClear),
  ]);
  return (
    <>
      {isAny ? (
        <section
          aria-label="Chosen runs"
          className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-1.5"
        >
          <span role="status" className="mr-auto text-list tabular-nums">
            {bulk.done === null ? `${chosen.length} selected` : `${bulk.done} of ${chosen.length} done`}
          </span>
          <Button
            icon={Columns2}
            disabled={tooMany}
            title={tooMany ? "Ten runs are compared at most" : second ? undefined : WITH_GOOD}
            onClick={compare}
          >
            Compare
          </Button>
          {ended.length > 0 ? (
            <Button icon={RotateCcw} busy={bulk.done !== null} onClick={retry}>
              Retry {counted(ended, chosen)}
            </Button>
          ) : null}
          {writes ? (
            <Button icon={Tag} disabled={bulk.done !== null} onClick={() => ask("labels", chosen)}>
              Label…
            </Button>
          ) : null}
          {open.length > 0 ? (
            <Button icon={Ban} disabled={bulk.done !== null} onClick={() => ask("cancel", open)}>
              Cancel {counted(open, chosen)}
            </Button>
          ) : null}
          {unarchived.length > 0 ? (
            <Button icon={Archive} disabled={bulk.done !== null} onClick={archive}>
              Archive {counted(unarchived, chosen)}
            </Button>
          ) : null}
          {ended.length > 0 && may("run:delete") ? (
            <Button icon={Trash2} disabled={bulk.done !== null} onClick={() => ask("delete", ended)}>
              Delete {counted(ended, chosen)}…
            </Button>
          ) : null}
          <Button variant="ghost" icon={X} onClick={onClear}>
            Clear selection
          </Button>
        </section>
      ) : null}
      {asked === "cancel" ? (
        <CancelRunsDialog
          choice={{ ids: idsOf(about) }}
          counts={countsOf(about)}
          onClose={() => setAsked(null)}
          onDone={onClear}
        />
      ) : null}
      {asked === "labels" ? (
        <LabelRuns runs={about} label={bulk.label} onClose={() => setAsked(null)} />
      ) : null}
      {asked === "delete" ? (
        <ConfirmDialog
          open
          onOpenChange={(next) => next || setAsked(null)}
          title={`Delete ${about.length === 1 ? "this run" : `these ${about.length} runs`}?`}
          description={deleteWords(about)}
          confirmLabel={about.length === 1 ? "Delete the run" : `Delete ${about.length} runs`}
          keepLabel={about.length === 1 ? "Keep it" : "Keep them"}
          onConfirm={async () => {
            await bulk.remove(idsOf(about));
            onClear();
          }}
        />
      ) : null}
    </>
  );
}

/** "selected" where all are, else how many of them. */
const counted = (some: readonly unknown[], all: readonly unknown[]) =>
  some.length === all.length ? "selected" : String(some.length);

function deleteWords(runs: readonly RunListItem[]): string {
  const sum = (count: (run: RunListItem) => number) => runs.reduce((total, run) => total + count(run), 0);
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const artifacts = sum((run) => run.artifacts_count);
  const comments = sum((run) => run.comments_count);
  const lost = [
    "their logs",
    ...(artifacts > 0 ? [plural(artifacts, "artifact")] : []),
    ...(comments > 0 ? [plural(comments, "comment")] : []),
  ];
  const listed = lost.length > 1 ? `${lost.slice(0, -1).join(", ")} and ${lost.at(-1)}` : lost[0];
  return `With ${listed} they are gone for good.`;
}

/** Puts a label on all of the runs; on those that all have it, takes it off. */
function LabelRuns({
  runs,
  label,
  onClose,
}: {
  runs: readonly RunListItem[];
  label: ReturnType<typeof useBulk>["label"];
  onClose: () => void;
}) {
  const { id: project_id } = useProject();
  const labels = trpc.labels.list.useQuery({ project_id });
  const ids = runs.map((run) => run.id);
  const onAll = (id: string) => runs.every((run) => run.labels.some((own) => own.id === id));
  const items = labels.data?.items ?? [];
  return (
    <PickDialog
      title={`Label ${runs.length === 1 ? "the run" : `${runs.length} runs`}`}
      placeholder="Find a label"
      choices={items.map(({ id, name, color }) => ({
        id,
        label: name,
        sign: <LabelDot color={color} />,
        hint: onAll(id) ? "take off" : undefined,
        chosen: onAll(id),
      }))}
      empty={
        labels.isPending ? "Loading the labels…" : "No such label. Make one in the settings or on a run."
      }
      onPick={(id) => {
        const name = items.find((item) => item.id === id)?.name;
        if (name !== undefined) void label(ids, onAll(id) ? { remove: [name] } : { add: [name] });
      }}
      onClose={onClose}
    />
  );
}
