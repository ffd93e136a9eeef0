"use client";

import { ListTree } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { Dialog, firstField } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { QueryView } from "../../../components/query-view";
import { SelectField } from "../../../components/select-field";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import type { DefinitionListItem } from "../schema";
import { ArgsFields } from "./args-form/args-fields";
import { useArgsDraft } from "./args-form/use-args-draft";
import { EarlierRuns } from "./earlier-runs";
import { keepStartDraft, readStartDraft } from "./start-drafts";

export interface StartRunDialogProps {
  projectId: string;
  projectSlug: string;
  /** A preselected definition; absent: the person chooses. */
  definitionId?: string;
  /** Args to begin with; absent: the definition's defaults. */
  args?: Record<string, unknown>;
  title?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/**
 * Dialog that starts a run: definition, name and args. The person stays on the page and gets a link to the
 * run, or opens the run with the second button.
 */
export function StartRunDialog({ open, onOpenChange, title = "New run", ...where }: StartRunDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} width="md">
      {open ? <Choices {...where} onClose={() => onOpenChange(false)} /> : null}
    </Dialog>
  );
}

type ChoicesProps = Omit<StartRunDialogProps, "open" | "onOpenChange" | "title"> & { onClose: () => void };

function Choices({ projectId, projectSlug, definitionId, args, onClose }: ChoicesProps) {
  const definitions = trpc.definitions.list.useQuery({ project_id: projectId });
  const last = useLastStarted(projectId, definitionId === undefined);
  return (
    <QueryView
      query={last.isKnown ? definitions : { ...definitions, data: undefined }}
      skeleton={<FormSkeleton />}
    >
      {({ items }) => {
        const startable = items.filter(
          (item) => item.status === "active" && item.revision !== null && item.disabled_at === null,
        );
        const isThere = definitionId === undefined || startable.some(({ id }) => id === definitionId);
        return startable.length === 0 || !isThere ? (
          <NothingToStart projectSlug={projectSlug} broken={items.length > 0} one={startable.length > 0} />
        ) : (
          <ChosenForm
            {...{ projectId, projectSlug, definitionId, args, onClose }}
            last={last.definition_id}
            definitions={startable}
          />
        );
      }}
    </QueryView>
  );
}

/** The definition of the run that the person started last, wherever that was. */
function useLastStarted(project_id: string, enabled: boolean) {
  const me = trpc.users.me.useQuery(undefined, { enabled });
  const runs = trpc.runs.list.useQuery(
    { project_id, user_id: me.data?.id ?? "", trigger: "none", limit: 1 },
    { enabled: enabled && me.data !== undefined },
  );
  return {
    isKnown: !enabled || runs.isSuccess || runs.isError || me.isError,
    definition_id: runs.data?.items[0]?.workflow_definition_id,
  };
}

function FormSkeleton() {
  return (
    <Loading label="Loading the definitions" className="flex flex-col gap-4">
      {["w-20", "w-12"].map((width) => (
        <div key={width} className="flex flex-col gap-2">
          <Skeleton className={width} />
          <Skeleton className="h-control w-full" />
        </div>
      ))}
    </Loading>
  );
}

/** `one`: others can be started, but not the one that is asked for. */
function NothingToStart({
  projectSlug,
  broken,
  one,
}: {
  projectSlug: string;
  broken: boolean;
  one: boolean;
}) {
  return (
    <EmptyState
      icon={ListTree}
      title={
        one
          ? "Its definition cannot be started"
          : broken
            ? "No definition can be started"
            : "This project has no definitions yet"
      }
      className="py-6"
      action={<ButtonLink href={`/p/${projectSlug}/definitions`}>Open the definitions</ButtonLink>}
    >
      {one
        ? "It is disabled, has an error, or is gone. Open the definitions to see."
        : broken
          ? "Each of them has an error or is disabled. Open them to see."
          : "A definition says which steps a run takes."}
    </EmptyState>
  );
}

interface FormProps extends ChoicesProps {
  definitions: DefinitionListItem[];
}

