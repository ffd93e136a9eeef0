"use client";

import { LockKeyhole, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { CopyButton } from "../../../components/copy-button";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState, ForbiddenState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { namesOr } from "../../../lib/names-or";
import { can } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { Secret, SetSecret } from "../schema";
import { SecretWarnings } from "./secret-warnings";
import { SetSecretDialog } from "./set-secret-dialog";
import { useSecretWarnings } from "./use-secret-warnings";

/** The line of a definition by which a step gets the secret. */
const stepLine = (name: string) => `secrets: [${name}]`;

/** The project's secrets by name, for people who may set them. Values are never shown. */
export function SecretSettings() {
  const { may } = useProject();
  return may("project:write") ? <Secrets /> : <Forbidden />;
}

function Secrets() {
  const project = useProject();
  const secrets = trpc.secrets.list.useQuery({ project_id: project.id, limit: 200 });
  const [adding, setAdding] = useState(false);
  const { warnings, tell, dismiss } = useSecretWarnings(project.id);
  return (
    <Section
      title="Secrets"
      description="Steps get them as variables, and logs show *** instead. A value is never shown again."
      actions={
        <Button icon={Plus} disabled={secrets.data === undefined} onClick={() => setAdding(true)}>
          Add secret
        </Button>
      }
    >
      <SecretWarnings warnings={warnings} onDismiss={dismiss} />
      <QueryView query={secrets} skeleton={<SkeletonRows rows={2} label="Loading the secrets" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={LockKeyhole} title="No secrets yet" className="py-8">
              Add a token or a key that a step needs, such as NPM_TOKEN, and write{" "}
              <code className="text-code">{stepLine("NPM_TOKEN")}</code> in that step.
            </EmptyState>
          ) : (
            <List label="Secrets">
              {items.map((secret) => (
                <SecretRow key={secret.name} secret={secret} onSet={tell} onDeleted={dismiss} />
              ))}
            </List>
          )
        }
      </QueryView>
      {adding ? (
        <SetSecretDialog
          names={secrets.data?.items.map(({ name }) => name) ?? []}
          onSet={tell}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </Section>
  );
}

function SecretRow({
  secret,
  onSet,
  onDeleted,
}: {
  secret: Secret;
  onSet: (secret: SetSecret) => void;
  onDeleted: (name: string) => void;
}) {
  const { name, created_at, updated_at } = secret;
  return (
    <ListRow
      stacked
      className="sm:flex-wrap"
      title={<span className="font-mono text-code">{withMarks(name)}</span>}
      end={
        <>
          <span className="text-meta text-faint">
            {updated_at === created_at ? "set" : "replaced"} <RelativeTime at={updated_at} />
          </span>
          <ReplaceSecret name={name} onSet={onSet} />
          <DeleteSecret secret={secret} onDeleted={onDeleted} />
        </>
      }
    >
      <span className="flex min-w-0 items-center gap-1 text-muted">
        <code className="min-w-0 text-code wrap-anywhere">{stepLine(name)}</code>
        <CopyButton text={stepLine(name)} label={`Copy how a step uses ${name}`} />
      </span>
    </ListRow>
  );
}

function ReplaceSecret({ name, onSet }: { name: string; onSet: (secret: SetSecret) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={`Replace ${name}`} icon={RefreshCw} onClick={() => setOpen(true)} />
      {open ? (
        <SetSecretDialog replaces={name} names={[name]} onSet={onSet} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function DeleteSecret({
  secret: { project_id, name },
  onDeleted,
}: {
  secret: Secret;
  onDeleted: (name: string) => void;
}) {
  const utils = trpc.useUtils();
  const [asking, setAsking] = useState(false);
  const remove = trpc.secrets.delete.useMutation({
    onSuccess: () => {
      onDeleted(name);
      toast.done(`${name} was deleted`);
    },
    // Also after a failure, since somebody else may have deleted the secret first.
    onSettled: () => utils.secrets.list.invalidate(),
  });
  return (
    <>
      <IconButton label={`Delete ${name}`} icon={Trash2} onClick={() => setAsking(true)} />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${name}?`}
        description="Every step that names it fails from then on, in runs under way too, and new logs no longer hide its value. It cannot be undone: nobody can read the value back."
        confirmLabel="Delete secret"
        onConfirm={() => remove.mutateAsync({ project_id, name })}
      />
    </>
  );
}

/** Shown to people who may not set secrets; says who may. */
function Forbidden() {
  const project = useProject();
  const members = trpc.members.list.useQuery({ project_id: project.id });
  const names = (members.data?.items ?? [])
    .filter(({ role }) => can(role, "project:write"))
    .map(({ name }) => name);
  return (
    <Section title="Secrets">
      <ForbiddenState
        title="Maintainers and owners see and set secrets"
        className="py-8"
        message={
          names.length === 0
            ? "Ask one of them to set what your step needs."
            : `Ask ${namesOr(names)} to set what your step needs.`
        }
      />
    </Section>
  );
}
