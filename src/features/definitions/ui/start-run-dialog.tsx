"use client";

import { ListTree } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button, ButtonLink } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { QueryView } from "../../../components/query-view";
import { SelectField } from "../../../components/select";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import type { DefinitionListItem } from "../schema";
import { ArgsFields } from "./args-form/args-fields";
import { useArgsDraft } from "./args-form/use-args-draft";

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
  return (
    <QueryView query={definitions} skeleton={<FormSkeleton />}>
      {({ items }) => {
        const startable = items.filter((item) => item.status === "active" && item.revision !== null);
        const isThere = definitionId === undefined || startable.some(({ id }) => id === definitionId);
        return startable.length === 0 || !isThere ? (
          <NothingToStart projectSlug={projectSlug} broken={items.length > 0} one={startable.length > 0} />
        ) : (
          <StartForm {...{ projectId, projectSlug, definitionId, args, onClose }} definitions={startable} />
        );
      }}
    </QueryView>
  );
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
        ? "It has an error, or is gone. Open the definitions to see."
        : broken
          ? "Each of them has an error. Open them to see where."
          : "A definition says which steps a run takes."}
    </EmptyState>
  );
}

function StartForm({
  projectId,
  projectSlug,
  definitionId,
  args: given,
  definitions,
  onClose,
}: ChoicesProps & { definitions: DefinitionListItem[] }) {
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const [chosenId, setChosenId] = useState(definitionId ?? definitions[0]?.id);
  const definition = definitions.find((item) => item.id === chosenId) ?? definitions[0];
  const { spec, faults, read, controls } = useArgsDraft(definition?.args_schema ?? null, given);
  const [name, setName] = useState("");
  const create = trpc.runs.create.useMutation();
  const { reset } = create;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another schema makes what was refused void
  useEffect(() => reset(), [spec, reset]);

  const refused = faults.length > 0 ? faults : create.error;
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refused]);

  if (!definition) return null;

  const start = async (thenOpen: boolean) => {
    const args = read();
    if (!args) return;
    const input = { project_id: projectId, workflow_definition_id: definition.id, args };
    const named = name.trim() === "" ? {} : { name };
    const run = await create.mutateAsync({ ...input, ...named }).catch(() => null);
    if (!run) return;
    onClose();
    const href = `/p/${projectSlug}/runs/${run.id}`;
    if (thenOpen) router.push(href);
    else toast.done(`${withNumber(run)} was started`, { link: { label: "Open the run", href } });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start(false);
  };

  const serverFaults = create.error?.data?.details ?? [];
  const shown = [...faults, ...serverFaults];
  const atFields = serverFaults.filter((each) => each.path.startsWith("args")).map((each) => each.path);

  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {definitionId === undefined ? (
        <SelectField
          label="Definition"
          hint={definition.description || undefined}
          options={definitions.map((item) => ({ value: item.id, label: item.name }))}
          value={definition.id}
          onValueChange={setChosenId}
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
