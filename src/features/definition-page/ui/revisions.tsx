"use client";

import { Columns2, RotateCcw, Rows2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { CodeView } from "../../../components/code-view";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Select } from "../../../components/select";
import { Loading, Skeleton } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { useAddress } from "../../../components/use-address";
import { LIST_ITEM, useListNavigation } from "../../../components/use-list-navigation";
import { PAGE } from "../../../lib/follow-pages";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition, DefinitionRevision } from "../../definitions/schema";
import { useProject } from "../../projects/ui/project-provider";

const RevisionDiff = dynamic(() => import("./revision-diff").then((module) => module.RevisionDiff), {
  ssr: false,
  loading: () => <TextSkeleton />,
});

/** The definition's revisions; the one that is opened beside them: what it changed, or its source. */
export function Revisions({ definition }: { definition: Definition }) {
  const { id, revisions, revisions_next_cursor } = definition;
  const [asked, setAsked] = useState(false);
  const address = useAddress();
  const list = useListNavigation<HTMLOListElement>();
  const all = trpc.definitions.revisions.useInfiniteQuery(
    { id, limit: PAGE },
    { enabled: asked, getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const shown = all.data?.pages.flatMap((page) => page.items) ?? revisions;
  const more = all.data ? all.hasNextPage : revisions_next_cursor !== null;
  const newest = definition.revision ?? 0;
  const named = Number(address.get("revision"));
  const open = Number.isInteger(named) && named >= 1 && named <= newest ? named : newest;
  if (shown.length === 0) {
    return <p className="p-4 text-muted">The file was never valid, so there is no revision of it yet.</p>;
  }
  return (
    <div className="flex min-h-full flex-col xl:flex-row">
      <div className="shrink-0 p-2 max-xl:max-h-56 max-xl:overflow-y-auto max-xl:border-b max-xl:border-line xl:w-64 xl:border-r xl:border-line">
        <ol ref={list} aria-label="Revisions, newest first" className="flex flex-col">
          {shown.map((revision) => (
            <li key={revision.number}>
              <button
                {...LIST_ITEM}
                type="button"
                aria-current={revision.number === open ? "true" : undefined}
                onClick={() => address.set({ revision: String(revision.number), against: null })}
                className={cx(
                  "flex min-h-8 w-full items-center gap-2 rounded-inner px-2 text-left hover:bg-hover pointer-coarse:min-h-10",
                  revision.number === open && "bg-pressed",
                )}
              >
                <span className="w-8 shrink-0 text-muted tabular-nums">r{revision.number}</span>
                <Author revision={revision} />
                <RelativeTime at={revision.created_at} className="ml-auto shrink-0 text-meta text-faint" />
              </button>
            </li>
          ))}
        </ol>
        {more ? (
          <Button
            variant="ghost"
            busy={all.isFetching}
            onClick={() => (all.data ? void all.fetchNextPage() : setAsked(true))}
          >
            Show earlier revisions
          </Button>
        ) : null}
      </div>
      <OpenRevision
        key={open}
        definition={definition}
        number={open}
        newest={newest}
        known={shown.map(({ number }) => number)}
      />
    </div>
  );
}

function Author({ revision: { created_by } }: { revision: DefinitionRevision }) {
  if (created_by === null) return <span className="min-w-0 truncate text-muted">on disk</span>;
  return (
    <>
      <Avatar name={created_by} size={18} decorative />
      <span className="min-w-0 truncate">{withMarks(created_by)}</span>
    </>
  );
}

const AS_IT_IS = "source";

function OpenRevision({
  definition,
  number,
  newest,
  known,
}: {
  definition: Definition;
  number: number;
  newest: number;
  /** The revisions in the list, newest first; those that nobody uses any more have left gaps. */
  known: readonly number[];
}) {
  const { may } = useProject();
  const address = useAddress();
  const [split, setSplit] = useState(false);
  const [asking, setAsking] = useState(false);
  const asked = address.get("against");
  const other = Number(asked);
  const isOther = Number.isInteger(other) && other >= 1 && other <= newest && other !== number;
  const before = known.find((each) => each < number) ?? null;
  const against = isOther ? other : asked === AS_IT_IS ? null : before;
  const restores = may("definition:write") && definition.type === "yaml" && number !== newest;
  const others = known.filter((each) => each !== number);
  return (
    <section aria-label={`Revision ${number}`} className="flex min-w-0 flex-1 flex-col">
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
        <h2 className="font-medium">r{number}</h2>
        {number === newest ? <Badge>Newest</Badge> : null}
        <Select
          aria-label="What is shown"
          quiet
          value={against === null ? AS_IT_IS : String(against)}
          onValueChange={(value) => address.set({ revision: String(number), against: value })}
          options={[
            { value: AS_IT_IS, label: "Its source" },
            ...others.map((each) => ({
              value: String(each),
              label: `Compared with r${each}${each === newest ? ", the newest" : each === before ? ", before it" : ""}`,
            })),
          ]}
        />
        <span className="ml-auto flex items-center gap-2">
          {against === null ? null : (
            <IconButton
              label={split ? "One below the other" : "Side by side"}
              icon={split ? Rows2 : Columns2}
              onClick={() => setSplit(!split)}
            />
          )}
          {restores ? (
            <Button icon={RotateCcw} onClick={() => setAsking(true)}>
              Restore r{number}
            </Button>
          ) : null}
        </span>
      </div>
      {against === null ? (
        <RevisionSource definition={definition} number={number} />
      ) : (
        <Comparison definition={definition} number={number} against={against} split={split} />
      )}
      <RestoreDialog
        open={asking}
        onOpenChange={setAsking}
        definition={definition}
        number={number}
        newest={newest}
      />
    </section>
  );
}

/** A revision never changes. */
const FOR_GOOD = { staleTime: Number.POSITIVE_INFINITY };

const languageOf = ({ type }: Definition) => (type === "yaml" ? "yaml" : "typescript");

function RevisionSource({ definition, number }: { definition: Definition; number: number }) {
  const query = trpc.definitions.revision.useQuery({ id: definition.id, number }, FOR_GOOD);
  return (
    <QueryView query={query} skeleton={<TextSkeleton />} className="flex-1">
      {({ source }) => (
        <div className="flex h-[70vh] min-h-80 flex-col xl:h-auto xl:flex-1">
          <CodeView code={source} language={languageOf(definition)} label={`Source of revision ${number}`} />
        </div>
      )}
    </QueryView>
  );
}

function Comparison({
  definition,
  number,
  against,
  split,
}: {
  definition: Definition;
  number: number;
  against: number;
  split: boolean;
}) {
  const { id, path } = definition;
  const [first, second] = [Math.min(number, against), Math.max(number, against)];
  const older = trpc.definitions.revision.useQuery({ id, number: first }, FOR_GOOD);
  const newer = trpc.definitions.revision.useQuery({ id, number: second }, FOR_GOOD);
  return (
    <QueryView query={older} skeleton={<TextSkeleton />} className="flex-1">
      {({ source: before }) => (
        <QueryView query={newer} skeleton={<TextSkeleton />} className="flex-1">
          {({ source: after }) => (
            <>
              <p className="border-b border-line px-4 py-1.5 text-meta text-faint">
                From r{first} to r{second}
                {before === after ? ": nothing differs" : ""}
              </p>
              {before === after ? null : <RevisionDiff {...{ path, before, after, split }} />}
            </>
          )}
        </QueryView>
      )}
    </QueryView>
  );
}

function RestoreDialog({
  open,
  onOpenChange,
  definition,
  number,
  newest,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  definition: Definition;
  number: number;
  newest: number;
}) {
  const utils = trpc.useUtils();
  const { id: project_id } = useProject();
  const address = useAddress();
  const restore = trpc.definitions.restore.useMutation({
    onSuccess: (saved) => {
      utils.definitions.getBySlug.setData({ project_id, slug: saved.slug }, saved);
      void utils.definitions.invalidate();
      address.set({ revision: null, against: null });
      toast.done(`r${number} is restored as r${saved.revision}`);
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Restore r${number}?`}
      description={
        <>
          This writes <code className="text-code wrap-anywhere">{withMarks(definition.path)}</code> as it was
          in r{number}, as a new revision. r{newest} stays, and runs that have started keep theirs.
        </>
      }
      danger={false}
      confirmLabel={`Restore r${number}`}
      onConfirm={() => restore.mutateAsync({ id: definition.id, number })}
    />
  );
}

function TextSkeleton() {
  return (
    <Loading label="Loading the revision" className="flex flex-col gap-2 p-4">
      {["w-40", "w-72", "w-56", "w-24", "w-60"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </Loading>
  );
}
