"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { Section } from "../../../components/section";
import { SelectField } from "../../../components/select-field";
import { ForbiddenState } from "../../../components/states";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "./project-provider";

const PATHS = ["git_secret", "git_user", "git_api_url"];
/** No name of a secret. */
const NONE = "-";

/** What signs in to the project's git remote; only for people who may change it. */
export function GitSettings() {
  const { may } = useProject();
  return may("project:write") ? (
    <GitForm />
  ) : (
    <Section title="Git">
      <ForbiddenState
        title="Maintainers and owners set this"
        className="py-8"
        message="Ask one of them where the project's remote wants another way to sign in."
      />
    </Section>
  );
}

function GitForm() {
  const project = useProject();
  const utils = trpc.useUtils();
  const [secret, setSecret] = useState(project.git_secret);
  const [user, setUser] = useState(project.git_user ?? "");
  const [api, setApi] = useState(project.git_api_url ?? "");
  const secrets = trpc.secrets.list.useQuery({ project_id: project.id, limit: 200 });
  const names = new Set([
    ...(secrets.data?.items ?? []).map(({ name }) => name),
    ...(secret ? [secret] : []),
  ]);
  const update = trpc.projects.update.useMutation({
    onSuccess: (saved) => {
      utils.projects.getBySlug.setData({ slug: saved.slug }, saved);
      toast.done("Settings saved");
    },
  });
  const changed =
    secret !== project.git_secret ||
    user.trim() !== (project.git_user ?? "") ||
    api.trim() !== (project.git_api_url ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({
      id: project.id,
      git_secret: secret,
      git_user: user.trim() || null,
      git_api_url: api.trim() || null,
    });
  };
  return (
    <Section title="Git" description="For fetches, pushes and pull requests of the project's remote.">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4">
        <SelectField
          label="Sign in with"
          name="git_secret"
          className="sm:w-80"
          options={[
            { value: NONE, label: "What the server's git has" },
            ...[...names].map((name) => ({ value: name, label: `The secret ${name}` })),
          ]}
          value={secret ?? NONE}
          onValueChange={(value) => setSecret(value === NONE ? null : value)}
          hint="A token that may read and write contents and pull requests there, set under Secrets. It is told to the remote's host alone."
          error={faultOf(update.error, "git_secret")}
        />
        <TextField
          label="User name"
          name="git_user"
          optional
          className="sm:w-80"
          autoComplete="off"
          maxLength={200}
          hint="Where the host wants a certain one beside the token."
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          error={faultOf(update.error, "git_user")}
        />
        <TextField
          label="Address of the API"
          name="git_api_url"
          optional
          type="url"
          placeholder="https://github.example.com/api/v3"
          autoComplete="off"
          maxLength={500}
          hint="Where pull requests are asked for. Absent: GitHub's, or /api/v3 of the remote's host."
          value={api}
          onChange={(event) => setApi(event.currentTarget.value)}
          error={faultOf(update.error, "git_api_url")}
        />
        <FormError message={restOfFault(update.error, PATHS)} />
        <div>
          <Button type="submit" variant="primary" busy={update.isPending} disabled={!changed}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  );
}