/** The form of the chosen definition; each has a draft of its own. */
function ChosenForm({ last, ...props }: FormProps & { last: string | undefined }) {
  const { definitionId, definitions } = props;
  const [chosenId, setChosenId] = useState(definitionId ?? last);
  const definition = definitions.find((item) => item.id === chosenId) ?? definitions[0];
  if (!definition) return null;
  return <StartForm key={definition.id} {...props} definition={definition} onChoose={setChosenId} />;
}

function StartForm({
  projectId,
  projectSlug,
  definitionId,
  args: given,
  definitions,
  definition,
  onChoose,
  onClose,
}: FormProps & { definition: DefinitionListItem; onChoose: (id: string) => void }) {
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  useEffect(() => {
    // The dialog opened before its form was here, or the form is another definition's now.
    const isAtField = form.current?.contains(document.activeElement);
    if (form.current && !isAtField && !matchMedia("(pointer: coarse)").matches)
      firstField(form.current)?.focus();
  }, []);
  // What another run was started with is no draft of this form.
  const [found] = useState(() => (given ? null : readStartDraft(definition.id)));
  const { spec, faults, read, controls, typed, fill } = useArgsDraft(
    definition.args_schema,
    given,
    found?.args ?? null,
  );
  const [name, setName] = useState(found?.name ?? "");
  const create = trpc.runs.create.useMutation();
  const { reset } = create;

  // Kept as it is typed, so that Esc, a click beside the dialog and a reload lose nothing.
  const isStarted = useRef(false);
  useEffect(() => {
    if (!given && !isStarted.current) keepStartDraft(definition.id, { name, args: typed });
  }, [given, definition.id, name, typed]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another schema makes what was refused void
  useEffect(() => reset(), [spec, reset]);

  const refused = faults.length > 0 ? faults : create.error;
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused]);

  const start = async (thenOpen: boolean) => {
    const args = read();
    if (!args) return;
    const input = { project_id: projectId, workflow_definition_id: definition.id, args };
    const named = name.trim() === "" ? {} : { name };
    const run = await create.mutateAsync({ ...input, ...named }).catch(() => null);
    if (!run) return;
    isStarted.current = true;
    if (!given) keepStartDraft(definition.id, null);
    onClose();
    const href = `/p/${projectSlug}/runs/${run.id}`;
    if (thenOpen) router.push(href);
    else toast.done(`${withNumber(run)} was started`, { link: { label: "Open the run", href } });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start(false);
  };
  const startOver = () => {
    setName("");
    fill(null);
  };

  const serverFaults = create.error?.data?.details ?? [];
  const shown = [...faults, ...serverFaults];
  const atFields = serverFaults.filter((each) => each.path.startsWith("args")).map((each) => each.path);
  const isTyped = name !== "" || typed !== null;

  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {found && isTyped ? (
        <p role="status" className="flex items-center gap-2 text-meta text-muted">
          This is what you typed before.
          <Button variant="ghost" onClick={startOver}>
            Start over
          </Button>
        </p>
      ) : null}
      {definitionId === undefined ? (
        <SelectField
          label="Definition"
          hint={definition.description || undefined}
          options={definitions.map((item) => ({ value: item.id, label: item.name }))}
          value={definition.id}
          onValueChange={onChoose}
        />
      ) : (
        <p className="text-pretty text-muted">{definition.description || definition.name}</p>
      )}
      <TextField
        label="Name"
        name="name"
        maxLength={200}
        autoComplete="off"
        placeholder={`${definition.name} #…`}
        hint="Left empty, it is named as its definition says."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(create.error, "name")}
      />
      {spec && !given ? (
        <EarlierRuns
          projectId={projectId}
          definitionId={definition.id}
          onTake={({ args }) => fill(JSON.stringify(args, null, 2))}
        />
      ) : null}
      {spec ? <ArgsFields spec={spec} {...controls} faults={shown} /> : null}
      <FormError message={restOfFault(create.error, ["name", ...atFields])} />
      <div className="sticky -bottom-4 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t border-line bg-raised px-4 py-3">
        <Button disabled={create.isPending} onClick={() => void start(true)}>
          Start and open
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          Start run
        </Button>
      </div>
    </form>
  );
}
